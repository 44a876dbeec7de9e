"""Telephone numbers, to E.164 where they can be read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType, ValidationResult

from .base import MISSING, Cleaned, Level, SemanticType, Settings, fold, is_missing, mask_text, rule_for, tidy
from .country import region_of

_SEPARATOR = re.compile(r"\s*(?:[/;,、|]|\bor\b|或)\s*")
_EXTENSION = re.compile(r"\s*(?:转|轉|分机|分機|extension|ext\.?|x|#)\s*[.:]?\s*(\d{1,6})\s*$")
_DASHED = re.compile(r"(.*\d)[-~] ?(\d{1,5})")  # an extension after a dash, if the number is wrong with it
_LABEL = re.compile(r"^(?:tel|phone|mobile|fax|t|m|电话|電話|手机|手機)\s*[.:]\s*")
_SCIENTIFIC = re.compile(r"(\d(?:\.\d+)?)e\+?(\d{1,2})")
_SHAPE = re.compile(r"\+?[\d() -]{7,20}")
_DATE = re.compile(r"(19|20)\d\d-\d\d?-\d\d?")
_PLACEHOLDER = re.compile(r"(\d)\1+|0?1234567(8(90?)?)?|13800138000|\d{2,4}(0{7,}|1{7,})")
_KINDS = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "fixed",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "fixed or mobile",
    PhoneNumberType.TOLL_FREE: "toll free",
    PhoneNumberType.SHARED_COST: "service",
    PhoneNumberType.PREMIUM_RATE: "service",
    PhoneNumberType.UAN: "service",
    PhoneNumberType.VOIP: "voip",
}


def _unexcel(text: str) -> str | None:
    """Undo a spreadsheet's number format (1.3912345678E+10, 13912345678.0); None when digits were lost."""
    if found := _SCIENTIFIC.fullmatch(text):
        lost = len(found[1].replace(".", "")) <= int(found[2])
        return None if lost else str(int(Decimal(text)))
    return text.removesuffix(".0")


def _invalid(value: str, reason: str, key: str | None) -> Cleaned:
    clean = tidy(value)
    parts = {"key": key, "tail": key[-8:] if key and len(key) >= 7 else None}
    return Cleaned(clean, parts, False, reason, rule_for(value, clean, "tidied"))


def _read(raw: str, region: str | None) -> Cleaned:
    """Read one number."""
    text = _unexcel(_LABEL.sub("", fold(tidy(raw))))
    if text is None:
        return _invalid(raw, "lost digits: a spreadsheet shortened the number", None)
    extension = _EXTENSION.search(text)
    text = text[: extension.start()] if extension else text
    digits = "".join(char for char in text if char in "0123456789")
    if not digits:
        return _invalid(raw, "not a phone number", None)
    if _PLACEHOLDER.fullmatch(digits):
        return _invalid(raw, "placeholder, not a real number", None)
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return _invalid(raw, "not a phone number" if region else "no country known for the number", digits)
    national = phonenumbers.national_significant_number(number)
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if _PLACEHOLDER.fullmatch(national):
        return _invalid(raw, "placeholder, not a real number", None)
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.UNKNOWN:
        if not extension and (dashed := _DASHED.fullmatch(text)):
            shorter = _read(f"{dashed[1]} x{dashed[2]}", region)
            if shorter.valid:
                return shorter
        if len(national) in (6, 7, 8) and number.country_code in (86, 886):
            return _invalid(raw, "no area code", digits)
        possible = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
        return _invalid(raw, "no such number in its country", e164 if possible else digits)
    value = f"{e164} x{extension[1]}" if extension else e164
    parts = {"key": e164, "tail": national[-8:], "kind": _KINDS.get(kind, "other")}
    return Cleaned(value, parts, rule=rule_for(raw, value, "international form"))


class Phone(SemanticType):
    """A telephone number; the value is E.164, with ' x808' after it for an extension."""

    name = "phone"
    identifying = True
    context = ("country",)
    parts = {
        "key": "E.164 without extension; the digits when it cannot be read",
        "tail": "the last eight digits",
        "kind": "mobile, fixed, fixed or mobile, toll free, service, voip or other",
        "others": "further numbers of the same cell",
    }
    levels = (Level("same"), Level("same last digits", part="tail"))
    headings = (
        r"\b(tele)?phone|\bmobile|\bcell\b|\bfax|^tel|^mob|\btel( no)?\b|电话|電話|手机|手機|传真|傳真|座机|"
        r"[联聯][系絡络]方式"
    )

    def recognise(self, sample: Sequence[str], heading: str) -> float:
        """The heading and the shape of the numbers; bare digits could be anything."""
        named = self.named(heading)
        texts = [fold(tidy(value)) for value in sample]
        shaped = sum(self._shaped(_EXTENSION.sub("", text), named) for text in texts) / (len(texts) or 1)
        return 0.5 * named + 0.45 * shaped

    @staticmethod
    def _shaped(text: str, named: bool) -> bool:
        first = _SEPARATOR.split(text)[0]
        if not _SHAPE.fullmatch(first) or _DATE.match(first):
            return False
        return named or not first.isdigit() or bool(re.fullmatch(r"1[3-9]\d{9}", first))

    def standardise(self, value: str, context: Mapping[str, str | None], settings: Settings) -> Cleaned:
        """Read a number in the record's country, else the project's region.

        >>> found = Phone().standardise("（010）6253 1234转808", {"region": "CN"}, {})
        >>> found.value, found.parts["kind"]
        ('+861062531234 x808', 'fixed')
        """
        if is_missing(value):
            return MISSING
        region = region_of(context)
        pieces = [piece for piece in _SEPARATOR.split(fold(tidy(value))) if piece]
        if len(pieces) < 2:
            return _read(value, region)
        read = [_read(piece, region) for piece in pieces]
        first = next((place for place, found in enumerate(read) if found.valid), None)
        if first is None:
            return replace(read[0], value=tidy(value), rule=rule_for(value, tidy(value), "tidied"))
        others = "; ".join(str(found.value) for place, found in enumerate(read) if place != first)
        kept = read[first]
        return Cleaned(kept.value, {**kept.parts, "others": others}, rule="several numbers: first kept")

    def mask(self, value: str, key: bytes) -> str:
        """Other digits; a country code stays.

        >>> Phone().mask("+861062531234", b"k")[:3]
        '+86'
        """
        codes = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
        digits = re.match(r"\+([0-9]{1,3})", value)
        size = next((n for n in (1, 2, 3) if digits and int(digits[1][:n]) in codes), 0)
        keep = size + 1 if value.startswith("+") else 0
        return value[:keep] + mask_text(value, key)[keep:]
