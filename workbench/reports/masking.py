"""Pseudonyms for everything that is published: same length and script, equal values alike, under the project's key."""

from __future__ import annotations

import os
from collections.abc import Iterable

import pyarrow as pa

from ..config import Config
from ..errors import ConfigError
from ..store import Connection, append, ident, literal, pages, rows
from ..types import TYPES

OPEN = ("code", "country")
COMMON = 5
"""A value of an open type is shown as it is where this many rows share it."""


NUMBERS = ("_row", "_golden_id")
"""Columns of tables of sources and targets that the workbench itself numbers."""

OF_RECORDS = {"gold.provenance": ("losing",), "gold.consequences": ("values",)}
"""Columns with several values of a field, each with its record."""

NESTED = ("STRUCT", "MAP", "UNION")


def is_masked() -> bool:
    """Whether everything shown of the data is to be masked, as while reports are rendered: WORKBENCH_MASKED=1."""
    return os.environ.get("WORKBENCH_MASKED") == "1"


def demand_plain(masked: bool) -> None:
    """Raise ConfigError where a project is masked: nobody is to decide by pseudonyms, or to write them down."""
    if masked:
        raise ConfigError("Masked, a project is only looked at: open it without WORKBENCH_MASKED=1 for that.")


Masks = dict[str, str]
"""Column -> SQL giving the semantic type of a row's value in it; NULL leaves the value as it is."""


def masks(config: Config) -> dict[str, Masks]:
    """What holds values of the sources in the tables of fixed shape, by schema.table."""
    types = " ".join(
        f"WHEN {literal(f'{entity}.{name}')} THEN {literal(field.type)}"
        for entity, settings in config.entities.items()
        for name, field in settings.fields.items()
    )
    left_out = "CASE WHEN contains(reason, 'left out by ') AND contains(reason, ': ') THEN 'text' END"
    by_field = f"CASE entity || '.' || field {types} END"
    text = "'text'"
    return {
        "raw.rejects": {"text": text, "repair": text},
        "raw.repairs": {"text": text, "repair": text},
        "raw.remarks": {"text": text},
        "std.edits": {"before": text, "after": text},
        "raw.learned": dict.fromkeys(("before", "after"), "CASE kind WHEN 'code' THEN 'code' END"),
        "profile.columns": dict.fromkeys(("min", "max", "q05", "q25", "q50", "q75", "q95"), text),
        "profile.values": {"value": text},
        "profile.shapes": {"example": text},
        "std.changes": {"before": by_field, "after": by_field, "proposal": by_field},
        "qa.failures": {"value": by_field},
        "match.excluded": {"why": text},
        "recon.rows": {"reason": left_out},
        "gold.provenance": {"value": by_field},
        "gold.fill_problems": {"value": by_field},
        "gold.consequences": dict.fromkeys(("chosen", "value"), by_field),
        "gold.deviations": dict.fromkeys(("owner_value", "value"), by_field),
        "target.problems": {"value": text},
        "target.unmapped": {"value": f"CASE WHEN rows < {COMMON} THEN 'text' END"},
        "target.doubtful": {"value": text},
        "recon.differences": {"source_value": by_field, "target_value": by_field},
    }


def mask_columns(con: Connection, table: str, columns: Masks, key: bytes) -> None:
    """Mask columns of a table (quoted) in place, but an open type's value where it is common in the table."""
    for column, kind in columns.items():
        name = ident(column)
        con.execute(f"""
            CREATE TEMP TABLE _plain AS
            SELECT v, k, row_number() OVER (ORDER BY v, k) AS _page
            FROM (SELECT {name} AS v, {kind} AS k, count(*) AS n FROM {table} GROUP BY ALL)
            WHERE v IS NOT NULL AND k IS NOT NULL AND (n < {COMMON} OR k NOT IN {OPEN})""")
        con.execute("CREATE TEMP TABLE _masks (v VARCHAR, k VARCHAR, masked VARCHAR)")
        for page in pages(con, "_plain"):
            values, kinds = page["v"].to_pylist(), page["k"].to_pylist()
            masked = [TYPES[kind].mask(value, key) for value, kind in zip(values, kinds, strict=True)]
            append(con, "_masks", pa.table({"v": values, "k": kinds, "masked": masked}))
        con.execute(f"UPDATE {table} SET {name} = m.masked FROM _masks AS m WHERE {name} = m.v AND {kind} = m.k")
        con.execute("DROP TABLE _plain; DROP TABLE _masks")


def mask_database(con: Connection, config: Config, key: bytes) -> None:
    """Put a masked view before each table of the attached database `work`, under the same name.

    Every column of a source, a target or an entity is masked, what the workbench itself says is not.
    """
    con.create_function("mask", lambda value, kind: TYPES[kind].mask(value, key), ["VARCHAR", "VARCHAR"], "VARCHAR")
    known, tables = masks(config), dict[tuple[str, str], dict[str, str]]()
    columns = """SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns()
        WHERE database_name = 'work' ORDER BY schema_name, table_name, column_index"""
    for schema, table, column, kind in rows(con, columns):
        tables.setdefault((schema, table), {})[column] = kind
    for (schema, table), names in tables.items():
        hidden = known.get(f"{schema}.{table}", {})
        if schema in ("std", "gold") and table in config.entities:
            hidden = _of_entity(config, table, names)
        elif schema == "own" or (schema in ("raw", "std", "target") and "__" in table):
            hidden = {name: "'text'" for name in names if name not in NUMBERS}
        shown = {n: _hide(n, hidden[n], kind) if n in hidden else ident(n) for n, kind in names.items()}
        for column in OF_RECORDS.get(f"{schema}.{table}", ()):
            shown[column] = _of_records(column, hidden["value"])
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {ident(schema)}")
        columns = ", ".join(shown.values())
        con.execute(f"CREATE VIEW {ident(schema, table)} AS SELECT {columns} FROM {ident('work', schema, table)}")


def _of_entity(config: Config, entity: str, names: Iterable[str]) -> Masks:
    """Each field by its type, its parts as texts."""
    fields = config.entities[entity].fields
    parts = {name: "'text'" for name in names if "__" in name and not name.endswith("__valid")}
    return {name: literal(field.type) for name, field in fields.items()} | parts


def _hide(column: str, kind: str, data_type: str) -> str:
    """A column's value or its pseudonym, which has the column's own data type; of what holds several values nothing."""
    name = ident(column)
    if data_type.endswith("]") or data_type.startswith(NESTED):
        return f"NULL::{data_type} AS {name}"
    common = f"{kind} IN {OPEN} AND count(*) OVER (PARTITION BY {name}) >= {COMMON}"
    masked = f"TRY_CAST(mask({name}::VARCHAR, {kind}) AS {data_type})"
    return f"CASE WHEN {kind} IS NULL OR {common} THEN {name} ELSE {masked} END AS {name}"


def _of_records(column: str, kind: str) -> str:
    """Values with their records, which are of the field's type too."""
    name = ident(column)
    return f"[struct_update(of, value := mask(of.value, {kind})) for of in {name}] AS {name}"
