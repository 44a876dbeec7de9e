"""Folding for match keys across scripts: simplified characters, pinyin, letters and digits only."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from unicodedata import combining, normalize

import opencc
from pypinyin import lazy_pinyin
from pypinyin.phrases_dict import phrases_dict

from .base import fold

HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def simplified(value: str) -> str:
    """Traditional characters to simplified ones.

    >>> simplified("臺灣水泥")
    '台湾水泥'
    """
    return str(_converter().convert(value))


def folded_key(value: str) -> str | None:
    """NFKC, case folded, simplified, letters and digits only; None when nothing is left.

    >>> folded_key("臺北市（中正區）3F")
    '台北市中正区3f'
    """
    kept = (char for char in simplified(fold(value)) if char.isalnum())
    return "".join(kept) or None


@lru_cache(maxsize=100_000)
def _reading(word: str) -> str:
    return "".join(lazy_pinyin(word, errors="default"))


def _pinyin(text: str) -> str:
    """Pinyin word by word (longest known phrase first), some ten times as fast as reading whole texts."""
    readings, place = [], 0
    while place < len(text):
        size = next((n for n in (4, 3, 2) if text[place : place + n] in phrases_dict), 1)
        readings.append(_reading(text[place : place + size]))
        place += size
    return "".join(readings)


def latin(value: str) -> str | None:
    """A Latin reading without blanks: pinyin for Han characters, accents stripped elsewhere.

    >>> latin("华瑞 Tech"), latin("Müller")
    ('huaruitech', 'muller')
    """
    if value.isascii():
        return "".join(char for char in value.lower() if char.isalnum()) or None
    text = fold(value)
    if HAN.search(text):
        text = _pinyin(simplified(text))
    plain = "".join(char for char in normalize("NFKD", text) if not combining(char))
    return "".join(char for char in plain if char.isascii() and char.isalnum()) or None
