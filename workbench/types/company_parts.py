"""The name of a company taken apart: its legal form, places, industry, branch and what is left.

Legal forms are cleanco's and data/legal_form.csv, which follows ISO 20275 (entity legal forms) and local law;
places (data/place.csv) are the divisions of GB/T 2260 down to prefectures, large county-level cities and countries.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from cleanco import prepare_default_terms

from .folding import LONGEST_NAME, any_of, letters, simplified, table, unaccented, words

Words = tuple[str, ...]
_T = TypeVar("_T")


def _split(text: str) -> list[str]:
    return re.findall(r"\w+", text.replace(".", ""))


def _forms(where: str) -> list[str]:
    return [form for place, _, forms in table("legal_form") if place == where for form in forms.split("|")]


def _any(forms: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, forms), key=len, reverse=True))


_FORMER = re.compile(r"[(](?:原|曾用名|前身|formerly|f/?k/?a\b)[^)]*[)]")
_EASTERN = re.compile(r"[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff]")
_EASTERN_FORM = re.compile(
    rf"[(](?:{any_of('bracketed form')}|{_any(_forms('bracketed'))})[)]|{any_of('legal form')}"
    rf"|{_any(_forms('anywhere'))}|(?:集团|(?<![分子])公司)$"
)
_ENDS = frozenset(tuple(map(unaccented, _split(form.casefold()))) for form in _forms("end")) | frozenset(
    tuple(term) for _, term in prepare_default_terms()
)
_STARTS = frozenset(tuple(map(unaccented, _split(form))) for form in _forms("start"))
_FORM_ENDS, _FORM_BEGINS = frozenset(form[-1] for form in _ENDS), frozenset(form[0] for form in _STARTS)
_LONGEST = max(map(len, _ENDS | _STARTS))
_GLUED = re.compile(r"(?<=[a-z]{2})(?=(?:PLC|LLC|LLP|GmbH|Inc|Ltd|SARL|SpA)\b)")

# A place is a number, its row.
_HAN_PLACES: dict[str, int] = {}
_ENGLISH_PLACES: dict[Words, int] = {}
_PLACE_NAMES: dict[int, str] = {}
for _row, (_chinese, _names) in enumerate(table("place"), 1):
    _HAN_PLACES |= dict.fromkeys(_chinese.split("|"), _row)
    _PLACE_NAMES[_row] = _names.split("|")[0]
    for _name in _names.split("|"):
        _ENGLISH_PLACES.setdefault(tuple(_name.split()), _row)
_DIVISION = ("自治区", "省", "市", "")
_HAN_BRANCH = re.compile(rf"(?:{any_of('branch')})$")
_BRANCH_WORDS, _OFFICE_BEFORE = words("branch word"), words("office before")

_ENGLISH_INDUSTRY: dict[Words, str] = {}
_HAN_INDUSTRY: dict[str, str] = {}
for _english, _chinese in table("industry"):
    _concept = _english.split("|")[0]
    _ENGLISH_INDUSTRY |= {tuple(term.split()): _concept for term in _english.split("|")}
    _HAN_INDUSTRY |= dict.fromkeys(_chinese.split("|"), _concept)
_TERM_BEGINS = frozenset(term[0] for term in [*_ENGLISH_PLACES, *_ENGLISH_INDUSTRY])
_JOINING = frozenset(
    "and und et y e i en og och of the de la le du di da del for van von der den ter ten zum zur".split()
)


def _tail(plain: list[str]) -> int:
    """How many words at the end only say which branch or place: hangzhou branch, niederlassung hamburg."""
    branch = _branch(plain)
    return branch + _place_before(plain, len(plain) - branch)


def _branch(plain: list[str]) -> int:
    """How many words at the end say that this is a branch; one word at least is left."""
    last, before = plain[-1:], plain[-2:-1]
    if last == ["office"] and before and before[0] in _OFFICE_BEFORE:
        return 2 if len(plain) > 2 else 0
    if before and last[0] in _BRANCH_WORDS:
        return 1
    return 2 if len(plain) > 2 and before[0] in _BRANCH_WORDS else 0


def _place_before(plain: list[str], end: int) -> int:
    """How many of the words before `end` are a place; one word at least is left."""
    return next((n for n in range(min(3, end - 1), 0, -1) if tuple(plain[end - n : end]) in _ENGLISH_PLACES), 0)


def _without_form(listed: list[str]) -> tuple[list[str], list[str]]:
    """Words apart from the legal forms at their end, or before a branch or place at their end, or at their start."""
    listed = _joined_letters(listed)
    plain = [unaccented(word) for word in listed]
    form: list[str] = []
    for end in (len(plain), len(plain) - _tail(plain)):
        start = end
        while size := _form_before(plain, start):
            start -= size
        if start < end:
            form = plain[start:end]
            listed, plain = listed[:start] + listed[end:], plain[:start] + plain[end:]
            break
    if not plain or plain[0] not in _FORM_BEGINS:
        return listed, form
    size = next((n for n in range(min(_LONGEST, len(plain) - 1), 0, -1) if tuple(plain[:n]) in _STARTS), 0)
    return listed[size:], plain[:size] + form


def _form_before(plain: list[str], end: int) -> int:
    """How many of the words before `end` are a legal form; one word at least is left."""
    if end < 2 or plain[end - 1] not in _FORM_ENDS:
        return 0
    return next((n for n in range(min(_LONGEST, end - 1), 0, -1) if tuple(plain[end - n : end]) in _ENDS), 0)


def _joined_letters(listed: list[str]) -> list[str]:
    """Words with single letters at the end put together where they are a legal form: s a, g m b h."""
    size = next((n for n, word in enumerate(reversed(listed)) if len(word) > 1), 0)
    form = "".join(listed[len(listed) - size :])
    return [*listed[: len(listed) - size], form] if size > 1 and (form,) in _ENDS else listed


@lru_cache(maxsize=1000)  # a party's name is asked for twice in a row
def split_form(name: str) -> tuple[str, str | None]:
    """A company's name, folded and simplified, apart from its legal form (None when it shows none).

    >>> split_form("北京华瑞（集团）股份有限公司"), split_form("Acme Trading Co., Ltd.")
    (('北京华瑞', '集团股份有限公司'), ('acme trading', 'co ltd'))
    """
    if len(name) > LONGEST_NAME:
        return simplified(name), None
    stem, form = simplified(_GLUED.sub(" ", name)), ""
    if "(" in stem:
        stem = _FORMER.sub("", stem)
    if _EASTERN.search(stem):
        while found := _EASTERN_FORM.search(stem):
            form += found[0].strip("()")
            stem = stem[: found.start()] + stem[found.end() :]
    kept, ends = _without_form(_split(stem))
    return (" ".join(kept) if ends else stem), form + " ".join(ends) or None


@dataclass(slots=True)
class Taken:
    """A name without its legal form, taken apart."""

    core: str  # its letters without outer places and branch
    branch: str | None
    places: list[int]  # of the whole name, in its order
    industry: list[str]  # in English
    rest: list[str]  # the words of the core without industry
    eastern: bool  # whether it is Chinese, Japanese, Korean or mixed


def taken_apart(stem: str) -> Taken:
    """Take a name without its legal form apart."""
    return _take_han(stem) if _EASTERN.search(stem) else _take_latin(stem)


def english_places(places: Iterable[int]) -> dict[str, int]:
    """The names of places in English, in their order, each with the first place that has it."""
    return {name: _ENGLISH_PLACES[tuple(name.split())] for name in (_PLACE_NAMES[place] for place in places)}


def _take_han(stem: str) -> Taken:
    """Take a Chinese (or mixed, Japanese, Korean) name apart: place core industry (place), place branch."""
    places: list[int] = []
    found = _HAN_BRANCH.search(stem)
    branch = found[0] if found else None
    trunk = stem[: found.start()] if found else stem
    while size := _starts_with_place(trunk):
        places.append(_HAN_PLACES[trunk[: size[0]]])
        trunk = trunk[size[1] :]
    for inner in re.findall(r"[(]([^()]*)[)]", trunk) if "(" in trunk else ():
        if (size := _starts_with_place(inner)) and size[1] == len(inner):
            places.append(_HAN_PLACES[inner[: size[0]]])
            trunk = trunk.replace(f"({inner})", "")
    if size := _ends_with_place(trunk):
        places.append(_HAN_PLACES[trunk[-size[1] : size[0] - size[1] or None]])
        branch = trunk[-size[1] :] + branch if branch else None
        trunk = trunk[: -size[1]]
    core = letters(trunk) or ""
    rest, industry = core, []
    while cut := next((n for n in (6, 5, 4, 3, 2) if len(rest) >= n + 2 and rest[-n:] in _HAN_INDUSTRY), 0):
        industry.append(_HAN_INDUSTRY[rest[-cut:]])
        rest = rest[:-cut]
    return Taken(core, branch, places, industry, [rest], eastern=True)


def _starts_with_place(text: str) -> tuple[int, int] | None:
    """The characters of the place that a text begins with, and with its division (省, 市)."""
    for size in (5, 4, 3, 2):
        if text[:size] in _HAN_PLACES and len(text[:size]) == size:
            return size, size + next(len(mark) for mark in _DIVISION if text.startswith(mark, size))
    return None


def _ends_with_place(text: str) -> tuple[int, int] | None:
    """The characters of the place that a text ends with, and with its division (省, 市)."""
    mark = next(len(mark) for mark in _DIVISION if text.endswith(mark))
    end = len(text) - mark
    for size in (5, 4, 3, 2):
        if end > size and text[end - size : end] in _HAN_PLACES:
            return size, size + mark
    return None


def _take_latin(stem: str) -> Taken:
    """Take a name in Latin letters apart: places anywhere but after of, a branch at its end."""
    listed = _split(stem)
    plain = [unaccented(word) for word in listed]
    end = len(plain) - (_tail(plain) if _branch(plain) else 0)
    taken = Taken("", " ".join(listed[end:]) or None, [], [], [], eastern=False)
    at = 0
    while at < len(plain):
        if plain[at] not in _TERM_BEGINS:  # most words
            taken.rest += [plain[at]] if at < end and plain[at] not in _JOINING else []
            taken.core += listed[at] if at < end else ""
            at += 1
            continue
        size, place = _longest(plain, at, _ENGLISH_PLACES)
        if place and size < len(plain) and not (at and plain[at - 1] in _JOINING):
            taken.places.append(place)
        elif at < end:
            size, concept = _longest(plain[:end], at, _ENGLISH_INDUSTRY)
            taken.industry += [concept] if concept else []
            taken.rest += [plain[at]] if not concept and plain[at] not in _JOINING else []
            taken.core += "".join(listed[at : at + size])
        at += size
    return taken


def _longest(plain: list[str], at: int, known: Mapping[Words, _T]) -> tuple[int, _T | None]:
    """The longest known term of up to three words from one on: how many words, and what it stands for."""
    for size in range(min(3, len(plain) - at), 0, -1):
        if (found := known.get(tuple(plain[at : at + size]))) is not None:
            return size, found
    return 1, None


def sorted_words(stem: str) -> str | None:
    """The different words of a name, without joining words and accents, in alphabetical order."""
    found = {unaccented(word) for word in _split(stem)} - _JOINING
    return " ".join(sorted(found)) or None


def initials(stem: str) -> str | None:
    """The initials of a name of two to six Latin words, without joining words."""
    found = [word[0] for word in _split(stem) if word not in _JOINING]
    return "".join(found) if 1 < len(found) < 7 else None
