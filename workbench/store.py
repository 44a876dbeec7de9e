"""state/work.duckdb: short sessions, transactions, quoting. The only importer of duckdb."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from .errors import ConfigError, StageError, StoreError

Connection = duckdb.DuckDBPyConnection
BATCH = 50_000
"""Rows held in Python at a time."""

LOCK_WAIT = 5.0
"""Seconds to wait for another process to let go of the database."""

DAMAGED = "{} is damaged or gone. Run again for its date, or restore it from a backup."

WRONG_SQL = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException, duckdb.PermissionException)
"""What DuckDB raises before it reads anything: no file is to blame."""

_SAFE = {
    "enable_external_access": False,  # nothing is read or written but through the readers and writers of ours
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,  # SQL must not see stray local frames
}

@contextmanager
def session(path: Path | None, *, read_only: bool = False) -> Iterator[Connection]:
    """Open the database, hand out the connection, close it (which also checkpoints).

    `path` None gives a database in memory. Raises StoreError when another process holds the file or the disk
    is full, and StageError for SQL that DuckDB refuses.
    """
    con = _open(path, read_only)
    _quiet(con)
    with _closing(con, path):
        yield con


@contextmanager
def further(con: Connection, path: Path) -> Iterator[Connection]:
    """A further connection to a database that is open from `path`, closed at the end; raises as `session` does."""
    own = con.cursor()
    with _closing(own, path):
        yield own


@contextmanager
def _closing(con: Connection, path: Path | None) -> Iterator[None]:
    """Close the connection at the end; what DuckDB raises meanwhile is explained."""
    try:
        yield
    except duckdb.Error as error:
        raise explain(error, path) from error
    except RuntimeError as error:
        if str(error) == "Query interrupted":  # DuckDB's word for Ctrl-C
            raise KeyboardInterrupt from error
        raise
    finally:
        with suppress(duckdb.Error):  # after a full disk closing fails too; the first error is the one to show
            con.close()


def _open(path: Path | None, read_only: bool) -> Connection:
    if path is None:
        return duckdb.connect(":memory:", config=dict(_SAFE))
    con: Connection = _patiently(path, lambda: duckdb.connect(str(path), read_only=read_only, config=dict(_SAFE)))
    con.execute("SET preserve_insertion_order = true")
    return con


def _patiently(path: Path, attempt: Callable[[], Connection]) -> Connection:
    """Try again for a while where another process holds the database."""
    deadline = time.monotonic() + LOCK_WAIT
    while True:
        try:
            return attempt()
        except duckdb.Error as error:
            if "set lock" not in str(error) or time.monotonic() > deadline:
                raise explain(error, path) from error
            time.sleep(0.2)


def _quiet(con: Connection) -> None:
    """With half of the machine's memory, for more than DuckDB works in it; without its progress bar, for we print."""
    con.execute("SET memory_limit = '50%'")
    with suppress(duckdb.InvalidInputException):  # a notebook without widgets has no bar, and refuses to be told so
        con.execute("SET enable_progress_bar = false")


def _secure(con: Connection) -> None:
    """From now on the connection reaches no other files, and this cannot be undone."""
    for name, value in (_SAFE | {"lock_configuration": True}).items():
        con.execute(f"SET {name} = {value}")


@contextmanager
def overlay(path: Path) -> Iterator[Connection]:
    """A database in memory that has the one at `path` attached as `work`, to read from. Raises as `session` does."""
    con = duckdb.connect(":memory:")
    _quiet(con)
    with _closing(con, path):
        attach(con, path, "work")
        _secure(con)
        yield con


@contextmanager
def scratch(path: Path, folders: list[Path], memory: float) -> Iterator[Connection]:
    """A new database at `path` that can also read files, and attach databases, below some folders.

    It works in `memory` GiB at most, or in half of the machine's where that is less. Raises as `session` does.
    """
    con = duckdb.connect(str(path))
    _quiet(con)
    size, unit = rows(con, "SELECT current_setting('memory_limit')")[0][0].split()
    if unit == "TiB" or (unit == "GiB" and float(size) > memory):
        con.execute(f"SET memory_limit = '{memory}GiB'")
    con.execute(f"SET allowed_directories = [{', '.join(literal(str(folder)) for folder in folders)}]")
    _secure(con)
    with _closing(con, path):
        yield con


