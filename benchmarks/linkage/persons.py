"""Made-up persons, a fifth of the records about somebody who has one already: persons.sql says how they differ."""

from __future__ import annotations

from pathlib import Path

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
    scratch = folder / "scratch.duckdb"
    with quiet(scratch) as con:
        persons = number - round(number * COPIES)
        sql = SQL.read_text(encoding="utf-8").format(records=number, persons=persons, seed=seed)
        con.execute(sql)
        _write(con, RECORDS, folder / "people.parquet")
        _write(con, TRUTH, folder / "truth.parquet")
    scratch.unlink()


def _write(con: Connection, query: str, file: Path) -> None:
    stream = batches(con, query)
    first = next(stream)
    with pq.ParquetWriter(file, first.schema) as writer:
        writer.write_batch(first)
        for batch in stream:
            writer.write_batch(batch)
