"""Codes that became words: which word stands for which code is told by the records that had one and have the other."""

from __future__ import annotations

from typing import NamedTuple

from ...store import Connection, ident, rows
from .renamed import trimmed

SHARE, AGREE, COVER = 0.5, 0.9, 0.95
"""Of the rows that must have new values; of a new value's records that must have had one code; of all such records
that must have values so told."""

MOST, TWICE = 200, 2
"""Different values of a column of codes at the most; records that a new value must be seen on."""


class Met(NamedTuple):
    """A new value, the code that most of its records had, how many of them, and how many records it has in all."""

    value: str
    code: str
    same: int
    n: int

    @property
    def certain(self) -> bool:
        """Whether it was seen often enough and nearly always met this code."""
        return self.n >= TWICE and self.same >= AGREE * self.n


class Recoded(NamedTuple):
    """A column with new values: on how many rows, of how many, how many kinds; and what they met."""

    new: int
    rows: int
    kinds: int
    met: list[Met]

    @property
    def told(self) -> list[Met]:
        """The new values that stand for one code and alone for it; none where not all are certain."""
        often = [met for met in self.met if met.n >= TWICE]
        certain = all(met.certain for met in often) and len({met.code for met in often}) == len(often)
        covered = sum(met.n for met in often) >= COVER * sum(met.n for met in self.met)
        return often if certain and covered else []


def recoded(con: Connection, old: str, now: str, column: str, known: dict[str, str]) -> Recoded | None:
    """What became of a column of codes, over the records in _same; None where it has not turned to new values."""
    con.execute("CREATE OR REPLACE TEMP TABLE _known (value VARCHAR, code VARCHAR)")
    if known:
        con.executemany("INSERT INTO _known VALUES (?, ?)", list(known.items()))
    value = trimmed(ident(column))
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE _was AS SELECT _row, v, coalesce(code, v) AS code
        FROM (SELECT _row, {value} AS v FROM {old}) LEFT JOIN _known ON value = v WHERE v IS NOT NULL;
        CREATE OR REPLACE TEMP TABLE _new AS
        SELECT _row, v, v NOT IN (SELECT v FROM _was UNION SELECT value FROM _known) AS new
        FROM (SELECT _row, {value} AS v FROM {now}) WHERE v IS NOT NULL""")
    (kinds,), = rows(con, "SELECT count(DISTINCT v) FROM _was")  # fmt: skip
    (new, filled, others), = rows(
        con, "SELECT count(*) FILTER (new), count(*), count(DISTINCT v) FILTER (new) FROM _new"
    )  # fmt: skip
    if not 0 < kinds <= MOST or not new or new < SHARE * filled:
        return None
    met = """
        WITH met AS (
            SELECT n.v, w.code, count(*) AS same FROM _new AS n JOIN _same AS s USING (_row)
            JOIN _was AS w ON w._row = s._older WHERE n.new GROUP BY ALL)
        SELECT v, arg_max(code, (same, code)), max(same), sum(same)::BIGINT AS n FROM met
        GROUP BY v ORDER BY n DESC, v"""
    return Recoded(new, filled, others, [Met(*row) for row in rows(con, met)])