def attach(con: Connection, path: Path, name: str) -> None:
    """Attach the database at `path` as `name`, to read from. Raises as `session` does."""
    _patiently(path, lambda: con.execute(f"ATTACH {literal(str(path))} AS {ident(name)} (READ_ONLY)"))


def open_files(folders: list[Path]) -> Connection:
    """A database in memory, with a schema `published`, that can read files below some folders and nothing else."""
    con = duckdb.connect(":memory:")
    allowed = ", ".join(literal(str(folder)) for folder in folders)
    _quiet(con)
    con.execute(f"SET allowed_directories = [{allowed}]; CREATE SCHEMA published")
    _secure(con)
    return con


def view_file(con: Connection, name: str, file: Path) -> None:
    """Make a Parquet file the view published.<name>. Raises StoreError when it cannot be read."""
    try:
        con.execute(f"CREATE VIEW {ident('published', name)} AS FROM read_parquet({literal(str(file))})")
    except duckdb.Error as error:
        raise StoreError(DAMAGED.format(file)) from error


def copy_file(con: Connection, name: str, file: Path) -> None:
    """Make a Parquet file the table published.<name>, also while another process replaces it, which DuckDB cannot.

    Raises StoreError when it cannot be read.
    """
    try:
        with pa.parquet.ParquetFile(file) as found:
            data = found.read()
    except (OSError, pa.ArrowException) as error:
        raise StoreError(DAMAGED.format(file)) from error
    copy_table(con, name, data)


def copy_table(con: Connection, name: str, data: pa.Table) -> None:
    """Make Arrow data the table published.<name>."""
    con.register("_incoming", data)
    con.execute(f"CREATE TABLE {ident('published', name)} AS FROM _incoming")
    con.unregister("_incoming")


def readable(file: Path) -> bool:
    """Whether a Parquet file can be read to its end."""
    try:
        with pa.parquet.ParquetFile(file) as found:
            for _ in found.iter_batches():
                pass
    except (OSError, pa.ArrowException):
        return False
    return True


def explain(error: duckdb.Error, path: Path | None) -> StoreError | StageError:
    """The house's error for one of DuckDB's, saying what to do next."""
    text = str(error)
    if "Conflicting lock" in text or "Could not set lock" in text:
        holder = re.search(r"PID (\d+)", text)
        who = f"process {holder[1]}" if holder else "another process"
        return StoreError(f"{path} is in use by {who}. Wait until it has finished, or end it, and run again.")
    if "No space left" in text or "Could not write" in text or "disk is full" in text.lower():
        return StoreError(
            f"The disk is full ({path}). Make room and run again; the last good result of each stage stands."
        )
    if isinstance(error, duckdb.IOException | duckdb.SerializationException) or "Corrupt" in text:
        return StoreError(
            f"{path} cannot be opened: {text.splitlines()[0]} "
            "Everything in state/ is derived: delete the folder and run again."
        )
    return StageError(_words(error))


def _words(error: duckdb.Error) -> str:
    """What DuckDB says, without the values it stumbled over: they may be personal."""
    said = str(error).splitlines()[0]
    data = isinstance(error, duckdb.DataError | duckdb.InvalidInputException)
    return re.sub(r"(['\"]).*\1|\d{3,}", "a value", said) if data else said


@contextmanager
def blame(what: str) -> Iterator[None]:
    """SQL that people wrote is theirs to mend: what DuckDB says of it becomes a ConfigError about `what`."""
    try:
        yield
    except (duckdb.ProgrammingError, duckdb.DataError, duckdb.PermissionException) as error:
        raise ConfigError(f"{what}: {_words(error).split(': ', 1)[-1]}") from error


