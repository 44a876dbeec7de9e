"""All tables of the newest published run as they are, for those who look or decide while another run works.

The database of runs is held by the run that writes it; its copy, beside what the run published unmasked, is only read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .config import Config
from .errors import StoreError
from .files import copy, new_file
from .published import PRIVATE
from .reports.masking import mask_database
from .store import Connection, overlay, session

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
    with session(_there(root, run_id), read_only=True) as con:
        yield con


@contextmanager
def masked_snapshot(root: Path, run_id: str, config: Config, key: bytes) -> Iterator[Connection]:
    """As `snapshot`, with a pseudonym under the project's key in place of each personal value."""
    with overlay(_there(root, run_id)) as con:
        mask_database(con, config, key)
        yield con


def _there(root: Path, run_id: str) -> Path:
    kept = root / PRIVATE / run_id / TABLES
    if not kept.exists():
        raise StoreError(f"The tables of run {run_id} are kept no longer. Look at the newest run.")
    return kept
