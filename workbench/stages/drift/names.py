"""What columns and codes are called, as configured, else as earlier runs learned; and who reads which column."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import nullcontext, suppress

import sqlglot
from sqlglot import exp

from ...config import Config, RecordConfig, columns_of
from ...errors import ConfigError
from ...recipes import FOLDER, load_recipe
from ...sources import Extract, Remark
from ...store import Connection, ident, rows, session
from ..relations import relation

Place = tuple[str, str]
"""A source and its table."""

Names = dict[str, list[tuple[str, str]]]
"""Known name -> the headings it may have now, the newest first, each with words on since when."""


def heading(text: str, headings: Iterable[str]) -> str | None:
    """The heading that a text is, in another case if need be."""
    found = [name for name in headings if name.casefold() == text.casefold()]
    return text if text in found else next(iter(found), None)


def headings(con: Connection, place: Place) -> list[str]:
    """The columns of a raw table."""
    found = con.execute(f"FROM {ident('raw', '__'.join(place))} LIMIT 0").description or []
    return [column[0] for column in found][1:]


def names(con: Connection, config: Config, place: Place) -> Names:
    """The names of a table's columns; what is configured for a name leaves out what was learned about it.

    A learned heading that the configuration has come to use itself is a name of its own.
    """
    found: Names = {}
    used = reads(config, place)
    learned = """SELECT "column", after, ' since ' || as_of FROM memory.learned
        WHERE kind = 'column' AND source = ? AND "table" = ? ORDER BY age DESC"""
    for name, now, since in rows(con, learned, list(place)):
        if now.casefold() not in used:
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


def code_columns(config: Config, place: Place, headings: Collection[str]) -> dict[str, list[str]]:
    """The columns, as they are, that fields of the type code are filled with, and these fields.

    Columns for whose values it is configured what they stand for are left out.
    """
    values = config.sources[place[0]].tables[place[1]].values
    found: dict[str, list[str]] = {}
    for entity, record in config.sources[place[0]].records.items():
        for name, text in record.fields.items() if place[1] == record.lead_table else ():
            column = heading(text, headings)
            if column and not heading(column, values) and config.entities[entity].fields[name].type == "code":
                found.setdefault(column, []).append(f"{entity}.{name}")
    return found


def reads(config: Config, place: Place) -> set[str]:
    """The names, in small letters, of the columns that anything may read from a table."""
    found = {name.casefold() for name in _edited(config, place)}
    for _, _, record, view in _readers(config, place):
        found |= view.union(*(_columns(text) for _, text in _texts(record)))
    return found


def missing(con: Connection, config: Config, place: Place) -> dict[str, list[str]]:
    """The names, in small letters, of columns that are read but are not there, each with the places that read them.

    Of a view that cannot be read, all that it names.
    """
    found: dict[str, list[str]] = {}
    for source, entity, record, view in _readers(config, place):
        available = _available(con, config, source, record)
        for name in view if not available else ():
            found.setdefault(name, []).append(record.from_)
        for where, text in _texts(record):
            if not heading(text, available) and not _computable(text, available):
                for name in _columns(text):
                    if not heading(name, available):
                        found.setdefault(name, []).append(f"sources.{source}.records.{entity}.{where}")
    for name in _edited(config, place):
        if not heading(name, headings(con, place)):
            found.setdefault(name.casefold(), []).append(f"{FOLDER}/{'.'.join(place)}.yml")
    return found


def _edited(config: Config, place: Place) -> set[str]:
    """The columns that a table's recipe edits."""
    return {step.column for step in load_recipe(config.root, *place)}


def _available(con: Connection, config: Config, source: str, record: RecordConfig) -> list[str]:
    """The columns of the table or view of records; none where it cannot be read.

    A view is tried on tables without rows: one that cannot be read would end the transaction of the stage.
    """
    is_view = record.from_.endswith(".sql")
    with suppress(ConfigError), session(None) if is_view else nullcontext(con) as tables:
        if is_view:
            tables.execute("CREATE SCHEMA raw")
            for (table,) in rows(con, "SELECT sql FROM duckdb_tables() WHERE schema_name = 'raw'"):
                tables.execute(table)
        return relation(tables, config, source, record)[1]
    return []


def _readers(config: Config, place: Place) -> Iterator[tuple[str, str, RecordConfig, set[str]]]:
    """The records that are read from a table: source, entity, record, and what its view names."""
    for source, settings in config.sources.items():
        for entity, record in settings.records.items():
            view: set[str] = set()
            if record.from_.endswith(".sql"):
                with suppress(sqlglot.errors.SqlglotError):
                    tree = sqlglot.parse_one("".join(config.lines(record.from_)), read="duckdb")
                    view = {found.name.casefold() for found in tree.find_all(exp.Identifier)}
            if (source, record.from_) == place or "__".join(place) in view:
                yield source, entity, record, view


def _texts(record: RecordConfig) -> Iterator[tuple[str, str]]:
    """The places in a record's configuration that name columns, and their text."""
    yield from (("key", text) for text in record.key)
    yield from (("parent", text) for text in record.parent or [])
    yield from [("updated", record.updated)] if record.updated else []
    yield from ((f"fields.{name}", text) for name, text in record.fields.items())


def _computable(text: str, available: list[str]) -> bool:
    """Whether a text is an expression over columns that are all there."""
    with suppress(ValueError):
        return all(heading(name, available) for name in columns_of(text))
    return False


def _columns(text: str) -> set[str]:
    """The columns, in small letters, that a text is or computes with."""
    with suppress(ValueError):
        return {name.casefold() for name in (text, *columns_of(text))}
    return {text.casefold()}
