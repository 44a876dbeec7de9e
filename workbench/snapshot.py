"""All tables of the newest published run as they are, for those who look or decide while another run works.

The database of runs is held by the run that writes it; its copy, beside what the run published unmasked, is only read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import StoreError
from .files import copy, new_file
from .published import PRIVATE
from .store import Connection, session

TABLES = "tables.duckdb"


def keep_snapshot(root: Path, database: Path, run_id: str) -> None:
    """Copy the database beside what a run has published, and take away the copies of older runs."""
    kept = root / PRIVATE / run_id / TABLES
    with session(database, read_only=True), new_file(kept) as part:  # nobody writes while it is open
        copy(database, part)
    for old in (root / PRIVATE).glob(f"*/{TABLES}"):
        if old != kept:
            old.unlink()


def kept(root: Path) -> Path:
    """The copy of the run that published last. Raises StoreError before the first."""
    copies = [(file.stat().st_mtime_ns, file) for file in (root / PRIVATE).glob(f"*/{TABLES}")]
    if not copies:
        raise StoreError(f"{root} has no published tables. Run it: workbench run {root}")
    return max(copies)[1]


@contextmanager
def snapshot(root: Path, run_id: str) -> Iterator[Connection]:
    """A session on the copy of a run, to read from. Raises StoreError where there is none: it was not the newest."""
    kept = root / PRIVATE / run_id / TABLES
    if not kept.exists():
        raise StoreError(f"The tables of run {run_id} are kept no longer. Look at the newest run.")
    with session(kept, read_only=True) as con:
        yield con
