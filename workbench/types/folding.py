"""Texts made comparable: repaired, folded, simplified, read in Latin letters; and the lists of words in data/."""

import csv
import re
from functools import cache, lru_cache
from importlib.resources import files
from unicodedata import category, combining, normalize
from unicodedata import name as unicode_name

import opencc
from pypinyin import lazy_pinyin
from pypinyin.phrases_dict import phrases_dict

HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_NAMED = re.compile(r"[\u3041-\u30ff\uac00-\ud7a3]+")  # scripts whose letters are named after their reading
_KANA = {"si": "shi", "ti": "chi", "tu": "tsu", "hu": "fu", "zi": "ji", "di": "ji", "du": "zu", "wo": "o"}
_SMALL_KANA = re.compile(r"(?<=[cs]h)i~y|(?<=j)i~y|(?<=[a-z])i~(?=y)|[aeu]~(?=[aeiou])|~")  # shi~ya, ki~ya, fu~a
# letters that have no decomposition: Latin ones without their stroke, Cyrillic after BGN/PCGN, Greek after ISO 843
_SPELT = str.maketrans(
    dict(zip("øłđðþæœıħŋ", "o l d d th ae oe i h n".split(), strict=True))
    | dict(
        zip(
            "абвгдежзийклмнопрстуфхцчшщыэюяєіїґёъь",
            [*"a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch y e yu ya ye i yi g e".split(), "", ""],
            strict=True,
        )
    )
    | dict(
        zip("αβγδεζηθικλμνξοπρσςτυφχψω", "a v g d e z i th i k l m n x o p r s s t y f ch ps o".split(), strict=True)
    )
)
LONGEST_NAME = 500
"""Characters up to which a text is taken apart as a name; a longer one is no name, and compared as a whole."""
_MARKS, _NOT_LATIN = re.compile(r"[\W_]+"), re.compile(r"[^0-9A-Za-z]+")
_LONGEST_PLACEHOLDER = 100
_DASHES = frozenset(r"-—–_.·/\?*#")
_TO_SIMPLIFIED = opencc.OpenCC("t2s")


@cache
def table(name: str) -> list[list[str]]:
    """The rows of data/<name>.csv below its heading."""
    text = files(__package__).joinpath("data", f"{name}.csv").read_text("utf-8")
    return list(csv.reader(text.splitlines()))[1:]


@cache
def words(name: str, file: str = "words") -> frozenset[str]:
    """One list of data/words.csv, or of another file of lists."""
    return frozenset(word for kind, row in table(file) if kind == name for word in row.split())


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
        gone = (char for char in set(value) if not char.isspace() and category(char) in ("Cc", "Cf", "Cs"))
        value = value.translate(dict.fromkeys(map(ord, gone)))
    return " ".join(value.split())


def fold(value: str) -> str:
    """Fold for comparing: NFKC, case folded, blanks collapsed."""
    return " ".join(normalize("NFKC", value).casefold().split())


def is_missing(text: str, placeholders: frozenset[str]) -> bool:
    """Whether a tidy text only says that nothing is known: nothing at all, dashes or the like, or a placeholder."""
    if len(text) > _LONGEST_PLACEHOLDER:
        return set(text) <= _DASHES
    folded = fold(text)
    return folded in placeholders or set(folded) <= _DASHES


def simplified(value: str) -> str:
    """Folded, and traditional characters made simplified ones."""
    text = fold(value)
    return text if text.isascii() else str(_TO_SIMPLIFIED.convert(text))


def letters(text: str) -> str | None:
    """The letters and digits of a text; None when it has none."""
    return text if text.isalnum() else _MARKS.sub("", text) or None


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


def _reading_by_name(found: re.Match[str]) -> str:
    """Kana (Hepburn without long vowels) and Hangul (syllable by syllable) as Unicode names them.

    KATAKANA LETTER TO reads to, KATAKANA LETTER SMALL YA joins what is before it, HANGUL SYLLABLE SAM reads sam.
    """
    read = ""
    for char in normalize("NFC", found[0]):
        *_, kind, sound = f"  {unicode_name(char, '')}".lower().rsplit(" ", 2)
        if kind == "small" and sound != "tu":
            read += f"~{sound}"
        elif kind in ("letter", "syllable"):
            read += _KANA.get(sound, sound) if kind == "letter" else sound
    return _SMALL_KANA.sub("", read)


def latin(value: str) -> str | None:
    """A Latin reading without blanks: pinyin for Han, readings for kana, Hangul, Cyrillic and Greek, no accents.

    >>> latin("华瑞 Tech"), latin("Müller"), latin("トヨタ"), latin("Łódź"), latin("Ромашка")
    ('huaruitech', 'muller', 'toyota', 'lodz', 'romashka')
    """
    return reading(simplified(value))


def reading(text: str) -> str | None:
    """`latin` of a text that is simplified already."""
    if not text.isascii() and HAN.search(text):
        text = _pinyin(text)
    if not text.isascii():
        text = unaccented(_NAMED.sub(_reading_by_name, text).translate(_SPELT)).translate(_SPELT)
    if not (text.isascii() and text.isalnum()):
        text = _NOT_LATIN.sub("", text)
    return text or None
