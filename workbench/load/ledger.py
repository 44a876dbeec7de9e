"""The ledger: what a target was told of each golden record, and what it answered. Lines are added, never changed."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from typing import NamedTuple

from ..journal import Journal, now

COLUMNS = ("load_id", "object", "golden_id", "event", "hash", "target_id", "field", "reason")


class Line(NamedTuple):
    """One event of one record."""

    object: str
    golden_id: str
    event: str
    hash: str | None = None
    target_id: str | None = None
    field: str | None = None
    reason: str | None = None


class Ledger:
    """The ledger of one target in one environment."""

    def __init__(self, journal: Journal, target: str, environment: str):
        """Nothing is read yet."""
        self.journal, self.target, self.environment = journal, target, environment

    def start(self, run_id: str, wave: str, user: str, backup: str) -> int:
        """Open a load; returns its number."""
        with self.journal.write() as con:
            made = con.execute(
                "INSERT INTO loads (run_id, target, environment, wave, user, process, backup, started_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [run_id, self.target, self.environment, wave, user, f"{socket.gethostname()}:{os.getpid()}", backup,
                 now()],
            )  # fmt: skip
            return int(made.lastrowid or 0)

    def finish(self, load_id: int, outcome: str) -> None:
        """Close a load."""
        with self.journal.write() as con:
            con.execute("UPDATE loads SET finished_at = ?, outcome = ? WHERE load_id = ?", [now(), outcome, load_id])

    def record(self, load_id: int, lines: Iterable[Line]) -> None:
        """Append lines, all or none."""
        names = ("at", "target", "environment", *COLUMNS)
        insert = f"INSERT INTO ledger ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        at = now()
        with self.journal.write() as con:
            con.executemany(insert, [(at, self.target, self.environment, load_id, *line) for line in lines])
