"""Telephone numbers, to E.164, with ' x808' for an extension; of several in a cell the first valid one."""

import re
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from functools import cache, lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType, ValidationResult

from .base import Cleaned, Context, Level, Sample, SemanticType, Settings, mask_text, share
from .country import region_of
from .folding import HAN, folded_key, latin, simplified, table

_SEPARATOR = re.compile(r"\s*(?:[/;,、|]|\bor\b|[或和及])\s*")
_AREA = re.compile(r"^(\(?\d{2,5}\)?) ?/ ?(?=\d)")
_EXTENSION = re.compile(r"\s*(?:转|分机|extension|ext\.?|x|#)\s*[.:]?\s*(\d{1,6})\s*$")
_DASHED = re.compile(r"(.*\d)[-~] ?(\d{1,5})")  # an extension after a dash, if the number is wrong with it
_WORD = r"(?:tel|phone|mobile|fax|cell|office|t|m|p)\s*[.:]"
_LABEL = re.compile(rf"^(?:{_WORD}|{HAN.pattern}{{1,8}}\s*[.:]?)\s*(?=[+(\d])")
_NOTE = re.compile(rf"\s*(?:\([^\d()]{{1,12}}\)|{HAN.pattern}{{1,6}})$")  # whose number it is
_SCIENTIFIC = re.compile(r"\d(?:\.(\d+))?e\+?(\d{1,2})")
_SHAPE = re.compile(r"(?!(?:19|20)\d\d-\d\d?-)\+?[\d() -]{7,20}")  # and no date
_TELLING = re.compile(rf"1[3-9]\d{{9}}|(?!\d+$){_SHAPE.pattern}")
_PLACEHOLDER = re.compile(r"(\d)\1+|0?12345(6(7(8(90?)?)?)?)?|13800138000|\d{2,4}(0{7,}|1{7,})")
_CHINESE_MOBILE = re.compile(r"1[3-9]\d{9}")
_CHINESE_SERVICE = re.compile(r"9[56]\d{3,4}|10[01]\d\d|12[0-35-9]\d\d|123[0-36-9]\d")  # Telecom numbering plan, 2017
_TAIWANESE_LOCAL = re.compile(r"[2-8]\d{3}[- ]?\d{4}")  # of area 02 or 04, or of one with fewer digits and its 0 lost
_FOREIGN = re.compile(r"00|86\D?(?:1[3-9]|\(?0?[1-9]\d)|886\D?\(?0?[2-9]")
_CITY = re.compile(r"(?:市|地区|盟|自治州|shi|city)$")
_MOST_WORDS = 9
_LONGEST = 500
NO_AREA = "no area code"
_COUNTRY_CODE = re.compile(rf"\+(?:{'|'.join(map(str, phonenumbers.COUNTRY_CODE_TO_REGION_CODE))})")


def _pieces(folded: str) -> list[str]:
    """The numbers of a cell; a few digits before a stroke are an area code.

    >>> _pieces("310/246-1501"), _pieces("68746373/13968746373")
    (['310-246-1501'], ['68746373', '13968746373'])
    """
    return [piece for piece in _SEPARATOR.split(_AREA.sub(r"\1-", folded)) if piece] or [folded]


def _invalid(text: str, reason: str, key: str | None = None) -> Cleaned:
    return Cleaned(text, {"key": key, "tail": key[-8:] if key and len(key) >= 7 else None}, False, reason)


@cache
def _cities() -> dict[tuple[str, str], str]:
    """(country, Chinese name or its reading) -> area code; a reading of two cities with two codes is left out."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for country, code, cities in table("area_code"):
        for city in cities.split():
            found[country, city].add(code)
            found[country, latin(city) or ""].add(code)
    return {city: codes.pop() for city, codes in found.items() if len(codes) == 1}


@lru_cache(10_000)
def area_code(country: str | None, city: str | None) -> str | None:
    """The area code of a city in China or Taiwan (data/area_code.csv), None where it is not known for certain.

    >>> area_code("CN", "杭州市"), area_code("CN", "Hangzhou"), area_code("CN", "Fuzhou"), area_code("TW", "臺北市")
    ('0571', '0571', None, '02')
    """
    name = folded_key(city or "") or ""
    names = (name, _CITY.sub("", name), _CITY.sub("", latin(name) or ""))
    return next((code for each in names if (code := _cities().get((country or "", each)))), None)


def _bare(piece: str) -> str:
    """A folded number without words around it and the marks that a spreadsheet's number format left on it."""
    return _LABEL.sub("", _NOTE.sub("", piece)).removesuffix(".0")


def _first_of_range(extended: Cleaned, number: str, end: str) -> Cleaned | None:
    """The first of the numbers 4527005-9, which are several lines; None where the end is an extension."""
    key = extended.parts["key"] or ""
    if len(end) > 2 or end <= number[-len(end) :] or not number[-len(end) :].isdigit():
        return None
    parts = {**extended.parts, "others": key[: -len(end)] + end}
    return replace(extended, value=key, parts=parts, rule="range of numbers: first kept")


