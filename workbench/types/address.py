"""Postal addresses in one field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .base import MISSING, Cleaned, Level, SemanticType, Settings, fold, is_missing, rule_for, tidy
from .folding import folded_key, simplified

_UNIT = "段|号|楼|巷|弄|室|栋|幢|座|单元|层|邻|号楼"
_NUMERAL = re.compile(rf"[〇零一二三四五六七八九十百]+(?=(?:{_UNIT}))")
_POSTCODE = re.compile(rf"^[\[(]?(\d{{3}}|\d{{5,6}})[\])]?\s*(?=[\u3400-\u9fff])(?!{_UNIT})")
_FLOOR = re.compile(r"(\d)\s*f\b")
_DIGITS = {char: place for place, char in enumerate("零一二三四五六七八九")} | {"〇": 0}
_LOOKS = re.compile(
    r"[路街道巷弄號号段樓楼村镇鎮]|[省市县縣区區].*\d|\d.*\b(st|street|road|rd|ave|avenue|lane|ln|blvd|drive|dr|way|suite|"
    r"floor|p\.?o\.? box|court|ct|place|pl)\b|(straße|strasse|str\.|weg|platz|gasse) *\d",
    re.IGNORECASE,
)


def numeral(text: str) -> str:
    """A Chinese numeral below 1,000 in digits.

    >>> numeral("二"), numeral("十"), numeral("二十一"), numeral("一百零五"), numeral("三〇二")
    ('2', '10', '21', '105', '302')
    """
    if not set(text) & set("十百"):
        return "".join(str(_DIGITS[char]) for char in text)
    total, digit = 0, 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        else:
            total, digit = total + (digit or 1) * (10 if char == "十" else 100), 0
    return str(total + digit)


def address_parts(address: str) -> dict[str, str | None]:
    """The parts of a tidy address (see `Address.parts`)."""
    text = simplified(fold(address))
    postcode = _POSTCODE.match(text)
    text = _NUMERAL.sub(lambda found: numeral(found[0]), text[postcode.end() :] if postcode else text)
    text = _FLOOR.sub(r"\1楼", text)
    return {
        "key": folded_key(text),
        "numbers": " ".join(re.findall(r"[0-9]+", text)) or None,
        "postcode": postcode[1] if postcode else None,
    }


def same_place(left: str, right: str) -> bool:
    """Whether two addresses differ in writing only.

    >>> same_place("台北市和平大路二段113號", "104臺北市和平大路2段113號")
    True
    """
    return address_parts(tidy(left))["key"] == address_parts(tidy(right))["key"]


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
    headings = (
        r"(?<!mail )(?<!ip )\baddress(?! ?(id|type|no)$)|\bstreet|\badd?r\b(?! (city|state|country|type|id))|"
        r"^stras$|^str suppl|地址|住址|街道|详址"
    )

    def recognise(self, sample: Sequence[str], heading: str) -> float:
        """The heading, and the share with streets, districts or house numbers."""
        looks = sum(bool(_LOOKS.search(value)) and "@" not in value for value in sample) / (len(sample) or 1)
        return 0.5 * self.named(heading) + 0.45 * looks

    def standardise(self, value: str, context: Mapping[str, str | None], settings: Settings) -> Cleaned:
        """Trim and repair.

        >>> Address().standardise("台北市和平大路二段113號", {}, {}).parts["key"]
        '台北市和平大路2段113号'
        """
        if is_missing(value):
            return MISSING
        clean = tidy(value)
        return Cleaned(clean, address_parts(clean), rule=rule_for(value, clean, "tidied"))
