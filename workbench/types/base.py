"""What a semantic type is: the five things it knows about its kind of field."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any, ClassVar
from unicodedata import category

from .folding import fold, is_missing, simplified, table, tidy, words

Sample = Sequence[str]  # non-missing values of a column
Settings = dict[str, Any]  # what `fit` read off a whole column, as plain JSON values
Context = Mapping[str, str | None]  # standardised neighbours; `region`, the project's default country (alpha-2)
Value = str | date | Decimal | None


@dataclass(frozen=True, slots=True)
class Cleaned:
    """One raw value, standardised."""

    value: Value  # what an invoice may carry, of the type's `sql`; None when missing or not representable
    parts: Mapping[str, str | None] = field(default_factory=dict)  # for matching alone; an absent part is NULL
    valid: bool | None = True  # None for missing
    reason: str = ""  # why it is not valid, in words a business user understands
    rule: str = ""  # what was done to the value, '' when nothing was
    proposal: str | None = None  # of a value that is not valid: what it probably should be; nobody has agreed to it


MISSING = Cleaned(None, valid=None, rule="placeholder for missing")


@dataclass(frozen=True, slots=True)
class Level:
    """One way in which two values agree; levels are listed from the strongest to the weakest.

    Two values reach a level when `part` of the one and `other` (default: the same part) of the other are equal; or,
    with `at_least` below 1, when their Jaro-Winkler similarity on characters is that high; or, with `slips`, when no
    more characters than that were mistyped, left out, added or swapped with their neighbour; or, with `shared`, when
    the words that both have make up that share (0 to 1) of the one with more, each word counting by how rare it is.
    What is `also` given must be reached too.
    """

    name: str
    part: str = "key"
    at_least: float = 1.0
    other: str | None = None
    slips: int = 0
    shared: float = 0.0
    also: "Level | None" = None

    @property
    def exact(self) -> bool:
        """Whether both have the same value in the part and nothing else is asked, so that its rarity counts."""
        return self.at_least == 1 and not (self.slips or self.shared) and self.other is None and self.also is None


_LOOKED_AT = 500  # characters by which a kind of value shows


class SemanticType:
    """A kind of field. Subclasses are stateless; one instance of each is listed in `types.TYPES`.

    A comparable type has the part `key`: a pair is compared only where both sides have one, otherwise the
    field is neutral for that pair. Unless a subclass says otherwise, any text is valid and compared by itself.
    """

    name: ClassVar[str]
    sql: ClassVar[str] = "VARCHAR"
    parts: ClassVar[dict[str, str]] = {"key": "folded"}
    levels: ClassVar[tuple[Level, ...]] = (Level("same"),)
    context: ClassVar[tuple[str, ...]] = ()  # the neighbours it is read by
    placeholders: ClassVar[frozenset[str]] = words("placeholder")  # folded words for missing
    related: ClassVar[tuple[str, ...]] = ()  # levels that relatives reach for being relatives: a family has one phone
    identifying: ClassVar[bool] = False  # compared by default when records are matched
    distinctive: ClassVar[bool] = False  # two valid values without agreement are two things: never a match

    def recognise(self, sample: Sample, heading: str) -> float:
        """How likely (0 to 1) a column with these non-missing values and this heading is of this type.

        Half speaks the heading, half the share of valid values; types that accept anything override this.
        """
        return 0.5 * self.named(heading) + 0.5 * self.share_valid(sample)

    def named(self, heading: str) -> bool:
        """Whether data/heading.csv has the heading, taken apart into simplified lower-case words, for this type."""
        text = re.sub(r"[\W_]+", " ", simplified(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading))).strip()
        return any(kind == self.name and re.search(pattern, text) for kind, pattern in table("heading"))

    def share_valid(self, sample: Sample) -> float:
        """The share (0 to 1) of the values that this type finds valid."""
        settings = self.fit((value, 1) for value in sample)
        found = [self.standardise(value, {}, settings).valid for value in sample]
        return found.count(True) / (len(found) - found.count(None) or 1)

    def fit(self, values: Iterable[tuple[str, int]], heading: str = "") -> Settings:
        """Read off all (distinct value, count) pairs of a column, and its heading, what one value alone cannot tell."""
        return {}

    def standardise(self, value: str, context: Context, settings: Settings) -> Cleaned:
        """Standardise one raw value; never raises. `settings` is what `fit` returned."""
        text = tidy(value)
        if is_missing(text, self.placeholders):
            return MISSING
        found = self.read(text, context, settings)
        after = str(found.value)
        rule = "" if after == value else "tidied" if after == text else found.rule
        return found if rule == found.rule else replace(found, rule=rule)

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        """Standardise a tidy text that is not missing; its `rule` counts only where the value is another."""
        return Cleaned(text, {"key": fold(text)})

    def mask(self, value: str, key: bytes) -> str:
        """A pseudonym of the same length and script; equal values have equal pseudonyms under one key."""
        return mask_text(value, key)


def share(sample: Sample, test: Callable[[str], object]) -> float:
    """The share (0 to 1) of the values that, tidied and cut after some hundred characters, pass a test."""
    return sum(bool(test(tidy(value[:_LOOKED_AT]))) for value in sample) / (len(sample) or 1)


_HAN = "".join(map(chr, range(0x4E00, 0x4F00)))
_ALPHABETS = {"Nd": digits, "No": digits, "Lu": ascii_uppercase, "Ll": ascii_lowercase, "Lm": _HAN, "Lo": _HAN}


def mask_text(value: str, key: bytes) -> str:
    """Replace each letter and digit by another of its script, drawn from a keyed hash of the whole value."""
    stream = hashlib.shake_256(key + value.encode("utf-8", "surrogatepass")).digest(len(value))
    alphabets = {char: _ALPHABETS.get(category(char), char) for char in set(value)}
    drawn = ((alphabets[char], byte) for char, byte in zip(value, stream, strict=True))
    return "".join(alphabet[byte % len(alphabet)] for alphabet, byte in drawn)
