"""The journal: upgraded from its first version, refused when newer, written once, by several at a time."""

import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from workbench import journal as module
from workbench.errors import StoreError
from workbench.journal import FILE, Journal
from workbench.pipeline import lay_out
from workbench.stages import match
from workbench.store import BATCH, create_tables, records, session

PACKAGE = Path(module.__file__).parent
DAY, LATER = date(2026, 3, 2), date(2026, 3, 9)
FAILURE = ("valid:customer.phone", "customer", "erp", "K1", "phone")
NOTES: dict[str, list[tuple[Any, ...]]] = {
    "inputs": [("erp", "customers", "2026-03-02", "ab12", 12, 1)],
    "metrics": [("score", None, None, None, "validity", None, 0.5)],
    "failures": [FAILURE],
    "golden_ids": [("customer", "00ff", "erp", "K1", True)],
    "learned": [("2026-03-02", "column", "erp", "customers", "phone", "phone", "telephone")],
}
STAGE = {"stage": "check", "seconds": 0.1, "rows_in": 12, "rows_out": 1}


def start(journal: Journal, as_of: date = DAY) -> str:
    return journal.start_run(as_of, "Wang", "0.1.0", "hash")


def content(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    with closing(sqlite3.connect(file)) as con:
        tables = [row[0] for row in con.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
        return {name: con.execute(f"SELECT * FROM {name} ORDER BY rowid").fetchall() for name in tables}


def version(file: Path) -> int:
    with closing(sqlite3.connect(file)) as con:
        return int(con.execute("PRAGMA user_version").fetchone()[0])


def first_version(root: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Write a journal of the first schema version, with a row in each of its tables."""
    script = (PACKAGE / "migrations" / "0001.sql").read_text("utf-8")
    with closing(sqlite3.connect(root / FILE)) as con:
        con.execute("PRAGMA journal_mode = WAL")
        con.executescript(script)
        for table, columns in re.findall(r"CREATE TABLE (\w+) \((.*?)\n?\);", script, re.DOTALL):
            names = [row[1] for row in con.execute(f"PRAGMA table_info({table})")]
            types = [row[2] for row in con.execute(f"PRAGMA table_info({table})")]
            values = [
                {"INTEGER": 7, "REAL": 0.5}.get(kind, f"{name} 1") for name, kind in zip(names, types, strict=True)
            ]
            values = ["opened" if name == "event" else value for name, value in zip(names, values, strict=True)]
            if table == "settings":
                values = ["mask_key", "ab" * 32]
            con.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})", values)
            assert columns
        con.execute("PRAGMA user_version = 1")
        con.commit()
    return content(root / FILE)


def test_a_first_version_is_opened_with_everything_still_there(tmp_path: Path) -> None:
    before = first_version(tmp_path)
    assert all(before.values()) and len(before) == 7
    journal = Journal(tmp_path)
    after = content(tmp_path / FILE)
    for table, rows in before.items():
        assert [row[: len(rows[0])] for row in after[table]] == rows
    assert journal.mask_key() == bytes.fromhex("ab" * 32)
    newest = max(int(file.stem) for file in (PACKAGE / "migrations").glob("*.sql"))
    assert version(tmp_path / FILE) == newest
    if newest > 1:
        assert content(tmp_path / f"{FILE}.v1.backup") == before
    assert start(journal, LATER) == "2026-03-09.1"


def test_a_second_version_is_opened_with_everything_still_there(tmp_path: Path) -> None:
    first_version(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE)) as con:
        con.executescript((PACKAGE / "migrations" / "0002.sql").read_text("utf-8"))
        con.execute("INSERT INTO learned VALUES (1, 'r', '2026-03-02', 'code', 'erp', 'customers', 'class', 'A', 'B')")
        con.execute("PRAGMA user_version = 2")
        con.commit()
    before = content(tmp_path / FILE)
    Journal(tmp_path)
    after = content(tmp_path / FILE)
    assert {name: after[name] for name in before} == before and after["issue_events"] == []
    assert content(tmp_path / f"{FILE}.v2.backup") == before and version(tmp_path / f"{FILE}.v2.backup") == 2


def test_a_fourth_version_is_opened_with_everything_still_there(tmp_path: Path) -> None:
    first_version(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE)) as con:
        for number in (2, 3, 4):
            con.executescript((PACKAGE / "migrations" / f"000{number}.sql").read_text("utf-8"))
        con.execute("INSERT INTO collected VALUES (1, '2026', 'Wang', 'customer', '00ff', 'erp', 'K1', 'city', '大连')")
        con.execute("PRAGMA user_version = 4")
        con.commit()
    before = content(tmp_path / FILE)
    journal = Journal(tmp_path)
    after = content(tmp_path / FILE)
    assert {name: after[name] for name in before} == before and after["decisions"] == []
    assert content(tmp_path / f"{FILE}.v4.backup") == before
    assert journal.decide("Wang", [DECIDED]) == 1


DECIDED = ("customer", "match", "crm", "C1", "erp", "K1", None, None, "asked", None)


def test_what_is_decided_at_once_is_one_act_and_numbers_never_come_again(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    assert journal.decide("Wang", [DECIDED, DECIDED]) == 1
    assert journal.decide("Li", [("customer", "undo", *[None] * 6, "", 1)]) == 3
    assert journal.read('SELECT id, act, user, "of" FROM decisions') == [
        (1, 1, "Wang", None),
        (2, 1, "Wang", None),
        (3, 3, "Li", 1),
    ]
    with closing(sqlite3.connect(tmp_path / FILE)) as con:  # Li is erased
        con.execute("DELETE FROM decisions WHERE user = 'Li'")
        con.commit()
    assert journal.decide("Wang", [DECIDED]) == 4
    before = content(tmp_path / FILE)["decisions"]
    for wrong in ((*DECIDED[:8], "  ", None), ("customer", "merge", *DECIDED[2:]), (None, *DECIDED[1:])):
        with pytest.raises(StoreError):
            journal.decide("Wang", [DECIDED, wrong])
    assert content(tmp_path / FILE)["decisions"] == before, "all of an act or nothing"


@pytest.fixture
def newer_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package's migrations and one more."""
    folder = tmp_path / "package" / "migrations"
    shutil.copytree(PACKAGE / "migrations", folder)
    newest = max(int(file.stem) for file in folder.glob("*.sql"))
    (folder / f"{newest + 1:04}.sql").write_text(
        "-- What is new; with a semicolon\nALTER TABLE runs ADD COLUMN mood TEXT;\nUPDATE runs SET mood = 'calm';\n"
        "CREATE TABLE moods (name TEXT);\n",
        "utf-8",
    )
    monkeypatch.setattr(module.resources, "files", lambda package: folder.parent)
    return folder


def test_an_upgrade_keeps_a_copy(tmp_path: Path, newer_package: Path) -> None:
    before = first_version(tmp_path)
    Journal(tmp_path)
    after = content(tmp_path / FILE)
    assert after["moods"] == [] and after["runs"] == [(*before["runs"][0], "calm")]
    assert {name: after[name] for name in before if name != "runs"} == {
        name: rows for name, rows in before.items() if name != "runs"
    }
    assert content(tmp_path / f"{FILE}.v1.backup") == before and version(tmp_path / f"{FILE}.v1.backup") == 1
    Journal(tmp_path)  # once is enough
    assert content(tmp_path / FILE) == after


def test_the_copy_holds_what_was_still_in_the_log(tmp_path: Path, newer_package: Path) -> None:
    """A reader that is open keeps SQLite from moving the log into the file."""
    first_version(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("INSERT INTO settings VALUES ('in the log', 'x')")
        other.commit()
        Journal(tmp_path)
        backup = content(tmp_path / f"{FILE}.v1.backup")
    assert ("in the log", "x") in backup["settings"] and ("in the log", "x") in content(tmp_path / FILE)["settings"]


def test_an_upgrade_that_fails_changes_nothing(tmp_path: Path, newer_package: Path) -> None:
    before = first_version(tmp_path)
    newest = max(newer_package.glob("*.sql"))
    newest.write_text(newest.read_text("utf-8") + "ALTER TABLE nothing ADD COLUMN x TEXT;\n", "utf-8")
    with pytest.raises(StoreError):
        Journal(tmp_path)
    assert content(tmp_path / FILE) == before and version(tmp_path / FILE) == 1


def test_a_newer_version_is_refused_untouched(tmp_path: Path) -> None:
    first_version(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE)) as con:
        con.execute("PRAGMA user_version = 99")
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(StoreError, match=r"newer workbench \(schema 99.*Install the newer version"):
        Journal(tmp_path)
    assert (tmp_path / FILE).read_bytes() == before
    assert not list(tmp_path.glob("*.backup"))


def test_more_ids_than_python_holds_at_a_time_are_remembered_in_their_order(tmp_path: Path) -> None:
    """From the stage's table into the journal and out of it again, page by page."""
    size, journal = 2 * BATCH + 3, Journal(tmp_path)
    with session(tmp_path / "work.duckdb") as con:
        con.execute("ATTACH ':memory:' AS memory; CREATE SCHEMA match")
        create_tables(con, "match")
        create_tables(con, "memory")
        con.execute(f"""INSERT INTO match.new_ids
            SELECT 'customer', printf('%08d', i), 'erp', 'K' || i, i % 2 = 0 FROM range({size}) AS t(i)""")
        journal.remember(start(journal), STAGE | {"stage": "match"}, match.notes(con))
        lay_out(con, "golden_ids", journal.golden_ids())
        wrong = """SELECT * FROM memory.golden_ids WHERE (as_of, entity, golden_id, source, key, founding)
            <> (DATE '2026-03-02', 'customer', printf('%08d', age - 1), 'erp', 'K' || age - 1, age % 2 = 1)"""
        ages = "SELECT count(*) AS ids, min(age) AS first, max(age) AS last FROM memory.golden_ids"
        assert records(con, ages) == [{"ids": size, "first": 1, "last": size}]
        assert records(con, wrong) == []


def test_a_stage_is_remembered_once(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    run = start(journal)
    journal.remember(run, STAGE, NOTES)
    once = content(tmp_path / FILE)
    journal.remember(run, STAGE, NOTES)
    journal.remember(run, STAGE | {"rows_out": 99}, {})
    assert content(tmp_path / FILE) == once
    assert once["failure_events"][0][3:] == ("opened", *FAILURE)
    assert journal.open_failures(before=LATER) == [FAILURE] and journal.open_failures(before=DAY) == []
    assert journal.learned(until=DAY) == [(1, *NOTES["learned"][0])] and journal.learned(date(2026, 3, 1)) == []


def test_what_is_said_is_added_to_what_was(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.say("Wang", [("2026-03-02.1", *FAILURE, "answer", "fixed"), ("2026-03-02.1", *FAILURE, "answer", "")])
    found = content(tmp_path / FILE)["issue_events"]
    assert [row[2:] for row in found] == [
        ("Wang", "2026-03-02.1", FAILURE[0], "answer", *FAILURE[1:], "fixed"),
        ("Wang", "2026-03-02.1", FAILURE[0], "answer", *FAILURE[1:], ""),
    ]
    with pytest.raises(StoreError):
        journal.say("Wang", [("2026-03-02.1", *FAILURE, "answer", "not wrong"), ("", *FAILURE, "closed", "yes")])
    assert content(tmp_path / FILE)["issue_events"] == found, "nobody closes an issue by saying so"


def test_the_newest_run_is_the_one_that_counts_of_the_newest_date(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    assert journal.newest() is None
    for day, outcome in ((LATER, "passed"), (LATER, "gates missed"), (LATER, "failed"), (DAY, "passed")):
        journal.finish_run(start(journal, day), outcome)
    assert journal.newest() == ("2026-03-09.2", LATER)


def test_half_remembered_is_not_remembered(tmp_path: Path) -> None:
    """A row that cannot be written takes the whole stage back, so that it can be told again."""
    journal = Journal(tmp_path)
    run = start(journal)
    before = content(tmp_path / FILE)
    with pytest.raises(StoreError):
        journal.remember(run, STAGE, NOTES | {"golden_ids": [("customer", None, "erp", "K1", True)]})
    assert content(tmp_path / FILE) == before
    journal.remember(run, STAGE, NOTES)
    assert len(content(tmp_path / FILE)["stages"]) == 1


def test_run_ids_count_within_a_date_and_pass_over_taken_ones(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    assert [start(journal), start(journal), start(journal, LATER)] == ["2026-03-02.1", "2026-03-02.2", "2026-03-09.1"]
    assert (
        journal.start_run(DAY, "Wang", "0", "h", ["2026-03-02.11", "2026-03-02.9", "2026-03-09.40"]) == "2026-03-02.12"
    )


def test_the_mask_key_stays(tmp_path: Path) -> None:
    assert Journal(tmp_path).mask_key() == Journal(tmp_path).mask_key()
    (tmp_path / "other").mkdir()
    assert Journal(tmp_path).mask_key() != Journal(tmp_path / "other").mask_key()


WRITER = """
import sys
from datetime import date
from pathlib import Path
from workbench.journal import Journal
for number in range(25):
    journal = Journal(Path(sys.argv[1]))
    run = journal.start_run(date(2026, 3, 2), sys.argv[2], "0", "h")
    for stage in ("ingest", "check"):
        line = {"stage": stage, "seconds": 0.0, "rows_in": number, "rows_out": 0}
        key = f"{sys.argv[2]}{number}"
        for _ in range(2):
            journal.remember(run, line, {"golden_ids": [("customer", f"{key}{stage}", "erp", key, True)]})
    journal.finish_run(run, "passed")
"""


def test_four_processes_write_at_once(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name], stderr=subprocess.PIPE, text=True)
        for name in "abcd"
    ]
    for process in processes:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
    found = content(tmp_path / FILE)
    assert sorted(row[0] for row in found["runs"]) == sorted(f"2026-03-02.{number}" for number in range(1, 101))
    assert all(row[-1] == "passed" for row in found["runs"])
    assert len(found["stages"]) == len(found["golden_ids"]) == 200
    assert len(found["settings"]) == 1, "one of them made the key for all"


def test_a_locked_journal_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path)
    connect = sqlite3.connect
    monkeypatch.setattr(module.sqlite3, "connect", lambda path, **options: connect(path, timeout=0.1))
    with closing(connect(tmp_path / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"locked by another process.*run again"):
            start(journal)
        other.execute("ROLLBACK")
    assert start(journal) == "2026-03-02.1"


def test_ids_of_some_records_come_with_those_who_founded_them(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    run = start(journal)
    given = [("customer", "a", "erp", "K1", True), ("customer", "a", "crm", "C1", False),
             ("customer", "b", "crm", "C2", True), ("item", "c", "crm", "C1", True)]  # fmt: skip
    journal.remember(run, STAGE, {"golden_ids": given})
    found = journal.golden_ids_of("customer", [("crm", "C1"), ("crm", "none")])
    assert sorted(found) == [line for line in journal.golden_ids() if line[2:4] == ("customer", "a")]
    assert journal.golden_ids_of("customer", [("crm", "C2")]) == [list(journal.golden_ids())[2]]
    assert journal.golden_ids_of("customer", []) == []
