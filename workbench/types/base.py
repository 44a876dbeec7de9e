"""What a semantic type is: the five things it knows about its kind of field."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

Settings = dict[str, Any]
"""What `fit` read off a whole column, as plain JSON values."""

Value = str | date | Decimal | None

PLACEHOLDERS = frozenset(
    "- -- --- . .. / \\ ? ?? * # _ n/a na n.a. nil none null nan unknown tbd "
    "无 無 暂无 空 未知 不详 不適用 不适用".split()
)
"""Ways of writing that nothing is known, folded (see `fold`)."""


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
    headings: ClassVar[str] = r"(?!)"
    """A regular expression (case ignored) that a column's heading matches when it is likely of this type."""

    def recognise(self, sample: Sequence[str], heading: str) -> float:
        """How likely (0 to 1) a column with these non-missing values and this heading is of this type.

        Half speaks the heading, half the share of the sample that is valid. Types whose `standardise`
        accepts anything override this.
        """
        return 0.5 * self.named(heading) + 0.5 * self.share_valid(sample)

    def named(self, heading: str) -> bool:
        """Whether the heading, CamelCase and underscores taken apart into words, is one of this type's."""
        words = re.sub(r"(?<=[a-z])(?=[A-Z])|[\W_]+", " ", unicodedata.normalize("NFKC", heading)).strip()
        return bool(re.search(self.headings, words, re.IGNORECASE))

    def share_valid(self, sample: Sequence[str]) -> float:
        """The share (0 to 1) of the values that this type finds valid."""
        settings = self.fit((value, 1) for value in sample)
        found = [self.standardise(value, {}, settings).valid for value in sample]
        known = [valid for valid in found if valid is not None]
        return sum(known) / len(known) if known else 0.0

    def fit(self, values: Iterable[tuple[str, int]]) -> Settings:
        """Read off all (distinct value, count) pairs of a column what one value alone cannot tell."""
        return {}

    def standardise(self, value: str, context: Mapping[str, str | None], settings: Settings) -> Cleaned:
        """Standardise one raw value; never raises.

        `context` holds the standardised neighbours named in `self.context`, and `region`, the project's
        default country (ISO 3166 alpha-2). `settings` is what `fit` returned.
        """
        raise NotImplementedError

    def mask(self, value: str, key: bytes) -> str:
        """A pseudonym of the same length and script; equal values have equal pseudonyms under one key."""
        return mask_text(value, key) if self.personal else value


def tidy(value: str) -> str:
    """Repair plain damage only: control and zero-width characters gone, blanks trimmed and collapsed.

    Full-width brackets, traditional characters and case stay: a registered name is what was registered.

    >>> tidy("\\t 北京华瑞（集团） \\u200b有限公司 ")
    '北京华瑞（集团） 有限公司'
    """
    if value.isprintable():  # the usual case: nothing to drop
        return " ".join(value.split())
    kept = (" " if char.isspace() else char for char in value)
    return " ".join("".join(c for c in kept if unicodedata.category(c) not in ("Cc", "Cf", "Cs")).split())


def fold(value: str) -> str:
    """Fold for comparing: NFKC, case folded, blanks collapsed.

    >>> fold("ＡＢＣ　Ｌｔｄ．")
    'abc ltd.'
    """
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())


def is_missing(value: str) -> bool:
    """Whether a text only says that nothing is known.

    >>> is_missing("－ "), is_missing("无"), is_missing("0")
    (True, True, False)
    """
    folded = fold(tidy(value))
    return not folded or folded in PLACEHOLDERS or set(folded) <= set("-—–_.·")


def rule_for(before: str, after: Value, rule: str) -> str:
    """`rule` when the value was changed; 'tidied' when only outer damage was repaired; else ''."""
    if str(after) == before:
        return ""
    return "tidied" if str(after) == tidy(before) else rule


_LOWER, _UPPER, _DIGITS = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
_HAN = "".join(chr(point) for point in range(0x4E00, 0x4E00 + 512))


def mask_text(value: str, key: bytes) -> str:
    """Replace each letter and digit by another of its script, drawn from a keyed hash of the whole value."""
    stream = hashlib.shake_256(key + value.encode("utf-8", "surrogatepass")).digest(2 * len(value) + 2)
    out = []
    for place, char in enumerate(value):
        number = int.from_bytes(stream[2 * place : 2 * place + 2], "big")
        if char.isdigit():
            alphabet = _DIGITS
        elif "\u3400" <= char <= "\u9fff" or ord(char) >= 0x20000:
            alphabet = _HAN
        elif char.isalpha():
            alphabet = _UPPER if char.isupper() else _LOWER
        else:
            alphabet = char
        out.append(alphabet[number % len(alphabet)])
    return "".join(out)
