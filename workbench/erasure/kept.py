"""What a project keeps in Parquet files beside its sources: what was read back of new systems, and the archive."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from ..errors import StoreError
from ..export import write_parquet
from ..files import new_file
from ..journal import Journal
from ..readbacks import FOLDER, write_readback
from ..store import Connection, batches, copy_table, count, ident, open_files, view_file
from .person import Person

ARCHIVE, MANIFEST = "archive", "manifest.json"


def clear_readbacks(root: Path, journal: Journal, person: Person, user: str, *, dry_run: bool = False) -> int:
    """Take the rows of the person out of what was read back; returns how many. Each file is noted with its new hash."""
    gone = 0
    for file in sorted((root / FOLDER).glob("*/*.parquet")):
        con, theirs = _open(file, person)
        rows = count(con, f"SELECT count(*) FROM published.data AS d WHERE {theirs}")
        if rows and not dry_run:
            ((environment,),) = journal.read(
                "SELECT environment FROM readbacks WHERE (target, object) = (?, ?) ORDER BY id DESC LIMIT 1",
                [file.parent.name, file.stem],
            ) or [("test",)]
            kept = _kept(con, f"SELECT * FROM published.data AS d WHERE NOT ({theirs})")
            write_readback(root, journal, file.parent.name, environment, file.stem, kept, user)
        gone += rows
        con.close()
    return gone


def clear_archive(root: Path, person: Person, *, dry_run: bool = False) -> int:
    """Take the rows of the person out of the archive, and put its manifests right; returns how many."""
    gone = 0
    for file in sorted((root / ARCHIVE).rglob("*.parquet")):
        con, theirs = _open(file, person)
        rows = count(con, f"SELECT count(*) FROM published.data AS d WHERE {theirs}")
        if rows and not dry_run:
            with new_file(file) as new:
                left = write_parquet(con, f"SELECT * FROM published.data AS d WHERE NOT ({theirs})", new)
            _correct(file, left)
        gone += rows
        con.close()
    return gone


def _open(file: Path, person: Person) -> tuple[Connection, str]:
    """A session with the file as published.data, and the condition that a row `d` is the person's.

    It is where any text of it is one of their golden ids, or where source and key name a record of theirs.
    """
    con = open_files([file.parent])
    view_file(con, "data", file)
    copy_table(con, "ids", pa.table({"id": pa.array(person.golden_ids, pa.string())}))
    copy_table(con, "records", pa.table({name: pa.array([record[place] for record in person.records], pa.string())
                                         for place, name in ((1, "source"), (2, "key"))}))  # fmt: skip
    columns = [(str(name), str(kind)) for name, kind, *_ in con.execute("DESCRIBE published.data").fetchall()]
    names = {name for name, _ in columns}
    found = [f"d.{ident(name)} IN (FROM published.ids)" for name, kind in columns if kind == "VARCHAR"]
    if {"source", "key"} <= names:
        found.append("(d.source, d.key) IN (SELECT (source, key) FROM published.records)")
    return con, " OR ".join(f"coalesce({one}, false)" for one in found) or "false"


def _kept(con: Connection, query: str) -> Iterator[pa.Table]:
    """The rows that stay: at least one batch, for none has the columns too."""
    yield con.sql(f"{query} LIMIT 0").to_arrow_table()
    for batch in batches(con, query):
        yield pa.Table.from_batches([batch])


def _correct(file: Path, rows: int) -> None:
    """Write the new rows, bytes and hash of a file into the manifest beside it."""
    manifest = file.with_name(MANIFEST)
    if not manifest.is_file():
        return
    try:
        told = json.loads(manifest.read_text("utf-8"))
    except ValueError as error:
        raise StoreError(f"{manifest}: is damaged. Run again for its date, or restore it from a backup.") from error
    new = {"rows": rows, "bytes": file.stat().st_size, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    for entry in _entries(told):
        if entry.get("file") == file.name:
            entry.update((name, value) for name, value in new.items() if name in entry)
    with new_file(manifest) as part:
        part.write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")


def _entries(told: Any) -> Iterator[dict[str, Any]]:
    """Every object within a manifest."""
    if isinstance(told, dict):
        yield told
        told = list(told.values())
    if isinstance(told, list):
        for inner in told:
            yield from _entries(inner)
