"""A file of arrivals, read and standardised as the table of its source is: std.<entity> in memory."""

from __future__ import annotations

import json
from pathlib import Path

from ..config import Config, ReadOptions, RecordConfig
from ..errors import ConfigError, SourceError
from ..sources import read, steady, unpacked
from ..stages.context import Run
from ..stages.drift import Place, named, names
from ..stages.edits import MADE, replay
from ..stages.ingest import load
from ..stages.standardise import columns, standardise
from ..store import Connection, exists, ident, literal, rows


def take_in(con: Connection, run: Run, entity: str, source: str, file: Path) -> None:
    """std.<entity> of the records of a file; _refused (row, key, reason) are those that are none.

    Of other tables that a view joins, there is what the newest run had. Raises SourceError for a file that cannot be
    read or lacks a column.
    """
    config = run.config
    record = config.sources[source].records[entity]
    place = (source, record.lead_table)
    _show_others(con, config, entity, place)
    _read(con, config, place, file)
    fitted = "SELECT field, settings FROM work.std.settings WHERE (entity, source) = (?, ?)"
    known = {name: json.loads(settings) for name, settings in rows(con, fitted, [entity, source])}
    con.execute(f"CREATE TABLE {ident('std', entity)} ({', '.join(columns(config.entities[entity].fields))})")
    try:
        replay(con, config, place, MADE)
        standardise(con, config, entity, source, record, known)
    except (SourceError, ConfigError) as error:
        raise SourceError(f"{file}: {error}") from error
    _refuse(con, entity, place, record)


def _show_others(con: Connection, config: Config, entity: str, place: Place) -> None:
    """The other tables of sources and entities, and what recipes made of them, as the newest run has them."""
    tables = [("raw", f"{source}__{table}") for source, settings in config.sources.items() for table in settings.tables
              if (source, table) != place]  # fmt: skip
    for schema, name in [*tables, *(("std", other) for other in config.entities if other != entity)]:
        if exists(con, schema, name):
            con.execute(f"CREATE VIEW {ident(schema, name)} AS FROM {ident('work', schema, name)}")
    con.execute(f"""INSERT INTO {MADE} FROM work.{MADE} WHERE (source, "table") <> (?, ?)""", list(place))


def _read(con: Connection, config: Config, place: Place, file: Path) -> None:
    """raw.<source>__<table> of a file; one of the same kind as the table's is read as that is."""
    table = config.sources[place[0]].tables[place[1]]
    alike = Path(table.file or "").suffix.lower() in ("", file.suffix.lower())  # a folder's name has none
    with steady(file), unpacked(file) as files:
        known = names(con, config, place)
        load(con, place, [named(read(each, table if alike else ReadOptions()), known) for each in files.values()])


def _refuse(con: Connection, entity: str, place: Place, record: RecordConfig) -> None:
    """_refused: records that could not be read, have no key of their own, or that the view leaves out."""
    std, lead, gone = ident("std", entity), ident("raw", "__".join(place)), literal(f"{record.from_} leaves it out")
    con.execute(f"""
        CREATE TEMP TABLE _refused AS
        SELECT _row AS row, NULL AS key, reason FROM raw.rejects
        UNION ALL SELECT _row, before, CASE WHEN trim(coalesce(before, ''), ' |') = '' THEN 'it has no key'
            ELSE 'an earlier record has the same key' END FROM std.changes WHERE field = 'key' AND rule = 'key made up'
        UNION ALL SELECT _row, NULL, {gone} FROM {lead} ANTI JOIN {std} USING (_row)""")
    con.execute(f"DELETE FROM {std} WHERE _row IN (SELECT row FROM _refused)")
