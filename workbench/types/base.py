"""What a semantic type is: the five things it knows about its kind of field."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from .folding import is_missing, simplified, table, tidy

Settings = dict[str, Any]
"""What `fit` read off a whole column, as plain JSON values."""

Context = Mapping[str, str | None]
"""The standardised neighbours a type asks for, and `region`, the project's default country (alpha-2)."""

Value = str | date | Decimal | None


@dataclass(frozen=True, slots=True)
class Cleaned:
    """One raw value, standardised.

    value   what an invoice may carry; a str, date or Decimal as the type's `sql` says; None when missing
            or not representable
    parts   folded keys and components, for matching alone; an absent part is NULL
    valid   True, False, or None for missing
    reason  why it is not valid, in words a business user understands
    rule    what was done to the value, '' when nothing was
    """

    value: Value
    parts: Mapping[str, str | None] = field(default_factory=dict)
    valid: bool | None = True
    reason: str = ""
    rule: str = ""


MISSING = Cleaned(None, valid=None, rule="placeholder for missing")


@dataclass(frozen=True, slots=True)
class Level:
    """One way in which two values agree; levels are listed from the strongest to the weakest.

    Two values reach a level when `part` of the one and `other` (default: the same part) of the other are
    equal, or, with `at_least` below 1, when their Jaro-Winkler similarity on characters is that high.
    """

    name: str
    part: str = "key"
    at_least: float = 1.0
    other: str | None = None


class SemanticType:
    """A kind of field. Subclasses are stateless; one instance of each is listed in `types.TYPES`.

    A comparable type has the part `key`: a pair is compared only where both sides have one, otherwise the
    field is neutral for that pair.
    """

    name: ClassVar[str]
    sql: ClassVar[str] = "VARCHAR"
    parts: ClassVar[dict[str, str]] = {}
    context: ClassVar[tuple[str, ...]] = ()
    personal: ClassVar[bool] = True
    identifying: ClassVar[bool] = False
    """Compared by default when records are matched."""
    distinctive: ClassVar[bool] = False
    """Two valid values without agreement belong to two different things: such a pair is never a match."""
    levels: ClassVar[tuple[Level, ...]] = ()

    def recognise(self, sample: Sequence[str], heading: str) -> float:
        """How likely (0 to 1) a column with these non-missing values and this heading is of this type.

        Half speaks the heading, half the share of the sample that is valid. Types that accept anything
        override this.
        """
        return 0.5 * self.named(heading) + 0.5 * self.share_valid(sample)

    def named(self, heading: str) -> bool:
        """Whether data/heading.csv has the heading, taken apart into simplified lower-case words, for this type."""
        text = re.sub(r"[\W_]+", " ", simplified(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading))).strip()
        return any(kind == self.name and re.search(pattern, text) for kind, pattern in table("heading"))

    def share_valid(self, sample: Sequence[str]) -> float:
        """The share (0 to 1) of the values that this type finds valid."""
        settings = self.fit((value, 1) for value in sample)
        found = [self.standardise(value, {}, settings).valid for value in sample]
        known = [valid for valid in found if valid is not None]
        return sum(known) / len(known) if known else 0.0

    def fit(self, values: Iterable[tuple[str, int]]) -> Settings:
        """Read off all (distinct value, count) pairs of a column what one value alone cannot tell."""
        return {}

    def standardise(self, value: str, context: Context, settings: Settings) -> Cleaned:
        """Standardise one raw value; never raises. `settings` is what `fit` returned."""
        if is_missing(value):
            return MISSING
        text = tidy(value)
        found = self.read(text, context, settings)
        after = str(found.value)
        return replace(found, rule="" if after == value else "tidied" if after == text else found.rule)

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        """Standardise a tidy text that is not missing; its `rule` counts only where the value is another."""
        raise NotImplementedError

    def mask(self, value: str, key: bytes) -> str:
        """A pseudonym of the same length and script; equal values have equal pseudonyms under one key."""
        return mask_text(value, key) if self.personal else value


def share(sample: Sequence[str], test: Callable[[str], object]) -> float:
    """The share (0 to 1) of the values that, tidied, pass a test."""
    return sum(bool(test(tidy(value))) for value in sample) / (len(sample) or 1)


_HAN = "".join(map(chr, range(0x4E00, 0x4E00 + 512)))


def _alphabet(char: str) -> str:
    if char.isdigit():
        return "0123456789"
    if "\u3400" <= char <= "\u9fff" or ord(char) >= 0x20000:
        return _HAN
    if char.isalpha():
        return "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if char.isupper() else "abcdefghijklmnopqrstuvwxyz"
    return char


def mask_text(value: str, key: bytes) -> str:
    """Replace each letter and digit by another of its script, drawn from a keyed hash of the whole value."""
    stream = hashlib.shake_256(key + value.encode("utf-8", "surrogatepass")).digest(2 * len(value))
    numbers = (stream[place] * 256 + stream[place + 1] for place in range(0, len(stream), 2))
    alphabets = map(_alphabet, value)
    return "".join(alphabet[number % len(alphabet)] for alphabet, number in zip(alphabets, numbers, strict=True))
