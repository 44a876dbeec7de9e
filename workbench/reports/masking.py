"""Pseudonyms for everything that is published: same length and script, equal values alike, under the project's key."""

from __future__ import annotations

import pyarrow as pa

from ..store import Connection, append, ident, pages
from ..types import TYPES

OPEN = ("code", "country")
COMMON = 5
"""A value of an open type is shown as it is where this many rows share it."""


def mask_columns(con: Connection, table: str, columns: dict[str, str], key: bytes) -> None:
    """Mask columns of a table (quoted) in place.

    `columns` maps each column's name to SQL giving the semantic type of the row's value; NULL leaves it as it is,
    and so does an open type where the value is common in the table.
    """
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
