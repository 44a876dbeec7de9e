"""The issues as they stand on the newest as-of date: whose they are, until when, and how far they have come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..issues.listed import STATES
from ..published import Published
from ..store import Connection, records, rows
from .view import View, draw, known

ISSUES = """
    FROM published.issues WHERE ($owner IS NULL OR owner = $owner) AND ($state IS NULL OR state = $state)"""


def issues_data(con: Connection, owner: str | None = None, state: str | None = None) -> list[dict[str, Any]]:
    """All issues, or those of an owner or in a state, in the order of `issues.list_issues`, without their comments.

    Raises ConfigError for an owner or state that there is none of.
    """
    if owner is not None:
        known("owner", owner, owners(con))
    if state is not None:
        known("state", state, STATES)
    return records(con, ISSUES, {"owner": owner, "state": state})


OWNERS = """
    SELECT owner, count(*) AS open, count(*) FILTER (overdue) AS overdue, sum(failing)::BIGINT AS rows,
        min(due) FILTER (due IS NOT NULL) AS due
    FROM published.issues WHERE state = 'open' GROUP BY owner ORDER BY overdue DESC, rows DESC, owner"""


def by_owner_data(con: Connection) -> list[dict[str, Any]]:
    """Of each owner ("" for nobody): open issues, those overdue, the rows left in them, the next due date."""
    return records(con, OWNERS)


def by_owner(run: Published, link: Callable[[str], str] | None = None) -> View:
    """Who has how much to mend; `link` gives the address of an owner's issues."""
    with run.session() as con:
        found = by_owner_data(con)
    return draw("by_owner", owners=found, most=max((line["rows"] for line in found), default=0) or 1, link=link)


def owners(con: Connection) -> list[str]:
    """The persons who have issues."""
    query = "SELECT DISTINCT owner FROM published.issues WHERE owner <> '' ORDER BY owner"
    return [owner for (owner,) in rows(con, query)]


def issues(
    run: Published, owner: str | None = None, state: str | None = None, link: Callable[[str], str] | None = None
) -> View:
    """The issues as a table; `link` gives the address of what a check's name leads to."""
    with run.session() as con:
        found = issues_data(con, owner, state)
        ((as_of,),) = rows(con, "SELECT max(as_of) FROM published.runs WHERE counts")
    open_ones = [line for line in found if line["state"] == "open"]
    sums = {
        "open": len(open_ones),
        "overdue": sum(line["overdue"] for line in open_ones),
        "rows": sum(line["failing"] for line in open_ones),
        "still_failing": sum(line["still_failing"] for line in open_ones),
        "answered": sum(line["answered"] for line in found),
    }
    return draw("issues", issues=found, sums=sums, as_of=as_of, link=link)
