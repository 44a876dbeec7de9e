"""Postal addresses, each as one text; nothing of it is rewritten."""

import re

from .base import Cleaned, Context, Level, Sample, SemanticType, Settings, share
from .folding import any_of, letters, simplified

_UNIT = "[段号楼巷弄室栋幢座层邻]|单元"
_NUMERAL = re.compile(rf"[〇零一二三四五六七八九十百]+(?={_UNIT})")
_POSTCODE = re.compile(rf"[\[(]?(\d{{3}}|\d{{5,6}})[\])]?\s*(?=[\u3400-\u9fff])(?!{_UNIT})")
_TO_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789", "十百")
_STREET = re.compile(r"(?:.*[市县区乡镇里村邻])?(.+?(?:路|街|大道).*\d.*)")
_LOOKS = re.compile(
    rf"(?!.*@).*([路街道巷弄号段楼村镇]|[省市县区].*\d|\d.*\b({any_of('street')})\b|(strasse|str\.|weg|platz) *\d)"
)


def numeral(text: str) -> str:
    """A Chinese numeral below 1,000 in digits.

    >>> [numeral(text) for text in ("二", "十", "二十一", "一百零五", "三〇二")]
    ['2', '10', '21', '105', '302']
    """
    for unit, written_out in (("^十", "一十"), ("百$", "零零"), ("十$", "零")):
        text = re.sub(unit, written_out, text)
    return text.translate(_TO_DIGITS)


class Address(SemanticType):
    name = "address"
    identifying = True
    parts = {
        "key": "folded, simplified, Chinese numerals in digits, without a leading postcode",
        "street": "of a Chinese key the city's first two characters, then road, number and floor, without district",
        "postcode": "a leading postcode of a Chinese address",
    }
    levels = (
        Level("same"),
        Level("same street and number", "street"),
        Level("near", at_least=0.93),
        Level("alike", at_least=0.85),
    )

    def recognise(self, sample: Sample, heading: str) -> float:
        return 0.5 * self.named(heading) + 0.45 * share(sample, lambda value: _LOOKS.match(simplified(value)))

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        plain = simplified(text)
        found = _POSTCODE.match(plain)
        plain = _NUMERAL.sub(lambda numerals: numeral(numerals[0]), plain[found.end() if found else 0 :])
        plain = re.sub(r"(\d)\s*f\b", r"\1楼", plain)
        key = letters(plain)
        place = _STREET.fullmatch(key or "")
        street = f"{place[0][:2]} {place[1]}" if place else None
        return Cleaned(text, {"key": key, "street": street, "postcode": found[1] if found else None})
