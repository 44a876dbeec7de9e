"""Telephone numbers, to E.164, with ' x808' for an extension; of several in a cell the first valid one."""

import re
from dataclasses import replace
from decimal import Decimal

import phonenumbers
from phonenumbers import PhoneNumberType, ValidationResult

from .base import Cleaned, Context, Level, Sample, SemanticType, Settings, mask_text, share
from .country import region_of
from .folding import simplified

_SEPARATOR = re.compile(r"\s*(?:[/;,、|]|\bor\b|或)\s*")
_AREA = re.compile(r"^(\(?\d{2,5}\)?) ?/ ?(?=\d)")
_EXTENSION = re.compile(r"\s*(?:转|分机|extension|ext\.?|x|#)\s*[.:]?\s*(\d{1,6})\s*$")
_DASHED = re.compile(r"(.*\d)[-~] ?(\d{1,5})")  # an extension after a dash, if the number is wrong with it
_LABEL = re.compile(r"^(?:tel|phone|mobile|fax|t|m|电话|手机)\s*[.:]\s*")
_SCIENTIFIC = re.compile(r"\d(?:\.(\d+))?e\+?(\d{1,2})")
_SHAPE = re.compile(r"(?!(?:19|20)\d\d-\d\d?-)\+?[\d() -]{7,20}")  # and no date
_TELLING = re.compile(rf"1[3-9]\d{{9}}|(?!\d+$){_SHAPE.pattern}")
_PLACEHOLDER = re.compile(r"(\d)\1+|0?1234567(8(90?)?)?|13800138000|\d{2,4}(0{7,}|1{7,})")
_CHINESE_MOBILE = re.compile(r"1[3-9]\d{9}")
_COUNTRY_CODE = re.compile(rf"\+(?:{'|'.join(map(str, phonenumbers.COUNTRY_CODE_TO_REGION_CODE))})")


def _pieces(folded: str) -> list[str]:
    """The numbers of a cell; a few digits before a stroke are an area code.

    >>> _pieces("310/246-1501"), _pieces("68746373/13968746373")
    (['310-246-1501'], ['68746373', '13968746373'])
    """
    return [piece for piece in _SEPARATOR.split(_AREA.sub(r"\1-", folded)) if piece] or [folded]


def _invalid(text: str, reason: str, key: str | None = None) -> Cleaned:
    return Cleaned(text, {"key": key, "tail": key[-8:] if key and len(key) >= 7 else None}, False, reason)


def _read(piece: str, region: str | None) -> Cleaned:
    """Read one folded number, with the marks that a spreadsheet's number format left on it."""
    text = _LABEL.sub("", piece).removesuffix(".0")
    if found := _SCIENTIFIC.fullmatch(text):
        if len(found[1] or "") < int(found[2]):
            return _invalid(piece, "lost digits: a spreadsheet shortened the number")
        text = str(int(Decimal(text)))
    extension = _EXTENSION.search(text)
    text = text[: extension.start()] if extension else text
    digits = re.sub("[^0-9]", "", text)
    if _PLACEHOLDER.fullmatch(digits):
        return _invalid(piece, "placeholder, not a real number")
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        reason = "not a phone number" if region or not digits else "no country known for the number"
        return _invalid(piece, reason, digits or None)
    national = phonenumbers.national_significant_number(number)
    e164 = f"+{number.country_code}{national}"
    if _PLACEHOLDER.fullmatch(national):
        return _invalid(piece, "placeholder, not a real number")
    kind = phonenumbers.number_type(number)
    if number.country_code == 86 and _CHINESE_MOBILE.fullmatch(national):  # new prefixes come faster than lists of them
        kind = PhoneNumberType.MOBILE
    if kind == PhoneNumberType.UNKNOWN:
        dashed = None if extension else _DASHED.fullmatch(text)
        if dashed and (shorter := _read(f"{dashed[1]} x{dashed[2]}", region)).valid:
            return shorter
        if len(national) in (6, 7, 8) and number.country_code in (86, 886):
            return _invalid(piece, "no area code", digits)
        possible = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
        return _invalid(piece, "no such number in its country", e164 if possible else digits)
    words = PhoneNumberType.to_string(kind).lower().removesuffix("_line").replace("_", " ")
    value = f"{e164} x{extension[1]}" if extension else e164
    return Cleaned(value, {"key": e164, "tail": national[-8:], "kind": words}, rule="international form")


class Phone(SemanticType):
    name = "phone"
    identifying = True
    context = ("country",)
    parts = {
        "key": "E.164 without extension; the digits when it cannot be read",
        "tail": "the last eight digits",
        "kind": "mobile, fixed, toll free, voip ...",
        "others": "further numbers of the same cell",
    }
    levels = (Level("same"), Level("same last digits", "tail"))

    def recognise(self, sample: Sample, heading: str) -> float:
        """The heading and the shape of the numbers; bare digits could be anything."""
        named = self.named(heading)
        shape = _SHAPE if named else _TELLING
        first = share(sample, lambda value: shape.fullmatch(_pieces(_EXTENSION.sub("", simplified(value)))[0]))
        return 0.5 * named + 0.45 * first

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        found = [_read(piece, region_of(context)) for piece in _pieces(simplified(text))]
        kept = next((each for each in found if each.valid), None)
        if kept is None:
            return replace(found[0], value=text)
        if len(found) == 1:
            return kept
        others = "; ".join(str(each.value) for each in found if each is not kept)
        return replace(kept, parts={**kept.parts, "others": others}, rule="several numbers: first kept")

    def mask(self, value: str, key: bytes) -> str:
        code = _COUNTRY_CODE.match(value)
        kept = code.end() if code else 0
        return value[:kept] + mask_text(value, key)[kept:]
