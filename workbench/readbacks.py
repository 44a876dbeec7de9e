"""What new systems hold, as it was read back: one Parquet file an object in state/readback/<target>/.

Every column is text: `_golden_id` (what the target's key field holds; NULL where it is empty), `_target_id` (the
target's own id), then the target's fields. It is all that the target has, also what this project never loaded.
The journal has the hash of each.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from .errors import StoreError
from .files import disk, new_file, sha256
from .journal import Journal, now
from .store import BATCH, DAMAGED, Connection, append, ident

FOLDER = "state/readback"
IDS = ("_golden_id", "_target_id")


def write_readback(
    root: Path, journal: Journal, target: str, environment: str, name: str, batches: Iterable[pa.Table], user: str
) -> int:
    """Keep what was read of an object (at least one batch, which may be empty) in place of what was there.

    Returns the rows. Raises StoreError where the disk does not take it.
    """
    file, written, schema = root / FOLDER / target / f"{name}.parquet", 0, None
    file.parent.mkdir(parents=True, exist_ok=True)
    with disk("read-back"), new_file(file) as new:
        writer = None
        for batch in batches:
            schema = schema or pa.schema((column, pa.string()) for column in batch.column_names)
            writer = writer or pa.parquet.ParquetWriter(new, schema)
            writer.write_table(batch.cast(schema))
            written += batch.num_rows
        if writer is None:
            raise ValueError("a read-back is at least one batch")
        writer.close()
        digest = sha256(new)
    with journal.write() as con:
        con.execute(
            "INSERT INTO readbacks (at, user, target, environment, object, rows, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [now(), user, target, environment, name, written, digest],
        )
    return written


def read_objects(root: Path, target: str) -> list[str]:
    """The objects of a target that were read back."""
    return sorted(file.stem for file in (root / FOLDER / target).glob("*.parquet"))


def attach_readback(con: Connection, root: Path, target: str) -> list[str]:
    """Make what was read back of a target the tables readback.<object>; returns the objects.

    Raises StoreError for a file that cannot be read.
    """
    con.execute("CREATE SCHEMA IF NOT EXISTS readback")
    for name in read_objects(root, target):
        try:
            with pa.parquet.ParquetFile(root / FOLDER / target / f"{name}.parquet") as file:
                columns = ", ".join(f"{ident(column)} VARCHAR" for column in file.schema_arrow.names)
                con.execute(f"CREATE TABLE {ident('readback', name)} ({columns})")
                for batch in file.iter_batches(BATCH):
                    append(con, ident("readback", name), batch)
        except (OSError, pa.ArrowException) as error:
            raise StoreError(DAMAGED.format(root / FOLDER / target / f"{name}.parquet")) from error
    return read_objects(root, target)


def ids_of(
    root: Path, target: str, name: str, *, golden_id: str | None = None, target_id: str | None = None
) -> list[tuple[str | None, str | None]]:
    """(target's id, golden id) of the rows of an object that have one of these. Raises StoreError as above."""
    file = root / FOLDER / target / f"{name}.parquet"
    asked = [("_target_id", "=", target_id)] if golden_id is None else [("_golden_id", "=", golden_id)]
    try:
        found = pa.parquet.read_table(file, columns=["_target_id", "_golden_id"], filters=asked)
    except (OSError, pa.ArrowException) as error:
        raise StoreError(DAMAGED.format(file)) from error
    return list(zip(found["_target_id"].to_pylist(), found["_golden_id"].to_pylist(), strict=True))


def rows_of(root: Path, target: str, name: str, golden_id: str) -> list[dict[str, str | None]]:
    """The fields of the rows of an object that have a golden id. Raises StoreError as above."""
    file = root / FOLDER / target / f"{name}.parquet"
    try:
        found = pa.parquet.read_table(file, filters=[("_golden_id", "=", golden_id)])
    except (OSError, pa.ArrowException) as error:
        raise StoreError(DAMAGED.format(file)) from error
    rows: list[dict[str, str | None]] = found.drop_columns(list(IDS)).to_pylist()
    return rows


def hashes(journal: Journal, target: str) -> dict[str, str]:
    """The hash of what was read back last of each object of a target."""
    lines = journal.read("SELECT object, hash FROM readbacks WHERE target = ? ORDER BY id", [target])
    return dict(lines)
