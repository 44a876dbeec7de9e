"""How full the columns of the sources are: a cell a column, by table."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from ..published import Published
from ..store import Connection, records
from .view import View, draw, known

COLUMNS = """
    SELECT source || '.' || "table" AS name, "column", place, rows, rows - missing AS filled,
        (rows - missing) / nullif(rows, 0) AS share
    FROM published.profile_columns ORDER BY source, "table", place, "column" """


def completeness_data(con: Connection, table: str | None = None, *, worst_first: bool = False) -> list[dict[str, Any]]:
    """The tables (`name` is <source>.<table>, `rows`) with their `columns`: `filled` rows, the `share` (0..1 or None).

    With `worst_first` the columns that hold least come first, and the tables by how full they are in all.
    Raises ConfigError for an unknown table.
    """
    found = records(con, COLUMNS)
    if table is not None:
        known("table", table, list(dict.fromkeys(line["name"] for line in found)))
        found = [line for line in found if line["name"] == table]
    tables = []
    for name, group in groupby(found, key=lambda line: line["name"]):
        columns = list(group)
        if worst_first:
            columns.sort(key=lambda line: line["share"] or 0)
        cells = sum(line["rows"] for line in columns)
        full = sum(line["filled"] for line in columns) / cells if cells else None
        empty = sum(not line["filled"] for line in columns)
        tables.append({"name": name, "rows": columns[0]["rows"], "share": full, "empty": empty, "columns": columns})
    return sorted(tables, key=lambda line: line["share"] or 0) if worst_first else tables


def completeness(run: Published, table: str | None = None, *, worst_first: bool = False) -> View:
    """The filled share of each column, of one table or of all."""
    with run.session() as con:
        return draw("completeness", tables=completeness_data(con, table, worst_first=worst_first))
