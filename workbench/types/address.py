"""Postal addresses in one field."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .base import Cleaned, Context, Level, SemanticType, Settings, share
from .folding import folded_key, simplified

_UNIT = "[段号楼巷弄室栋幢座层邻]|单元"
_NUMERAL = re.compile(rf"[〇零一二三四五六七八九十百]+(?={_UNIT})")
_POSTCODE = re.compile(rf"[\[(]?(\d{{3}}|\d{{5,6}})[\])]?\s*(?=[\u3400-\u9fff])(?!{_UNIT})")
_FLOOR = re.compile(r"(\d)\s*f\b")
_DIGITS = {char: place for place, char in enumerate("零一二三四五六七八九")} | {"〇": 0}
_LOOKS = re.compile(
    r"(?!.*@)(.*[路街道巷弄号段楼村镇]|.*[省市县区].*\d|"
    r".*\d.*\b(st|street|road|rd|ave|avenue|lane|ln|blvd|drive|dr|way|suite|floor|p\.?o\.? box|court|ct|place|pl)\b|"
    r".*(strasse|str\.|weg|platz|gasse) *\d)"
)


def numeral(text: str) -> str:
    """A Chinese numeral below 1,000 in digits.

    >>> [numeral(text) for text in ("二", "十", "二十一", "一百零五", "三〇二")]
    ['2', '10', '21', '105', '302']
    """
    if not set(text) & set("十百"):
        return "".join(str(_DIGITS[char]) for char in text)
    total = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        else:
            total, digit = total + (digit or 1) * (10 if char == "十" else 100), 0
    return str(total + digit)


class Address(SemanticType):
    """A postal address as one text; nothing of it is rewritten."""

    name = "address"
    identifying = True
    parts = {
        "key": "folded, simplified, Chinese numerals in digits, without a leading postcode",
        "numbers": "the groups of digits in it",
        "postcode": "a leading postcode of a Chinese address",
    }
    levels = (Level("same"), Level("near", at_least=0.93), Level("alike", at_least=0.85))

    def recognise(self, sample: Sequence[str], heading: str) -> float:
        """The heading, and the share with streets, districts or house numbers."""
        return 0.5 * self.named(heading) + 0.45 * share(sample, lambda value: _LOOKS.match(simplified(value)))

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        plain = simplified(text)
        if postcode := _POSTCODE.match(plain):
            plain = plain[postcode.end() :]
        plain = _FLOOR.sub(r"\1楼", _NUMERAL.sub(lambda found: numeral(found[0]), plain))
        numbers = " ".join(re.findall("[0-9]+", plain)) or None
        return Cleaned(
            text, {"key": folded_key(plain), "numbers": numbers, "postcode": postcode[1] if postcode else None}
        )
