"""What two tables differ in: counts that add up, and every difference, to look at and to write to a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from ..errors import SourceError
from ..export import write_csv, write_parquet
from ..files import disk, new_file
from ..store import Connection, frame, ident, rows, session
from ..workbook import MOST, Sheet, write_workbook

OUTCOMES = {
    "equal": "equal", "different": "different", "missing": "only in A", "extra": "only in B", "doubled": "doubled key",
}  # fmt: skip
NOTE = "Every difference between two tables, A and B."


@dataclass(frozen=True)
class Diff:
    """The answer of `diff`.

    `rows` has a line for each outcome (equal, different, only in A, only in B, doubled key) with the rows of A and of
    B: each side adds up to all its rows. `columns` has a line for each column and reason that cells differ by.
    `remarks` say what was not compared, or found otherwise than named. The differences lie in a scratch folder that
    goes with this object.
    """

    a: str
    b: str
    key: tuple[str, ...]
    rows: pd.DataFrame
    columns: pd.DataFrame
    remarks: tuple[str, ...]
    _place: TemporaryDirectory[str]

    @classmethod
    def read(
        cls, con: Connection, place: TemporaryDirectory[str], names: tuple[str, str], key: Sequence[str],
        remarks: Sequence[str],
    ) -> Diff:  # fmt: skip
        """The answer that lies in the tables of the schema `diff`."""
        found = {outcome: (a, b) for outcome, a, b in rows(con, "FROM diff.rows")}
        counted = pd.DataFrame([(said, *found[name]) for name, said in OUTCOMES.items()], columns=["rows", "A", "B"])
        columns = frame(con, """
            SELECT "column", reason, cells::BIGINT AS cells FROM diff.counts WHERE reason <> 'equal'
            ORDER BY "column", cells DESC, reason""")  # fmt: skip
        return cls(*names, tuple(key), counted, columns, tuple(remarks), place)

    @property
    def equal(self) -> bool:
        """Whether both have the same rows with the same values, and everything was compared."""
        apart = self.rows[self.rows["rows"] != "equal"]
        return not apart[["A", "B"]].to_numpy().any() and not any(r.startswith("not compared") for r in self.remarks)

    def cells(self, limit: int | None = None) -> pd.DataFrame:
        """The cells that differ: the key's columns, column, left (A's value), right (B's) and reason."""
        with self._open() as con:
            end = "" if limit is None else f" LIMIT {int(limit)}"
            return frame(con, f'FROM diff.cells ORDER BY "column", reason, {self._keys()}{end}')

    def examples(self, each: int = 3) -> pd.DataFrame:
        """A few cells, as `cells`, of every column and reason."""
        with self._open() as con:
            place = f'row_number() OVER (PARTITION BY "column", reason ORDER BY {self._keys()}) <= {int(each)}'
            return frame(con, f'FROM diff.cells QUALIFY {place} ORDER BY "column", reason, {self._keys()}')

    def write(self, file: str | Path) -> int:
        """Write every difference to a new .csv, .xlsx or .parquet; returns the lines.

        A line has the key's columns, what (different, only in A, only in B, doubled key in A or B), column, left,
        right, reason. Raises SourceError for another name or a file that is there.
        """
        path = Path(file)
        ending = path.suffix.lower()
        if ending not in (".csv", ".xlsx", ".parquet"):
            raise SourceError(f"{path}: differences are written as .csv, .xlsx or .parquet.")
        if path.exists():
            raise SourceError(f"{path} is there already: give another name, or take it away.")
        with self._open() as con, disk(str(path)):
            if ending == ".xlsx":
                return self._write_book(con, path)
            path.parent.mkdir(parents=True, exist_ok=True)
            with new_file(path) as new:
                if ending == ".csv":
                    return write_csv(con, self._all(), new, mark=True)
                return write_parquet(con, self._all(), new)

    def __str__(self) -> str:
        parts = [f"A: {self.a}\nB: {self.b}", self.rows.to_string(index=False)]
        if len(self.columns):
            parts.append(self.columns.to_string(index=False))
        return "\n\n".join([*parts, *self.remarks, "equal" if self.equal else "different"])

    def _repr_html_(self) -> str:
        """The counts as a notebook shows them."""
        told = "".join(f"<li>{escape(remark)}</li>" for remark in self.remarks)
        return f"{self.rows.to_html(index=False)}{self.columns.to_html(index=False)}<ul>{told}</ul>"

    @contextmanager
    def _open(self) -> Iterator[Connection]:
        with session(Path(self._place.name) / "answer.duckdb", read_only=True) as con:
            yield con

    def _keys(self) -> str:
        return ", ".join(map(ident, self.key))

    def _all(self) -> str:
        keys, none = self._keys(), 'NULL::VARCHAR AS "column", NULL::VARCHAR AS "left", NULL::VARCHAR AS "right"'
        return f"""
            SELECT {keys}, 'different' AS what, "column", "left", "right", reason FROM diff.cells
            UNION ALL SELECT {keys}, 'only in A', {none}, NULL::VARCHAR AS reason FROM diff.missing
            UNION ALL SELECT {keys}, 'only in B', {none}, NULL::VARCHAR FROM diff.extra
            UNION ALL SELECT {keys}, 'doubled key in ' || CASE side WHEN 'left' THEN 'A' ELSE 'B' END, {none},
                count || ' rows' FROM diff.doubled
            ORDER BY what, {keys}, "column", reason"""

    def _write_book(self, con: Connection, path: Path) -> int:
        found = frame(con, f"FROM ({self._all()}) LIMIT {MOST + 1}")
        if len(found) > MOST:
            raise SourceError(f"More than {MOST:,} differences are no sheet for people: write a .csv or .parquet.")
        write_workbook(path, [Sheet("differences", NOTE, found, ())])
        return len(found)
