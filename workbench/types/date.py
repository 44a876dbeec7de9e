"""Calendar days, whatever way each column writes them; impossible ones become empty, 9999-12-31 stays."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from hashlib import blake2b

from dateutil import parser as dateutil_parser

from .base import Cleaned, Context, Level, Sample, SemanticType, Settings, mask_text
from .folding import simplified, tidy

_TIME = r"([ t]+\d{1,2}[:时]\d{1,2}.*)?"
_YEAR_FIRST = re.compile(
    rf"(\d{{4}})(?:[-/.年] ?(\d{{1,2}})[-/.月] ?(\d{{1,2}})日?{_TIME}|(\d\d)(\d\d)(\d{{4}}|\d{{6}})?)", re.ASCII
)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}|\d\d){_TIME}", re.ASCII)
_ROC = re.compile(r"(?:民国)? ?([01]?\d\d)(?:[-/.年] ?(\d{1,2})[-/.月] ?(\d{1,2})日?|(\d\d)(\d\d))", re.ASCII)
_SERIAL = re.compile(r"([1-7]\d{4})(\.\d+)?", re.ASCII)
_MONTH = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)")
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


def _writing(text: str) -> str:
    """What one folded date proves of its column: 'ISO', 'DMY', 'MDY', 'ROC', 'serial', or nothing ('')."""
    if _YEAR_FIRST.fullmatch(text):
        return "ISO"
    if found := _YEAR_LAST.fullmatch(text):
        first, second = int(found[1]), int(found[2])
        return "ROC" if first > 31 else "DMY" if first > 12 else "MDY" if second > 12 else ""
    return "serial" if _SERIAL.fullmatch(text) else "ROC" if _roc(text) else ""


def read_date(text: str, order: str, settings: Settings) -> tuple[date | None, str]:
    """A folded text as a date (None when it is none), and the rule it was read by."""
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day, *time = filter(None, found.groups())
        return _made(year, month, day), "time of day dropped" if time else "read as year, month, day"
    if settings.get("roc") or text.startswith("民"):
        return _roc(text), "read as a year of the Republic of China"
    if settings.get("serial") and (found := _SERIAL.fullmatch(text)):
        return date(1899, 12, 30) + timedelta(days=int(found[1])), "read as a spreadsheet's day number"
    if found := _YEAR_LAST.fullmatch(text):
        day, month, year, *time = filter(None, found.groups())
        if int(month) > 12 or (order == "MDY" and int(day) <= 12):
            day, month = month, day
        if len(year) == 2:
            year = ("20" if year < "69" else "19") + year
        return _made(year, month, day), "time of day dropped" if time else "read in the column's order of day and month"
    return _worded(text) if _MONTH.search(text) else None, "read from words"


class Date(SemanticType):
    name = "date"
    sql = "DATE"
    parts = {"key": "ISO", "swapped": "ISO with day and month swapped, if that is a date", "month": "year and month"}
    levels = (Level("same"), Level("day and month swapped", "swapped", other="key"), Level("same month", "month"))

    def recognise(self, sample: Sample, heading: str) -> float:
        """Day numbers of a spreadsheet are believed under a heading only."""
        numbers = self.fit((value, 1) for value in sample)["serial"]
        return 0.1 if numbers and not self.named(heading) else super().recognise(sample, heading)

    def fit(self, values: Iterable[tuple[str, int]]) -> Settings:
        """Whether days or months come first; whether years are ROC years, or days a spreadsheet's numbers."""
        votes = Counter[str]()
        for value, count in values:
            votes[_writing(simplified(tidy(value)))] += count
        half = (votes.total() - votes["ISO"]) / 2
        order = "MDY" if votes["MDY"] > votes["DMY"] else "DMY" if votes["DMY"] else None
        return {"order": order, "roc": votes["ROC"] > half, "serial": votes["serial"] > half}

    def read(self, text: str, context: Context, settings: Settings) -> Cleaned:
        """Read a date; ISO and yyyymmdd mean the same under any settings."""
        plain = simplified(text)
        if not plain.strip("0-./: "):
            return Cleaned(None, valid=None, rule="SAP empty date")
        order = settings.get("order") or ("MDY" if context.get("region") == "US" else "DMY")
        found, rule = read_date(plain, order, settings)
        if not found:
            return Cleaned(None, valid=False, reason="not a date", rule="not readable: emptied")
        if found == date(9999, 12, 31):
            return Cleaned(found, valid=False, reason="sentinel", rule=rule)
        iso = found.isoformat()
        swapped = _made(found.year, iso[8:], iso[5:7])
        parts = {"key": iso, "swapped": swapped.isoformat() if swapped else None, "month": iso[:7]}
        return Cleaned(found, parts, rule=rule)

    def mask(self, value: str, key: bytes) -> str:
        """An ISO date up to half a year away; anything else is masked as text."""
        number = int.from_bytes(blake2b(key + value.encode("utf-8", "surrogatepass"), digest_size=4).digest()) % 364
        try:
            shifted = date.fromisoformat(value) + timedelta(days=number - 182 + (number >= 182))
        except (ValueError, OverflowError):  # no such day, or none beyond it
            return mask_text(value, key)
        return shifted.isoformat() if len(value) == 10 else mask_text(value, key)
