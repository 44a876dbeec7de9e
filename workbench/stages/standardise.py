"""raw -> std: one row a record, each field in the form of its type, every change written down."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from ..config import Config, FieldConfig, RecordConfig
from ..errors import SourceError
from ..store import Connection, blame, count, fresh_schema, ident, literal, rows
from ..types import TYPES, SemanticType
from ..types.base import Context, Settings
from .cleaning import Column, clean_values, column_of, neighbours_of, told_of
from .context import Counts, Run
from .edits import edit
from .lookups import look_up
from .relations import relation, term, terms

UPDATED = "updated"
"""The date of a record's last change, standardised beside its fields; survivorship asks for it."""


def run(con: Connection, run: Run) -> Counts:
    """Standardise the records of every entity. Raises SourceError for columns that are not there."""
    fresh_schema(con, "std")
    edit(con, run.config)
    read = written = 0
    for entity, settings in run.config.entities.items():
        con.execute(f"CREATE TABLE {ident('std', entity)} ({', '.join(columns(settings.fields))})")
        for source, record in run.config.records(entity).items():
            standardise(con, run.config, entity, source, record)
            read += count(con, f"SELECT count(*) FROM {ident('raw', f'{source}__{record.lead_table}')}")
        written += count(con, f"SELECT count(*) FROM {ident('std', entity)}")
    look_up(con, run.config)
    return Counts(read, written)


def columns(fields: dict[str, FieldConfig]) -> Iterator[str]:
    """The column definitions of std.<entity>."""
    yield from ("source VARCHAR", "_row BIGINT", "key VARCHAR", "parent_key VARCHAR", f"{UPDATED} DATE")
    for name, field in fields.items():
        yield f"{ident(name)} {field.kind.sql}"
        yield from (f"{ident(f'{name}__{part}')} VARCHAR" for part in field.kind.parts)
        yield f"{ident(f'{name}__valid')} BOOLEAN"


def standardise(
    con: Connection, config: Config, entity: str, source: str, record: RecordConfig,
    known: Mapping[str, Settings] | None = None,
) -> None:  # fmt: skip
    """Add a source's records to std.<entity>.

    `known` are the settings of its fields from a run that had whole columns; without, they are fitted. Raises
    SourceError for columns that are not there.
    """
    fields = config.entities[entity].fields
    kinds = {name: fields[name].kind for name in record.fields}
    if record.updated:
        kinds[UPDATED] = TYPES["date"]
    read_records(con, config, entity, source, record)
    _write_edits(con, entity, source, record)
    joins: dict[str, str] = {}  # a field's join to its map; fields that are context for others come first
    for name in sorted(kinds, key=lambda field: (len(kinds[field].context), field)):
        neighbours = {n: field for n, field in neighbours_of(config, entity, name).items() if field in joins}
        column = column_of(con, config, (source, record.lead_table), record.fields.get(name, ""))
        told = told_of(config, entity, name)
        settings = None if known is None else known.get(name, {})
        _map_values(con, (entity, source, name), kinds[name], neighbours, joins, told, column, settings)
        joins[name] = _join(name, neighbours)
        if name != UPDATED:
            _write_changes(con, (entity, source, name), neighbours, joins)
    _write_records(con, entity, source, kinds, joins)
    for table in ("_records", *(f"_map_{name}" for name in joins)):
        con.execute(f"DROP TABLE {ident(table)}")


def read_records(con: Connection, config: Config, entity: str, source: str, record: RecordConfig) -> None:
    """Fill _records: _row, _key as it came, key, parent_key and the raw text of every field, one row a record."""
    origin, available = relation(con, config, source, record)
    where = f"sources.{source}.records.{entity}"
    wanted = dict(record.fields) | ({UPDATED: record.updated} if record.updated else {})
    chosen = [f"({term(text, available, f'{where}.fields.{name}')})::VARCHAR AS {ident(name)}"
              for name, text in wanted.items()]  # fmt: skip
    parent = terms(record.parent, available, f"{where}.parent") if record.parent else "NULL"
    key = terms(record.key, available, f"{where}.key")
    with blame(where):
        con.execute(
            f"CREATE TEMP TABLE _read AS SELECT _row, {key} AS _key, {parent} AS parent_key, {', '.join(chosen)} "
            f"FROM ({origin}) AS r"
        )
    lead = ident("raw", f"{source}__{record.lead_table}")
    for row, times in rows(con, f"""
        SELECT r._row, count(*) FROM _read AS r LEFT JOIN {lead} AS l ON l._row = r._row
        GROUP BY r._row HAVING count(*) > 1 OR count(l._row) = 0 LIMIT 1"""):  # fmt: skip
        found = f" {times} times" if times > 1 else ", which has no such row"
        raise SourceError(
            f"{where}: {record.from_} gives row {row} of {record.lead_table}{found}. "
            "Each row of the lead table is one record: join tables that have one row for it, or narrow them first."
        )
    con.execute("""
        CREATE TEMP TABLE _records AS
        WITH numbered AS (      -- the first record keeps a key, later ones are numbered
            SELECT *, row_number() OVER (PARTITION BY _key ORDER BY _row) AS _time FROM _read),
        named AS (
            SELECT *, CASE WHEN trim(coalesce(_key, ''), ' |') = '' THEN '#' || _row
                           WHEN _time > 1 THEN _key || '#' || _time ELSE _key END AS _name FROM numbered),
        marks AS (SELECT repeat('#', 1 + max(length(_key) - length(replace(_key, '#', '')))) AS more FROM _read)
        -- a made-up key that exists already gets the row's ordinal too, after more # than any key has
        SELECT named.* EXCLUDE (_time, _name),
            CASE WHEN _name IS DISTINCT FROM _key AND _name IN (SELECT _key FROM _read WHERE _key IS NOT NULL)
                 THEN _name || more || _row ELSE _name END AS key
        FROM named, marks""")
    con.execute("DROP TABLE _read")


