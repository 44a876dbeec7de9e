"""journal.sqlite: the project's memory. SQLite in WAL mode, because several people and runs write it at once."""

from __future__ import annotations

import getpass
import json
import os
import re
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from .config.base import one_person
from .errors import StoreError

FILE = "journal.sqlite"
FAILURE = ("check_id", "entity", "source", "key", "field")
"""What makes a failure the same failure on another date."""

_OPEN = f"""
SELECT {", ".join(FAILURE)} FROM (
    SELECT *, row_number() OVER (PARTITION BY {", ".join(FAILURE)} ORDER BY as_of DESC, id DESC) AS place
    FROM failure_events WHERE as_of <= ?
) WHERE place = 1 AND event = 'opened'
"""

FINISHED = "outcome IN ('passed', 'gates missed')"
COUNTING = f"SELECT max(rowid) FROM runs WHERE {FINISHED} GROUP BY as_of"
"""Of the finished runs of a date the latest counts."""

ENDS = ("source_l", "key_l", "source_r", "key_r")
"""A pair of records, as decisions and compared pairs name it."""
DECISION = ("at", "user", "entity", "kind", "source_l", "key_l", "source_r", "key_r", "field", "value", "why", "of")
"""A line of what a person decided."""

Check = Callable[[sqlite3.Connection], None]
"""Looks at the journal before something is written, and raises where it must not be."""

MEASURE = "measure "
"""What the metrics of buckets begin with."""


