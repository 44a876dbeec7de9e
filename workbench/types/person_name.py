"""Names of persons, Chinese and Western, kept as they are written."""

import re

from .base import Cleaned, Context, Level, Sample, SemanticType, Settings, share
from .folding import HAN, any_of, latin, letters, simplified, words

_TITLE = re.compile(
    rf"(?:{any_of('title after')})$|^(?:{any_of('title before')})\b\.? *|,? *\b(?:{any_of('suffix')})\.?$"
)
_WESTERN = re.compile(r"[^\W\d_]+(?:['’.-] ?[^\W\d_]+)*\.?(?:,? [^\W\d_]+(?:['’.-][^\W\d_]+)*\.?){1,3}")
_JOINERS = re.compile(r"[·•‧・.'’]")


def family_name(han: str) -> str:
    """The family name that a simplified Chinese name begins with, empty when it begins with none."""
    return next((han[:size] for size in (2, 1) if han[:size] in words("family name")), "")


def without_title(folded: str) -> str:
    """A folded name without forms of address; whole when nothing else is left."""
    return _TITLE.sub("", folded).strip() or folded


def looks_person(value: str) -> bool:
    """Whether a text has the shape of a person's name.

    >>> [looks_person(name) for name in ("张伟", "Jane van Dyke", "王女士", "北京华瑞有限公司", "A 4")]
    [True, True, True, False, False]
    """
    name = simplified(value)
    bare = without_title(name)
    if not HAN.search(name):
        return bool(_WESTERN.fullmatch(bare))
    han = _JOINERS.sub("", bare.replace(" ", ""))
    family = family_name(han)
    short = bool(family) and (bare != name or 2 <= len(han) <= len(family) + 2)
    return short or ("·" in name and han.isalpha())


class PersonName(SemanticType):
    name = "person_name"
    identifying = True
    parts = {
        "key": "folded, simplified, without title, blanks and dots; 'Last, First' put in order",
        "latin": "in Latin letters (pinyin for Chinese)",
        "sorted": "the Latin words in alphabetical order",
    }
    levels = (
        Level("same"),
        Level("same reading", "latin"),
        Level("same words in another order", "sorted"),
        Level("near reading", "latin", 0.9),
    )

    def recognise(self, sample: Sample, heading: str) -> float:
        """The heading, and the share that looks like a name; two Western words alone are weak evidence."""
        looks = share(sample, looks_person)
        if self.named(heading):
            return 0.5 + 0.5 * looks
        return 0.15 * looks + 0.3 * share(sample, lambda name: looks_person(name) and HAN.search(name))

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        bare = without_title(simplified(text))
        if HAN.search(bare):
            key = letters(bare) or ""
            split = [family_name(key), key.removeprefix(family_name(key))]
        else:
            last, _, first = bare.partition(",")
            key = letters(first + last) or ""
            split = _JOINERS.sub(" ", f"{first} {last}").split()
        read = [reading for word in split if (reading := latin(word))]
        parts = {"key": key or None, "latin": "".join(read) or None, "sorted": " ".join(sorted(read)) or None}
        return Cleaned(text, parts)
