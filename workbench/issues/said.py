"""What people say: of an issue its owner, priority, due date and comment; of a failing row an answer and a remark."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from ..journal import FAILURE, Journal
from .history import PRIORITIES

ANSWERS = ("fixed", "not wrong", "cannot fix")
OF_ISSUE, OF_ROW = ("owner", "priority", "due", "comment"), ("answer", "remark")

LATEST = f"""
    SELECT {", ".join(FAILURE)}, kind, value, run_id, user, at, coalesce('opened' = (
        SELECT event FROM failure_events AS f WHERE {" AND ".join(f"f.{name} = e.{name}" for name in FAILURE)}
        ORDER BY as_of DESC, id DESC LIMIT 1), false)
    FROM (SELECT *, row_number() OVER (PARTITION BY {", ".join(FAILURE)}, kind ORDER BY id DESC) AS place
        FROM issue_events) AS e
    WHERE place = 1 ORDER BY id"""

EVERYTHING = f"SELECT run_id, {', '.join(FAILURE)}, kind, value FROM issue_events ORDER BY id"

Place = tuple[str | None, ...]
"""What something is said of: a failing row by check_id, entity, source, key and field; a whole issue by check_id."""

Line = tuple[str, Place, str, str]
"""What a person says: the run before them, of what, the kind, the value; "" takes back what was said before."""


class Said(NamedTuple):
    """What was said last: the value, of which run, by whom, when; and whether the row, if it is of one, still fails."""

    value: str
    run_id: str
    user: str
    at: str
    failing: bool

    def refuted(self, newest: str) -> bool:
        """Whether a row was said to be fixed and the newest run, a later one, finds it again."""
        return self.value == "fixed" and self.failing and self.run_id != newest


def whole(check_id: str) -> Place:
    """The place of all that is said of a whole issue."""
    return (check_id, *[None] * (len(FAILURE) - 1))


def latest(journal: Journal) -> dict[tuple[Place, str], Said]:
    """What was said last, by place and kind."""
    size = len(FAILURE)
    return {(row[:size], row[size]): Said._make(row[size + 1 :]) for row in journal.read(LATEST)}


def say(journal: Journal, user: str, lines: list[Line]) -> int:
    """Write what was not said last already, with the same run before one; returns how many lines.

    So a workbook that is read again adds nothing, also when it is an old one; but a row that was said to be fixed, and
    that a later run finds again, may be said to be fixed again.
    """
    before: dict[tuple[str, Place, str], str] = {}
    for run, *place, kind, value in journal.read(EVERYTHING):
        before[run, tuple(place), kind] = value
    ever = {key[1:] for key in before}
    news = [(run, *place, kind, value) for run, place, kind, value in lines
            if value != before.get((run, place, kind), None if (place, kind) in ever else "")]  # fmt: skip
    journal.say(user, news)
    return len(news)


def mistake(kind: str, value: str) -> str | None:
    """Why a value cannot be said, None when it can; "" always can.

    >>> mistake("due", "2026-02-30")
    "due '2026-02-30' is no date: write it YYYY-MM-DD"
    """
    accepted = {"priority": PRIORITIES, "answer": ANSWERS}.get(kind)
    if value and accepted and value not in accepted:
        return f"{kind} {value!r} is none of {', '.join(accepted)}"
    if value and kind == "due":
        try:
            date.fromisoformat(value)
        except ValueError:
            return f"due {value!r} is no date: write it YYYY-MM-DD"
    return None
