"""What reconciliation stands on: the newest run's tables, what was read back, and what the ledger says last."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from ..config import Config, ObjectMap, load_mapping
from ..config.mistakes import suggestion
from ..errors import ConfigError, StoreError
from ..journal import Journal
from ..pipeline import database
from ..readbacks import attach_readback, read_objects
from ..store import BATCH, Connection, append, count, exists, fresh_schema, ident, literal, overlay, rows

_NEWEST = """
    SELECT * FROM (
        SELECT object, golden_id, max(id) AS id,
            max(CASE WHEN event IN ('created', 'updated', 'undone') THEN id END) AS stood
        FROM ledger WHERE target = ? AND environment = ? GROUP BY object, golden_id
    ) WHERE id > ? ORDER BY id LIMIT ?"""

_LINES = f"""
    SELECT n.object, n.golden_id, l.event, coalesce(s.event IN ('created', 'updated'), 0),
        coalesce(s.target_id, l.target_id), l.load_id, l.at, coalesce(o.user, ''), l.reason, s.hash, l.id
    FROM ({_NEWEST}) AS n JOIN ledger AS l ON l.id = n.id LEFT JOIN ledger AS s ON s.id = n.stood
    LEFT JOIN loads AS o ON o.load_id = l.load_id ORDER BY l.id"""


def chosen(config: Config, target: str | None) -> str:
    """The target that is meant, by default the first. Raises ConfigError where there is none of the name."""
    if target is not None and target not in config.targets:
        raise ConfigError(f"There is no target '{target}'{suggestion(target, config.targets)}")
    return target or next(iter(config.targets))


@contextmanager
def ground(
    root: Path, config: Config, journal: Journal, target: str, tables: Path | None = None
) -> Iterator[Connection]:
    """A database in memory with the run's tables by their names, readback.*, proof.ledger and proof.objects.

    The tables are those of the project's database, or of a copy of it, `tables`. Raises StoreError before the stage
    reconcile has run, and where nothing was read back of the target as it is.
    """
    tables = tables or database(root)
    if not tables.exists():
        raise StoreError(f"{root} has no results yet. Run it first: workbench run {root}")
    if not read_objects(root, target):
        raise StoreError(
            f"Nothing was read back of {target} yet, so there is nothing to hold its rows against. "
            f"Read it back first: workbench readback {root} --target {target}"
        )
    environment = config.targets[target].environment
    asked = "SELECT environment FROM readbacks WHERE target = ? ORDER BY id DESC LIMIT 1"
    if other := [name for (name,) in journal.read(asked, [target]) if name != environment]:
        raise StoreError(
            f"{target} is {environment} now, and what was read back last is of {other[0]}. "
            f"Read it back again: workbench readback {root} --target {target}"
        )
    with overlay(tables) as con:
        named = "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'work'"
        for schema, table in rows(con, f"{named} UNION {named.replace('table', 'view')} AND NOT internal"):
            con.execute(f"CREATE SCHEMA IF NOT EXISTS {ident(schema)}")
            con.execute(f"CREATE VIEW {ident(schema, table)} AS FROM {ident('work', schema, table)}")
        if not exists(con, "recon", "rows"):
            raise StoreError("The run stopped before it had reconciled its rows. Run the project to its end first.")
        attach_readback(con, root, target)
        lay_out(con, config, journal, target, load_mapping(config, target))
        yield con


def lay_out(con: Connection, config: Config, journal: Journal, target: str, mapping: dict[str, ObjectMap]) -> None:
    """Make the schema proof anew, with the ledger's newest lines and the objects of the target."""
    fresh_schema(con, "proof")
    last, names = 0, [column[0] for column in con.execute("FROM proof.ledger LIMIT 0").description or []]
    while lines := journal.read(_LINES, [target, config.targets[target].environment, last, BATCH]):
        last = lines[-1][-1]
        columns = dict(zip(names, map(list, zip(*lines, strict=True)), strict=False))
        columns["loaded"] = [bool(stood) for stood in columns["loaded"]]
        types = {"loaded": pa.bool_(), "load_id": pa.int64()}
        typed = {name: pa.array(values, types.get(name, pa.string())) for name, values in columns.items()}
        append(con, "proof.ledger", pa.table(typed))
    led = set[str]()
    for place, (title, mapped) in enumerate(mapping.items()):
        told = count(con, f"SELECT count(*) FROM proof.ledger WHERE object = {literal(title)}") > 0
        line = [place, title, mapped.entity, mapped.entity not in led, exists(con, "readback", title), told]
        con.execute("INSERT INTO proof.objects VALUES (?, ?, ?, ?, ?, ?)", line)
        led.add(mapped.entity)


def expected(target: str, title: str) -> str:
    """The quoted table of an object's rows as they are to be in the new system."""
    return ident("target", f"{target}__{title}")


def as_of(con: Connection) -> str:
    """The as-of date of the run that the tables are of."""
    run = rows(con, "SELECT run_id FROM meta.stage WHERE stage = 'reconcile'")
    return str(run[0][0]).rpartition(".")[0]
