"""The failing rows, found by check, place and text; and how much of each field fails which check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Any

from ..language import gettext as _
from ..published import Published
from ..store import Connection, count, exists, records, rows
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
        if not self.rows:
            return _("no rows")
        last = self.first + len(self.rows) - 1
        return _("rows {first}-{last} of {n}").format(first=f"{self.first:,}", last=f"{last:,}", n=f"{self.total:,}")


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
        at_offset = f"SELECT _row {own} ORDER BY _row LIMIT 1 OFFSET {offset}"
        row["first_row"] = rows(con, at_offset, given | first)[0][0]
        offset -= count(con, f"SELECT count(*) {own} AND _row < $first_row", given | first | row)
    query = f"""SELECT check_id, entity, source, _row, key, field, value, reason, severity, status {kept} AND {WITHIN}
        ORDER BY {", ".join(ORDER)} LIMIT {size} OFFSET {offset}"""
    return records(con, query, given | first | last | row)


def failures(run: Published, link: Callable[[int], str] | None = None, **filters: Any) -> View:
    """A page of failing rows as a table; the filters are those of `failures_data`, `link` is another page's address."""
    with run.session() as con:
        found = failures_data(con, **filters)
    names = {name: value for name, value in filters.items() if name not in ("page", "size") and value}
    return draw("failures", found=found, filters=names, private=run.private, link=link, listed=LISTED)


KINDS = ("required", "valid", "allowed", "range", "pattern", "unique", "key", "foreign_key", "expression", "depends",
         "fresh")  # fmt: skip
"""The order in which checks stand side by side; any other comes last."""

FIELDS, LISTED = 200, 100
"""Fields of a matrix, and checks in a list, that are shown: those with the most to mend."""

WORST = ("fail", "warn", "pass")

RESULTS = """
    SELECT entity, field, "check", check_id, list(DISTINCT status) AS statuses, sum(evaluated)::BIGINT AS evaluated,
        sum(failed)::BIGINT AS failed, min(place) AS place
    FROM (SELECT *, row_number() OVER () AS place FROM published.qa_results) GROUP BY ALL ORDER BY place, check_id"""

HEADINGS = """
    SELECT entity, field, string_agg(DISTINCT "column", ', ' ORDER BY "column") FROM published.std_headings
    WHERE regexp_replace(lower("column"), '[^a-z0-9]+', '_', 'g') <> field GROUP BY ALL"""

Lines = dict[str, dict[str, dict[str, list[dict[str, Any]]]]]
"""The checks of each kind by entity and field, "" for the record as a whole."""


@dataclass(frozen=True)
class Matrix:
    """The fields of which a value fails, worst first, and apart from them the others, as they are configured.

    A check has check_id, evaluated, failed (of all sources together) and the status of its worst source; `headings`
    has what extracts call an entity's field, where that is something else.
    """

    failing: Lines
    passing: Lines
    headings: dict[tuple[str, str], str]


def quality_matrix_data(con: Connection) -> Matrix:
    """Every check of the run, by entity, field and kind."""
    fields: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for line in records(con, RESULTS):
        line["status"] = min(line.pop("statuses"), key=lambda status: _place(WORST, status))
        fields.setdefault((line["entity"], line["field"] or ""), []).append(line)
    named = rows(con, HEADINGS) if exists(con, "published", "std_headings") else []  # runs of older versions have none
    matrix = Matrix({}, {}, {(entity, name): said for entity, name, said in named})
    for (entity, name), checks in sorted(fields.items(), key=lambda item: _badness(item[1])):
        lines = matrix.failing if any(check["failed"] for check in checks) else matrix.passing
        kinds = lines.setdefault(entity, {}).setdefault(name, {})
        for check in checks:
            kinds.setdefault(check["check"], []).append(check)
    return matrix


def _badness(checks: list[dict[str, Any]]) -> tuple[int, float]:
    """By what a field is sorted: its worst status, then the largest share that fails."""
    status = min(_place(WORST, check["status"]) for check in checks)
    return status, -max(check["failed"] / max(check["evaluated"], 1) for check in checks)


def kinds(lines: Lines) -> list[str]:
    """The kinds of check there are, in the order in which they stand side by side."""
    found = {kind for fields in lines.values() for its in fields.values() for kind in its}
    return sorted(found, key=lambda kind: (_place(KINDS, kind), kind))


def _place(order: tuple[str, ...], name: str) -> int:
    return order.index(name) if name in order else len(order)


def quality_matrix(run: Published, link: Callable[[str], str] | None = None) -> View:
    """Fields by checks with the share that fails; `link` gives the address of what a check's cell leads to."""
    with run.session() as con:
        found = quality_matrix_data(con)
    return draw("quality_matrix", matrix=found, kinds=kinds, link=link, first=_first)


def _first(lines: Lines) -> Lines:
    """Of the fields the FIELDS that come first."""
    left, found = FIELDS, Lines()
    for entity, fields in lines.items():
        if left > 0:
            found[entity] = dict(list(fields.items())[:left])
        left -= len(fields)
    return found
