"""What can be told of an extract by looking at it: how it is read, and what each column holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..sources import Extract, Remark
from ..stages.drift import Place
from ..stages.ingest import create, fill
from ..store import Connection, ident, rows
from ..types import guess

SAMPLE = 200
"""Rows looked at to guess a column's type."""

SHOWN = 3
"""Values shown of a column."""


@dataclass(frozen=True)
class Column:
    """A column: its likeliest type with the likelihood (0 to 1), how many rows have no value, how many values
    there are, and some of them."""

    name: str
    type: str
    likelihood: float
    missing: int
    distinct: int
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """An extract, read into raw.<source>__<name>."""

    place: Place
    file: str
    rows: int
    rejects: int
    settings: Mapping[str, object]
    remarks: list[Remark]
    columns: list[Column] = field(repr=False)

    @property
    def raw(self) -> str:
        """The quoted name of the table that holds its rows."""
        return ident("raw", "__".join(self.place))

    def __getitem__(self, name: str) -> Column:
        """A column by its name."""
        return next(column for column in self.columns if column.name == name)


def understand(con: Connection, place: Place, file: str, extracts: list[Extract]) -> Table:
    """Read the extracts of a table (several files of a folder, else one) and look at every column."""
    create(con, place, extracts)
    last = 0
    for extract in extracts:
        last = fill(con, place, extract, file, last)
    raw = ident("raw", "__".join(place))
    names = [column[0] for column in con.execute(f"FROM {raw} LIMIT 0").description or []][1:]
    accepted = rows(con, f"SELECT count(*) FROM {raw}")[0][0]
    columns = [_column(con, raw, name) for name in names]
    remarks = [remark for extract in extracts for remark in extract.remarks]
    return Table(place, file, accepted, last - accepted, extracts[0].settings, remarks, columns)


def _column(con: Connection, raw: str, name: str) -> Column:
    value = ident(name)
    missing, distinct = rows(
        con,
        f"SELECT count(*) FILTER (coalesce(trim({value}), '') = ''), "
        f"count(DISTINCT {value}) FILTER (trim({value}) <> '') FROM {raw}",
    )[0]
    filled = f"SELECT {value} AS v, _row FROM {raw} WHERE trim({value}) <> ''"
    picked = f"FROM ({filled} ORDER BY md5(_row::VARCHAR) LIMIT {SAMPLE}) SELECT v ORDER BY _row"
    sample = [row[0] for row in rows(con, picked)]
    kind, likelihood = guess(sample, name) if sample else ("text", 0.0)
    return Column(name, kind, likelihood, missing, distinct, tuple(dict.fromkeys(sample))[:SHOWN])
