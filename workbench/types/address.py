"""Postal addresses, each as one text; nothing of it is rewritten.

A Chinese address is taken apart in address_chinese.py, one in Latin letters in address_western.py. A district that has
been renamed or merged stays so in the value; the part `district` has today's.
"""

import re
from functools import lru_cache

from . import address_chinese, address_western
from .base import Cleaned, Context, Level, Sample, SemanticType, Settings, share
from .folding import HAN, any_of, letters, simplified

_UNIT = "[段号楼巷弄室栋幢座层邻]|单元"
_DIGITS = "〇零一二三四五六七八九十百"
_NUMERAL = re.compile(rf"[{_DIGITS}][{_DIGITS}0o]{{0,8}}(?={_UNIT}|之\d)|(?<=[号楼室层]之)[{_DIGITS}]{{1,9}}")
_POSTCODE = re.compile(rf"[\[(]?(\d{{3}}|\d{{5,6}})[\])]?\s*(?=[\u3400-\u9fff])(?!{_UNIT})")
_FLOOR = re.compile(r"(\d)\s*f(?![a-z])")
_TO_DIGITS = str.maketrans("〇零o一二三四五六七八九", "000123456789", "十百")
_LOOKS = re.compile(
    rf"(?!.*@).*([路街道巷弄号段楼村镇]|[省市县区].*\d|\d.*\b({any_of('street')})\b|(strasse|str\.|weg|platz) *\d)"
)
ANOTHER_PROVINCE = "postcode of another province"


@lru_cache(10_000)
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
        "street": "city, road spelt out, number; of a Chinese one two characters of the city, road to room",
        "postcode": "before a Chinese address, at the end of another",
        "province": "in full, also where only the city or district tells it; a US state in two letters",
        "city": "the city or prefecture, simplified or folded; of China today's name in full",
        "district": "district, county or town of a city, of China today's name",
        "road": "road with its section, or a hamlet with numbers; po box",
        "number": "of the house, with lane and alley, or of the box",
        "building": "what is between the number and the room",
        "room": "unit, floor and room",
    }
    levels = (
        Level("same"),
        Level("same street and number", "street"),
        Level("near", at_least=0.93),
        Level("alike", at_least=0.85),
        Level("faintly alike", at_least=0.75),
    )

    def recognise(self, sample: Sample, heading: str) -> float:
        return 0.5 * self.named(heading) + 0.45 * share(sample, lambda value: _LOOKS.match(simplified(value)))

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        plain = simplified(text)
        if not HAN.search(plain):
            return Cleaned(text, {"key": letters(plain), **address_western.taken_apart(plain)})
        found = _POSTCODE.match(plain)
        postcode = found[1] if found else None
        plain = _NUMERAL.sub(lambda numerals: numeral(numerals[0]), plain[found.end() if found else 0 :])
        plain = _FLOOR.sub(r"\1楼", plain)
        apart, named = address_chinese.taken_apart(plain)
        parts = {"key": letters(plain), "postcode": postcode, **apart}
        begin = address_chinese.postcodes(parts.get("province") or "") if named else ()
        if postcode and len(postcode) == 6 and begin and postcode[:2] not in begin:
            return Cleaned(text, parts, False, ANOTHER_PROVINCE)
        return Cleaned(text, parts)
