"""Tax numbers, compact and in upper case; one that fails its check digit is kept and called invalid."""

import re
from contextlib import suppress
from functools import cache
from typing import Any

import stdnum
from stdnum.cn import uscc
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError
from stdnum.tw import ubn

from .base import Cleaned, Context, Level, SemanticType, Settings
from .country import region_of
from .folding import fold

_PUNCTUATION = re.compile(r"[\W_]+")
_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}")
_OLD = re.compile(r"\d{14}[\dX]|\d{6}[A-Z0-9]{8}[\dX]")
_SOLE_TRADER = re.compile(r"\d{17}[\dX]\d{2}")


def valid_ubn(number: str) -> bool:
    """Whether eight digits are a Taiwanese business number by the rule of 2023-04-01 (Ministry of Finance, Taiwan).

    The weighted sum is a multiple of 5 (python-stdnum still wants 10), or one less when the seventh digit is 7.
    """
    rest = ubn.calc_checksum(number) % 5
    return rest == 0 or (rest == 4 and number[6] == "7")


def valid_organisation_code(code: str) -> bool:
    """Whether nine places are a Chinese organisation code with its check character (GB 11714-1997)."""
    total = sum(int(char, 36) * weight for char, weight in zip(code, (3, 7, 9, 10, 5, 8, 4, 2), strict=False))
    return "0123456789X0"[11 - total % 11] == code[8]


@cache
def _national(country: str) -> Any:
    """python-stdnum's module for a country's company tax number, None when it has none."""
    return next(filter(None, (stdnum.get_cc_module(country.lower(), name) for name in ("vat", "tin", "cn"))), None)


def identify(number: str, country: str | None) -> tuple[str, bool, str]:
    """Kind ('' when unknown), validity and comparable form of a compact number of a country, if that is known."""
    if (not country or country == "TW") and re.fullmatch(r"\d{8}", number):
        return "tw_ubn", valid_ubn(number), number
    if _USCC.fullmatch(number):
        return "cn_uscc", uscc.is_valid(number), number
    if _OLD.fullmatch(number):
        return "cn_old", valid_organisation_code(number[6:]), number
    if _SOLE_TRADER.fullmatch(number):
        return "cn_sole_trader", True, number
    with suppress(ValidationError, ValueError, IndexError):  # some modules stumble over odd shapes
        if eu_vat.is_valid(number):
            return "eu_vat", True, number[2:]
        for named in dict.fromkeys((number[:2], country or "")):  # the number's own prefix tells its country too
            national = _national(named) if named.isalpha() and named != "CN" else None
            if national and (named == country or national.is_valid(number)):
                return f"{named}_vat".lower(), national.is_valid(number), national.compact(number)
    return "", False, number


class TaxId(SemanticType):
    name = "tax_id"
    identifying = True
    distinctive = True
    context = ("country",)
    parts = {
        "key": "the compact number without a country's prefix; none for fillers such as zeros",
        "org": "the organisation code within a Chinese number, old or new",
        "kind": "cn_uscc, cn_old, cn_sole_trader, tw_ubn, eu_vat, or the country with _vat",
    }
    levels = (Level("same"), Level("same organisation code", "org"))

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        number = _PUNCTUATION.sub("", fold(text)).upper()
        if not number or not number.isascii():
            return Cleaned(text, {"key": number or None}, False, "not a tax number")
        rule = "punctuation removed, upper case"
        if len(set(number)) == 1 or number in "12345678901234567890":
            return Cleaned(number, {}, False, "filler, not a tax number", rule)
        kind, valid, key = identify(number, region_of(context))
        org = {"cn_uscc": number[8:17], "cn_old": number[6:15]}.get(kind)
        reason = "" if valid else "check digit wrong" if kind else "no known kind of tax number"
        return Cleaned(number, {"key": key, "org": org, "kind": kind or None}, valid, reason, rule)
