"""Amounts of money as exact decimals; the mark for decimals is read off the whole column, a unit off its heading.

The decimals that a currency has are those of ISO 4217 (data/currency.csv).
"""

import re
from collections.abc import Iterable
from decimal import Decimal

from .base import Cleaned, Context, Sample, SemanticType, Settings, share
from .capitals import read_capitals
from .currencies import CURRENCY, PLACES, ZEROS, unit
from .folding import simplified, tidy

_PLAIN = re.compile(r"-?\d[\d.,]*", re.ASCII)
_SIGNS = str.maketrans("−–’", "--'")
_UNITS = "|".join(sorted(ZEROS, key=len, reverse=True))
_NUMBER = re.compile(rf"(\(?)([-+]?)([\d.,' ]*\d[\d.,' ]*?)(\)?) ?({_UNITS}|)\.?(-?)(\)?)", re.ASCII)
_WHOLE = re.compile(r"\d*|\d{1,3}(?:([., '])\d{3}(?:\1\d{3})*)|\d{1,2}(?:,\d\d)+,\d{3}", re.ASCII)  # the last: India
_LONGEST = 80
_NO_CENTS = re.compile(r"(?<=\d)[.,]--?$")  # 1234.- is a whole amount, not a negative one
_SHORTENED = re.compile(r"[-+]?\d(?:[.,]\d+)?e[-+]?\d+")
_MISSPELT = str.maketrans("oil", "011")


def _vote(text: str) -> str | None:
    """The decimal mark that one number proves by its own shape, None when it leaves it open."""
    marks = re.findall("[.,]", text)
    if not marks:
        return None
    first, last = marks[0], marks[-1]
    if len(marks) > 1:
        return last if first != last else "." if last == "," else ","
    before, _, after = text.partition(last)
    whole = re.sub(r"\D", "", before)
    return last if len(after) != 3 or len(whole) > 3 or whole in ("", "0") else None


def _strip(text: str) -> str:
    """A folded amount without its currency and odd minus signs."""
    if _PLAIN.fullmatch(text):
        return text
    plain = CURRENCY.sub(" ", simplified(text).translate(_SIGNS))
    return _NO_CENTS.sub("", " ".join(plain.split()).replace("- ", "-").replace(" -", "-"))


def read_amount(text: str, decimal: str, headed: int = 0) -> Decimal | None:
    """A stripped amount under a decimal mark; None when it is not one that fits DECIMAL(38,6).

    `headed` are the zeros of the unit that the heading names, for an amount that has no unit of its own.

    >>> read_amount("1.234,56-", ","), read_amount("(12)", "."), read_amount("1.2万", "."), read_amount("1.2", ".", 3)
    (Decimal('-1234.56'), Decimal('-12'), Decimal('12000'), Decimal('1200'))
    """
    found = _NUMBER.fullmatch(text)
    if not found:
        return None
    opened, sign, digits, closed, own, trailing, closed_late = found.groups()
    whole, _, fraction = digits.strip().partition(decimal)
    bracketed = bool(opened) == bool(closed or closed_late) and bool(sign) + bool(trailing) + bool(opened) < 2
    if not bracketed or not _WHOLE.fullmatch(whole) or not f"0{fraction}".isdigit():
        return None
    zeros = ZEROS.get(own, headed)
    fraction = fraction.ljust(zeros, "0")
    whole = (re.sub(r"\D", "", whole) + fraction[:zeros]).lstrip("0")
    fraction = fraction[zeros:]
    fraction = fraction if len(fraction) <= 6 else fraction.rstrip("0")
    if len(whole) > 30 or len(fraction) > 6:
        return None
    number = Decimal(f"{whole or 0}.{fraction}")
    return number.copy_negate() if number and (opened or trailing or sign == "-") else number


def _places(text: str, context: Context) -> int | None:
    """The decimals of the currency that an amount names, by ISO 4217; None when it names none that is in the list.

    The currency of its record counts where it has no decimals at all; prices may have more than others have.
    """
    found = None if _PLAIN.fullmatch(text) else CURRENCY.search(simplified(text))
    if found:
        return PLACES.get(found[0])
    return 0 if PLACES.get((context.get("currency") or "").lower()) == 0 else None


def _why_not(text: str, decimal: str, headed: int) -> tuple[str, Decimal | None]:
    """Why a stripped text is no amount, in words, and the amount that it probably is."""
    if _SHORTENED.fullmatch(text):
        return "a number in powers of ten: digits may be lost", None
    if re.search(r"\d ?(?:-|~|至|to) ?\d", text):
        return "a range, not one amount", None
    other = read_amount(text, "," if decimal == "." else ".", headed)
    if other is not None:
        return f"the column has '{decimal}' before the decimals, this has not", other
    mended = read_amount(text.translate(_MISSPELT), decimal, headed)
    if re.search(r"\d[oil]|[oil]\d", text) and mended is not None:
        return "a letter among the digits", mended
    return "not an amount", None


class Money(SemanticType):
    name = "money"
    sql = "DECIMAL(38,6)"
    context = ("currency",)
    parts = {}
    levels = ()

    def recognise(self, sample: Sample, heading: str) -> float:
        """The heading; without it, decimals or a currency are needed, as any number could be a code."""
        named = self.named(heading)
        shown = share(sample, lambda value: _vote(_strip(value)) or CURRENCY.search(simplified(value)))
        valid = self.share_valid(sample)
        return 0.5 * named + (0.5 if named else 0.45 if shown > 0.5 and valid > 0.95 else 0.15) * valid

    def fit(self, values: Iterable[tuple[str, int]], heading: str = "") -> Settings:
        """The decimal mark that most numbers of the column prove, a dot when none does; the unit of the heading."""
        votes = {".": 0, ",": 0, None: 0}
        for value, count in values:
            votes[_vote(_strip(tidy(value[:_LONGEST])))] += count
        settings: Settings = {"decimal": "," if votes[","] > votes["."] else "."}
        return settings | ({"unit": unit(heading)} if unit(heading) > 1 else {})

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        decimal, times = settings.get("decimal", "."), settings.get("unit", 1)
        headed = len(str(times)) - 1
        plain = _strip(text) if len(text) <= _LONGEST else ""
        number = read_amount(plain, decimal, headed)
        if number is not None:
            multiplied = headed and number != read_amount(plain, decimal)
            rule = f"x {times:,} by its heading" if multiplied else f"read with '{decimal}' before the decimals"
            cents = str(number).partition(".")[2].rstrip("0")
            if cents and (places := _places(text, context)) is not None and len(cents) > places:
                return Cleaned(number, {}, False, f"more decimals than its currency has ({places})", rule)
            return Cleaned(number, rule=rule)
        capitals = simplified(text).removeprefix("人民币").removeprefix("(大写)").strip(" :") if plain else ""
        if (number := read_capitals(capitals)) is not None:
            return Cleaned(number, rule="read from capitals")
        reason, probably = _why_not(plain, decimal, headed)
        proposal = None if probably is None else str(probably)
        return Cleaned(None, {}, False, reason, "not readable: emptied", proposal)
