"""The names that columns are known by and what their codes stand for: as configured, else as earlier runs learned."""

from __future__ import annotations

from ...config import Config
from ...sources import Extract, Remark
from ...store import Connection, rows
from .uses import Place, heading, reads

Names = dict[str, list[tuple[str, str]]]
"""Known name -> the headings it may have now, the newest first, each with words on since when."""


def names(con: Connection, config: Config, place: Place) -> Names:
    """The names of a table's columns; what is configured for a name leaves out what was learned about it.

    A learned heading that the configuration has come to use itself is a name of its own.
    """
    found: Names = {}
    learned = """SELECT "column", after, ' since ' || as_of FROM memory.learned
        WHERE kind = 'column' AND source = ? AND "table" = ? ORDER BY age DESC"""
    for name, now, since in rows(con, learned, list(place)):
        if not reads(config, place, now):
            found.setdefault(name, []).append((now, since))
    configured = config.sources[place[0]].tables[place[1]].columns
    return found | {name: [(now, "")] for name, now in configured.items()}


def named(extract: Extract, names: Names) -> Extract:
    """The extract with the known name, where that is missing, in place of the heading that it has now."""
    renamed: dict[str, str] = {}
    for name, headings in names.items():
        free = [column for column in extract.columns if column not in renamed]
        found = [(now, since) for text, since in headings if (now := heading(text, free))]
        if found and not heading(name, extract.columns):
            renamed[found[0][0]] = name
            extract.remarks.append(Remark(f"is called {found[0][0]}{found[0][1]}", name))
    if renamed:
        columns = extract.columns = [renamed.get(column, column) for column in extract.columns]
        extract.batches = (
            batch._replace(rows=batch.rows.rename_columns(["_row", *columns])) for batch in extract.batches
        )
    return extract


def codes(con: Connection, config: Config, place: Place, column: str) -> dict[str, str]:
    """The codes that values of a column stand for; what is configured for a column leaves out what was learned."""
    values = config.sources[place[0]].tables[place[1]].values
    if configured := heading(column, values):
        return config.meanings(values[configured])
    learned = """SELECT after, before FROM memory.learned
        WHERE kind = 'code' AND source = ? AND "table" = ? AND "column" = ? ORDER BY age"""
    return dict(rows(con, learned, [*place, column]))
