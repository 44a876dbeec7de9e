"""What runs have published, seen from one of them: all that people look at is read through this.

Published tables are Parquet files that never change: those of a run in its folder, and reports/history.parquet with
one row a run, which each run replaces as a whole. So nobody who looks ever waits for a run, or a run for them. Issues
are in reports/issues.parquet, replaced as a whole by runs and by what people say of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from .errors import ConfigError, StoreError, WorkbenchError
from .files import new_file
from .journal import COUNTING, Journal
from .store import (
    DAMAGED,
    WRONG_SQL,
    Connection,
    blame,
    copy_file,
    copy_table,
    frame,
    open_files,
    readable,
    records,
    view_file,
)

OUTCOMES = ("written", "merged", "deferred", "archived", "excluded", "rejected", "unexplained")
"""What can become of a record of a source, in the order in which people see it."""

REPORTS, PRIVATE, HISTORY, ISSUES = "reports", "state/published", "history.parquet", "issues.parquet"

HASHES = "hashes/records.parquet"
"""Below the private folder of a run: its records by hash."""

_TEXT, _REAL, _WHOLE = pa.string(), pa.float64(), pa.int64()
RUN = ("run_id", "as_of", "user", "version", "started_at", "finished_at", "outcome")
LISTS = {
    "stages": {"stage": _TEXT, "seconds": _REAL, "rows_in": _WHOLE, "rows_out": _WHOLE},
    "inputs": {"source": _TEXT, "table": _TEXT, "extract_of": _TEXT, "rows": _WHOLE, "rejects": _WHOLE},
    "metrics": {"metric": _TEXT, "source": _TEXT, "entity": _TEXT, "field": _TEXT, "dimension": _TEXT,
                "check_id": _TEXT, "value": _REAL},
}  # fmt: skip
"""What the history has of each run, and the lists of each run in it."""

ISSUE = pa.schema({
    "number": _WHOLE, "check": _TEXT, "entity": _TEXT, "field": _TEXT, "sources": _TEXT, "state": _TEXT,
    "priority": _TEXT, "owner": _TEXT, "due": pa.date32(), "overdue": pa.bool_(), "opened": pa.date32(),
    "closed": pa.date32(), "at_opening": _WHOLE, "failing": _WHOLE, "answered": _WHOLE, "still_failing": _WHOLE,
})  # fmt: skip
"""What is published of an issue: all but the comment, which may speak of persons."""

STORED = {"table": "name", "extract_of": "as_of"}
"""Where the journal has another name for it."""

RUNS = """
    SELECT * EXCLUDE (stages, inputs, metrics) REPLACE (as_of::DATE AS as_of, counts::BOOL AS counts),
        date_diff('second', started_at::TIMESTAMPTZ, finished_at::TIMESTAMPTZ) AS seconds
    FROM published.history"""

LIST = """CREATE TABLE published.{0} AS
    SELECT run_id, r.as_of, r.counts, l.* FROM (SELECT run_id, unnest({0}) AS l FROM published.history)
    JOIN published.runs AS r USING (run_id)"""


class Published:
    """The tables of one published run and the history of all runs, in the schema `published`."""

    def __init__(self, root: Path, run_id: str | None = None, *, private: bool = False):
        """Open a run, by default the newest that counts; `private` is unmasked, for those who may see it.

        Raises StoreError when nothing has been published, or not this run.
        """
        self.root, self.private, self.damaged = root, private, dict[str, str]()
        self._con = open_files([root / REPORTS, root / PRIVATE])
        self._read_history()
        self._read_issues()
        self.run_id, self.as_of = self._choose(run_id)
        self.tables = sorted(file.stem for file in self._folder(self.run_id).glob("*.parquet"))
        self._view({name: self._folder(self.run_id) / f"{name}.parquet" for name in self.tables})

    def _folder(self, run_id: str) -> Path:
        return self.root / PRIVATE / run_id if self.private else self.root / REPORTS / run_id / "tables"

    def _view(self, files: dict[str, Path]) -> None:
        """A damaged file takes nothing else with it: it is named when something asks for its table."""
        for name, file in files.items():
            try:
                view_file(self._con, name, file)
            except StoreError as error:
                self.damaged[name] = str(error)

    def _read_history(self) -> None:
        history = self.root / REPORTS / HISTORY
        if not history.exists():
            raise StoreError(f"{self.root} has nothing published in {REPORTS}/. Run it: workbench run {self.root}")
        copy_file(self._con, "history", history)
        try:
            with blame("the history"):
                self._con.execute(f"CREATE TABLE published.runs AS {RUNS}")
                for name in LISTS:
                    self._con.execute(LIST.format(name))
        except ConfigError as error:
            said = f"{history} is of another version. A run brings it up to date: workbench run {self.root}"
            raise StoreError(said) from error

    def _read_issues(self) -> None:
        file = self.root / REPORTS / ISSUES
        try:
            if file.exists():
                copy_file(self._con, "issues", file)
            else:  # an older version ran last
                copy_table(self._con, "issues", ISSUE.empty_table())
        except StoreError as error:
            self.damaged["issues"] = str(error)

    def _choose(self, run_id: str | None) -> tuple[str, date]:
        wanted = "run_id = ?" if run_id else "counts"
        query = f"SELECT run_id, as_of FROM published.runs WHERE {wanted} ORDER BY as_of DESC"
        for line in self.records(query, [run_id] if run_id else []):
            if self._folder(line["run_id"]).is_dir():
                return line["run_id"], line["as_of"]
        named = f" {run_id}" if run_id else ""
        raise StoreError(f"{self.root} has no published run{named}. Run it: workbench run {self.root}")

    @contextmanager
    def session(self) -> Iterator[Connection]:
        """A cursor for queries over published.<table>; several may be open at once, also in several threads.

        Raises StoreError when a file that is asked for is damaged or gone, ConfigError for a query that is wrong.
        """
        try:
            with self._con.cursor() as con, blame("the query"):
                yield con
        except Exception as error:
            if damaged := self._damaged(error):
                raise StoreError("; ".join(damaged)) from error
            raise

    def _damaged(self, error: Exception) -> list[str]:
        """What is wrong with the files that a query failed for; none where it failed for something else."""
        named = [said for name, said in self.damaged.items() if f" {name} " in str(error)]
        if named or isinstance(error.__cause__ or error, (WorkbenchError, *WRONG_SQL)):
            return named
        files = (self._folder(self.run_id) / f"{name}.parquet" for name in self.tables)
        return [DAMAGED.format(file) for file in files if not readable(file)]

    def records(self, sql: str, parameters: list[Any] | None = None) -> list[dict[str, Any]]:
        """All rows of a small result, each by column name."""
        with self.session() as con:
            return records(con, sql, parameters)

    def frame(self, sql: str) -> pd.DataFrame:
        """A result as a frame; amounts stay exact decimals."""
        with self.session() as con:
            return frame(con, sql)


def write_history(root: Path, project: str, journal: Journal) -> None:
    """Write reports/history.parquet anew from the journal: what is known of every run, and nobody's data."""
    runs = journal.read(f"SELECT {', '.join(map(_quoted, RUN))}, rowid IN ({COUNTING}) FROM runs ORDER BY rowid")
    columns = {"project": pa.array([project] * len(runs), _TEXT)}
    columns |= {name: pa.array([run[place] for run in runs], _TEXT) for place, name in enumerate(RUN)}
    columns["counts"] = pa.array([bool(run[-1]) for run in runs], pa.bool_())
    for name, fields in LISTS.items():
        lines: dict[str, list[dict[str, Any]]] = {run[0]: [] for run in runs}
        stored = ", ".join(_quoted(STORED.get(field, field)) for field in fields)
        for run_id, *line in journal.read(f"SELECT run_id, {stored} FROM {name} ORDER BY rowid"):
            lines[run_id].append(dict(zip(fields, line, strict=True)))
        columns[name] = pa.array(list(lines.values()), pa.list_(pa.struct(list(fields.items()))))
    with new_file(root / REPORTS / HISTORY) as file:
        pa.parquet.write_table(pa.table(columns), file, compression="zstd")


def write_issues(root: Path, issues: list[dict[str, Any]]) -> None:
    """Write reports/issues.parquet anew: what ISSUE has of each."""
    with new_file(root / REPORTS / ISSUES) as file:
        pa.parquet.write_table(pa.Table.from_pylist(issues, schema=ISSUE), file, compression="zstd")


def _quoted(name: str) -> str:
    return f'"{name}"'
