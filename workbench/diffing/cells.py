"""The keyed diff: two tables that share a key, compared cell by cell, each difference with its reason.

A kernel: right on any union of whole key groups, and its counts are added up over the pieces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from ..store import Connection, ident, literal, rows
from .reasons import explained

Kind = Literal["text", "decimal", "date", "boolean", "ref", "code", "currency"]
RESERVED = frozenset({"column", "left", "right", "reason", "side", "count"})
"""Names that a key column cannot have: the tables of the result have them."""

_MACROS = (
    # 12 decimals are kept: where a number has more, or is tiny, the guard leaves it to the comparison as text
    r"exact(t) AS CASE WHEN NOT regexp_matches(t::VARCHAR, '\.\d{13}|[eE]-') THEN try_cast(t AS DECIMAL(37, 12)) END",
    "near(t) AS try_cast(t AS DECIMAL(37, 12))",
    r"trimmed(t) AS regexp_replace(t, '^[\s\p{Z}]+|[\s\p{Z}]+$', '', 'g')",
)
_STORED = {
    "trim": "trimmed({})",
    "upper": "upper({})",
    "lower": "lower({})",
    "digits": "regexp_replace({}, '[^0-9]', '', 'g')",
    "letters_digits": r"regexp_replace({}, '[^\p{{L}}\p{{N}}]', '', 'g')",
}


@dataclass(frozen=True)
class Compared:
    """A column that is compared, and as what.

    `tolerance` is how far two decimals may be apart and still be equal. `stored` names what a system is declared to do
    to the text it stores, as in targets.TargetField. `left` and `right` are the column's names on the two sides,
    where they are others than `name`.
    """

    name: str
    kind: Kind = "text"
    tolerance: Decimal | None = None
    stored: tuple[str, ...] = ()
    left: str | None = None
    right: str | None = None


def differ(con: Connection, left: str, right: str, key: Sequence[str], columns: Sequence[Compared]) -> None:
    """Compare two tables (names already quoted) that share the columns of a key, which are held together as text.

    Makes the schema `diff` anew; keys and values in it are text:
    cells    the key's columns, column, left, right, reason (see reasons.RULES): each cell that differs
    missing  the key's columns: the keys that only the left has; `extra` those that only the right has
    doubled  the key's columns, side, count: keys that are more than once on a side, with the rows of each side that has
             them. They are compared with nothing
    rows     outcome (equal, different, missing, extra, doubled), left, right: the rows of each side, adding up to all
    counts   column, reason (or `equal`), cells: of the rows that both sides have

    A missing value equals a missing one and no other: an empty text is another, unless the column is `stored` somehow.
    Decimals, dates and booleans are equal when their values are, however they are written; one that cannot be read
    as such is compared as text.
    """
    define(con)
    con.execute("DROP SCHEMA IF EXISTS diff CASCADE; CREATE SCHEMA diff")
    _lay_out(con, left, right, key, columns)
    _doubled(con, key)
    _join(con, key, columns)
    _unpivot(con, key, columns)
    explained(con, key)
    _count(con, columns)
    con.execute("DROP TABLE _apart; DROP TABLE _cells; DROP VIEW _left; DROP VIEW _right")


def define(con: Connection) -> None:
    """Make the macros that the SQL of `differs` calls."""
    for macro in _MACROS:
        con.execute(f"CREATE OR REPLACE TEMP MACRO {macro}")


def differs(column: Compared, left: str, right: str) -> str:
    """The SQL condition under which two values (SQL expressions of one type) are not equal; never NULL."""
    read = {"decimal": "near" if column.tolerance else "exact", "date": "date", "boolean": "boolean"}.get(column.kind)
    unlike = f"{left} IS DISTINCT FROM {right}"
    if read is None:
        return f"({unlike})"
    a, b = _read(read, left), _read(read, right)
    apart = f"abs({a} - {b}) > {column.tolerance:f}" if column.tolerance else f"{a} <> {b}"
    return f"({unlike} AND coalesce({apart}, true))"


def _read(how: str, value: str) -> str:
    if how in ("near", "exact"):
        return f"{how}({value})"
    return f"try_cast({value} AS {'TIMESTAMP' if how == 'date' else 'BOOLEAN'})"


def _lay_out(con: Connection, left: str, right: str, key: Sequence[str], columns: Sequence[Compared]) -> None:
    """Views _left and _right: the key as k0, k1 ... and the columns as c0, c1 ..., of one type on both sides."""
    described = "SELECT lower(column_name), column_type FROM (DESCRIBE {})"
    types = [dict(rows(con, described.format(table))) for table in (left, right)]
    names = [[each.left or each.name for each in columns], [each.right or each.name for each in columns]]
    alike = [types[0][a.lower()] == types[1][b.lower()] for a, b in zip(*names, strict=True)]
    for view, table, own in (("_left", left, names[0]), ("_right", right, names[1])):
        texts = ["" if types[0][name.lower()] == types[1][name.lower()] else "::VARCHAR" for name in key]
        keys = [f"{ident(name)}{texts[n]} AS k{n}" for n, name in enumerate(key)]
        values = [f"{ident(name)}{'' if alike[n] else '::VARCHAR'} AS c{n}" for n, name in enumerate(own)]
        laid_out = f"SELECT {', '.join(keys + values)}, true AS here FROM {table}"
        con.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS {laid_out}")


def _same(key: Sequence[str], a: str, b: str) -> str:
    return " AND ".join(f"{a}.k{n} IS NOT DISTINCT FROM {b}.k{n}" for n in range(len(key)))


def _doubled(con: Connection, key: Sequence[str]) -> None:
    keys = ", ".join(f"k{n}" for n in range(len(key)))
    twice = [f"SELECT {keys} FROM {side} GROUP BY {keys} HAVING count(*) > 1" for side in ("_left", "_right")]
    con.execute(f"CREATE OR REPLACE TEMP TABLE _twice AS {' UNION '.join(twice)}")
    sides = [
        f"SELECT {keys}, '{side}' AS side, count(*)::BIGINT AS count FROM _{side} AS s "
        f"WHERE EXISTS (FROM _twice AS t WHERE {_same(key, 's', 't')}) GROUP BY {keys}"
        for side in ("left", "right")
    ]
    con.execute(f"CREATE TABLE diff.doubled AS {_named(key)}, side, count FROM ({' UNION ALL '.join(sides)})")


def _named(key: Sequence[str]) -> str:
    """The beginning of a SELECT that gives the key's columns as text under their names."""
    return "SELECT " + ", ".join(f"k{n}::VARCHAR AS {ident(name)}" for n, name in enumerate(key))


