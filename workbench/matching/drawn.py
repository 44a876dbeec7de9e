"""Pairs drawn to learn how often unrelated records agree, by a hash of their keys: the same are drawn every time."""

from __future__ import annotations

from ..store import Connection, count

DRAWN = 200_000
"""About how many pairs are drawn regardless of agreement."""

_SHUFFLED = "md5(source || chr(31) || key)"


def draw(con: Connection, records: str, out: str) -> None:
    """The temp table `out` (l, r) of about DRAWN pairs of records (id, source, key) regardless of agreement."""
    size = min(max(count(con, f"SELECT count(*) FROM {records}"), 1), DRAWN)
    steps = min(max(DRAWN // size, 1), max(size // 2, 1))
    con.execute(f"""
        CREATE TEMP TABLE {out} AS
        WITH shuffled AS MATERIALIZED (
            SELECT id, row_number() OVER (ORDER BY shuffled) - 1 AS place
            FROM (SELECT id, {_SHUFFLED} AS shuffled FROM {records} ORDER BY shuffled LIMIT {size})),
        steps AS (SELECT id, (place + step) % {size} AS place FROM shuffled, range(1, {steps} + 1) AS s(step))
        SELECT least(a.id, b.id) AS l, greatest(a.id, b.id) AS r
        FROM steps AS a JOIN shuffled AS b USING (place) WHERE a.id <> b.id""")
