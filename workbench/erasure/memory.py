"""The journal: values and notes of a person go, from its free pages too; that it was done is written down."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

from ..errors import StoreError
from ..journal import Journal, now
from .person import Person

NO_NOTE = "(erased on demand)"

STEPS = (
    # acts that name a record of theirs: their notes, also those of who confirmed or took them back
    """CREATE TEMP TABLE acts AS SELECT DISTINCT act FROM decisions
        WHERE (entity, source_l, key_l) IN (FROM_RECORDS) OR (entity, source_r, key_r) IN (FROM_RECORDS)""",
    """UPDATE decisions SET why = '{note}' WHERE why <> '' AND (act IN acts OR "of" IN acts)""",
    """DELETE FROM decisions
        WHERE (entity, source_l, key_l) IN (FROM_RECORDS) OR (entity, source_r, key_r) IN (FROM_RECORDS)""",
    """DELETE FROM collected WHERE (entity, source, key) IN (FROM_RECORDS) OR golden_id IN (FROM_IDS)""",
    """DELETE FROM issue_events WHERE (entity, source, key) IN (FROM_RECORDS)""",
    """UPDATE sampled SET note = '' WHERE note <> '' AND golden_id IN (FROM_IDS)""",
)
RECORDS = """SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')
    FROM json_each(:records)"""
IDS = "SELECT value FROM json_each(:ids)"


def clear_journal(journal: Journal, person: Person, user: str, why: str, *, dry_run: bool = False) -> int:
    """Erase what the journal has of a person, and write down the erasure; returns the lines that are changed.

    Copies that migrations left of older journals go. Raises StoreError while somebody else reads the journal.
    """
    given = {"records": json.dumps(person.records), "ids": json.dumps(person.golden_ids)}
    try:
        with closing(sqlite3.connect(journal.path, timeout=10, isolation_level=None)) as con:
            con.execute("PRAGMA secure_delete = ON")
            con.execute("BEGIN IMMEDIATE")
            changed = 0
            for step in STEPS:
                sql = step.replace("FROM_RECORDS", RECORDS).replace("FROM_IDS", IDS).format(note=NO_NOTE)
                changed += max(con.execute(sql, given).rowcount, 0)
            if dry_run:
                con.execute("ROLLBACK")
                return changed
            con.executemany(
                """INSERT INTO erased (at, user, entity, source, key, why) SELECT ?, ?, ?, ?, ?, ?
                WHERE (?, ?, ?) NOT IN (SELECT entity, source, key FROM erased)""",
                ((now(), user, *root, why, *root) for root in person.roots),
            )
            con.execute("COMMIT")
            con.execute("VACUUM")
            busy, *_ = con.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        raise StoreError(f"{journal.path}: {error}. Close what else has it open, and forget again.") from error
    if busy:
        raise StoreError(f"{journal.path} is being read by another process. Close that, and forget again.")
    for copy in journal.path.parent.glob(f"{journal.path.name}.v*.backup"):
        copy.unlink()
    return changed
