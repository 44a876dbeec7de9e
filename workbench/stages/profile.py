"""raw -> profile: exact figures on every column of every table, its commonest values, shapes and likely type."""

from __future__ import annotations

from ..store import Connection, count, counted, fresh_schema, ident, rows
from ..types import TYPES, guess
from .context import Counts, Run

TOP = 10
SAMPLE = 50
"""Distinct values looked at to guess a column's type."""

SHAPE = r"""regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(v,
    '\p{N}+', '9', 'g'), '\p{Lu}+', 'A', 'g'), '\p{Ll}+', 'a', 'g'),
    '[\p{Lo}\p{Lm}\p{Lt}\p{M}]+', '字', 'g'), '\s+', ' ', 'g')"""
"""A value's shape: runs of digits, capitals, small and other letters and blanks become 9, A, a, 字 and a blank."""


def run(con: Connection, run: Run) -> Counts:
    """Profile every raw table."""
    fresh_schema(con, "profile")
    read = 0
    for source, settings in run.config.sources.items():
        for table in settings.tables:
            raw = ident("raw", f"{source}__{table}")
            read += count(con, f"SELECT count(*) FROM {raw}")
            names = [column[0] for column in con.execute(f"FROM {raw} LIMIT 0").description or []]
            for place, name in enumerate(names[1:], start=1):
                _profile(con, run.config.region, raw, [source, table, name], place)
    return Counts(read, count(con, "SELECT count(*) FROM profile.columns"))


def _profile(con: Connection, region: str, raw: str, place: list[str], ordinal: int) -> None:
    """One column; `place` is its source, table and name."""
    column = ident(place[2])
    con.execute(f"""
        CREATE TEMP TABLE _values AS
        SELECT v, n, {SHAPE} AS shape, row_number() OVER (ORDER BY n DESC, v) AS _page
        FROM (SELECT {column} AS v, count(*) AS n FROM {raw} WHERE trim({column}) <> '' GROUP BY ALL)""")
    kind, likelihood, valid, invalid = _validity(con, region, place[2])
    con.execute(
        f"""
        INSERT INTO profile.columns
        WITH whole AS (
            SELECT count(*) AS rows, count(*) FILTER (WHERE c IS NULL OR trim(c) = '') AS missing,
                count(*) FILTER (WHERE c IS NOT NULL AND trim(c) = '') AS empty
            FROM (SELECT {column} AS c FROM {raw})),
        apart AS (
            SELECT count(*) AS "distinct", min(length(v)) AS shortest, max(length(v)) AS longest, min(v) AS "min",
                max(v) AS "max", count(DISTINCT shape) AS shapes FROM _values),
        numbers AS (
            SELECT count(x) AS numbers, quantile_disc(x, [0.05, 0.25, 0.5, 0.75, 0.95]) AS q
            FROM (SELECT try_cast(trim({column}) AS DOUBLE) AS x FROM {raw}) WHERE isfinite(x))
        SELECT ?, ?, ?, ?, rows, missing, empty, "distinct", shortest, longest, "min", "max", numbers,
            q[1], q[2], q[3], q[4], q[5], shapes, ?, ?, ?, ?
        FROM whole, apart, numbers""",
        [*place, ordinal, kind, likelihood, valid, invalid],
    )
    con.execute(
        f"INSERT INTO profile.values SELECT ?, ?, ?, v, n FROM _values WHERE _page <= {TOP} ORDER BY _page", place
    )
    con.execute(
        f"INSERT INTO profile.shapes SELECT ?, ?, ?, shape, sum(n)::BIGINT, min(v) FROM _values GROUP BY shape "
        f"ORDER BY sum(n) DESC, shape LIMIT {TOP}",
        place,
    )
    con.execute("DROP TABLE _values")


def _validity(con: Connection, region: str, heading: str) -> tuple[str, float, int, int]:
    """The likeliest type, how likely (0 to 1), and how many rows are valid and not valid by it."""
    sample = [row[0] for row in rows(con, f"SELECT v FROM _values ORDER BY md5(v) LIMIT {SAMPLE}")]
    name, likelihood = guess(sample, heading)
    kind = TYPES[name]
    settings = kind.fit(counted(con, "_values", "v", "n"), heading)
    valid = invalid = 0
    for value, times in counted(con, "_values", "v", "n"):
        found = kind.standardise(value, {"region": region}, settings).valid
        valid += times * (found is True)
        invalid += times * (found is False)
    return name, likelihood, valid, invalid