@contextmanager
def transaction(con: Connection) -> Iterator[None]:
    """All or nothing: commit at the end, roll back on any exception, an interrupt included."""
    con.begin()
    try:
        yield
    except BaseException:
        with suppress(duckdb.Error):
            con.rollback()
        raise
    con.commit()


def ident(*names: str) -> str:
    """Quote identifiers; several are joined by dots.

    >>> ident("raw", 'a"b')
    '"raw"."a""b"'
    """
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)


def literal(value: str) -> str:
    """Quote a text for SQL.

    >>> literal("O'Neil")
    "'O''Neil'"
    """
    return "'" + value.replace("'", "''") + "'"


def fresh_schema(con: Connection, name: str) -> None:
    """A stage writes its own schema whole: drop it, and make it anew with the tables of schemas/<name>.sql."""
    con.execute(f"DROP SCHEMA IF EXISTS {ident(name)} CASCADE; CREATE SCHEMA {ident(name)}")
    create_tables(con, name)


def create_tables(con: Connection, name: str) -> None:
    """Run schemas/<name>.sql."""
    con.execute(resources.files(__package__).joinpath(f"schemas/{name}.sql").read_text(encoding="utf-8"))


def exists(con: Connection, schema: str, table: str) -> bool:
    """Whether the table, or view, is there."""
    named = {"schema": schema, "name": table}  # information_schema takes four times as long
    return bool(
        rows(
            con,
            """SELECT 1 FROM duckdb_tables() WHERE schema_name = $schema AND table_name = $name
            UNION ALL SELECT 1 FROM duckdb_views() WHERE schema_name = $schema AND view_name = $name""",
            named,
        )
    )


def rows(con: Connection, sql: str, parameters: list[Any] | dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """All rows of a small result."""
    return con.execute(sql, parameters or []).fetchall()


def records(con: Connection, sql: str, parameters: list[Any] | dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """All rows of a small result, each by column name."""
    result = con.execute(sql, parameters or [])
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def count(con: Connection, sql: str, parameters: list[Any] | dict[str, Any] | None = None) -> int:
    """The single whole number a query gives."""
    return int(rows(con, sql, parameters)[0][0] or 0)


def frame(con: Connection, query: str) -> pd.DataFrame:
    """A result as a frame; decimals stay exact."""
    found: pd.DataFrame = con.sql(query).to_arrow_table().to_pandas()
    return found


def batches(con: Connection, sql: str) -> Iterator[pa.RecordBatch]:
    """Stream a result by Arrow batches; the connection is busy until the last one is taken."""
    yield from con.sql(sql).to_arrow_reader(BATCH)


def streamed(con: Connection, sql: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a large result, BATCH of them in Python at a time; the connection is busy as in `batches`."""
    for batch in batches(con, sql):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def pages(con: Connection, table: str) -> Iterator[pa.Table]:
    """The rows of a table (already quoted) that numbers them 1, 2, 3 ... in `_page`, BATCH at a time.

    Unlike `batches` the connection may write between two pages, inside a transaction too.
    """
    last = count(con, f"SELECT max(_page) FROM {table}")
    for start in range(0, last, BATCH):
        page = f"FROM {table} WHERE _page > {start} AND _page <= {start + BATCH} ORDER BY _page"
        yield con.sql(page).to_arrow_table()


def counted(con: Connection, table: str, value: str, times: str) -> Iterator[tuple[str, int]]:
    """Two columns of a table that `pages` can read: each distinct value and how often it occurs."""
    for page in pages(con, table):
        yield from zip(page[value].to_pylist(), page[times].to_pylist(), strict=True)


def append(con: Connection, table: str, data: pa.RecordBatch | pa.Table) -> None:
    """Append Arrow data to a table (`table` already quoted), columns by name."""
    con.register("_incoming", data)
    try:
        con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM _incoming")
    finally:
        con.unregister("_incoming")
