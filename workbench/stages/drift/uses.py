"""Which columns of a table the configuration and its views read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress

from ...config import Config, RecordConfig, columns_of
from ...errors import ConfigError, SourceError
from ...store import Connection, ident, rows, session
from ..relations import relation, term

Place = tuple[str, str]
"""A source and its table."""


def heading(text: str, headings: Iterable[str]) -> str | None:
    """The heading that a text is, in another case if need be."""
    found = [name for name in headings if name.casefold() == text.casefold()]
    return text if text in found else next(iter(found), None)


def keys(config: Config, place: Place) -> list[list[str]]:
    """The columns that name a record, of each kind of record that a table gives."""
    return [record.key for record in config.sources[place[0]].records.values() if place[1] == record.lead_table]


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


def reads(config: Config, place: Place, name: str) -> bool:
    """Whether anything reads a column of a table."""
    return any(
        (record.from_.endswith(".sql") and _means(record.from_, "".join(config.lines(record.from_)), name))
        or any(_means(where, text, name) for where, text in _texts(record))
        for _, _, record in _readers(config, place)
    )


def missing(con: Connection, config: Config, place: Place, gone: Collection[str]) -> dict[str, list[str]]:
    """Of the columns that are gone from a table those that something still reads, each with the places that do."""
    found: dict[str, list[str]] = {}
    for where, text in broken(con, config, place):
        for name in gone:
            if _means(where, text, name):
                found.setdefault(name, []).append(where)
    return found


def broken(con: Connection, config: Config, place: Place) -> Iterator[tuple[str, str]]:
    """The places that read columns which are not there, and their text."""
    for source, entity, record in _readers(config, place):
        available: list[str] = []
        try:
            with _outline(con) if record.from_.endswith(".sql") else nullcontext(con) as tables:
                _, available = relation(tables, config, source, record)
        except ConfigError:
            yield record.from_, "".join(config.lines(record.from_))
        for where, text in _texts(record):
            try:
                term(text, available, where)
            except SourceError:
                yield f"sources.{source}.records.{entity}.{where}", text


@contextmanager
def _outline(con: Connection) -> Iterator[Connection]:
    """The raw tables without their rows: a view that cannot be read would end the transaction of the stage."""
    with session(None) as outline:
        outline.execute("CREATE SCHEMA raw")
        for table, columns in rows(con, """
            SELECT table_name, list(column_name ORDER BY ordinal_position) FROM information_schema.columns
            WHERE table_schema = 'raw' GROUP BY table_name"""):  # fmt: skip
            typed = ", ".join(f"{ident(name)} {'BIGINT' if name == '_row' else 'VARCHAR'}" for name in columns)
            outline.execute(f"CREATE TABLE {ident('raw', table)} ({typed})")
        yield outline


def _readers(config: Config, place: Place) -> Iterator[tuple[str, str, RecordConfig]]:
    """The records that are read from a table, by a view or without."""
    for source, settings in config.sources.items():
        for entity, record in settings.records.items():
            if record.from_.endswith(".sql"):
                text = "".join(config.lines(record.from_))
                reads = re.search(rf"\b{'__'.join(place)}\b", text, re.IGNORECASE) is not None
            else:
                reads = (source, record.from_) == place
            if reads:
                yield source, entity, record


def _texts(record: RecordConfig) -> Iterator[tuple[str, str]]:
    """The places in a record's configuration that name columns, and their text."""
    yield from (("key", text) for text in record.key)
    yield from (("parent", text) for text in record.parent or [])
    yield from [("updated", record.updated)] if record.updated else []
    yield from ((f"fields.{name}", text) for name, text in record.fields.items())


def _means(where: str, text: str, name: str) -> bool:
    """Whether a text reads a column: a view where it has its name as a word, else it is one, or computes with it."""
    if where.endswith(".sql"):
        return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None
    with suppress(ValueError):
        return heading(name, {text, *columns_of(text)}) is not None
    return name.casefold() == text.casefold()