class Journal:
    """The journal of the project in a folder; opening it creates or upgrades the file."""

    def __init__(self, root: Path):
        """Open, creating or migrating. Raises StoreError when it is locked, newer than this version, or damaged."""
        self.path = root / FILE
        with self.write() as con:
            _migrate(con, self.path)
            con.execute("INSERT OR IGNORE INTO settings VALUES ('mask_key', ?)", [secrets.token_hex(32)])

    def mask_key(self) -> bytes:
        """The secret that pseudonyms are made with; it stays as long as the journal does."""
        return bytes.fromhex(self.read("SELECT value FROM settings WHERE name = 'mask_key'")[0][0])

    def read(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self._connect() as con:
            return con.execute(sql, parameters).fetchall()

    # runs

    def start_run(self, as_of: date, user: str, version: str, config_hash: str, taken: Iterable[str] = ()) -> str:
        """Open a run; its id is '<as-of date>.<n>', n counting the runs of that date. `taken` ids are passed over."""
        with self.write() as con:
            ids = {row[0] for row in con.execute("SELECT run_id FROM runs WHERE as_of = ?", [as_of.isoformat()])}
            ids |= set(taken)
            number = 1 + max((int(i.rsplit(".", 1)[1]) for i in ids if i.startswith(f"{as_of}.")), default=0)
            run_id = f"{as_of}.{number}"
            con.execute(
                "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, NULL, NULL)",
                [run_id, as_of.isoformat(), user, version, config_hash, now()],
            )
        return run_id

    def finish_run(self, run_id: str, outcome: str) -> None:
        """Close a run: 'passed', 'gates missed', 'partial' (stopped after a stage) or 'failed'."""
        with self.write() as con:
            con.execute("UPDATE runs SET finished_at = ?, outcome = ? WHERE run_id = ?", [now(), outcome, run_id])

    def remember(self, run_id: str, stage: dict[str, Any], notes: Mapping[str, Iterable[tuple[Any, ...]]]) -> None:
        """Write what a stage wants remembered, once for each (run, stage).

        `notes` maps 'inputs' and 'metrics' to rows without their run_id, 'golden_ids' to (entity, golden_id,
        source, key, founding), 'learned' to (as_of, kind, source, name, column, before, after), and 'failures' to
        the failing (check_id, entity, source, key, field).
        """
        with self.write() as con:
            if con.execute("SELECT 1 FROM stages WHERE run_id = ? AND stage = ?", [run_id, stage["stage"]]).fetchone():
                return
            con.execute(
                "INSERT INTO stages VALUES (?, ?, ?, ?, ?)",
                [run_id, stage["stage"], stage["seconds"], stage["rows_in"], stage["rows_out"]],
            )
            as_of = con.execute("SELECT as_of FROM runs WHERE run_id = ?", [run_id]).fetchone()[0]
            con.executemany("INSERT INTO inputs VALUES (?, ?, ?, ?, ?, ?, ?)", _led(run_id, notes.get("inputs")))
            con.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _led(run_id, notes.get("metrics")))
            con.executemany(
                "INSERT INTO golden_ids (run_id, as_of, entity, golden_id, source, key, founding) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                ((run_id, as_of, *row) for row in notes.get("golden_ids", [])),
            )
            con.executemany(
                'INSERT INTO learned (run_id, as_of, kind, source, name, "column", before, after) '
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                _led(run_id, notes.get("learned")),
            )
            if "failures" in notes:
                _record_failures(con, run_id, as_of, notes["failures"])

    def unpublished(self) -> list[str]:
        """The runs that did not come to the end of publishing."""
        query = "SELECT run_id FROM runs WHERE run_id NOT IN (SELECT run_id FROM stages WHERE stage = 'publish')"
        return [row[0] for row in self.read(query)]

    def say(self, user: str, said: Iterable[tuple[Any, ...]], check: Check = lambda con: None) -> None:
        """Append what a person says of issues: run_id, what makes the failure (or its check alone), kind and value.

        `check` looks at the journal in the same transaction; where it raises nothing is written.
        """
        columns = ("at", "user", "run_id", *FAILURE, "kind", "value")
        insert = f"INSERT INTO issue_events ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        with self.write() as con:
            check(con)
            con.executemany(insert, ((now(), user, *line) for line in said))

    # memory that stages start from

    def open_failures(self, before: date) -> list[tuple[str, ...]]:
        """The failures that were open on the newest as-of date before the given one."""
        return self.read(_OPEN.replace("as_of <= ?", "as_of < ?"), [before.isoformat()])

    def measures(self, before: date) -> list[tuple[Any, ...]]:
        """(check_id, source, bucket, value) that checks measured on the newest as-of date before the given one."""
        newest = f"SELECT run_id FROM runs WHERE rowid IN ({COUNTING}) AND as_of < ? ORDER BY as_of DESC LIMIT 1"
        query = f"""SELECT check_id, source, substr(metric, {len(MEASURE) + 1}), value FROM metrics
            WHERE metric LIKE '{MEASURE}%' AND run_id = ({newest})"""
        return self.read(query, [before.isoformat()])

    def golden_ids(self) -> Iterator[tuple[Any, ...]]:
        """(age, as_of, entity, golden_id, source, key, founding) of every id ever given; a lower age is older."""
        with self._connect() as con:
            yield from con.execute(
                "SELECT id, as_of, entity, golden_id, source, key, founding FROM golden_ids ORDER BY id"
            )

    def golden_ids_of(self, entity: str, records: Iterable[tuple[str, str]]) -> list[tuple[Any, ...]]:
        """Of `golden_ids` those that records (source, key) of an entity ever had, and who founded these ids."""
        query = "SELECT id, as_of, entity, golden_id, source, key, founding FROM golden_ids WHERE entity = ? AND "
        asked = "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?)"
        found = self.read(f"{query} (source, key) IN ({asked})", [entity, json.dumps(list(records))])
        gone = {line[3] for line in found} - {line[3] for line in found if line[6]}
        if gone:  # who founded these is none of the records: no index knows
            founders = f"{query} founding AND golden_id IN (SELECT value FROM json_each(?))"
            found += self.read(founders, [entity, json.dumps(list(gone))])
        return found

    def learned(self, until: date) -> list[tuple[Any, ...]]:
        """(age, as_of, kind, source, name, column, before, after) of what extracts up to a date have taught."""
        columns = 'id, as_of, kind, source, name, "column", before, after'
        return self.read(f"SELECT {columns} FROM learned WHERE as_of <= ? ORDER BY id", [until.isoformat()])

    def newest(self) -> tuple[str, date] | None:
        """The run that counts of the newest as-of date, and the date; None before the first finished run."""
        query = f"SELECT run_id, as_of FROM runs WHERE rowid IN ({COUNTING}) ORDER BY as_of DESC LIMIT 1"
        return next(((run_id, date.fromisoformat(day)) for run_id, day in self.read(query)), None)

    def collected(self) -> list[tuple[Any, ...]]:
        """(age, user, entity, golden_id, source, key, field, value) of what was collected; a greater age is newer."""
        columns = "id, user, entity, golden_id, source, key, field, value"
        return self.read(f"SELECT {columns} FROM collected ORDER BY id")

    def collect(self, user: str, values: Iterable[tuple[str, ...]]) -> None:
        """Write down collected values: (entity, golden_id, source, key, field, value) each."""
        with self.write() as con:
            insert = """INSERT INTO collected (at, user, entity, golden_id, source, key, field, value)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
            con.executemany(insert, ((now(), user, *value) for value in values))

    def erased(self) -> list[tuple[Any, ...]]:
        """(entity, source, key, at) of the records that were erased on demand."""
        return self.read("SELECT entity, source, key, at FROM erased ORDER BY id")

    def note(self, user: str, action: str, what: str, why: str = "") -> None:
        """Write into the audit what no other table tells: an action and what it was done to, without values."""
        with self.write() as con:
            con.execute("INSERT INTO audit (at, user, action, what, why) VALUES (?, ?, ?, ?, ?)",
                        [now(), user, action, what, why])  # fmt: skip

    def decide(self, user: str, lines: Iterable[tuple[Any, ...]], check: Check = lambda con: None) -> int:
        """Append what a person decides at once, lines as DECISION from `entity` on; returns the number of the act.

        `check` looks at the journal in the same transaction; where it raises nothing is written.
        """
        return self.restore({0: [(now(), user, *line) for line in lines]}, {}, check)[0]

    def last_decision(self, act: int | None = None) -> int:
        """The number of the newest line of `decisions`, or of those of an act; 0 where there is none."""
        return int(self.read("SELECT coalesce(max(id), 0) FROM decisions WHERE ?1 IS NULL OR act = ?1", [act])[0][0])

    def restore(
        self, acts: Mapping[int, Sequence[tuple[Any, ...]]], there: Mapping[int, int], check: Check = lambda con: None
    ) -> dict[int, int]:  # fmt: skip
        """Append acts with lines as DECISION, numbered anew; returns the numbers by those given.

        Where a line is of an act, that is one of these or of those that are `there` (as it is numbered here), if named.
        """
        names = ", ".join(f'"{name}"' for name in (*DECISION, "act"))
        insert = f"INSERT INTO decisions ({names}) VALUES ({', '.join('?' * (len(DECISION) + 1))})"
        numbers = dict(there)
        with self.write() as con:
            check(con)
            for name, lines in acts.items():
                last = con.execute("SELECT seq FROM sqlite_sequence WHERE name = 'decisions'").fetchone()
                act = (last[0] if last else 0) + 1
                con.executemany(insert, ((*line[:-1], numbers.get(line[-1], line[-1]), act) for line in lines))
                numbers[name] = act
        return {name: numbers[name] for name in acts}

    def trend(self) -> list[tuple[Any, ...]]:
        """(as_of, dimension, value) of the quality scores, from the latest finished run of each date."""
        return self.read(
            f"""SELECT r.as_of, m.dimension, m.value FROM metrics m JOIN runs r USING (run_id)
            WHERE m.metric = 'score' AND m.entity IS NULL AND m.source IS NULL AND r.rowid IN ({COUNTING})
            ORDER BY r.as_of, m.dimension"""
        )

    def counting(self) -> set[str]:
        """The run of each as-of date that counts: the latest that finished."""
        return {run_id for (run_id,) in self.read(f"SELECT run_id FROM runs WHERE rowid IN ({COUNTING})")}

    # connections

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=10)) as con:
                con.create_function("person", 1, one_person, deterministic=True)
                con.execute("PRAGMA journal_mode = WAL")
                yield con
        except sqlite3.Error as error:
            raise _explain(error, self.path) from error

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A connection inside one transaction, which is undone on any exception."""
        with self._connect() as con:
            con.isolation_level = None
            con.execute("BEGIN IMMEDIATE")
            try:
                yield con
            except BaseException:
                con.rollback()
                raise
            con.commit()


