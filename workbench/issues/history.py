"""What runs say of issues: since when rows fail a check, where they fail now, and how badly.

It is read off what the finished runs counted, in the order of their as-of dates; so running an older date again changes
what is known of that date and nothing after it.
"""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import NamedTuple

from ..config import Config
from ..journal import FINISHED, Journal

PRIORITIES = ("high", "normal", "low")

# numbered in the order in which checks first failed: that stays, as the journal only grows
NUMBERED = f"""
    SELECT row_number() OVER (ORDER BY min(m.rowid)), check_id, min(m.entity), min(m.field)
    FROM metrics AS m JOIN runs AS r USING (run_id)
    WHERE metric = 'failed' AND m.value > 0 AND {FINISHED} GROUP BY check_id ORDER BY 1"""

COUNTS = f"""
    SELECT check_id, r.as_of, CAST(sum(m.value) AS INTEGER) FROM metrics AS m JOIN runs AS r USING (run_id)
    WHERE metric = 'failed' AND {FINISHED} GROUP BY check_id, r.rowid ORDER BY check_id, r.as_of, r.rowid"""

BY_SOURCE = """
    SELECT check_id, source, sum(value) FILTER (WHERE metric = 'failed'), sum(value) FILTER (WHERE metric = 'evaluated')
    FROM metrics WHERE run_id = ? AND metric IN ('failed', 'evaluated') GROUP BY check_id, source ORDER BY source"""


class History(NamedTuple):
    """When an issue was opened last, with how many rows; when it closed (None: it did not); how many rows fail now."""

    opened: date
    at_opening: int
    closed: date | None
    failing: int


class Now(NamedTuple):
    """The sources in which rows fail a check now, and the priority that this gives it."""

    sources: list[str]
    priority: str


def numbered(journal: Journal) -> list[tuple[int, str, str, str]]:
    """(number, check_id, entity, field) of every issue there ever was."""
    return [(number, check, entity, field) for number, check, entity, field in journal.read(NUMBERED)]


def histories(journal: Journal) -> dict[str, History]:
    """The history of the issue of each check that ever failed."""
    found = {}
    for check, group in groupby(journal.read(COUNTS), key=lambda line: line[0]):
        if history := follow([(date.fromisoformat(day), failing) for _, day, failing in group]):
            found[check] = history
    return found


def follow(counts: list[tuple[date, int]]) -> History | None:
    """The history that the failing rows of one run after the other make; None where no row ever failed.

    >>> follow([(date(2026, 3, 2), 4), (date(2026, 3, 9), 0), (date(2026, 3, 16), 3), (date(2026, 3, 23), 2)])
    History(opened=datetime.date(2026, 3, 16), at_opening=3, closed=None, failing=2)
    """
    history: History | None = None
    for day, failing in counts:
        if failing and (history is None or history.closed):
            history = History(day, failing, None, failing)
        elif history and not history.closed:
            history = history._replace(failing=failing, closed=None if failing else day)
    return history


def now(journal: Journal, config: Config, run_id: str) -> dict[str, Now]:
    """How each check stands that a run made; the worst of its sources gives the priority."""
    limits = {check.label: (check.warn, check.fail) for check in config.all_checks()}
    found: dict[str, Now] = {}
    for check, source, failed, evaluated in journal.read(BY_SOURCE, [run_id]):
        before = found.get(check, Now([], "low"))
        worse = min(before.priority, _priority(failed / max(evaluated, 1), *limits.get(check, (0, None))), key=_place)
        found[check] = Now(before.sources + ([source] if failed else []), worse)
    return found


def _priority(share: float, warn: float, fail: float | None) -> str:
    """High for a source that fails the check, normal for one that it warns of, low for what it lets pass."""
    return "high" if fail is not None and share > fail else "normal" if share > warn else "low"


def _place(priority: str) -> int:
    return PRIORITIES.index(priority)
