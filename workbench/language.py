"""The language that people read: words from gettext catalogues, dates and large numbers as its readers write them.

English is what the code says; `languages/<language>/LC_MESSAGES/workbench.po` says it in another language, and
`make words` brings that file up to date with the code. Whoever draws something for people says for whom: `spoken`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path
from typing import Literal, get_args

from babel.dates import format_date
from babel.numbers import format_compact_decimal

Language = Literal["en", "zh"]
LANGUAGES: dict[Language, str] = dict(zip(get_args(Language), ("English", "中文"), strict=True))
"""What each language is called by those who speak it."""

FOLDER = Path(__file__).parent / "languages"
_SPOKEN: ContextVar[Language | None] = ContextVar("spoken", default=None)
_USUAL: list[Language] = ["en"]


def speak(language: Language) -> None:
    """From now on this process speaks a language, wherever nothing else is `spoken`: that of the project it opened."""
    _USUAL[:] = [language]


@contextmanager
def spoken(language: Language) -> Iterator[None]:
    """Everything drawn inside is in this language."""
    before = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def language() -> Language:
    """The language spoken now."""
    return _SPOKEN.get() or _USUAL[0]


def gettext(message: str) -> str:
    """A message in the language spoken now; one that the catalogue does not know stays as it is.

    >>> gettext("No such message")
    'No such message'
    """
    return _catalogue(language()).gettext(message) if message else ""


def ngettext(one: str, many: str, count: int) -> str:
    """The message for so many of a thing.

    >>> ngettext("One line", "%(n)s lines", 2)
    '%(n)s lines'
    """
    return _catalogue(language()).ngettext(one, many, count)


def counted(one: str, many: str, n: int, **named: object) -> str:
    """The message for so many of a thing, filled: `{n}` with its thousands apart, and what else is named.

    >>> counted("{n} row in {file}", "{n} rows in {file}", 1200, file="a.csv")
    '1,200 rows in a.csv'
    """
    return ngettext(one, many, n).format(n=f"{n:,}", **named)


def pgettext(context: str, message: str) -> str:
    """A message that other languages say otherwise where it is about something else."""
    return _catalogue(language()).pgettext(context, message)


def marked(message: str) -> str:
    """A word that stands in data (a status, an outcome) and is translated where it is shown: `make words` finds it."""
    return message


def day(given: date) -> str:
    """A date as it is written: ISO 8601 in English.

    >>> day(date(2026, 3, 2))
    '2026-03-02'
    >>> with spoken("zh"):
    ...     day(date(2026, 3, 2))
    '2026年3月2日'
    """
    given = given.date() if isinstance(given, datetime) else given
    return given.isoformat() if language() == "en" else format_date(given, locale=language())


def short(number: float) -> str:
    """A large number in few characters, for charts alone: it is rounded to three figures or so.

    >>> short(950), short(12_345), short(118_000_000)
    ('950', '12.3K', '118M')
    >>> with spoken("zh"):
    ...     short(12_345), short(118_000_000)
    ('1.2万', '1.2亿')
    """
    return format_compact_decimal(number, locale=language(), fraction_digits=1)


@cache
def _catalogue(wanted: Language) -> NullTranslations:
    return NullTranslations() if wanted == "en" else translation("workbench", FOLDER, [wanted])