def _write_edits(con: Connection, entity: str, source: str, record: RecordConfig) -> None:
    """Write down what recipes changed in the fields that are just a column of the table.

    What a view makes of an edit cannot be told value by value: it stays in std.edits alone.
    """
    if record.from_ != record.lead_table:
        return
    place = [source, record.lead_table]
    found = rows(con, 'SELECT DISTINCT "column" FROM std.edits WHERE (source, "table") = (?, ?)', place)
    for (column,) in found:
        for field in (name for name, text in record.fields.items() if text.casefold() == column.casefold()):
            con.execute(
                f"""INSERT INTO std.changes SELECT ?, ?, l._row, ?, e.before, e.after, e.rule, '', NULL
                FROM {ident("raw", "__".join(place))} AS l JOIN std.edits AS e ON e.before = l.{ident(column)}
                WHERE (e.source, e."table", e."column") = (?, ?, ?)""",
                [entity, source, field, *place, column],
            )


def _map(name: str) -> str:
    return ident(f"_map_{name}")


def _join(name: str, neighbours: dict[str, str]) -> str:
    """The join from a record r to the map of one field, by raw value and context."""
    same = "".join(f" AND {_map(name)}.{ident(context)} IS NOT DISTINCT FROM {_map(field)}.after::VARCHAR"
                   for context, field in neighbours.items())  # fmt: skip
    return f"LEFT JOIN {_map(name)} ON {_map(name)}.before = r.{ident(name)}{same}"


def _map_values(
    con: Connection, place: tuple[str, str, str], kind: SemanticType, neighbours: dict[str, str],
    joins: dict[str, str], told: Context, column: Column, settings: Settings | None,
) -> None:  # fmt: skip
    """Standardise the distinct values of one field (place: entity, source, field) into _map_<field>."""
    name = place[2]
    context = "".join(f", {_map(field)}.after::VARCHAR AS {ident(n)}" for n, field in neighbours.items())
    values = (
        f"SELECT r.{ident(name)} AS before{context}, count(*) AS times FROM _records AS r "
        f"{' '.join(joins[field] for field in neighbours.values())} WHERE r.{ident(name)} IS NOT NULL GROUP BY ALL"
    )
    found = clean_values(con, kind, told, values, _map(name), neighbours=list(neighbours), settings=settings,
                         column=column)  # fmt: skip
    if found:
        con.execute("INSERT INTO std.settings VALUES (?, ?, ?, ?)", [*place, json.dumps(found)])


def _write_changes(
    con: Connection, place: tuple[str, str, str], neighbours: dict[str, str], joins: dict[str, str]
) -> None:
    """Write down every value of one field that was changed or is not valid."""
    name, map_ = place[2], _map(place[2])
    mapped = " ".join(joins[field] for field in [*neighbours.values(), name])
    con.execute(
        f"INSERT INTO std.changes SELECT ?, ?, r._row, ?, r.{ident(name)}, {map_}.after::VARCHAR, {map_}.rule, "
        f"{map_}.reason, {map_}.proposal FROM _records AS r {mapped} WHERE {map_}.rule <> '' OR NOT {map_}.valid",
        list(place),
    )


def _write_records(
    con: Connection, entity: str, source: str, kinds: dict[str, SemanticType], joins: dict[str, str]
) -> None:
    chosen = []
    for name, kind in kinds.items():
        chosen.append(f"{_map(name)}.after AS {ident(name)}")
        if name != UPDATED:
            chosen += [f"{_map(name)}.{ident(f'__{part}')} AS {ident(f'{name}__{part}')}" for part in kind.parts]
            chosen.append(f"{_map(name)}.valid AS {ident(f'{name}__valid')}")
    con.execute(
        f"INSERT INTO {ident('std', entity)} BY NAME SELECT {literal(source)} AS source, r._row, r.key, r.parent_key, "
        f"{', '.join(chosen)} FROM _records AS r {' '.join(joins.values())}"
    )
    con.execute(
        "INSERT INTO std.changes SELECT ?, ?, _row, 'key', _key, key, 'key made up', 'blank or repeated key', NULL "
        "FROM _records WHERE key IS DISTINCT FROM _key",
        [entity, source],
    )
