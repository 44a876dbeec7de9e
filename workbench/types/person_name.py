"""Names of persons, Chinese and Western, kept as they are written.

Names of data/us_name.csv: given names and the 6,000 commonest surnames of the United States Census of 1990.
Polyphonic family names are read as persons read them (单 is Shan), ü as u: passports have it as v, yu and u.
"""

import re
from functools import cache, lru_cache

from .base import Cleaned, Context, Level, Sample, SemanticType, Settings, share
from .folding import HAN, LONGEST_NAME, any_of, folded_key, letters, reading, simplified, table, words

_TITLE = re.compile(
    rf"(?:{any_of('title after')})$|^(?:{any_of('title before')})(?:\.|\b(?!['-])) *(?:(?:&|and|und) +)?"
    rf"|[, ] *(?:(?:attorney|atty)s? at law|{any_of('suffix')})\.?$"
)
_SPELT_SUFFIX = re.compile(r"(?<=[, ])((?:[a-z]\.){2,}|ph\. ?d\.?)(?=,|$)")
_CALLED = re.compile(r"[(][^()]*[)]|(?<!\w)(?:\"[^\"]*\"|''[^']*''|'[^']*'|[“„][^”“]*[”“])(?!\w)")
_WESTERN = re.compile(r"[^\W\d_]+(?:['’.-] ?[^\W\d_]+)*\.?(?:,? [^\W\d_]+(?:['’.-][^\W\d_]+)*\.?){1,4}")
_JOINERS = re.compile(r"[·•‧・.]")
_APOSTROPHE = re.compile(r"['’]")
_U_UMLAUT = re.compile(r"(?<=[ln])(?:v|yu)$|(?<=^[ln])(?:v|yu)(?=e$|an$)")
_FAMILY_READING = dict(pair.split("=") for pair in words("family reading"))


@cache
def family_readings() -> frozenset[str]:
    """The Chinese family names in pinyin."""
    return frozenset(
        _U_UMLAUT.sub("u", _FAMILY_READING.get(name) or reading(name) or "") for name in words("family name")
    )


@cache
def _short_forms() -> dict[str, str]:
    """Short forms of given names, each with the first one of its name: bobby is bob."""
    rows = [(name, shorts.split()) for name, shorts in table("nickname")]
    first = {shorts[0]: shorts[0] for _, shorts in rows}
    others: dict[str, str] = {}
    for _, shorts in rows:
        for short in shorts:
            others.setdefault(short, shorts[0])
    return others | first


@cache
def _formal_names() -> dict[str, str]:
    """Given names with the first of their short forms: robert is bob."""
    return {name: shorts.split()[0] for name, shorts in table("nickname")}


def family_name(han: str) -> str:
    """The family name that a simplified Chinese name begins with, empty when it begins with none."""
    return next((han[:size] for size in (2, 1) if han[:size] in words("family name")), "")


@lru_cache(maxsize=1000)  # a party's name is asked for twice in a row
def without_title(folded: str) -> str:
    """A folded name without forms of address, degrees and what else somebody is called; whole when nothing is left.

    >>> without_title('prof. dr. james (jim) drew, ph.d.'), without_title("王总")
    ('james drew', '王')
    """
    bare = folded
    if not bare.isalnum():
        bare = " ".join(_CALLED.sub(" ", bare).split()) or folded
        bare = _SPELT_SUFFIX.sub(lambda found: found[0].replace(".", "").replace(" ", ""), bare)
    while (less := _TITLE.sub("", bare).strip(" ,")) != bare and less:
        bare = less
    return bare


def looks_person(value: str) -> bool:
    """Whether a text has the shape of a person's name.

    >>> [looks_person(name) for name in ("张伟", "Jane van Dyke", "王女士", "北京华瑞有限公司", "A 4")]
    [True, True, True, False, False]
    """
    if len(value) > LONGEST_NAME:
        return False
    name = simplified(value)
    bare = without_title(name)
    if not HAN.search(name):
        return bool(_WESTERN.fullmatch(bare))
    han = _JOINERS.sub("", bare.replace(" ", ""))
    family = family_name(han)
    short = bool(family) and (bare != name or 2 <= len(han) <= len(family) + 2)
    return short or ("·" in name and han.isalpha())


