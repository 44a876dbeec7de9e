"""Writing a table of the project to a file, in batches."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from .store import Connection, batches, ident


def write_csv(con: Connection, query: str, file: Path, *, mark: bool = False) -> int:
    """Write a result as UTF-8 CSV with line feeds, a missing value as an empty cell; returns the rows written.

    `mark` puts a byte order mark in front, without which Excel takes Chinese for something else. Lists are written
    as text.
    """
    lists = [ident(field.name) for field in _schema(con, query) if pa.types.is_nested(field.type)]
    if lists:
        query = f"SELECT * REPLACE ({', '.join(f'{name}::VARCHAR AS {name}' for name in lists)}) FROM ({query})"
    with file.open("wb") as sink:
        sink.write(b"\xef\xbb\xbf" if mark else b"")
        with pa.csv.CSVWriter(sink, _schema(con, query)) as writer:
            return _write(con, query, writer)


def write_parquet(con: Connection, query: str, file: Path) -> int:
    """Write a result as Parquet; returns the rows written."""
    with pa.parquet.ParquetWriter(file, _schema(con, query)) as writer:
        return _write(con, query, writer)


def _schema(con: Connection, query: str) -> pa.Schema:
    return con.sql(f"SELECT * FROM ({query}) LIMIT 0").to_arrow_table().schema


def _write(con: Connection, query: str, writer: pa.csv.CSVWriter | pa.parquet.ParquetWriter) -> int:
    written = 0
    for batch in batches(con, query):
        writer.write_batch(batch)
        written += batch.num_rows
    return written
