"""Calendar days, whatever way each column writes them; what names no one day becomes empty, with the reason.

SAP's 00000000 is a missing date. Days that only fill a field (data of ABAP, SQL Server, spreadsheets) stay, flagged; in
a column of which most are 9999-12-31 that is its open end.
"""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from hashlib import blake2b

from dateutil import parser as dateutil_parser

from .base import Cleaned, Context, Level, Sample, SemanticType, Settings, mask_text
from .folding import simplified, tidy

_TIME = r"([ t]+(?:(?:上午|下午|[ap]m) ?)?\d{1,2}[:时点]\d{1,2}.*)?"
_YEAR_FIRST = re.compile(
    rf"(\d{{4}})(?:[-/.年] ?(\d{{1,2}})[-/.月] ?(\d{{1,2}})[日号]?{_TIME}|(\d\d)(\d\d)(\d{{4}}|\d{{6}})?)", re.ASCII
)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}|\d\d){_TIME}", re.ASCII)
_ROC = re.compile(r"(?:民国)? ?([01]?\d\d)(?:[-/.年] ?(\d{1,2})[-/.月] ?(\d{1,2})[日号]?|(\d\d)(\d\d))", re.ASCII)
_COMPACT_LAST = re.compile(r"(\d\d)(\d\d)((?:19|20)\d\d)", re.ASCII)
_SERIAL = re.compile(r"([1-7]\d{4})(\.\d+)?", re.ASCII)
_MONTH = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)")
_MONTH_ONLY = re.compile(
    r"(?:(?:19|20)\d\d[-/.年 ]?(?:0?[1-9]|1[0-2])月?|(?:0?[1-9]|1[0-2])[-/. ](?:19|20)\d\d"
    r"|民国 ?\d{1,3}年 ?\d{1,2}月|[a-z]{3,9}\.?[ -](?:19|20)\d\d|(?:19|20)\d\d[ -][a-z]{3,9})",
    re.ASCII,
)
_YEAR_ONLY = re.compile(r"(?:19|20)\d\d年?(?:度|初|底|末)?|民国 ?\d{1,3}年?", re.ASCII)
_NUMERALS = re.compile("[〇零○一二三四五六七八九十百]+(?=[年月日号])")
_WEEKDAY = re.compile(r"[ ,(]*(?:星期|周|礼拜)[一二三四五六日天]\)?")
_DIGITS = {char: str(digit) for digit, chars in enumerate(("〇零○", *"一二三四五六七八九")) for char in chars}
_FILLING = set(map(date.fromisoformat, "0001-01-01 1753-01-01 1899-12-30 1899-12-31 1900-01-01 2999-12-31".split()))
_OPEN_END = date(9999, 12, 31)
_LONGEST = 60
_FILLERS = (datetime(1, 1, 1), datetime(4, 2, 2))


