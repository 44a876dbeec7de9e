"""Texts made comparable: repaired, folded, simplified, read in Latin letters; and the lists of words in data/."""

import csv
import re
from functools import cache, lru_cache
from importlib.resources import files
from unicodedata import category, combining, normalize

import opencc
from pypinyin import lazy_pinyin
from pypinyin.phrases_dict import phrases_dict

HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_TO_SIMPLIFIED = opencc.OpenCC("t2s")


@cache
def table(name: str) -> list[list[str]]:
    """The rows of data/<name>.csv below its heading."""
    text = files(__package__).joinpath("data", f"{name}.csv").read_text("utf-8")
    return list(csv.reader(text.splitlines()))[1:]


@cache
def words(name: str) -> frozenset[str]:
    """One list of data/words.csv."""
    return frozenset(word for kind, row in table("words") if kind == name for word in row.split())


def any_of(name: str) -> str:
    """A regular expression for the words of one list, the longest first."""
    return "|".join(sorted(map(re.escape, words(name)), key=len, reverse=True))


def tidy(value: str) -> str:
    """Repair plain damage only: control and zero-width characters gone, blanks trimmed and collapsed.

    Full-width brackets, traditional characters and case stay: a registered name is what was registered.

    >>> tidy("\\t 北京华瑞（集团） \\u200b有限公司 ")
    '北京华瑞（集团） 有限公司'
    """
    if not value.isprintable():
        value = "".join(c for c in value if c.isspace() or category(c) not in ("Cc", "Cf", "Cs"))
    return " ".join(value.split())


def fold(value: str) -> str:
    """Fold for comparing: NFKC, case folded, blanks collapsed."""
    return " ".join(normalize("NFKC", value).casefold().split())


def is_missing(value: str, placeholders: frozenset[str]) -> bool:
    """Whether a text only says that nothing is known: blanks, a dash or the like, or a placeholder."""
    folded = fold(tidy(value))
    return folded in placeholders or set(folded) <= set(r"-—–_.·/\?*#")


def simplified(value: str) -> str:
    """Folded, and traditional characters made simplified ones."""
    text = fold(value)
    return text if text.isascii() else str(_TO_SIMPLIFIED.convert(text))


def letters(text: str) -> str | None:
    """The letters and digits of a text; None when it has none."""
    return "".join(char for char in text if char.isalnum()) or None


def folded_key(value: str) -> str | None:
    """The letters and digits of a text folded and simplified."""
    return letters(simplified(value))


def unaccented(text: str) -> str:
    """Letters without their accents."""
    return text if text.isascii() else "".join(char for char in normalize("NFKD", text) if not combining(char))


@lru_cache(maxsize=100_000)
def _reading(word: str) -> str:
    return "".join(lazy_pinyin(word, errors="default"))


def _pinyin(text: str) -> str:
    """Pinyin word by word (longest known phrase first), some ten times as fast as reading whole texts."""
    readings, place = [], 0
    while place < len(text):
        for size in (4, 3, 2, 1):
            if text[place : place + size] in phrases_dict:
                break
        readings.append(_reading(text[place : place + size]))
        place += size
    return "".join(readings)


def latin(value: str) -> str | None:
    """A Latin reading without blanks: pinyin for Han characters, accents stripped elsewhere.

    >>> latin("华瑞 Tech"), latin("Müller")
    ('huaruitech', 'muller')
    """
    text = simplified(value)
    plain = unaccented(_pinyin(text) if HAN.search(text) else text)
    return "".join(char for char in plain if char.isascii() and char.isalnum()) or None
