"""Tax numbers, compact and in upper case; one that fails its check digit is kept and called invalid.

China: GB 32100-2015 (18 places), GB 11714-1997 (the organisation code in it), GB 11643-1999 (residents). Taiwan: the
Ministry of Finance's rule of 2023-04-01. All others: data/tax_kind.csv, by the rules in python-stdnum.
"""

import re
from typing import NamedTuple

from .base import Cleaned, Context, Level, SemanticType, Settings
from .country import region_of
from .folding import fold
from .tax_kinds import compact, guesses, kinds, main_kind, marks, named, valid_ubn

_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}")
_OLD = re.compile(r"\d{14}[\dX]|\d{6}[A-Z0-9]{8}[\dX]")
_ORGANISATION = re.compile(r"[A-Z0-9]{8}[\dX]")
_SOLE_TRADER = re.compile(r"\d{17}[\dX]\d\d")  # a resident's number and two places, or an old one of 15 and five
_OLD_RESIDENT = re.compile(r"\d{8}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}")
_CHINESE = (None, "CN", "HK", "MO", "TW")
_LABEL = re.compile(r"^(?:[^\W\d_a-z]+|(?:tax|vat|uscc|ubn|ein|tin|gst)\b[a-z. ]*)[:. ]\s*(?=[\da-z])")
_SEVERAL = re.compile(r"\s*[;,、|]\s*|\s+/\s+")
_SHORTENED = re.compile(r"\d\.\d+e\+?\d\d")
_FLOAT = re.compile(r"\d{5,}\.0")
_RUN = re.compile(r"(.)\1{6}")
_LONGEST = 60
_MISSPELT = (str.maketrans("OI", "01"), str.maketrans("OISZ", "0152"))


class Found(NamedTuple):
    """What a compact number is: its kind ('' if unknown), its comparable form, what is wrong with it ('' if valid)."""

    kind: str
    key: str
    reason: str = ""


def valid_organisation_code(code: str) -> bool:
    """Whether nine places are a Chinese organisation code with its check character (GB 11714-1997)."""
    total = sum(int(char, 36) * weight for char, weight in zip(code, (3, 7, 9, 10, 5, 8, 4, 2), strict=False))
    return "0123456789X0"[11 - total % 11] == code[8]


def _chinese(number: str) -> Found | None:
    """A number of a Chinese shape, None when it has none."""
    wrong = "check digit wrong"
    if _USCC.fullmatch(number):
        if named("cn_uscc").accepts(number):
            return Found("cn_uscc", number)
        resident = number[:17].isdigit() and named("cn_ric").accepts(number)
        return Found("cn_ric", number) if resident else Found("cn_uscc", number, wrong)
    if _OLD.fullmatch(number):
        return Found("cn_old", number, "" if valid_organisation_code(number[6:]) else wrong)
    if _SOLE_TRADER.fullmatch(number):
        resident = named("cn_ric").accepts(number[:18]) or bool(_OLD_RESIDENT.fullmatch(number[:15]))
        return Found("cn_sole_trader", number, "" if resident else wrong)
    return None


def identify(number: str, country: str | None, written: str = "") -> Found:
    """What a compact number of a country, if that is known, is; its marks as `written` tell more."""
    text = written or number
    if country in (None, "TW") and re.fullmatch(r"\d{8}", number):
        return Found("tw_ubn", number, "" if valid_ubn(number) else "check digit wrong")
    chinese = _chinese(number)
    if chinese and (country in _CHINESE or not chinese.reason):
        return chinese
    if country == "CN" and _ORGANISATION.fullmatch(number) and valid_organisation_code(number):
        return Found("cn_org", number)
    if number[:2].isalpha():  # the number's own prefix tells its country
        if named("eu_vat").accepts(number):
            return Found("eu_vat", number[2:])
        if country != number[:2] and (own := _national(number, number[:2], text)) and not own.reason:
            return own
    return _national(number, country or "", text) or chinese or Found("", number, "no known kind of tax number")


