"""Dates, whatever way each column writes them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from hashlib import blake2b

from dateutil import parser as dateutil_parser

from .base import Cleaned, Context, Level, SemanticType, Settings, mask_text
from .folding import simplified, tidy

_TIME = r"(?:[ t]+\d{1,2}[:时]\d{1,2}.*)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.年] ?(\d{{1,2}})[-/.月] ?(\d{{1,2}})日?({_TIME})", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(\d{6}|\d{4})?", re.ASCII)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}|\d\d)({_TIME})", re.ASCII)
_ROC = re.compile(r"(?:民国)? ?(?:([01]?\d\d)[-/.年] ?(\d{1,2})[-/.月] ?(\d{1,2})日?|([01]?\d\d)(\d\d)(\d\d))", re.ASCII)
_SERIAL = re.compile(r"([1-7]\d{4})(\.\d+)?", re.ASCII)
_MONTH = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)")
_EMPTY = re.compile(r"0{8}|0000-00-00( 00:00:00)?|00[./]00[./]0000")
_EXCEL_EPOCH = date(1899, 12, 30)
_SENTINEL = date(9999, 12, 31)
_FILLERS = (datetime(1, 1, 1), datetime(4, 2, 2))


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _roc(text: str) -> date | None:
    """A year of the Republic of China is the common one less 1911."""
    found = _ROC.fullmatch(text)
    if not found:
        return None
    year, month, day = (int(group) for group in found.groups() if group)
    return _made(year + 1911, month, day)


def _worded(text: str) -> date | None:
    """An English date in words; read twice, so that nothing is filled in from today."""
    try:
        readings = {dateutil_parser.parse(text, default=filler).date() for filler in _FILLERS}
    except (ValueError, OverflowError):
        return None
    return readings.pop() if len(readings) == 1 else None


def _writing(text: str) -> str:
    """What one folded date proves of its column: 'ISO', 'DMY', 'MDY', 'ROC', 'serial', or nothing ('')."""
    if _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        return "ISO"
    if found := _YEAR_LAST.fullmatch(text):
        first, second = int(found[1]), int(found[2])
        if first > 31 and len(found[3]) == 2:
            return "ROC"
        return "DMY" if first > 12 else "MDY" if second > 12 else ""
    return "serial" if _SERIAL.fullmatch(text) else "ROC" if _roc(text) else ""


def read_date(text: str, order: str, settings: Settings) -> tuple[date | None, str]:
    """A folded text as a date (None when it is none), and the rule it was read by."""
    if found := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day = (int(group) for group in found.groups()[:3])
        return _made(year, month, day), "time of day dropped" if found[4] else "read as year, month, day"
    if settings.get("roc") or text.startswith("民"):
        return _roc(text), "read as a year of the Republic of China"
    if settings.get("serial") and (found := _SERIAL.fullmatch(text)):
        return _EXCEL_EPOCH + timedelta(days=int(found[1])), "read as a spreadsheet's day number"
    if found := _YEAR_LAST.fullmatch(text):
        day, month, year = (int(group) for group in found.groups()[:3])
        if month > 12 or (order == "MDY" and day <= 12):
            day, month = month, day
        if len(found[3]) == 2:
            year += 2000 if year < 69 else 1900
        return _made(year, month, day), "time of day dropped" if found[4] else "read as day, month, year in the column's order"
    return _worded(text) if _MONTH.search(text) else None, "read from words"


class Date(SemanticType):
    """A calendar day. An impossible one becomes empty and invalid; 9999-12-31 stays, and is invalid."""

    name = "date"
    sql = "DATE"
    parts = {
        "key": "ISO",
        "swapped": "ISO with day and month swapped, where that is a date",
        "month": "year and month",
    }
    levels = (
        Level("same"),
        Level("day and month swapped", part="swapped", other="key"),
        Level("same month", part="month"),
    )

    def recognise(self, sample: Sequence[str], heading: str) -> float:
        """Day numbers of a spreadsheet are believed under a heading only."""
        if not self.named(heading) and self.fit((value, 1) for value in sample)["serial"]:
            return 0.1
        return super().recognise(sample, heading)

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
        if _EMPTY.fullmatch(plain):
            return Cleaned(None, valid=None, rule="SAP empty date")
        order = settings.get("order") or ("MDY" if context.get("region") == "US" else "DMY")
        found, rule = read_date(plain, order, settings)
        if found is None:
            return Cleaned(None, valid=False, reason="not a date", rule="not readable: emptied")
        if found == _SENTINEL:
            return Cleaned(found, valid=False, reason="sentinel", rule=rule)
        iso = found.isoformat()
        swapped = _made(found.year, found.day, found.month)
        parts = {"key": iso, "swapped": swapped.isoformat() if swapped else None, "month": iso[:7]}
        return Cleaned(found, parts, rule=rule)

    def mask(self, value: str, key: bytes) -> str:
        """A date up to half a year away, in ISO form; anything else is masked as text."""
        number = int.from_bytes(blake2b(key + value.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "big") % 364
        try:
            return (date.fromisoformat(value) + timedelta(days=number - 182 + (number >= 182))).isoformat()
        except (ValueError, OverflowError):  # no such day, or none beyond it
            return mask_text(value, key)