def _made(year: str | int, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _roc(text: str) -> date | None:
    """A year of the Republic of China is the common one less 1911."""
    found = _ROC.fullmatch(text)
    year, month, day = filter(None, found.groups()) if found else ("0", "0", "0")
    return _made(int(year) + 1911, month, day)


def _worded(text: str) -> date | None:
    """An English date in words; read twice, so that nothing is filled in from today."""
    try:
        readings = {dateutil_parser.parse(text, default=filler).date() for filler in _FILLERS}
    except (ValueError, OverflowError):
        return None
    return readings.pop() if len(readings) == 1 else None


def _number(numerals: str) -> str:
    """A Chinese number below 1,000 in digits, or a year digit by digit.

    >>> _number("二〇二四"), _number("二十五"), _number("一百一十三"), _number("十")
    ('2024', '25', '113', '10')
    """
    if not set(numerals) & set("十百"):
        return "".join(_DIGITS[char] for char in numerals)
    total, digit = 0, 0
    for char in numerals:
        if char in _DIGITS:
            digit = int(_DIGITS[char])
        else:
            total, digit = total + (digit or 1) * (100 if char == "百" else 10), 0
    return str(total + digit)


def _plain(text: str) -> str:
    """A date folded, in digits, without the day of the week."""
    plain = simplified(text)
    if plain.isascii():
        return plain
    return _NUMERALS.sub(lambda found: _number(found[0]), _WEEKDAY.sub("", plain))


def _writing(text: str) -> str:
    """What one folded date proves of its column: 'ISO', 'DMY', 'MDY', 'ROC', 'serial', 'open', or nothing ('')."""
    if text.startswith("9999") and _made_of_digits(text) == "99991231":
        return "open"
    if (found := _YEAR_FIRST.fullmatch(text)) and not _backwards(text):
        return "ISO"
    if found := _YEAR_LAST.fullmatch(text) or _COMPACT_LAST.fullmatch(text):
        first, second = int(found[1]), int(found[2])
        return "ROC" if first > 31 else "DMY" if first > 12 else "MDY" if second > 12 else ""
    return "serial" if _SERIAL.fullmatch(text) else "ROC" if _roc(text) else ""


def _made_of_digits(text: str) -> str:
    return re.sub(r"\D", "", text)[:8]


def _backwards(text: str) -> bool:
    """Whether eight digits are no day with the year first, and have it last."""
    return bool(_COMPACT_LAST.fullmatch(text)) and not _made(text[:4], text[4:6], text[6:])


def read_date(text: str, order: str, settings: Settings) -> tuple[date | None, str]:
    """A folded text as a date (None when it is none), and the rule it was read by."""
    if (found := _YEAR_FIRST.fullmatch(text)) and not _backwards(text):
        year, month, day, *time = filter(None, found.groups())
        return _made(year, month, day), "time of day dropped" if time else "read as year, month, day"
    if settings.get("roc") or text.startswith("民"):
        return _roc(text), "read as a year of the Republic of China"
    if settings.get("serial") and (found := _SERIAL.fullmatch(text)):
        return date(1899, 12, 30) + timedelta(days=int(found[1])), "read as a spreadsheet's day number"
    if found := _YEAR_LAST.fullmatch(text) or _COMPACT_LAST.fullmatch(text):
        day, month, year, *time = filter(None, found.groups())
        certain = int(day) > 12 or int(month) > 12 or day == month
        if int(month) > 12 or (order == "MDY" and int(day) <= 12):
            day, month = month, day
        if len(year) == 2:
            year = ("20" if year < "69" else "19") + year
        known = "read in the column's order of day and month"
        rule = known if settings.get("order") or certain else f"{order}: nothing in the column tells the order"
        return _made(year, month, day), "time of day dropped" if time else rule
    return _worded(text) if _MONTH.search(text) else None, "read from words"


def _why_not(text: str) -> tuple[str, date | None]:
    """Why a folded text is no day, in words, and the day that it probably is."""
    if _YEAR_ONLY.fullmatch(text):
        return "a year only: no month and day", None
    if _MONTH_ONLY.fullmatch(text):
        return "year and month only: no day", None
    if _YEAR_FIRST.fullmatch(text) or _YEAR_LAST.fullmatch(text):
        return "no such day", None
    if re.fullmatch(r"\d{6}", text, re.ASCII):
        return "six digits: day, month and year cannot be told apart", None
    if found := _SERIAL.fullmatch(text):
        return "a number: perhaps a spreadsheet's day", date(1899, 12, 30) + timedelta(days=int(found[1]))
    if day := _roc(text):
        return "perhaps a year of the Republic of China", day
    return "not a date", None


class Date(SemanticType):
    name = "date"
    sql = "DATE"
    parts = {
        "key": "ISO",
        "swapped": "ISO with day and month swapped, if that is a date",
        "month": "year and month",
        "month_day": "month and day",
        "year_day": "year and day",
        "year": "the year",
    }
    levels = (
        Level("same"),
        Level("day and month swapped", "swapped", other="key"),
        Level("one slip", slips=1),
        Level("another day", "month"),
        Level("another year", "month_day"),
        Level("another month", "year_day"),
        Level("two slips", slips=2),
        Level("same year", "year"),
    )

    def recognise(self, sample: Sample, heading: str) -> float:
        """Day numbers of a spreadsheet are believed under a heading only."""
        numbers = self.fit((value, 1) for value in sample)["serial"]
        return 0.1 if numbers and not self.named(heading) else super().recognise(sample, heading)

    def fit(self, values: Iterable[tuple[str, int]], heading: str = "") -> Settings:
        """Whether days or months come first; whether years are ROC years, or days a spreadsheet's numbers."""
        votes = Counter[str]()
        for value, count in values:
            votes[_writing(_plain(tidy(value[:_LONGEST])))] += count
        half = (votes.total() - votes["ISO"] - votes["open"]) / 2
        order = "MDY" if votes["MDY"] > votes["DMY"] else "DMY" if votes["DMY"] else None
        settings = {"order": order, "roc": votes["ROC"] > half, "serial": votes["serial"] > half}
        return settings | ({"open": True} if votes["open"] > votes.total() / 2 else {})

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        """Read a date; ISO and yyyymmdd mean the same under any settings."""
        plain = _plain(text) if len(text) <= _LONGEST else ""
        if plain and not plain.strip("0-./: "):
            return Cleaned(None, valid=None, rule="SAP empty date")
        order = settings.get("order") or ("MDY" if context.get("region") == "US" else "DMY")
        found, rule = read_date(plain, order, settings)
        if not found:
            reason, probably = _why_not(plain)
            proposal = probably.isoformat() if probably else None
            return Cleaned(None, {}, False, reason, "not readable: emptied", proposal)
        if found in _FILLING or (found == _OPEN_END and not settings.get("open")):
            reason = "open end, in a column of days" if found == _OPEN_END else "fills the field, no real day"
            return Cleaned(found, valid=False, reason=reason, rule=rule)
        if found != _OPEN_END and not 1000 <= found.year < 3000:
            return Cleaned(found, valid=False, reason="a year that cannot be", rule=rule)
        iso = found.isoformat()
        swapped = _made(found.year, iso[8:], iso[5:7])
        parts = {"key": iso, "swapped": swapped.isoformat() if swapped else None, "month": iso[:7], "year": iso[:4]}
        parts |= {"month_day": iso[5:], "year_day": iso[:4] + iso[7:]}
        return Cleaned(found, parts, rule=rule)

    def mask(self, value: str, key: bytes) -> str:
        """An ISO date up to half a year away; anything else is masked as text."""
        number = int.from_bytes(blake2b(key + value.encode("utf-8", "surrogatepass"), digest_size=4).digest()) % 364
        try:
            shifted = date.fromisoformat(value) + timedelta(days=number - 182 + (number >= 182))
        except (ValueError, OverflowError):  # no such day, or none beyond it
            return mask_text(value, key)
        return shifted.isoformat() if len(value) == 10 else mask_text(value, key)
