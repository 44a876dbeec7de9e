"""What names the rows of a table, and which columns point to the rows of another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations

from ..store import Connection, count, ident, rows
from ..types import TYPES
from ..types.folding import simplified
from .understand import Column, Table

ALMOST = 0.97
"""The share of distinct values from which a column called an id counts as the key, its repetitions as failures."""

HALF = 0.5
"""... and from which it may be, for want of another."""

WIDEST = 3
"""Columns of a key at most."""

CONTAINED = 0.9
"""The share of a column's values that must be keys of another table, where the headings do not say so."""

CONTAINED_AND_CALLED = 0.5
"""... and where they do."""

NUMBERS = ("identifier", "ref", "phone", "tax_id", "code")
"""Types that a reference's column may look like."""

GENERAL = {
    "id", "no", "nr", "key", "code", "number", "index", "name", "type", "recordid", "uniqueid", "编号", "序号", "代码",
}  # fmt: skip
"""Headings that each table may have for itself."""


@dataclass(frozen=True)
class Key:
    """The columns that name a row, how many rows they do not tell apart, and what speaks for them."""

    columns: tuple[str, ...]
    repeated: int
    evidence: str


ROW_NUMBER = Key(("_row",), 0, "nothing tells the rows apart: the row's number, which changes with each extract")


@dataclass(frozen=True)
class Reference:
    """`column` of `table` holds keys of `to`; `known` is the share (0 to 1) of its values that are."""

    table: Table
    column: str
    to: Table
    known: float

    @property
    def evidence(self) -> str:
        """What speaks for it, and what is lost if it is right."""
        blank = self.table[self.column].missing
        lost = f"; {blank:,} rows have none" if blank else ""
        return f"{self.known:.1%} of its values are keys of {self.to.place[1]}{lost}"

    @property
    def sure(self) -> bool:
        """Whether every row has its parent."""
        return self.known == 1 and not self.table[self.column].missing


def find_key(con: Connection, table: Table) -> Key:
    """The key of a table, what speaks for it and what else would do; in this order:

    a column called an id that is never blank or repeated; a first column that never is; one called an id that
    hardly is; the fewest columns that together never are; any column that never is; one called an id with at least
    half as many values as there are rows. Else the row's number.
    """
    if not table.rows:
        return Key((table.columns[0].name,), 0, "the table is empty: its first column")
    unique = [c for c in table.columns if c.distinct == table.rows and c.type not in ("money", "date")]
    counters = [c for c in unique if not _named(c) and _counts_rows(con, table, c)]
    unique = [c for c in unique if c not in counters]
    called = [c for c in table.columns if _named(c)]
    singles = [
        *(c for c in unique if _named(c)),
        *(c for c in unique if c is table.columns[0]),
        *(c for c in called if c.distinct >= ALMOST * table.rows),
    ]
    if singles:
        return _single(table, singles[0], unique)
    if found := _composite(con, table):
        return found
    rest = [*unique, *(c for c in called if c.distinct >= HALF * table.rows), *counters]
    return _single(table, rest[0], unique) if rest else ROW_NUMBER


def _named(column: Column) -> bool:
    return TYPES["identifier"].named(column.name)


def _single(table: Table, column: Column, unique: list[Column]) -> Key:
    repeated = table.rows - column.distinct
    said = f"{repeated} of {table.rows} rows are blank or repeated" if repeated else "unique, never blank"
    others = ", ".join(c.name for c in unique if c is not column)
    return Key((column.name,), repeated, f"{said}; so would {others}" if others else said)


def _counts_rows(con: Connection, table: Table, column: Column) -> bool:
    """Whether the values are but the rows' numbers, from 0 or 1."""
    step = f"try_cast({ident(column.name)} AS BIGINT) - _row"
    return count(con, f"SELECT count(*) FILTER (coalesce({step}, 1) NOT IN (0, -1)) FROM {table.raw}") == 0


def _composite(con: Connection, table: Table) -> Key | None:
    """The fewest identifiers and codes that together are never repeated."""
    kinds = ("identifier", "ref", "code")
    likely = [c for c in table.columns if c.missing == 0 and c.distinct < table.rows and c.type in kinds]
    likely = sorted(likely, key=lambda c: (c.type == "code", table.columns.index(c)))[:8]
    for width in range(2, WIDEST + 1):
        for columns in combinations(likely, width):
            names = [c.name for c in sorted(columns, key=table.columns.index)]
            tuples = f"SELECT count(*) FROM (SELECT DISTINCT {', '.join(map(ident, names))} FROM {table.raw})"
            if count(con, tuples) == table.rows:
                return Key(tuple(names), 0, "together unique, never blank")
    return None


def find_references(con: Connection, tables: list[Table], keys: dict[str, Key]) -> list[Reference]:
    """The columns of a source's tables that point to the key of another of its tables, the surest first."""
    found = []
    for table in tables:
        for to in tables:
            key = keys[to.raw].columns
            if table is not to and len(key) == 1 and key != ("_row",):
                for column in table.columns:
                    known = _known(con, table, column, to, to[key[0]])
                    if known:
                        found.append(Reference(table, column.name, to, known))
    return sorted(found, key=lambda r: (not _called(r.column, r.to, keys[r.to.raw].columns[0]), -r.known))


def _known(con: Connection, table: Table, column: Column, to: Table, key: Column) -> float:
    """The share of a column's values that are keys of another table; 0 where it is too little to point there."""
    called = _called(column.name, to, key.name)
    telling = column.distinct >= 50 and len(column.samples[0]) >= 6 and column.type in NUMBERS
    if column.distinct == 0 or not (called or telling):
        return 0.0
    inside = rows(
        con,
        f"SELECT count(*) FROM (SELECT DISTINCT {ident(column.name)} AS v FROM {table.raw} "
        f"WHERE trim({ident(column.name)}) <> '') WHERE v IN (SELECT {ident(key.name)} FROM {to.raw})",
    )[0][0]
    known: float = inside / column.distinct
    return known if known >= (CONTAINED_AND_CALLED if called else CONTAINED) else 0.0


def _called(column: str, to: Table, key: str) -> bool:
    """Whether a heading names the other table or its key."""
    plain, key, stem = _squeezed(column), _squeezed(key), _squeezed(to.place[1])
    by_table = {name + end for name in (stem, stem.removesuffix("s")) for end in ("", "id", "no", "number", "code")}
    return plain in by_table or (key not in GENERAL and plain.endswith(key))


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", simplified(text))
