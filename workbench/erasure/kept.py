"""What was read back of new systems, and the files of what they refused, without a person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from ..journal import Journal
from ..readbacks import FOLDER, write_readback
from ..store import Connection, batches, copy_table, count, ident, open_files, view_file
from ..store import rows as table_rows
from .person import Person

CORRECTIONS = "corrections"
"""Where `workbench results` writes what was refused, if it is not told otherwise."""


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


def clear_corrections(root: Path, person: Person, *, dry_run: bool = False) -> int:
    """Delete the correction files of result files that have one of their golden ids; returns how many."""
    named = [golden_id.encode() for golden_id in person.golden_ids]
    files = [file for file in (root / CORRECTIONS).glob("*.csv") if any(one in file.read_bytes() for one in named)]
    for file in files:
        if not dry_run:
            file.unlink()
    return len(files)


def _open(file: Path, person: Person) -> tuple[Connection, str]:
    """A session with the file as published.data, and the condition that a row `d` is the person's: it has one of their
    golden ids, as its own or to refer to."""
    con = open_files([file.parent])
    view_file(con, "data", file)
    copy_table(con, "ids", pa.table({"id": pa.array(person.golden_ids, pa.string())}))
    texts = [name for name, kind, *_ in table_rows(con, "DESCRIBE published.data") if kind == "VARCHAR"]
    return con, " OR ".join(f"coalesce(d.{ident(name)} IN (FROM published.ids), false)" for name in texts)


def _kept(con: Connection, query: str) -> Iterator[pa.Table]:
    """The rows that stay: at least one batch, for none has the columns too."""
    yield con.sql(f"{query} LIMIT 0").to_arrow_table()
    for batch in batches(con, query):
        yield pa.Table.from_batches([batch])
