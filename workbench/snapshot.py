"""All tables of the newest published run as they are, for those who look or decide while another run works.

The database of runs is held by the run that writes it; its copy, beside what the run published unmasked, is only read.
A run of an older date than the newest leaves the newest one's copy in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .config import Config
from .errors import StoreError
from .files import copy, new_file
from .language import gettext as _
from .published import PRIVATE
from .reports.masking import mask_database
from .store import Connection, overlay, session

TABLES = "tables.duckdb"


def keep_snapshot(root: Path, database: Path, run_id: str) -> None:
    """Copy the database beside what a run has published."""
    kept = root / PRIVATE / run_id / TABLES
    with session(database, read_only=True), new_file(kept) as part:  # nobody writes while it is open
        copy(database, part)


def drop_snapshots(root: Path, *, but: str) -> None:
    """Take away the copies of all runs but one: what is shown of another run is in its published tables."""
    for file in (root / PRIVATE).glob(f"*/{TABLES}"):
        if file.parent.name != but:
            file.unlink()


def kept(root: Path, run_id: str) -> Path:
    """The copy of a run. Raises StoreError where there is none: it was not the newest."""
    file = root / PRIVATE / run_id / TABLES
    if not file.exists():
        said = _(
            "The tables of run {run} are kept no longer. Look at the newest run. "
            "If this is the newest, run its date again."
        )
        raise StoreError(said.format(run=run_id))
    return file


@contextmanager
def snapshot(root: Path, run_id: str) -> Iterator[Connection]:
    """A session on the copy of a run, to read from. Raises StoreError where there is none."""
    with session(kept(root, run_id), read_only=True) as con:
        yield con


@contextmanager
def masked_snapshot(root: Path, run_id: str, config: Config, key: bytes) -> Iterator[Connection]:
    """As `snapshot`, with a pseudonym under the project's key in place of each personal value."""
    with overlay(kept(root, run_id)) as con:
        mask_database(con, config, key)
        yield con
