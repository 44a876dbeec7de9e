"""The failing rows, found by check, place and text; and how much of each field fails which check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from ..published import Published
from ..store import Connection, count, records, rows
from .view import View, draw, known

SIZE = 50
GROUP = ("check_id", "status", "source")
ORDER = (*GROUP, "_row", "field", "key")
"""Failing rows are counted by group; within a group they stand by row."""

WITHIN = """check_id BETWEEN $first_check_id AND $last_check_id
    AND (check_id > $first_check_id OR status > $first_status OR status = $first_status
        AND (source > $first_source OR source = $first_source AND _row >= $first_row))
    AND (check_id < $last_check_id OR status < $last_status OR status = $last_status AND source <= $last_source)"""
"""From a row of the first group to the end of the last, in this order."""

FILTERS = {"check": "check_id", "source": "source", "entity": "entity", "field": "field", "status": "status"}
SEARCHED = ("key", "value", "reason")
STATUSES = ("new", "persisting")


@dataclass(frozen=True)
class FailurePage:
    """A page of failing rows, and how many the filters let through in all, by check, source and status."""

    rows: list[dict[str, Any]]
    total: int
    page: int
    pages: int
    first: int
    checks: dict[str, int]
    sources: dict[str, int]
    statuses: dict[str, int]

    @property
    def said(self) -> str:
        """Which rows these are.

        >>> FailurePage([{}] * 50, 1234, 2, 25, 51, {}, {}, {}).said
        'rows 51-100 of 1,234'
        """
        return f"rows {self.first:,}-{self.first + len(self.rows) - 1:,} of {self.total:,}" if self.rows else "no rows"


def failures_data(
    con: Connection,
    check: str | None = None,
    source: str | None = None,
    entity: str | None = None,
    field: str | None = None,
    status: str | None = None,
    search: str | None = None,
    page: int = 1,
    size: int = SIZE,
) -> FailurePage:
    """The failing rows that all given filters let through, `size` on a page; a page after the last gives the last.

    `search` is a text that the key, the value or the reason contains, in capitals or not. Raises ConfigError for a
    check, source, entity, field or status that this run does not have.
    """
    filters = {"check": check, "source": source, "entity": entity, "field": field, "status": status}
    given = {name: value for name, value in filters.items() if value is not None}
    for name, value in given.items():
        _demand(con, name, value)
    conditions = [f"{FILTERS[name]} = ${name}" for name in given]
    if search:
        given["search"] = search
        conditions.append("(" + " OR ".join(f"contains(lower({name}), lower($search))" for name in SEARCHED) + ")")
    kept = f"FROM published.qa_failures WHERE {' AND '.join(['true', *conditions])}"
    group = ", ".join(GROUP)
    groups = rows(con, f"SELECT {group}, count(*) {kept} GROUP BY {group} ORDER BY {group}", given)
    total = sum(times for *_, times in groups)
    pages = max(ceil(total / size), 1)
    page = min(max(page, 1), pages)
    return FailurePage(
        _page(con, kept, given, groups, (page - 1) * size, size), total, page, pages, (page - 1) * size + 1,
        *(_counted(groups, GROUP.index(name)) for name in ("check_id", "source", "status")),
    )  # fmt: skip


def _demand(con: Connection, name: str, value: str) -> None:
    """Raise ConfigError where the run has no such check, source, entity, field or status."""
    if name == "status":
        there = list(STATUSES)
    else:
        there = [one for (one,) in rows(con, f"SELECT DISTINCT {FILTERS[name]} FROM published.qa_results ORDER BY ALL")]
    known(name, value, there)


def _counted(groups: list[tuple[Any, ...]], place: int) -> dict[str, int]:
    """How many rows there are of each, the most first."""
    found: dict[str, int] = {}
    for group in groups:
        found[group[place]] = found.get(group[place], 0) + group[-1]
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _page(
    con: Connection, kept: str, given: dict[str, str], groups: list[tuple[Any, ...]], skip: int, size: int
) -> list[dict[str, Any]]:
    """Some rows in their order, without sorting the many before and after them: only their groups are looked at."""
    chosen, offset, passed = [], skip, 0
    for *group, times in groups:
        if passed + times > skip and passed < skip + size:
            chosen.append(group)
        elif not chosen:
            offset -= times
        passed += times
    if not chosen:
        return []
    first = {f"first_{name}": value for name, value in zip(GROUP, chosen[0], strict=True)}
    last = {f"last_{name}": value for name, value in zip(GROUP, chosen[-1], strict=True)}
    row = {"first_row": -1}
    if offset:  # begin at the first row's ordinal, found without the texts beside it
        own = f"{kept} AND {' AND '.join(f'{name} = $first_{name}' for name in GROUP)}"
        row["first_row"] = count(con, f"SELECT _row {own} ORDER BY _row LIMIT 1 OFFSET {offset}", given | first)
        offset -= count(con, f"SELECT count(*) {own} AND _row < $first_row", given | first | row)
    query = f"""SELECT check_id, entity, source, _row, key, field, value, reason, severity, status {kept} AND {WITHIN}
        ORDER BY {", ".join(ORDER)} LIMIT {size} OFFSET {offset}"""
    return records(con, query, given | first | last | row)


def failures(run: Published, link: Callable[[int], str] | None = None, **filters: Any) -> View:
    """A page of failing rows as a table; the filters are those of `failures_data`, `link` is another page's address."""
    with run.session() as con:
        found = failures_data(con, **filters)
    names = {name: value for name, value in filters.items() if name not in ("page", "size") and value}
    return draw("failures", found=found, filters=names, private=run.private, link=link)


KINDS = ("required", "valid", "allowed", "range", "pattern", "unique", "key", "foreign_key", "expression", "depends",
         "fresh")  # fmt: skip
"""The order in which checks stand side by side; any other comes last."""

WORST = ("fail", "warn", "pass")

RESULTS = """
    SELECT entity, field, "check", check_id, list(DISTINCT status) AS statuses, sum(evaluated)::BIGINT AS evaluated,
        sum(failed)::BIGINT AS failed, min(place) AS place
    FROM (SELECT *, row_number() OVER () AS place FROM published.qa_results) GROUP BY ALL ORDER BY place, check_id"""


@dataclass(frozen=True)
class Matrix:
    """The kinds of check side by side; for each entity and field ("" for whole records) the checks of each kind.

    A check has check_id, evaluated, failed (of all sources together) and the status of its worst source.
    """

    kinds: list[str]
    lines: dict[str, dict[str, dict[str, list[dict[str, Any]]]]] = field(default_factory=dict)


def quality_matrix_data(con: Connection) -> Matrix:
    """Every check of the run, by entity and field (in the order of the configuration) and kind."""
    found = records(con, RESULTS)
    kinds = sorted({line["check"] for line in found}, key=lambda kind: (_place(KINDS, kind), kind))
    matrix = Matrix(kinds)
    for line in found:
        line["status"] = min(line.pop("statuses"), key=lambda status: _place(WORST, status))
        fields = matrix.lines.setdefault(line["entity"], {})
        fields.setdefault(line["field"] or "", {}).setdefault(line["check"], []).append(line)
    return matrix


def _place(order: tuple[str, ...], name: str) -> int:
    return order.index(name) if name in order else len(order)


def quality_matrix(run: Published, link: Callable[[str], str] | None = None) -> View:
    """Fields by checks with the share that fails; `link` gives the address of what a check's cell leads to."""
    with run.session() as con:
        found = quality_matrix_data(con)
    return draw("quality_matrix", matrix=found, link=link)
