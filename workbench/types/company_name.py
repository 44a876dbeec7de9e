"""Names of companies: the registered name stays, the legal form is folded away for matching."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleanco import prepare_default_terms

from .base import Cleaned, Context, Level, SemanticType, Settings, share
from .folding import any_of, latin, letters, simplified, table, unaccented

_FORMER = re.compile(r"[(](?:原|曾用名|前身|formerly|f/?k/?a\b)[^)]*[)]")
_CHINESE_FORM = re.compile(
    rf"[(](?:{any_of('bracketed form')})[)]|{any_of('legal form')}|(?:集团|(?<![分子])公司)$"
)
_TERMS = frozenset(tuple(words) for _, words in prepare_default_terms())
_LONGEST = max(map(len, _TERMS))
_WORD = re.compile(r"\w+")

# Similarity counts characters, so a place is one sign of its own: Beijing and Nanjing share nothing.
_BRANCH_SIGN = "\ue000"
_SIGNS = {name: chr(0xE001 + row) for row, names in enumerate(table("place")) for name in names}
_PLACE = "(" + "|".join(rf"\b{name}\b" if name.isascii() else name for name in _SIGNS) + ")[省市]?"
_OUTER_PLACE = re.compile(rf"^(?:{_PLACE})+|[(]{_PLACE}[)]|{_PLACE}$")
_BRANCH = re.compile(rf" ?(?:{any_of('branch')})$")


def split_form(name: str) -> tuple[str, str | None]:
    """A name, folded and simplified, apart from its legal form (None when it shows none).

    >>> split_form("北京华瑞(集团)股份有限公司"), split_form("acme trading co., ltd.")
    (('北京华瑞', '集团股份有限公司'), ('acme trading', 'co ltd'))
    """
    form = ""
    while found := _CHINESE_FORM.search(name):
        form += found[0].strip("()")
        name = name[: found.start()] + name[found.end() :]
    words = _WORD.findall(name.replace(".", ""))
    plain, end = tuple(map(unaccented, words)), len(words)
    while size := next((n for n in range(min(_LONGEST, end - 1), 0, -1) if plain[end - n : end] in _TERMS), 0):
        end -= size
    return " ".join(words[:end]) if end < len(words) else name, form + " ".join(plain[end:]) or None


def company_parts(name: str) -> dict[str, str | None]:
    """The parts of a tidy company name (see `CompanyName.parts`); `key` is None only without any letter."""
    folded = simplified(name)
    folded = _FORMER.sub("", folded) or folded
    stem, form = split_form(folded)
    key = letters(stem) or letters(folded)
    trunk = _BRANCH.sub("", stem)
    signs = "".join(_SIGNS[found[found.lastindex or 0]] for found in _OUTER_PLACE.finditer(trunk))
    core = letters(_OUTER_PLACE.sub("", trunk))
    core = core if core and len(core) > 1 else key
    branch = trunk != stem
    signs += _BRANCH_SIGN * branch
    return {
        "key": key,
        "latin": latin(key) if key else None,
        "form": form,
        "core": key if branch else core,
        "near": signed(signs, core),
        "near_latin": signed(signs, latin(core) if core else None),
    }


def signed(signs: str, text: str | None) -> str | None:
    """A text after its signs, repeated so often that texts with other signs stay below 0.92 in Jaro-Winkler."""
    return signs * (1 + len(text) // 3) + text if text else None


class CompanyName(SemanticType):
    """A registered company name. Its city tells two firms apart, and a branch is not its head office."""

    name = "company_name"
    identifying = True
    parts = {
        "key": "folded, simplified, without legal form and former names; the city stays",
        "latin": "the key in Latin letters (pinyin for Chinese)",
        "form": "the legal form, folded",
        "core": "the key without an outer city or province; a branch keeps them",
        "near": "the core after signs for its places and for a branch",
        "near_latin": "the same in Latin letters",
    }
    levels = (
        Level("same"),
        Level("same reading", part="latin"),
        Level("near", part="near", at_least=0.92),
        Level("near reading", part="near_latin", at_least=0.92),
        Level("city left out of one", part="core", other="key"),
    )

    def recognise(self, sample: Sequence[str], heading: str) -> float:
        """The heading, and the share of names that show a legal form."""
        return 0.5 * self.named(heading) + 0.5 * share(sample, has_form)

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        return Cleaned(text, company_parts(text))


def has_form(name: str) -> bool:
    """Whether a name shows a legal form."""
    return split_form(simplified(name))[1] is not None
