"""How alike two extracts of a table are, told by their values, record by record: columns with another heading, and
codes that became words."""

from __future__ import annotations

from typing import NamedTuple

from ...store import Connection, count, ident, rows

AGREE = 0.9
"""The share of values that must agree, that a new key must share with the old one, and of a new value's records that
must have had one code."""

ENOUGH, FEW, KINDS = 20, 3, 3
"""Values that may differ here and there; the fewest, of which all must agree; the fewest different ones."""

LOOKED_AT = 20_000
"""Records that are enough to compare columns by."""

SHARE, COVER, MOST, TWICE = 0.5, 0.95, 200, 2
"""Of the rows that must have new values; of the records of new values that must have values so told; different values
of a column of codes at the most; records that a new value must be seen on."""

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


def trimmed(column: str) -> str:
    """SQL for a column's value without blanks around it, NULL for none."""
    return f"nullif(trim({ident(column)}, '{BLANKS}'), '')"


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
            WITH was AS (SELECT {trimmed(gone)} AS v FROM {old}), is_now AS (SELECT {trimmed(name)} AS v FROM {now}),
            common AS (SELECT v FROM was WHERE v IS NOT NULL INTERSECT SELECT v FROM is_now)
            SELECT count(was.v), count(DISTINCT was.v), (SELECT count(v) FROM is_now),
                (SELECT count(DISTINCT v) FROM is_now), (SELECT count(*) FROM common) FROM was""")  # fmt: skip
        unique = kinds >= AGREE * n and others >= AGREE * m and same >= AGREE * others
        found += [Likeness(gone, name, kinds, same, kinds if unique else 0)]
    return found


def join(con: Connection, old: str, now: str, key: list[str]) -> int:
    """Fill _same with the rows (_row, and _older before) of records whose key is there once in each; says how many."""
    value = " || '|' || ".join(f"coalesce({trimmed(name)}, '')" for name in key)
    once = "SELECT {} AS k, min(_row) AS row FROM {} GROUP BY k HAVING count(*) = 1 AND trim(k, '|') <> ''"
    con.execute(f"""CREATE OR REPLACE TEMP TABLE _same AS SELECT n.row AS _row, o.row AS _older
        FROM ({once.format(value, now)}) AS n JOIN ({once.format(value, old)}) AS o USING (k)""")
    return count(con, "SELECT count(*) FROM _same")


def alike(con: Connection, old: str, now: str, gone: list[str], came: list[str]) -> list[Likeness]:
    """Every column that is gone against every one that came, over records in _same: as many as tell enough."""

    def unpivot(table: str, row: str, names: list[str]) -> str:
        chosen = ", ".join(f"{trimmed(name)} AS {ident(name)}" for name in names)
        looked_at = f"SELECT s._row, {chosen} FROM looked_at AS s JOIN {table} AS t ON t._row = s.{row}"
        return f"UNPIVOT ({looked_at}) ON COLUMNS(* EXCLUDE (_row)) INTO NAME name VALUE v"

    query = f"""
        WITH looked_at AS (FROM _same ORDER BY hash(_row), _row LIMIT {LOOKED_AT}),
        was AS ({unpivot(old, "_older", gone)}), is_now AS ({unpivot(now, "_row", came)}),
        filled AS (SELECT name, count(*) AS n, count(DISTINCT v) AS kinds FROM was GROUP BY ALL),
        met AS (
            SELECT w.name, i.name AS other, count(*) AS same
            FROM was AS w JOIN is_now AS i USING (_row, v) GROUP BY ALL)
        SELECT f.name, c.other, f.n, coalesce(same, 0), f.kinds FROM filled AS f CROSS JOIN unnest(?) AS c(other)
        LEFT JOIN met ON met.name = f.name AND met.other = c.other ORDER BY ALL"""
    return [Likeness(*row) for row in rows(con, query, [came])]


def recoded(con: Connection, old: str, now: str, column: str, known: dict[str, str]) -> Recoded | None:
    """What became of a column of codes, over the records in _same; None where it has not turned to new values."""
    con.execute("CREATE OR REPLACE TEMP TABLE _known (value VARCHAR, code VARCHAR)")
    if known:
        con.executemany("INSERT INTO _known VALUES (?, ?)", list(known.items()))
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE _was AS SELECT _row, v, coalesce(code, v) AS code
        FROM (SELECT _row, {trimmed(column)} AS v FROM {old}) LEFT JOIN _known ON value = v WHERE v IS NOT NULL;
        CREATE OR REPLACE TEMP TABLE _new AS
        SELECT _row, v, v NOT IN (SELECT v FROM _was UNION SELECT value FROM _known) AS new
        FROM (SELECT _row, {trimmed(column)} AS v FROM {now}) WHERE v IS NOT NULL""")
    (before, new, filled, kinds), = rows(con, """
        SELECT (SELECT count(DISTINCT v) FROM _was), count(*) FILTER (new), count(*), count(DISTINCT v) FILTER (new)
        FROM _new""")  # fmt: skip
    if not 0 < before <= MOST or not new or new < SHARE * filled:
        return None
    met = """
        WITH met AS (
            SELECT n.v, w.code, count(*) AS same FROM _new AS n JOIN _same AS s USING (_row)
            JOIN _was AS w ON w._row = s._older WHERE n.new GROUP BY ALL)
        SELECT v, arg_max(code, (same, code)), max(same), sum(same)::BIGINT AS n FROM met
        GROUP BY v ORDER BY n DESC, v"""
    return Recoded(new, filled, kinds, [Met(*row) for row in rows(con, met)])
