"""Names of companies: the legal form does not tell two firms apart, the city does, and so does a branch."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import ClassVar

from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from .base import Cleaned, Context, Level, Sample, SemanticType, Settings, share
from .company_parts import english_places, initials, sorted_words, split_form, taken_apart
from .folding import LONGEST_NAME, fold, folded_key, letters, reading, simplified

CUT = frozenset({30, 34, 35, 39, 40})
"""Characters at which systems cut names off (SAP NAME1: 35, S/4HANA: 40); a blank at the end goes with it."""
_UNTOLD = frozenset({"group", "holdings"})  # what a group is called with and without


def signed(signs: str, text: str | None) -> str | None:
    """A text after its signs, repeated so often that texts with other signs stay below 0.92 in Jaro-Winkler."""
    return signs * (1 + len(text) // 3) + text if text else None


SIGNS = r"[\x{E000}-\x{F8FF}]"
"""The signs of places and branches before a name in the parts `near` and `near_latin`, as a pattern of DuckDB's."""


def _signs(places: Iterable[int], branch: object) -> str:
    """Each place, and a branch, as one sign of the private use area: it is one character for similarity."""
    return "".join(chr(0xE000 + place) for place in sorted(set(places))) + ("\ue000" if branch else "")


@lru_cache(maxsize=10_000)
def _industry_reading(text: str) -> str:
    return reading(text) or ""


class CompanyName(SemanticType):
    name = "company_name"
    identifying = True
    parts = {
        "key": "folded, simplified, without legal form and former names; the city stays",
        "latin": "the key in Latin letters (pinyin for Chinese)",
        "form": "the legal form, folded",
        "core": "the key without an outer city or province; a branch keeps them",
        "near": "the core after signs for its places and for a branch",
        "near_latin": "the core in Latin letters after the same signs",
        "words": "the core in Latin letters, industry words in English, places in English, a mark for a branch",
        "sorted": "the words in Latin letters in alphabetical order; of a Chinese name none",
        "initials": "of two to six Latin words",
        "place": "the cities, provinces and countries it names, in English",
        "branch": "the words that make it a branch, with their place",
        "head": "the first 30 characters of a longer name, folded",
        "cut": "the same where the name is 30, 34, 35, 39 or 40 characters long, at which systems cut names off",
    }
    levels: ClassVar[tuple[Level, ...]] = (
        Level("same"),
        Level("same reading", "latin"),
        Level("same words", "words"),
        Level("same words in another order", "sorted"),
        Level("near", "near", 0.92),
        Level("near reading", "near_latin", 0.92),
        Level("cut off", "cut", other="head"),
        Level("initials of the other", "initials", other="key"),
        Level("city left out of one", "core", other="key"),
        Level("most words", "sorted", shared=0.7),
        Level("many words", "sorted", shared=0.45),
    )

    def recognise(self, sample: Sample, heading: str) -> float:
        return 0.5 * self.named(heading) + 0.5 * share(sample, lambda name: split_form(name)[1])

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        if len(text) > LONGEST_NAME:
            return Cleaned(text, {"key": folded_key(text)})
        stem, form = split_form(text)
        key = letters(stem) or folded_key(text) or ""
        taken = taken_apart(stem)
        core = taken.core if len(taken.core) > 1 else key
        rest = reading("".join(taken.rest)) or ""
        if taken.eastern and core == taken.core:  # rest and industry, of which there are few
            read = rest + _industry_reading(core[len(taken.rest[0]) :])
        else:
            read = reading(core) or ""
        signs = _signs(taken.places, taken.branch)
        named = english_places(taken.places)
        latin_signs = _signs(named.values(), taken.branch)
        said = sorted({*taken.industry, *named} - _UNTOLD)
        whole = letters(simplified(text[:30])) if len(text) >= 30 else None
        parts = {
            "key": key or None,
            "latin": (read if core == key else reading(key)) or None,
            "form": form,
            "core": (key if taken.branch else core) or None,
            "near": signed(signs, core),
            "near_latin": signed(latin_signs, read),
            "words": " ".join([rest or read, *said, *(["branch"] if taken.branch else [])]) or None,
            "sorted": None if taken.eastern else sorted_words(stem),
            "initials": None if taken.eastern else initials(stem),
            "place": " ".join(named) or None,
            "branch": taken.branch,
            "head": whole if len(text) > 30 else None,
            "cut": whole if len(text) in CUT else None,
        }
        return Cleaned(text, parts)


SAME_NAME = 0.8
"""The `similarity` from which on two names are taken for one firm's when nothing else is known of it."""
_LIKENESS = {
    "same": 1.0, "same reading": 0.98, "same words": 0.96, "same words in another order": 0.95, "near": 0.93,
    "near reading": 0.91, "cut off": 0.9, "initials of the other": 0.86, "city left out of one": 0.7,
}  # fmt: skip


def similarity(one: Cleaned, two: Cleaned) -> float:
    """How alike two standardised company names are (0 to 1): by the strongest level they reach, below by characters.

    Names at the same level are ranked by their whole text, legal form included.
    """
    left, right = (fold(str(found.value or "")) for found in (one, two))
    whole = max(fuzz.ratio(left, right), fuzz.token_sort_ratio(left, right)) / 100
    for level, likeness in ((level, _LIKENESS[level.name]) for level in CompanyName.levels if level.name in _LIKENESS):
        if any(_reaches(level, *pair) for pair in ((one.parts, two.parts), (two.parts, one.parts))):
            return 0.98 * likeness + 0.02 * whole
    return 0.8 * whole


def _reaches(level: Level, one: Mapping[str, str | None], two: Mapping[str, str | None]) -> bool:
    a, b = one.get(level.part), two.get(level.other or level.part)
    return bool(a and b and (a == b or (level.at_least < 1 and JaroWinkler.similarity(a, b) >= level.at_least)))
