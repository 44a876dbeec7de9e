"""Backups: whole or not at all, restored and compared; what is no backup of ours is refused."""

import hashlib
import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import workbench as wb
from tests import small
from workbench.backup import MANIFEST, archives, back_up, restore


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with something in each place that is kept, and in each that is not."""
    root = small.project(tmp_path / "项目", views__it_sql="SELECT 1")
    project = wb.open_project(root)
    project.journal.note("li", "test", "something")
    for place in ("state/readback/plain/customer.parquet", "state/old.duckdb", "state/published/r/x.parquet",
                  "reports/index.html", "load/x.csv", "archive/d/x.parquet", "mappings/码.csv", ".git/config"):  # fmt: skip
        file = root / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(place.encode() * 1000)
    return root


def files(root: Path) -> dict[str, str]:
    """Each file and its hash, but the journal's."""
    return {
        file.relative_to(root).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in root.rglob("*")
        if file.is_file() and not file.name.startswith("journal.sqlite")
    }


def test_what_cannot_be_made_again_comes_back_byte_by_byte(root: Path, tmp_path: Path) -> None:
    archive = back_up(root, "li")
    assert restore(archive, tmp_path / "again") == 9
    was, now = files(root), files(tmp_path / "again")
    assert now == {name: was[name] for name in now}
    assert {*was} - {*now} == {
        "state/old.duckdb", "state/published/r/x.parquet", "reports/index.html", "load/x.csv", ".git/config",
        "backups/.lock", f"backups/{archive.name}",
    }  # fmt: skip
    told = wb.open_project(tmp_path / "again").audit()
    assert told[["user", "action"]].to_numpy()[0].tolist() == ["li", "test"]
    assert wb.open_project(root).audit()["what"].tolist() == ["something", archive.name]


def test_a_journal_that_is_open_elsewhere_is_copied_whole(root: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(root / "journal.sqlite", isolation_level=None)) as con:
        con.execute("PRAGMA wal_autocheckpoint = 0")  # so that the line stays in the log beside the file
        con.execute("INSERT INTO audit (at, user, action, what, why) VALUES ('t', 'u', 'in the log', '', '')")
        archive = back_up(root)
        restore(archive, tmp_path / "again")
    with closing(sqlite3.connect(tmp_path / "again" / "journal.sqlite")) as con:
        said = [action for (action,) in con.execute("SELECT action FROM audit ORDER BY id")]
    assert said == ["test", "in the log", "restore"]


def test_killed_half_way_there_is_no_archive_and_the_next_clears_up(root: Path) -> None:
    script = """
import os, workbench.backup as b
copied, done = b._copied, []
def once(*given):
    done.append(1)
    return os.kill(os.getpid(), 9) if len(done) == 4 else copied(*given)
b._copied = once"""
    assert small.workbench("backup", root, script=script).returncode == -9
    assert archives(root) == []
    assert any(file.name.endswith(".part") for file in (root / "backups").iterdir())
    archive = back_up(root)
    assert sorted(file.name for file in (root / "backups").iterdir()) == [".lock", archive.name]


def test_a_full_disk_is_told_in_words(root: Path) -> None:
    script = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))"
    done = small.workbench("backup", root, script=script)
    small.told(done, 2, "Is the disk full?")
    assert archives(root) == []


def test_a_file_that_reads_otherwise_is_no_backup(root: Path) -> None:
    script = """
import workbench.backup as b
packed = b._packed
b._packed = lambda *given: packed(*given) | {"sha256": "0"}"""
    small.told(small.workbench("backup", root, script=script), 2, "is not what was backed up")
    assert archives(root) == []


def rewritten(archive: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The archive with other members."""
    with zipfile.ZipFile(archive) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    change(members)
    with zipfile.ZipFile(archive, "w") as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return archive


def manifest(change: Callable[[dict[str, object]], None]) -> Callable[[dict[str, bytes]], None]:
    def changed(members: dict[str, bytes]) -> None:
        told = json.loads(members[MANIFEST])
        change(told)
        members[MANIFEST] = json.dumps(told).encode()
    return changed


def slipped(members: dict[str, bytes]) -> None:
    data = b"evil"
    members["../evil.txt"] = data
    entry = {"file": "../evil.txt", "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    manifest(lambda told: told["files"].append(entry))(members)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda members: members.update({"workbench.yml": b"other"}), "workbench.yml is not what was backed up"),
        (lambda members: members.pop("workbench.yml"), "other files than its manifest says"),
        (lambda members: members.update({"more.txt": b""}), "other files than its manifest says"),
        (lambda members: members.pop(MANIFEST), "damaged or no backup"),
        (manifest(lambda told: told.update(files=3)), "damaged or no backup"),
        (manifest(lambda told: told.update(journal={})), "the journal has"),
        (slipped, "leads out of the folder"),
    ],
)
def test_what_is_no_backup_of_ours_leaves_nothing(
    root: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None], said: str
) -> None:
    archive = rewritten(back_up(root), change)
    with pytest.raises(wb.StoreError, match=said):
        restore(archive, tmp_path / "out" / "again")
    assert not (tmp_path / "out" / "again").exists()
    assert not [*tmp_path.rglob("evil.txt")]


def test_bad_places(root: Path, tmp_path: Path) -> None:
    archive = back_up(root)
    before = files(root)
    with pytest.raises(wb.ConfigError, match="is there already"):
        restore(archive, root)
    assert files(root) == before
    with pytest.raises(wb.ConfigError, match="is no project"):
        back_up(tmp_path)
    archive.write_bytes(archive.read_bytes()[:-100])
    with pytest.raises(wb.StoreError, match="damaged"):
        restore(archive, tmp_path / "again")
    with pytest.raises(wb.StoreError, match="nowhere"):
        restore(tmp_path / "nowhere.zip", tmp_path / "again")
