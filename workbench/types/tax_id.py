"""Tax numbers: the Chinese codes, Taiwan's business number, European VAT, and each country's own."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import stdnum
from stdnum.cn import uscc
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError

from .base import Cleaned, Context, Level, SemanticType, Settings
from .country import region_of
from .folding import fold

_PUNCTUATION = re.compile(r"[\W_]+")
_ASCENDING = "12345678901234567890"
_UBN_WEIGHTS = (1, 2, 1, 2, 1, 2, 4, 1)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def valid_ubn(number: str) -> bool:
    """Whether eight digits are a Taiwanese business number by the rule of 2023-04-01.

    The digits of the weighted products must add up to a multiple of 5; a seventh digit of 7 gives 10, which
    may count as 1 or 0 (Ministry of Finance, Taiwan).

    >>> valid_ubn("52345676"), valid_ubn("52345682"), valid_ubn("52345675")
    (True, True, False)
    """
    products = (int(digit) * weight for digit, weight in zip(number, _UBN_WEIGHTS, strict=True))
    total = sum(sum(divmod(product, 10)) for product in products)
    return total % 5 == 0 or (number[6] == "7" and (total + 1) % 5 == 0)


def valid_organisation_code(code: str) -> bool:
    """Whether nine places are an organisation code with its check character (GB 11714-1997).

    >>> valid_organisation_code("712345680"), valid_organisation_code("712345681")
    (True, False)
    """
    total = sum(int(char, 36) * weight for char, weight in zip(code[:8], _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11] == code[8]


@cache
def _national(country: str) -> Any:
    """python-stdnum's module for a country's company tax number, None when it has none."""
    names = ("vat", "tin", "cn")
    found = (stdnum.get_cc_module(country.lower(), name) for name in names)
    return next((module for module in found if module), None)


def is_sentinel(number: str) -> bool:
    """Whether a number is a filler: one character repeated, or digits counted up.

    >>> is_sentinel("00000000"), is_sentinel("123456789"), is_sentinel("52345676")
    (True, True, False)
    """
    return len(set(number)) == 1 or number in _ASCENDING


def _chinese(number: str) -> tuple[str, bool] | None:
    """Kind and validity of a number that has the shape of a Chinese one."""
    if re.fullmatch(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}", number):
        return "cn_uscc", uscc.is_valid(number)
    if re.fullmatch(r"\d{14}[\dX]|\d{6}[A-Z0-9]{8}[\dX]", number):
        return "cn_old", valid_organisation_code(number[6:])
    if re.fullmatch(r"\d{17}[\dX]\d{2}", number):
        return "cn_sole_trader", True
    return None


def identify(number: str, country: str | None) -> tuple[str, bool, str]:
    """Kind, validity and comparable form of a compact number of a country (alpha-2, or unknown).

    >>> identify("DE234567802", None)
    ('eu_vat', True, '234567802')
    """
    if country == "TW" or (not country and re.fullmatch(r"\d{8}", number)):
        return "tw_ubn", bool(re.fullmatch(r"\d{8}", number)) and valid_ubn(number), number
    if chinese := _chinese(number):
        return *chinese, number
    try:
        if eu_vat.is_valid(number):
            module = _national({"EL": "GR"}.get(number[:2], number[:2]))
            return "eu_vat", True, module.compact(number) if module else number
        national = _national(country) if country and country != "CN" else None
        if national:
            return f"{country}_vat".lower(), national.is_valid(number), national.compact(number)
    except (ValidationError, ValueError, IndexError):  # some modules stumble over odd shapes
        pass
    return "", False, number


class TaxId(SemanticType):
    """A tax number, compact and in upper case; one that fails its check digit is kept and called invalid."""

    name = "tax_id"
    identifying = True
    distinctive = True
    context = ("country",)
    parts = {
        "key": "the compact number without a country's prefix; none for fillers such as zeros",
        "org": "the organisation code within a Chinese number, old or new",
        "kind": "cn_uscc, cn_old, cn_sole_trader, tw_ubn, eu_vat, or the country with _vat",
    }
    levels = (Level("same"), Level("same organisation code", part="org"))
    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        number = _PUNCTUATION.sub("", fold(text)).upper()
        if not number or not number.isascii():
            return Cleaned(text, {"key": number or None}, False, "not a tax number")
        rule = "punctuation removed, upper case"
        if is_sentinel(number):
            return Cleaned(number, {}, False, "filler, not a tax number", rule)
        kind, valid, key = identify(number, region_of(context))
        org = {"cn_uscc": number[8:17], "cn_old": number[6:15]}.get(kind)
        reason = "" if valid else "check digit wrong" if kind else "no known kind of tax number"
        return Cleaned(number, {"key": key, "org": org, "kind": kind or None}, valid, reason, rule)
