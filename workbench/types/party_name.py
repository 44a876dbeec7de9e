"""Names of business partners that are companies or persons, each folded in its own way."""

import re

from .base import Cleaned, Context, Sample, Settings, share
from .company_name import CompanyName
from .company_parts import split_form
from .folding import HAN, LONGEST_NAME, any_of, simplified, table, unaccented, words
from .person_name import PersonName, family_readings, looks_person, without_title

_ORGANISATION_HAN = re.compile(rf"[\d&@]|(?:{any_of('organisation ending')})$|{any_of('organisation within')}")
_ORGANISATION = words("organisation") | {w for row in table("industry") for w in row[0].split("|") if " " not in w}
_CONNECTING = frozenset(
    "of the for at on in to by with from your our my an is not no dba les il los las behalf".split()
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"\w['’]s\b")
_COUPLE = re.compile(r" (?:&|and|und|or|y|et) ")
_LETTERS_ONLY = re.compile(r"[^\W\d_]+(?:[ ,.'’-]+[^\W\d_]+)*[ .,]*")


_GIVEN = words("given name", "us_name")
_NAMES = _GIVEN | words("surname", "us_name") | family_readings()
_DEGREES = words("suffix")  # some are legal forms elsewhere


def _company_form(name: str) -> str | None:
    """The legal form of a name; a degree or a number (II) alone is none here, legal form elsewhere as it may be."""
    form = split_form(name)[1]
    return None if form in _DEGREES else form


def _western_person(name: str, folded: str) -> bool:
    """Whether a name in an alphabet is a person's: by what its words are, in the order of how telling they are."""
    if _company_form(name) and "," not in folded:
        return False
    bare = without_title(folded)
    titled = bare != folded
    form = split_form(bare if titled else name)[1]
    people = _COUPLE.split(bare)
    found = [unaccented(word) for word in _WORD.findall(bare)]
    if not found or not all(map(_LETTERS_ONLY.fullmatch, people)) or _CONNECTING.intersection(found):
        return False
    known = [word in _NAMES or len(word) == 1 for word in found]
    organisation = _ORGANISATION.intersection(found)
    if len(people) > 1:  # a couple: james or carol clements, mr and mrs lee
        named = any(unaccented(each.split()[0].strip(".,")) in _GIVEN for each in people)
        return not organisation and not form and (titled or (named and len(people) == 2 and " " in people[1]))
    if organisation and not (len(found) in (2, 3) and found[0] in _GIVEN and all(known)):
        return False
    if form and not ("," in bare and all(known)):
        return False
    if _POSSESSIVE.search(bare):
        return False
    if titled or len(found) == 1:
        return titled or known[0]
    return "," in bare or any(known) or looks_person(name)


def is_person(name: str) -> bool:
    """Whether a party's name is a person's rather than a company's.

    >>> [is_person(name) for name in ("Smith, John", "James & Carol Clements", "Smith & Sons", "王总", "Round Church")]
    [True, True, False, True, False]
    """
    if len(name) > LONGEST_NAME:
        return False
    folded = simplified(name)
    if HAN.search(folded):
        return not (split_form(name)[1] or _ORGANISATION_HAN.search(folded)) and looks_person(name)
    return _western_person(name, folded)


OF_PERSONS = ("family", "given", "short", "nick", "initial", "letter")
"""Parts that only a person's name has."""


class PartyName(CompanyName):
    name = "party_name"
    parts = {
        **CompanyName.parts,
        "kind": "company or person",
        **{name: f"of a person: {PersonName.parts[name]}" for name in OF_PERSONS},
    }
    levels = (
        *(level for level in CompanyName.levels if level.exact),
        *(level for level in PersonName.levels if level.part in OF_PERSONS and not level.exact),
        *(level for level in CompanyName.levels if not level.exact),
        *(level for level in PersonName.levels if level.part in OF_PERSONS and level.exact),
    )
    related = PersonName.related

    def recognise(self, sample: Sample, heading: str) -> float:
        """Best where the heading leaves it open and the sample has both companies and persons."""
        firms = share(sample, _company_form)
        known = share(sample, lambda name: _company_form(name) or looks_person(name))
        return 0.5 + 0.48 * known if self.named(heading) else 0.4 * known * (0.2 < firms < 0.8)

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        if not is_person(text):
            return Cleaned(text, {**super().read(text, context, settings).parts, "kind": "company"})
        person = PersonName().read(text, context, settings).parts
        key, read = person["key"], person["latin"]
        near = {"near": key, "near_latin": read, "words": person["sorted"], "sorted": person["sorted"]}
        of_persons = {name: person.get(name) for name in OF_PERSONS}
        return Cleaned(text, {"key": key, "latin": read, **near, "kind": "person", **of_persons})
