"""Columns that are called otherwise than in the extract before: told by their values, record by record."""

from __future__ import annotations

from typing import NamedTuple

from ...store import Connection, count, ident, rows

AGREE = 0.9
"""The share of values that must agree, and that a new key must share with the old one."""
ENOUGH, FEW, KINDS = 20, 3, 3
"""Values that may differ here and there; the fewest, of which all must agree; the fewest different ones."""

BLANKS = " \t\r\n\u00a0\u3000"


class Likeness(NamedTuple):
    """How alike a column that is gone and one that came are: of `n` records with `kinds` different values `same` have
    the same value."""

    gone: str
    came: str
    n: int
    same: int
    kinds: int

    @property
    def certain(self) -> bool:
        """Whether they can be taken for one column."""
        some = FEW <= self.n == self.same or self.n >= ENOUGH
        return some and self.kinds >= KINDS and self.same >= AGREE * self.n


def trimmed(column: str) -> str:
    """SQL for a column's value without blanks around it, NULL for none."""
    return f"nullif(trim({column}, '{BLANKS}'), '')"


def only(found: list[Likeness]) -> list[Likeness]:
    """The certain ones for which there is no second candidate on either side."""
    certain = [pair for pair in found if pair.certain]
    gone, came = [pair.gone for pair in certain], [pair.came for pair in certain]
    return [pair for pair in certain if gone.count(pair.gone) == came.count(pair.came) == 1]


def keys_alike(con: Connection, old: str, now: str, gone: str, came: list[str]) -> list[Likeness]:
    """A key that is gone against columns that came: the values of both must be nearly unique and nearly the same."""
    found = []
    for name in came:
        (n, kinds, m, others, same), = rows(con, f"""
            WITH was AS (SELECT {trimmed(ident(gone))} AS v FROM {old}),
            is_now AS (SELECT {trimmed(ident(name))} AS v FROM {now}),
            common AS (SELECT v FROM was WHERE v IS NOT NULL INTERSECT SELECT v FROM is_now)
            SELECT count(was.v), count(DISTINCT was.v), (SELECT count(v) FROM is_now),
                (SELECT count(DISTINCT v) FROM is_now), (SELECT count(*) FROM common) FROM was""")  # fmt: skip
        unique = kinds >= AGREE * n and others >= AGREE * m and same >= AGREE * others
        found += [Likeness(gone, name, kinds, same, kinds if unique else 0)]
    return found


def join(con: Connection, old: str, now: str, key: list[str]) -> int:
    """Fill _same with the rows (_row, and _older before) of records whose key is there once in each; says how many."""
    value = " || '|' || ".join(f"coalesce({trimmed(ident(name))}, '')" for name in key)
    once = "SELECT {} AS k, min(_row) AS row FROM {} GROUP BY k HAVING count(*) = 1 AND trim(k, '|') <> ''"
    con.execute(f"""CREATE OR REPLACE TEMP TABLE _same AS SELECT n.row AS _row, o.row AS _older
        FROM ({once.format(value, now)}) AS n JOIN ({once.format(value, old)}) AS o USING (k)""")
    return count(con, "SELECT count(*) FROM _same")


def alike(con: Connection, old: str, now: str, gone: list[str], came: list[str]) -> list[Likeness]:
    """Every column that is gone against every one that came, over the records in _same."""
    chosen = "SELECT s._row, {} FROM _same AS s JOIN {} AS t ON t._row = s.{}"
    unpivot = "UNPIVOT ({}) ON COLUMNS(* EXCLUDE (_row)) INTO NAME name VALUE v"
    was, is_now = (
        unpivot.format(chosen.format(", ".join(f"{trimmed(ident(n))} AS {ident(n)}" for n in names), table, row))
        for names, table, row in ((gone, old, "_older"), (came, now, "_row"))
    )
    query = f"""
        WITH was AS ({was}), is_now AS ({is_now}),
        filled AS (SELECT name, count(*) AS n, count(DISTINCT v) AS kinds FROM was GROUP BY ALL),
        met AS (
            SELECT w.name, i.name AS other, count(*) AS same
            FROM was AS w JOIN is_now AS i USING (_row, v) GROUP BY ALL)
        SELECT f.name, c.other, f.n, coalesce(same, 0), f.kinds FROM filled AS f CROSS JOIN unnest(?) AS c(other)
        LEFT JOIN met ON met.name = f.name AND met.other = c.other ORDER BY ALL"""
    return [Likeness(*row) for row in rows(con, query, [came])]
