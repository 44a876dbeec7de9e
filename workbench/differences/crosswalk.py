"""A's records under their new keys: several may become one, which is no difference by itself."""

from __future__ import annotations

from collections.abc import Sequence

from ..diffing.cells import Compared, define, differs
from ..errors import ConfigError
from ..store import Connection, count, ident, rows

CROSSED = "new_key"
"""The name that the key has after the crosswalk; a key of several columns is joined by |, as in a project."""


def cross(
    con: Connection, pairs: Sequence[tuple[str, str]], columns: Sequence[Compared], sums: Sequence[str]
) -> list[str]:
    """Make of the temp tables a, b and xref the tables to compare: `crossed`, one row for each new key, and `target`.

    Of the records that become one, a column in `sums` is added up. Of another it is the value that B has, where one of
    them has it; else the first in order, so a value that B has lost is a difference. Temp table _members keeps which
    records became which, and what became of those that are doubled or that the crosswalk does not know.
    Returns remarks. Raises ConfigError for a crosswalk that leads one record to two.
    """
    define(con)
    source, golden = _columns_of(con)
    key_a = " || '|' || ".join(f"{ident(one)}::VARCHAR" for one, _ in pairs)
    key_b = " || '|' || ".join(f"{ident(other)}::VARCHAR" for _, other in pairs)
    con.execute(f"""
        CREATE TEMP TABLE _way AS SELECT DISTINCT {source}::VARCHAR AS source, {golden}::VARCHAR AS golden FROM xref
        WHERE {golden} IS NOT NULL""")
    if twice := count(con, "SELECT count(*) FROM (SELECT source FROM _way GROUP BY source HAVING count(*) > 1)"):
        raise ConfigError(f"xref: {twice:,} keys lead to several new keys. Give each old key one line.")
    con.execute(f"""
        CREATE TEMP TABLE _members AS
        SELECT k.source, golden, n, CASE WHEN n > 1 THEN 'doubled' WHEN golden IS NULL THEN 'missing' END AS outcome
        FROM (SELECT {key_a} AS source, count(*) AS n FROM a GROUP BY ALL) AS k
        LEFT JOIN _way AS w ON w.source = k.source""")
    values = "".join(f", {ident(each.right or each.name)}::VARCHAR AS {ident(each.name)}" for each in columns)
    con.execute(f"CREATE TEMP VIEW target AS SELECT {key_b} AS {CROSSED}{values} FROM b")
    con.execute(f"""
        CREATE TEMP TABLE crossed AS
        WITH one AS (SELECT * FROM target QUALIFY count(*) OVER (PARTITION BY {CROSSED}) = 1)
        SELECT golden AS {CROSSED}{"".join(_survivor(each, sums) for each in columns)}
        FROM (SELECT *, {key_a} AS _source FROM a) AS a
        JOIN _members AS m ON m.source = a._source AND m.outcome IS NULL
        LEFT JOIN one AS b ON b.{CROSSED} = m.golden GROUP BY golden""")
    lost = count(con, "SELECT sum(n) FROM _members WHERE outcome = 'missing'")
    return [f"{lost:,} records of A have a key that xref does not know: they are only in A"] if lost else []


def _columns_of(con: Connection) -> tuple[str, str]:
    names = [name for (name,) in rows(con, "SELECT column_name FROM (DESCRIBE xref)")]
    if len(names) < 2:
        raise ConfigError("xref: give two columns, the old key and the new one.")
    own = {name.casefold(): name for name in names}
    return ident(own.get("key", names[0])), ident(own.get("golden_id", names[1]))


def _survivor(column: Compared, sums: Sequence[str]) -> str:
    """The value that the records of one new key have together, as a column of a SELECT."""
    name = ident(column.name)
    value = f"a.{ident(column.left or column.name)}::VARCHAR"
    if column.name.casefold() in sums:
        return f", sum(near({value}))::VARCHAR AS {name}"
    same = f"max({value}) FILTER (NOT {differs(column, value, f'b.{name}')})"
    return f", coalesce({same}, min({value})) AS {name}"


def members(con: Connection) -> None:
    """Count the rows of A in diff.rows by its records, and put those that were not crossed where they belong."""
    con.execute(f"""
        CREATE TEMP TABLE _fate AS
        SELECT coalesce(m.outcome, CASE WHEN d.k IS NOT NULL THEN 'doubled' WHEN s.k IS NOT NULL THEN 'missing'
            WHEN c.k IS NOT NULL THEN 'different' ELSE 'equal' END) AS outcome, sum(n)::BIGINT AS n
        FROM _members AS m
        LEFT JOIN (SELECT DISTINCT {CROSSED} AS k FROM diff.doubled WHERE side = 'right') AS d ON d.k = m.golden
        LEFT JOIN (SELECT {CROSSED} AS k FROM diff.missing) AS s ON s.k = m.golden
        LEFT JOIN (SELECT DISTINCT {CROSSED} AS k FROM diff.cells) AS c ON c.k = m.golden GROUP BY ALL;
        UPDATE diff.rows SET "left" = coalesce((SELECT n FROM _fate AS f WHERE f.outcome = diff.rows.outcome), 0);
        -- only now, as an old key may be called as a new one
        INSERT INTO diff.missing SELECT source FROM _members WHERE outcome = 'missing';
        INSERT INTO diff.doubled SELECT source, 'left', n FROM _members WHERE outcome = 'doubled'""")