def _read(piece: str, region: str | None) -> Cleaned:
    """Read one folded number as one of a country (alpha-2), if it has no country code of its own."""
    text = _bare(piece)
    if found := _SCIENTIFIC.fullmatch(text):
        if len(found[1] or "") < int(found[2]):
            return _invalid(piece, "lost digits: a spreadsheet shortened the number")
        text = str(int(Decimal(text)))
    extension = _EXTENSION.search(text)
    text = text[: extension.start()] if extension else text
    text = text.replace("~", "-")  # which phonenumbers would drop with all that follows
    digits = re.sub("[^0-9]", "", text)
    if _PLACEHOLDER.fullmatch(digits):
        return _invalid(piece, "placeholder, not a real number")
    if region == "CN" and _CHINESE_SERVICE.fullmatch(text):
        return Cleaned(text, {"key": f"+86{text}", "kind": "service"}, rule="label removed")
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        reason = "not a phone number" if region or not digits else "no country known for the number"
        return _invalid(piece, reason, digits or None)
    national = phonenumbers.national_significant_number(number)
    e164 = f"+{number.country_code}{national}"
    if _PLACEHOLDER.fullmatch(national):
        return _invalid(piece, "placeholder, not a real number")
    if number.country_code == 886 and _TAIWANESE_LOCAL.fullmatch(text):
        return _invalid(piece, NO_AREA, digits)
    kind = phonenumbers.number_type(number)
    if number.country_code == 86 and _CHINESE_MOBILE.fullmatch(national):  # new prefixes come faster than lists of them
        kind = PhoneNumberType.MOBILE
    if kind == PhoneNumberType.UNKNOWN:
        dashed = None if extension else _DASHED.fullmatch(text)
        if dashed and (shorter := _read(f"{dashed[1]} x{dashed[2]}", region)).valid:
            return _first_of_range(shorter, dashed[1], dashed[2]) or shorter
        subscriber = re.sub("[^0-9]", "", dashed[1]) if dashed else national
        if number.country_code in (86, 886) and len(subscriber) in (6, 7, 8):
            return _invalid(piece, NO_AREA, digits)
        possible = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
        return _invalid(piece, "no such number in its country", e164 if possible else digits)
    words = PhoneNumberType.to_string(kind).lower().removesuffix("_line").replace("_", " ")
    value = f"{e164} x{extension[1]}" if extension else e164
    return Cleaned(value, {"key": e164, "tail": national[-8:], "kind": words}, rule="international form")


def _apart(piece: str, region: str | None) -> list[Cleaned]:
    """The numbers of a text that only blanks part, empty when it is not made of valid ones."""
    words = piece.split()
    for place in range(1, min(len(words), _MOST_WORDS)):
        left = _read(" ".join(words[:place]), region)
        rest = " ".join(words[place:])
        right = _read(rest, region) if left.valid else left
        if left.valid and (found := [right] if right.valid else _apart(rest, region)):
            return [left, *found]
    return []


def _understood(piece: str, context: Context) -> list[Cleaned]:
    """The numbers of a piece: as it stands, else as its record or the project tell, else parted by blanks."""
    region, home = region_of(context), context.get("region")
    plain = _read(piece, region)
    if plain.valid or not any(map(str.isdigit, piece)) or len(piece) > 60:
        return [plain]
    if plain.reason == NO_AREA and (code := area_code(region, context.get("city"))):
        found = _read(f"{code}-{_bare(piece)}", region)
        if found.valid:
            return [replace(found, rule=f"area code {code} of the record's city added")]
    text = _bare(piece)
    if _FOREIGN.match(text) and (long := _read("+" + text.lstrip("0"), None)).valid:
        return [replace(long, rule="begins with a country code")]
    if home != region and (at_home := _read(piece, home)).valid:
        return [replace(at_home, rule=f"no number of {region}: read as one of {home}")]
    return _apart(piece, region) or [plain]


class Phone(SemanticType):
    name = "phone"
    identifying = True
    context = ("country", "city")
    parts = {
        "key": "E.164 without extension; the digits when it cannot be read",
        "tail": "the last eight digits",
        "kind": "mobile, fixed, toll free, voip, service ...",
        "others": "further numbers of the same cell",
    }
    levels = (Level("same"), Level("same last digits", "tail"), Level("one slip", slips=1))
    related = tuple(level.name for level in levels)

    def recognise(self, sample: Sample, heading: str) -> float:
        """The heading and the shape of the numbers; bare digits could be anything."""
        named = self.named(heading)
        shape = _SHAPE if named else _TELLING
        first = share(sample, lambda value: shape.fullmatch(_pieces(_EXTENSION.sub("", simplified(value)))[0]))
        return 0.5 * named + 0.45 * first

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        if len(text) > _LONGEST:
            return _invalid(text, "not a phone number")
        found = [each for piece in _pieces(simplified(text)) for each in _understood(piece, context)]
        kept = next((each for each in found if each.valid), None)
        if kept is None:
            return replace(found[0], value=text)
        if len(found) == 1:
            return kept
        further = [str(each.value) for each in found if each is not kept]
        others = "; ".join(filter(None, [kept.parts.get("others"), *further]))
        return replace(kept, parts={**kept.parts, "others": others}, rule="several numbers: first kept")

    def mask(self, value: str, key: bytes) -> str:
        code = _COUNTRY_CODE.match(value)
        kept = code.end() if code else 0
        return value[:kept] + mask_text(value, key)[kept:]
