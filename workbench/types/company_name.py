"""Names of companies: the legal form does not tell two firms apart, the city does, and so does a branch."""

import re

from cleanco import prepare_default_terms

from .base import Cleaned, Context, Level, Sample, SemanticType, Settings, share
from .folding import any_of, folded_key, latin, letters, simplified, table, unaccented

_FORMER = re.compile(r"[(](?:原|曾用名|前身|formerly|f/?k/?a\b)[^)]*[)]")
_CHINESE_FORM = re.compile(rf"[(](?:{any_of('bracketed form')})[)]|{any_of('legal form')}|(?:集团|(?<![分子])公司)$")
_TERMS = frozenset(tuple(words) for _, words in prepare_default_terms())
_LONGEST = max(map(len, _TERMS))

# Similarity counts characters, so a place is one sign of its own: Beijing and Nanjing share nothing.
_SIGNS = {name: chr(0xE000 + row) for row, names in enumerate(table("place"), 1) for name in "|".join(names).split("|")}
_HAN, _ENGLISH = ("|".join(name for name in _SIGNS if name.isascii() == english) for english in (False, True))
_PLACE = rf"((?=[{''.join({name[0] for name in _SIGNS})}])(?:{_HAN})|\b(?:{_ENGLISH})\b)[省市]?"
_OUTER_PLACE = re.compile(rf"^(?:{_PLACE})+|[(]{_PLACE}[)]|{_PLACE}$")
_BRANCH = re.compile(rf" ?(?:{any_of('branch')})$")


def split_form(name: str) -> tuple[str, str | None]:
    """A company's name, folded and simplified, apart from its legal form (None when it shows none).

    >>> split_form("北京华瑞（集团）股份有限公司"), split_form("Acme Trading Co., Ltd.")
    (('北京华瑞', '集团股份有限公司'), ('acme trading', 'co ltd'))
    """
    stem, form = _FORMER.sub("", simplified(name)), ""
    while found := _CHINESE_FORM.search(stem):
        form += found[0].strip("()")
        stem = stem[: found.start()] + stem[found.end() :]
    words = re.findall(r"\w+", stem.replace(".", ""))
    plain, end = tuple(map(unaccented, words)), len(words)
    while size := next((n for n in range(min(_LONGEST, end - 1), 0, -1) if plain[end - n : end] in _TERMS), 0):
        end -= size
    return " ".join(words[:end]) if end < len(words) else stem, form + " ".join(plain[end:]) or None


def signed(signs: str, text: str | None) -> str | None:
    """A text after its signs, repeated so often that texts with other signs stay below 0.92 in Jaro-Winkler."""
    return signs * (1 + len(text) // 3) + text if text else None


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
    }
    levels = (
        Level("same"),
        Level("same reading", "latin"),
        Level("near", "near", 0.92),
        Level("near reading", "near_latin", 0.92),
        Level("city left out of one", "core", other="key"),
    )

    def recognise(self, sample: Sample, heading: str) -> float:
        return 0.5 * self.named(heading) + 0.5 * share(sample, lambda name: split_form(name)[1])

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        stem, form = split_form(text)
        key = letters(stem) or folded_key(text)
        trunk, *branch = _BRANCH.split(stem)
        pieces = _OUTER_PLACE.split(trunk)  # after each text the three groups of the pattern
        core = letters("".join(pieces[::4])) or ""
        core = core if len(core) > 1 else key or ""
        signs = "".join(_SIGNS[place] for group in (1, 2, 3) for place in pieces[group::4] if place)
        signs += "\ue000" if branch else ""
        parts = {"key": key, "latin": latin(key or ""), "form": form, "core": key if branch else core}
        return Cleaned(text, {**parts, "near": signed(signs, core), "near_latin": signed(signs, latin(core))})
