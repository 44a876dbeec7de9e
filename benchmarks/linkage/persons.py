"""Made-up persons, a fifth of the records about somebody who has one already: persons.sql says how they differ."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.measured import quiet
from workbench.store import Connection, batches

SQL = Path(__file__).with_suffix(".sql")
SEED = 20260907
COPIES = 0.22
"""The share of records that are about somebody who has one already."""

RECORDS = "SELECT key, first_name, last_name, born, street, city, postcode, email, phone FROM records"
TRUTH = "SELECT 'people' AS source, key, cluster::VARCHAR AS cluster FROM records"


def write_persons(number: int, folder: Path, seed: int = SEED) -> None:
    """Write people.parquet and truth.parquet (source, key, cluster) of so many records into a new folder.

    The same number and seed give the same persons.
    """
    folder.mkdir(parents=True)
    with _made(folder, number, _persons(number), seed) as con:
        _write(con, RECORDS, folder / "people.parquet")
        _write(con, TRUTH, folder / "truth.parquet")


def write_arrivals(number: int, many: int, folder: Path, seed: int = SEED) -> None:
    """Write further records beside `write_persons(number, ...)`: so many about its persons, and so many about others.

    arrivals.parquet has them, their keys begin with copy and new; told.parquet (key, cluster) whom copies are about.
    """
    with _made(folder, number + many, _persons(number), seed, first=number) as con:
        copies = con.sql(f"SELECT 'copy ' || key AS key, * EXCLUDE (key) FROM ({RECORDS})").to_arrow_table()
        _write(con, "SELECT 'copy ' || key AS key, cluster::VARCHAR AS cluster FROM records", folder / "told.parquet")
    with _made(folder, many, many, seed + 1) as con:
        others = con.sql(f"SELECT 'new ' || key AS key, * EXCLUDE (key) FROM ({RECORDS})").to_arrow_table()
    pq.write_table(pa.concat_tables([copies, others]), folder / "arrivals.parquet")


def _persons(number: int) -> int:
    """How many persons so many records are about."""
    return number - round(number * COPIES)


@contextmanager
def _made(folder: Path, records: int, persons: int, seed: int, first: int = 0) -> Iterator[Connection]:
    """A session with the table `records`, from the first one on."""
    scratch = folder / "scratch.duckdb"
    with quiet(scratch) as con:
        sql = SQL.read_text(encoding="utf-8")
        con.execute(sql.format(records=records, persons=persons, seed=seed, first=first))
        yield con
    scratch.unlink()


def _write(con: Connection, query: str, file: Path) -> None:
    stream = batches(con, query)
    first = next(stream)
    with pq.ParquetWriter(file, first.schema) as writer:
        writer.write_batch(first)
        for batch in stream:
            writer.write_batch(batch)
