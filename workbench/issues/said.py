"""What people say: of an issue its owner, priority, due date and comment; of a failing row an answer and a remark."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import NamedTuple

from ..errors import ConfigError
from ..journal import FAILURE, Check, Journal
from ..language import gettext as _
from ..language import marked
from .history import PRIORITIES

ANSWERS = ("fixed", "not wrong", "cannot fix")
OF_ISSUE = (marked("owner"), marked("priority"), marked("due"), marked("comment"))
OF_ROW = (marked("answer"), marked("remark"))

LATEST = f"""
    SELECT {", ".join(FAILURE)}, kind, value, run_id, user, at, coalesce('opened' = (
        SELECT event FROM failure_events AS f WHERE {" AND ".join(f"f.{name} = e.{name}" for name in FAILURE)}
        ORDER BY as_of DESC, id DESC LIMIT 1), false)
    FROM (SELECT *, row_number() OVER (PARTITION BY {", ".join(FAILURE)}, kind ORDER BY id DESC) AS place
        FROM issue_events) AS e
    WHERE place = 1 ORDER BY id"""

SINCE = f"""SELECT user, at FROM issue_events WHERE id > ? AND kind = ?
    AND {" AND ".join(f"{name} IS ?" for name in FAILURE)} ORDER BY id DESC LIMIT 1"""

EVERYTHING = f"SELECT DISTINCT run_id, {', '.join(FAILURE)}, kind, value FROM issue_events"

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


def last_said(journal: Journal) -> int:
    """The number of the newest event; 0 before the first."""
    return int(journal.read("SELECT coalesce(max(id), 0) FROM issue_events")[0][0])


def say(journal: Journal, user: str, lines: list[Line], seen: int | None = None) -> int:
    """Write what differs from what was said last; returns how many lines.

    Raises ConfigError where somebody said another of the same after event `seen`; then nothing is written.
    """
    last = {what: said.value for what, said in latest(journal).items()}
    new = [line for line in lines if line[3] != last.get((line[1], line[2]), "")]
    return _write(journal, user, new, lambda con: None if seen is None else _demand_unsaid(con, new, seen))


def _demand_unsaid(con: sqlite3.Connection, lines: list[Line], seen: int) -> None:
    for _run, place, kind, _value in lines:
        for user, at in con.execute(SINCE, [seen, kind, *place]):
            told = _(
                "{user} changed this while you looked: {kind} ({at} UTC). Nothing of yours is written. "
                "Look at it as it is now, then say it again."
            )
            raise ConfigError(told.format(user=user, kind=_(kind), at=at.replace("T", " ")[:19]))


def say_once(journal: Journal, user: str, lines: list[Line]) -> int:
    """Write what was never said with the same run before one; returns how many lines.

    So a workbook that is read again adds nothing and undoes nothing that was said since; but a row that was said to be
    fixed, and that a later run finds again, may be said to be fixed again.
    """
    ever = {(run, tuple(place), kind, value) for run, *place, kind, value in journal.read(EVERYTHING)}
    known = {line[1:3] for line in ever}
    return _write(journal, user, [line for line in lines if line not in ever and (line[3] or line[1:3] in known)])


def _write(journal: Journal, user: str, lines: list[Line], check: Check = lambda con: None) -> int:
    journal.say(user, [(run, *place, kind, value) for run, place, kind, value in lines], check)
    return len(lines)


def mistake(kind: str, value: str) -> str | None:
    """Why a value cannot be said, None when it can; "" always can.

    >>> mistake("due", "2026-02-30")
    "due '2026-02-30' is no date: write it YYYY-MM-DD"
    """
    accepted = {"priority": PRIORITIES, "answer": ANSWERS}.get(kind)
    if value and accepted and value not in accepted:
        said = _("{kind} {value!r} is none of {accepted}")
        return said.format(kind=_(kind), value=value, accepted=", ".join(accepted))
    if value and kind == "due":
        try:
            date.fromisoformat(value)
        except ValueError:
            return _("due {value!r} is no date: write it YYYY-MM-DD").format(value=value)
    return None
