"""The ledger: what a target was told of each golden record, and what it answered. Lines are added, never changed."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pyarrow as pa

from ..journal import Journal, now
from ..store import BATCH, Connection, append, ident, literal

COLUMNS = ("load_id", "object", "golden_id", "event", "hash", "target_id", "field", "reason")
THERE = "('created', 'updated', 'undone')"
"""Events that say whether a record is in the target."""


class Line(NamedTuple):
    """One event of one record; `load_id` beside it."""

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
        """Open a load; one that was left open was interrupted. Only for who holds the lock of `gates.alone`."""
        with self.journal.write() as con:
            con.execute(
                "UPDATE loads SET finished_at = ?, outcome = 'interrupted' WHERE target = ? AND finished_at IS NULL",
                [now(), self.target],
            )
            made = con.execute(
                "INSERT INTO loads (run_id, target, environment, wave, user, process, backup, started_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [run_id, self.target, self.environment, wave, user, _process(), backup, now()],
            )
            return int(made.lastrowid or 0)

    def finish(self, load_id: int, outcome: str) -> None:
        """Close a load: 'done', 'rows refused', or 'stopped' where the target was lost."""
        with self.journal.write() as con:
            con.execute("UPDATE loads SET finished_at = ?, outcome = ? WHERE load_id = ?", [now(), outcome, load_id])

    def record(self, load_id: int, lines: Iterable[Line]) -> None:
        """Append lines, all or none."""
        names = ("at", "target", "environment", *COLUMNS)
        insert = f"INSERT INTO ledger ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        at = now()
        with self.journal.write() as con:
            con.executemany(insert, [(at, self.target, self.environment, load_id, *line) for line in lines])

    def state(self) -> Iterator[list[tuple[object, ...]]]:
        """All verdicts in order, a page at a time: id, then COLUMNS."""
        query = f"""SELECT id, {", ".join(COLUMNS)} FROM ledger
            WHERE id > ? AND target = ? AND environment = ? AND event <> 'sent' ORDER BY id LIMIT {BATCH}"""
        last = 0
        while page := self.journal.read(query, [last, self.target, self.environment]):
            yield page
            last = page[-1][0]

    def open_sent(self) -> list[tuple[int, str, str, str, str | None, str]]:
        """(load_id, object, golden_id, hash, target_id, at) of what was sent and is without a verdict, in its order.

        `target_id` is that of a row which was in the target before, None of one that was to be created.
        """
        return self.journal.read(
            """SELECT load_id, object, golden_id, hash, target_id, at FROM ledger WHERE event = 'sent' AND id IN (
                SELECT max(id) FROM ledger WHERE target = ? AND environment = ? GROUP BY object, golden_id)
            ORDER BY id""",
            [self.target, self.environment],
        )

    def created_by(self, load_id: int) -> list[tuple[str, str, str]]:
        """(object, golden_id, target_id) of what a load created and no later event touched, the newest first."""
        return self.journal.read(
            f"""SELECT object, golden_id, target_id FROM (
                SELECT *, row_number() OVER (PARTITION BY object, golden_id ORDER BY id DESC) AS place
                FROM ledger WHERE target = ? AND environment = ?
                    AND (event IN {THERE} OR event = 'sent' AND target_id IS NOT NULL))
            WHERE place = 1 AND event = 'created' AND load_id = ? ORDER BY id DESC""",
            [self.target, self.environment, load_id],
        )


def lay_out(con: Connection, ledger: Ledger) -> None:
    """Make the ledger two tables in memory, a row a record: `there` (load_id, object, golden_id, event, hash,
    target_id) of what is in the target, and `refused` (also field, reason) of what its last answer refused.

    An update without an answer may have been carried out or not: such a row has the hash '', as no row has.
    """
    columns = ", ".join(f"{name} VARCHAR" for name in COLUMNS[1:])
    con.execute(f"CREATE OR REPLACE TEMP TABLE _verdicts (id BIGINT, load_id BIGINT, {columns})")
    for page in ledger.state():
        names = ("id", *COLUMNS)
        kinds = [pa.int64(), pa.int64(), *[pa.string()] * (len(COLUMNS) - 1)]
        found = zip(zip(*page, strict=True), kinds, strict=True)
        append(con, "_verdicts", pa.table([pa.array(values, kind) for values, kind in found], names=list(names)))
    newest = "QUALIFY row_number() OVER (PARTITION BY object, golden_id ORDER BY id DESC) = 1"
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE there AS SELECT * EXCLUDE (id, field, reason)
        FROM (FROM _verdicts WHERE event IN {THERE} {newest}) WHERE event <> 'undone';
        CREATE OR REPLACE TEMP TABLE refused AS SELECT * EXCLUDE (id)
        FROM (FROM _verdicts {newest}) WHERE event = 'refused'""")
    for _, name, golden_id, _, target_id, _ in ledger.open_sent():
        if target_id is not None:
            con.execute("UPDATE there SET hash = '' WHERE object = ? AND golden_id = ?", [name, golden_id])


def row_hash(fields: Iterable[str]) -> str:
    """SQL for the hash of a row's fields: each text beside its name and length, so that no two rows look alike."""
    told = (f"{literal(name)} || length({ident(name)}) || ':' || {ident(name)}" for name in sorted(fields))
    return f"md5(concat_ws(chr(31), {', '.join(told)}))"


def _process() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"