def _han(bare: str) -> tuple[str, list[str], str]:
    """The key of a Chinese name, its words in Latin letters, family name first, and of these the family name."""
    key = letters(bare) or ""
    family = family_name(key)
    words_ = (_FAMILY_READING.get(family) or reading(family) or "", reading(key.removeprefix(family)) or "")
    read = [word.replace("v", "u") for word in words_]
    return key, [word for word in read if word], read[0]


def _western(bare: str) -> tuple[str, list[str], str]:
    """The key of a name in an alphabet, its words in Latin letters, and of these the family name.

    The given name is first unless it is pinyin.
    """
    last, _, first = bare.partition(",")
    read = [
        word for part in _JOINERS.sub(" ", _APOSTROPHE.sub("", f"{first} {last}")).split() if (word := reading(part))
    ]
    read = [_U_UMLAUT.sub("u", word) for word in read]
    if len(read) == 3 and all(word in words("pinyin") for word in read):  # wang xiao ming, xiao ming wang
        if read[0] in family_readings():
            read[1:] = ["".join(read[1:])]
        elif read[-1] in family_readings():
            read[:-1] = ["".join(read[:-1])]
    if first:
        family = reading(last) or ""
    else:
        chinese = len(read) == 2 and all(word in words("pinyin") for word in read)
        leads = chinese and read[0] in family_readings() and read[1] not in family_readings()
        family = read[0 if leads else -1] if len(read) > 1 else ""
    return letters(first + last) or "", read, family


class PersonName(SemanticType):
    name = "person_name"
    identifying = True
    placeholders = words("placeholder") - {"nan"}  # a given name
    parts = {
        "key": "folded, simplified, without title, blanks and dots; 'Last, First' put in order",
        "latin": "in Latin letters (pinyin for Chinese)",
        "sorted": "the Latin words in alphabetical order",
        "short": "the same, a given name made its first short form (robert: bob)",
        "nick": "the same where the name is written with a short form",
        "family": "the family name in Latin letters; none of a single word",
        "given": "the first of the other Latin words",
        "initial": "the family name and the first letter of the other Latin words",
        "letter": "the same where the name is written with that letter alone",
    }
    levels = (
        Level("same"),
        Level("same reading", "latin"),
        Level("same words in another order", "sorted"),
        Level("short form of the name", "nick", other="short"),
        Level("near", "latin", 0.95),
        Level("same family, near given name", "family", also=Level("", "given", 0.8)),
        Level("same given, near family name", "given", also=Level("", "family", 0.8)),
        Level("initial of the given name", "letter", other="initial"),
        Level("alike", "latin", 0.88),
        Level("alike in another order", "sorted", 0.88),
        Level("same family name", "family"),
        Level("same given name", "given"),
    )
    related = ("same family name",)

    def recognise(self, sample: Sample, heading: str) -> float:
        """The heading, and the share that looks like a name; two Western words alone are weak evidence."""
        looks = share(sample, looks_person)
        if self.named(heading):
            return 0.5 + 0.5 * looks
        return 0.15 * looks + 0.3 * share(sample, lambda name: looks_person(name) and HAN.search(name))

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        if len(text) > LONGEST_NAME:
            return Cleaned(text, {"key": folded_key(text)})
        if folded_key(text) in words("role"):
            return Cleaned(text, {}, False, "what a person is, not a name")
        bare = without_title(simplified(text))
        key, read, family = _han(bare) if HAN.search(bare) else _western(bare)
        parts = {"key": key or None, "latin": "".join(read) or None, "sorted": " ".join(sorted(read)) or None}
        given = [word for word in read if word != family][:1]
        parts |= {"given": "".join(given) or None, "family": family or None}
        parts |= _initials(family, given)
        return Cleaned(text, {**parts, "short": _made(read, _formal_names()), "nick": _made(read, _short_forms())})


def _initials(family: str, given: list[str]) -> dict[str, str | None]:
    """The parts by which a name is known that is written with an initial."""
    initial = f"{family} {given[0][0]}" if given else None
    return {"initial": initial, "letter": initial if given and len(given[0]) == 1 else None}


def _made(read: list[str], shorts: dict[str, str]) -> str | None:
    """Words in alphabetical order with the first of them that has a short form replaced; None when none has."""
    place = next((place for place, word in enumerate(read[:-1]) if word in shorts), None)
    if place is None:
        return None
    return " ".join(sorted([*read[:place], shorts[read[place]], *read[place + 1 :]]))
