"""Amounts of money as exact decimals; the mark for decimals is read off the whole column."""

import re
from collections.abc import Iterable
from decimal import Decimal

from .base import Cleaned, Context, Sample, SemanticType, Settings, share
from .folding import any_of, simplified, tidy

_CURRENCY = re.compile(rf"(?<![a-z])(?:{any_of('currency code')})(?![a-z])|{any_of('currency')}")
_SIGNS = str.maketrans("−–’", "--'")
_ZEROS = {"千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "": 0}
_NUMBER = re.compile(r"(\(?)([-+]?)([\d.,' ]*\d[\d.,' ]*?)(\)?) ?(百万|千万|千|万|亿|)(-?)(\)?)", re.ASCII)
_WHOLE = re.compile(r"\d*|\d{1,3}(?:([., '])\d{3}(?:\1\d{3})*)", re.ASCII)


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
    plain = _CURRENCY.sub(" ", simplified(text).translate(_SIGNS))
    return " ".join(plain.split()).replace("- ", "-").replace(" -", "-")


def read_amount(text: str, decimal: str) -> Decimal | None:
    """A stripped amount under a decimal mark; None when it is not one that fits DECIMAL(38,6).

    >>> read_amount("1.234,56-", ","), read_amount("(12)", "."), read_amount("1.2万", ".")
    (Decimal('-1234.56'), Decimal('-12'), Decimal('12000'))
    """
    found = _NUMBER.fullmatch(text)
    if not found:
        return None
    opened, sign, digits, closed, unit, trailing, closed_late = found.groups()
    whole, _, fraction = digits.strip().partition(decimal)
    bracketed = bool(opened) == bool(closed or closed_late) and bool(sign) + bool(trailing) + bool(opened) < 2
    if not bracketed or not _WHOLE.fullmatch(whole) or not f"0{fraction}".isdigit():
        return None
    fraction = fraction.ljust(_ZEROS[unit], "0")
    whole = (re.sub(r"\D", "", whole) + fraction[: _ZEROS[unit]]).lstrip("0")
    fraction = fraction[_ZEROS[unit] :]
    fraction = fraction if len(fraction) <= 6 else fraction.rstrip("0")
    if len(whole) > 30 or len(fraction) > 6:
        return None
    number = Decimal(f"{whole or 0}.{fraction}")
    return number.copy_negate() if number and (opened or trailing or sign == "-") else number


class Money(SemanticType):
    name = "money"
    sql = "DECIMAL(38,6)"
    parts = {}
    levels = ()

    def recognise(self, sample: Sample, heading: str) -> float:
        """The heading; without it, decimals or a currency are needed, as any number could be a code."""
        named = self.named(heading)
        shown = share(sample, lambda value: _vote(_strip(value)) or _CURRENCY.search(simplified(value)))
        valid = self.share_valid(sample)
        return 0.5 * named + (0.5 if named else 0.45 if shown > 0.5 and valid > 0.95 else 0.15) * valid

    def fit(self, values: Iterable[tuple[str, int]]) -> Settings:
        """The decimal mark that most numbers of the column prove; a dot when none does."""
        votes = {".": 0, ",": 0, None: 0}
        for value, count in values:
            votes[_vote(_strip(tidy(value)))] += count
        return {"decimal": "," if votes[","] > votes["."] else "."}

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        decimal = settings.get("decimal", ".")
        number = read_amount(_strip(text), decimal)
        if number is None:
            return Cleaned(None, valid=False, reason="not an amount", rule="not readable: emptied")
        return Cleaned(number, rule=f"read with '{decimal}' before the decimals")
