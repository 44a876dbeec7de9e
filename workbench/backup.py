"""A stand-in for the verified backup of a project: the journal alone, copied by SQLite itself and opened again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from .errors import StoreError
from .files import disk, new_file
from .journal import FILE


def back_up(root: Path, user: str) -> Path:
    """Copy the journal to backups/; the copy. Raises StoreError where it cannot be written or is not whole."""
    to = root / "backups" / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}.sqlite"
    with disk("backup"):
        to.parent.mkdir(exist_ok=True)
        with new_file(to) as new, closing(sqlite3.connect(root / FILE)) as old, closing(sqlite3.connect(new)) as copy:
            old.backup(copy)
            if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise StoreError(f"{to}: the backup is not whole. Is the disk failing?")
    return to
