"""What two tables may be: files, tables and queries of databases, tables of a project, frames.

Parquet files and DuckDB tables are read where they lie; everything else is streamed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from ..config import ReadOptions
from ..errors import SourceError
from ..reports.masking import demand_plain, is_masked
from ..sources import Extract, password_of, read, read_query, steady, unpacked
from ..store import BATCH, Connection, append, attach, ident, literal, rows, transaction

Given = str | Path | pd.DataFrame
"""A file (a folder or archive of files too), `url::table`, `url::SELECT ...`, `PROJECT::schema.table`, or a frame."""

HOW = "Give a file, DATABASE-URL::table, DATABASE-URL::SELECT ... or PROJECT::schema.table."


def folders(given: Given | None) -> list[Path]:
    """The folder that the database itself has to read from: of a Parquet file, or of a project's database."""
    if given is None or isinstance(given, pd.DataFrame) or "://" in str(given):
        return []
    path = Path(str(given).partition("::")[0]).absolute()
    return [path / "state" if path.is_dir() else path.parent]


def lay_in(con: Connection, name: str, given: Given) -> list[str]:
    """Make the temp table or view `name` of what is given, and give the remarks on it.

    Files of text and databases give texts; Parquet, projects and frames keep their types. Raises SourceError when it
    cannot be read, StoreError as `session`.
    """
    remarks: list[str] = []
    if isinstance(given, str | Path) and "://" not in str(given):
        start, mark, rest = str(given).partition("::")
        if mark:
            _show(con, name, _of_project(con, name, Path(start), rest.strip()))
            return remarks
        if Path(start).suffix.lower() == ".parquet":
            read(Path(start), ReadOptions())  # a first look, for its words on what is none
            _show(con, name, f"read_parquet({literal(str(Path(start).absolute()))})")
            return remarks
    with transaction(con):
        for batch in _batches(name, given, remarks):
            _add(con, name, batch)
    return remarks


def _show(con: Connection, name: str, origin: str) -> None:
    con.execute(f"CREATE TEMP VIEW {name} AS FROM {origin}")


def said(given: Given) -> str:
    """What is given, without a password."""
    if isinstance(given, pd.DataFrame):
        return "a frame"
    start, _, rest = str(given).partition("::")
    if "://" not in start:
        return str(given)
    try:
        return f"{make_url(start).render_as_string()}::{rest}"
    except ArgumentError:
        return f"...::{rest}"


def _add(con: Connection, name: str, batch: pa.RecordBatch) -> None:
    """Append a batch; the first makes the table, and columns that a later file has besides are added."""
    con.register("_first", batch)
    con.execute(f"CREATE TEMP TABLE IF NOT EXISTS {name} AS FROM _first LIMIT 0")
    there = {column.casefold() for (column,) in rows(con, f"SELECT column_name FROM (DESCRIBE {name})")}
    for column, kind in rows(con, "SELECT column_name, column_type FROM (DESCRIBE _first)"):
        if column.casefold() not in there:
            con.execute(f"ALTER TABLE {name} ADD COLUMN {ident(column)} {kind}")
    con.unregister("_first")
    append(con, name, batch)


def _batches(name: str, given: Given, remarks: list[str]) -> Iterator[pa.RecordBatch]:
    if isinstance(given, pd.DataFrame):
        yield from _of_frame(name, given)
    elif "::" in str(given):
        start, _, rest = str(given).partition("::")
        yield from _of_extract(name, _query(name, start, rest.strip()), remarks)
    else:
        with steady(Path(given)), unpacked(Path(given)) as files:
            for file in files.values():
                yield from _of_file(name, file, remarks)


def _of_frame(name: str, given: pd.DataFrame) -> Iterator[pa.RecordBatch]:
    try:
        table = pa.Table.from_pandas(given.rename(columns=str), preserve_index=False)
    except (pa.ArrowException, ValueError) as error:
        where = "; ".join(map(str, error.args[1:]))  # what comes before it holds a value
        raise SourceError(f"{name}: the frame has a column of several types or two of one name. {where}") from error
    yield from _whole(table.schema, table.to_batches(BATCH))


def _of_file(name: str, file: Path, remarks: list[str]) -> Iterator[pa.RecordBatch]:
    extract = read(file, ReadOptions())
    if file.suffix.lower() != ".parquet":
        yield from _of_extract(name, extract, remarks)
        return
    with pq.ParquetFile(file) as parquet:
        yield from _whole(parquet.schema_arrow, parquet.iter_batches(BATCH))


def _whole(schema: pa.Schema, found: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Batches, at least an empty one, with dictionaries (whose values may be others in each) as their values."""
    plain = [
        field.with_type(field.type.value_type if pa.types.is_dictionary(field.type) else field.type) for field in schema
    ]
    yield pa.RecordBatch.from_pylist([], pa.schema(plain))
    for batch in found:
        yield batch.cast(pa.schema(plain))


def _of_extract(name: str, extract: Extract, remarks: list[str]) -> Iterator[pa.RecordBatch]:
    """The records of an extract as texts, and remarks on those that could not be read."""
    schema = pa.schema([(column, pa.string()) for column in extract.columns])
    yield pa.RecordBatch.from_pylist([], schema)
    unread = []
    for batch in extract.batches:
        unread += [reject.line or reject.row for reject in batch.rejects]
        yield batch.rows.drop_columns(["_row"])
    if unread:
        where = ", ".join(map(str, unread[:10])) + (" ..." if len(unread) > 10 else "")
        remarks.append(f"{UNREAD} {len(unread):,} records of {name} could not be read (line {where})")
    remarks += [f"{name}: {remark.said}" for remark in extract.remarks]


UNREAD = "not compared:"
"""What a remark begins with that says that something was left out."""


def _query(name: str, url: str, rest: str) -> Extract:
    """A table or a SELECT of a database; the password may be in WORKBENCH_PASSWORD_A or _B."""
    query = rest if rest.casefold().startswith(("select", "with")) else f"SELECT * FROM {rest}"
    try:
        return read_query(make_url(url), query, password_of(name))
    except ArgumentError:
        raise SourceError(f"{name}: what stands before :: is no URL of a database. {HOW}") from None


def _of_project(con: Connection, name: str, folder: Path, table: str) -> str:
    """A table of a project's database, or of a DuckDB file, which is attached; gives its quoted name."""
    demand_plain(is_masked())
    file = folder.absolute() / "state" / "work.duckdb" if folder.is_dir() else folder.absolute()
    if not file.is_file():
        raise SourceError(f"{folder}: is no project that has run, nor a DuckDB file. {HOW}")
    attached = rows(con, "SELECT database_name FROM duckdb_databases() WHERE path = ?", [str(file)])
    database = attached[0][0] if attached else f"of_{name}"
    if not attached:
        attach(con, file, database)
    found = "FROM duckdb_tables() WHERE database_name = ? ORDER BY ALL"
    there = [each for (each,) in rows(con, f"SELECT schema_name || '.' || table_name {found}", [database])]
    whole = table if "." in table else f"main.{table}"
    if whole not in there:
        raise SourceError(f"{folder}: there is no table {table!r}. It has: {', '.join(there)}.")
    return ident(database, *whole.split(".", 1))