def _join(con: Connection, key: Sequence[str], columns: Sequence[Compared]) -> None:
    """Temp table _apart: the rows that are not on both sides or differ somewhere, with the values l0, r0, l1 ..."""
    single = ""
    if rows(con, "FROM _twice LIMIT 1"):
        single = f" WHERE NOT EXISTS (FROM _twice AS t WHERE {_same(key, 's', 't')})"
    keys = ", ".join(f"coalesce(l.k{n}, r.k{n}) AS k{n}" for n in range(len(key)))
    values = "".join(f", l.c{n} AS l{n}, r.c{n} AS r{n}" for n in range(len(columns)))
    unlike = [differs(each, f"l.c{n}", f"r.c{n}") for n, each in enumerate(columns)]
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE _apart AS
        SELECT {keys}, l.here IS NULL AS extra, r.here IS NULL AS missing{values}
        FROM (FROM _left AS s{single}) AS l FULL JOIN (FROM _right AS s{single}) AS r ON {_same(key, "l", "r")}
        WHERE {" OR ".join(["l.here IS NULL", "r.here IS NULL", *unlike])}""")
    con.execute("DROP TABLE _twice")
    for side in ("missing", "extra"):
        con.execute(f"CREATE TABLE diff.{side} AS {_named(key)} FROM _apart WHERE {side}")


def _unpivot(con: Connection, key: Sequence[str], columns: Sequence[Compared]) -> None:
    """Temp table _cells: the cells that differ as text, `left` and `right`, and as a system stores them `l`, `r`."""
    keys = [f"k{n}" for n in range(len(key))]
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE _cells ({''.join(f'{name} VARCHAR, ' for name in keys)}"
        '"row" BIGINT, "column" VARCHAR, kind VARCHAR, "left" VARCHAR, "right" VARCHAR, l VARCHAR, r VARCHAR)'
    )
    for n, each in enumerate(columns):
        con.execute(
            f"INSERT INTO _cells SELECT {', '.join(keys)}, rowid, {literal(each.name)}, '{each.kind}', l{n}, r{n}, "
            f"{_stored(each, f'l{n}::VARCHAR')}, {_stored(each, f'r{n}::VARCHAR')} FROM _apart "
            f"WHERE NOT missing AND NOT extra AND {differs(each, f'l{n}', f'r{n}')}"
        )


def _stored(column: Compared, value: str) -> str:
    """What a system makes of a text by what is declared of it; nothing left of it is a missing value."""
    for each in column.stored:
        value = _STORED[each].format(value)
    return f"nullif({value}, '')" if column.stored else value


def _count(con: Connection, columns: Sequence[Compared]) -> None:
    con.execute("""
        CREATE TABLE diff.rows AS
        WITH all_rows AS (SELECT (SELECT count(*) FROM _left) AS l, (SELECT count(*) FROM _right) AS r),
        found AS (
            SELECT (SELECT coalesce(sum(count), 0) FROM diff.doubled WHERE side = 'left') AS doubled_l,
                (SELECT coalesce(sum(count), 0) FROM diff.doubled WHERE side = 'right') AS doubled_r,
                (SELECT count(*) FROM _apart WHERE NOT missing AND NOT extra) AS different,
                (SELECT count(*) FROM diff.missing) AS missing, (SELECT count(*) FROM diff.extra) AS extra),
        counted AS (FROM all_rows, found)
        SELECT outcome, "left"::BIGINT AS "left", "right"::BIGINT AS "right" FROM (
            SELECT 'equal' AS outcome, l - doubled_l - missing - different AS "left",
                r - doubled_r - extra - different AS "right" FROM counted
            UNION ALL SELECT 'different', different, different FROM counted
            UNION ALL SELECT 'missing', missing, 0 FROM counted
            UNION ALL SELECT 'extra', 0, extra FROM counted
            UNION ALL SELECT 'doubled', doubled_l, doubled_r FROM counted)""")
    names = ", ".join(f"({literal(each.name)})" for each in columns)
    con.execute('CREATE TABLE diff.counts AS SELECT "column", reason, count(*) AS cells FROM diff.cells GROUP BY ALL')
    if columns:
        con.execute(f"""
            INSERT INTO diff.counts
            SELECT "column", 'equal', (SELECT sum("left") FROM diff.rows WHERE outcome IN ('equal', 'different'))
                - coalesce((SELECT sum(cells) FROM diff.counts AS c WHERE c."column" = n."column"), 0)
            FROM (VALUES {names}) AS n("column")""")