def whoever() -> str:
    """Who acts: WORKBENCH_USER, else the login name, also where no variable has it; "unknown" where there is none."""
    if named := os.environ.get("WORKBENCH_USER"):
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container's number that the password database does not know
        return "unknown"


def _explain(error: sqlite3.Error, path: Path) -> StoreError:
    if "locked" in str(error):
        return StoreError(f"{path} is locked by another process. Wait until it has finished and run again.")
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return StoreError(f"{path} is damaged: {error}. It holds decisions and ids: restore it from a backup.")
    return StoreError(f"{path}: {error}. Is the disk full, or not yours to write? Mend that and run again.")


def _led(run_id: str, rows: Iterable[tuple[Any, ...]] | None) -> Iterator[tuple[Any, ...]]:
    return ((run_id, *row) for row in rows or [])


def now() -> str:
    """The time, in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _record_failures(con: sqlite3.Connection, run_id: str, as_of: str, failing: Iterable[tuple[Any, ...]]) -> None:
    """Append the events that make `failing` the state of this date, and leave later dates as they are."""
    was = set(con.execute(_OPEN, [as_of]))
    now = set(failing)
    changed = [(failure, "opened" if failure in now else "resolved") for failure in sorted(was ^ now)]
    newer = "SELECT min(as_of) FROM runs WHERE as_of > ? AND finished_at IS NOT NULL"
    (later,) = con.execute(newer, [as_of]).fetchone()
    then = set(con.execute(_OPEN, [later]))  # nothing where there is no later date
    insert = f"INSERT INTO failure_events (run_id, as_of, event, {', '.join(FAILURE)}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    con.executemany(insert, ((run_id, as_of, event, *failure) for failure, event in changed))
    if later:  # an older date was run again: what a later date knew must not change with it
        moved = then ^ set(con.execute(_OPEN, [later]))
        kept = ((run_id, later, "opened" if failure in then else "resolved", *failure) for failure in sorted(moved))
        con.executemany(insert, kept)


def _migrations() -> list[tuple[int, str]]:
    folder = resources.files("workbench") / "migrations"
    named = {int(m[1]): file for file in folder.iterdir() if (m := re.match(r"(\d+)\.sql$", file.name))}
    return [(number, named[number].read_text(encoding="utf-8")) for number in sorted(named)]


def _migrate(con: sqlite3.Connection, path: Path) -> None:
    """Bring the schema to the newest version, keeping a copy of the old file beside it."""
    version = con.execute("PRAGMA user_version").fetchone()[0]
    steps = _migrations()
    if version > steps[-1][0]:
        raise StoreError(
            f"{path} was written by a newer workbench (schema {version}, this one knows {steps[-1][0]}). "
            "Install the newer version; the file was not touched."
        )
    for number, script in steps:
        if number > version:
            if version:
                _back_up(path, version)
            for statement in _statements(script):
                con.execute(statement)
            con.execute(f"PRAGMA user_version = {number}")


def _statements(script: str) -> Iterator[str]:
    """The statements of a script; a semicolon within a trigger ends none."""
    statement = ""
    for piece in re.sub(r"--.*", "", script).split(";")[:-1]:
        statement += f"{piece};"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _back_up(path: Path, version: int) -> None:
    """A copy by SQLite itself: copying the file alone would leave behind what is still in its log."""
    backup = path.with_name(f"{path.name}.v{version}.backup")
    if not backup.exists():
        with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(backup)) as new:
            old.backup(new)