def _national(number: str, country: str, text: str) -> Found | None:
    """A number of a country, None where no kinds of that country are known."""
    main = main_kind(country) if country and country != "CN" else None
    if main is None:
        return None
    complaint = main.complaint(number)
    if not complaint and (text.isalnum() or marks(text) == main.breaks(number)):
        return Found(main.name, main.key(number))
    for likely in guesses(text, country):  # the marks tell which, where there are several
        return Found(likely, named(likely).key(number))
    return Found(main.name, main.key(number), complaint)


def is_filler(number: str) -> bool:
    """Whether a compact number only fills a field, right as its check digit may be.

    >>> is_filler("00000000"), is_filler("91310000MA1FL00000"), is_filler("00000000000191")
    (True, True, False)
    """
    digits = number.lstrip("0")
    if len(digits) < 3 or len(set(number)) == 1 or number in "1234567890":
        return True
    if "1234567" in number or "7654321" in number:
        return True
    if len(number) in (15, 18):  # Chinese, which have long runs of zeros within
        return len(set(number[-5:])) == 1 or len(set(number[8:16])) == 1
    return len(number) < 15 and bool(_RUN.search(digits))


def _proposal(number: str, country: str | None) -> str | None:
    """The one number that a misspelt letter or lost zeros make of it, if just one kind finds that valid."""
    for misspelt in _MISSPELT:
        mended = number.translate(misspelt)
        if mended != number and not is_filler(mended) and not identify(mended, country).reason:
            return mended
    if not (number.isdigit() and country):
        return None
    if country == "CN":
        return None  # no number of China begins with a zero
    padded = [number.zfill(len(number) + zeros) for zeros in (1, 2, 3)]
    restored = {(kind.name, each) for each in padded for kind in kinds(country) if kind.accepts(each)}
    return restored.pop()[1] if len(restored) == 1 else None


class TaxId(SemanticType):
    name = "tax_id"
    identifying = True
    distinctive = True
    context = ("country",)
    parts = {
        "key": "the compact number without a country's prefix; none for fillers such as zeros",
        "org": "the organisation code within a Chinese number, old or new",
        "kind": "cn_uscc, cn_old, cn_org, cn_sole_trader, tw_ubn, eu_vat, or country and name such as de_vat, us_ein",
    }
    levels = (Level("same"), Level("same organisation code", "org"))

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        if len(text) > _LONGEST:
            return Cleaned(text, {}, False, "not a tax number")
        folded = fold(text)
        bare, region = folded, region_of(context)
        if not folded.isalnum():
            if _SHORTENED.fullmatch(folded):
                return Cleaned(text, {}, False, "lost digits: a spreadsheet shortened the number")
            bare = _LABEL.sub("", folded)
            bare = bare.removesuffix(".0") if _FLOAT.fullmatch(bare) else bare
            pieces = [piece for piece in map(compact, _SEVERAL.split(bare)) if piece]
            if len(pieces) > 1 and not any(identify(piece, region).reason for piece in pieces):
                return Cleaned(text, {"key": compact(bare)}, False, "several tax numbers in one cell")
        number = compact(bare)
        if not number.replace("Ñ", "N").isascii() or not number.strip("&"):
            return Cleaned(text, {"key": number or None}, False, "not a tax number")
        rule = "punctuation removed, upper case" if bare == folded else "label removed, upper case"
        if is_filler(number):
            return Cleaned(number, {}, False, "filler, not a tax number", rule)
        kind, key, reason = identify(number, region, bare)
        org = {"cn_uscc": number[8:17], "cn_old": number[6:15], "cn_org": number}.get(kind)
        parts = {"key": key, "org": org, "kind": kind or None}
        if not reason:
            return Cleaned(number, parts, rule=rule)
        if kind == "cn_uscc" and number.isdigit() and number.endswith("000"):
            reason = "last digits lost: a spreadsheet keeps fifteen"
        return Cleaned(number, parts, False, reason, rule, _proposal(number, region))
