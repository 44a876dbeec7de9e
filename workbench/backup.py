"""Backups: what of a project cannot be made again, in one archive that counts once it was restored and compared.

An archive is a zip of the project without what is derived (reports/, load/, state/ but what was read back), with
manifest.json: each file with bytes and SHA-256, and the rows of each table of the journal.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from filelock import FileLock

from .config import FILE
from .errors import ConfigError, StoreError
from .files import disk, new_file, new_folder
from .journal import FILE as JOURNAL
from .journal import Journal, now, whoever
from .readbacks import FOLDER as READBACKS

FOLDER, MANIFEST = "backups", "manifest.json"
DERIVED = ("state", "reports", "load", FOLDER)
PASSING = (".git", "__pycache__", ".ipynb_checkpoints")
CHUNK = 1 << 20
DAMAGE = (BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError, NotImplementedError, sqlite3.Error)


def back_up(root: Path, user: str | None = None) -> Path:
    """Write backups/<UTC time>.zip, restore it into a scratch folder, compare; returns the archive.

    Extracts that lie outside the project are not in it. Raises ConfigError where there is no project, StoreError where
    the disk does not take it or what was restored is not what was written; then there is no archive.
    """
    root = root.resolve()
    if not (root / FILE).is_file():
        raise ConfigError(f"{root} is no project: it has no {FILE}.")
    journal = Journal(root)
    archive = root / FOLDER / f"{datetime.now(UTC):%Y-%m-%dT%H%M%S.%fZ}.zip"
    with disk("backup"), working(root) as scratch:
        _write(root, archive, scratch, user or whoever())
    journal.note(user or whoever(), "backup", archive.name)
    return archive


def restore(archive: Path, folder: Path, user: str | None = None) -> int:
    """Make a project of an archive in a new or empty folder; returns the files.

    Raises ConfigError for a folder that has something, StoreError for an archive that is damaged, and leaves no folder.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(f"{folder} is there already. A backup is restored into a new or an empty folder.")
    with disk("restore"), new_folder(folder.resolve()) as part:
        files = unpack(archive, part)
    Journal(folder).note(user or whoever(), "restore", archive.name)
    return files


def archives(root: Path) -> list[Path]:
    """The backups of a project, oldest first."""
    return sorted((root / FOLDER).glob("*.zip"))


def rewrite(root: Path, archive: Path, change: Callable[[Path], None], user: str) -> None:
    """Change what is in a backup of a project: `change` is given it as a folder. Verified like a new one."""
    with disk("backup"), working(root) as scratch:
        unpack(archive, scratch / "project")
        change(scratch / "project")
        _write(scratch / "project", archive, scratch, user)


@contextmanager
def working(root: Path) -> Iterator[Path]:
    """A scratch folder beside the backups, for one process at a time; what killed ones left is taken away."""
    (root / FOLDER).mkdir(exist_ok=True)
    with FileLock(root / FOLDER / ".lock"):
        for left in (root / FOLDER).glob(".*.part"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        with TemporaryDirectory(dir=root / FOLDER, prefix=".", suffix=".part") as scratch:
            yield Path(scratch)


def unpack(archive: Path, into: Path) -> int:
    """Write the files of an archive below a folder, each compared with the manifest; returns how many they are.

    Raises StoreError for an archive that is damaged, has other files than its manifest says, or leads elsewhere.
    """
    try:
        with ZipFile(archive) as packed:
            manifest = json.loads(packed.read(MANIFEST))
            listed = {entry["file"]: entry for entry in manifest["files"]}
            if {*packed.namelist()} != {MANIFEST, *listed} or len(packed.namelist()) != len(listed) + 1:
                raise StoreError(f"{archive}: has other files than its manifest says. Take another backup.")
            for name, entry in listed.items():
                file = (into / name).resolve()
                if not file.is_relative_to(into.resolve()):
                    raise StoreError(f"{archive}: {name} leads out of the folder. It is no backup of ours.")
                file.parent.mkdir(parents=True, exist_ok=True)
                with packed.open(name) as source, file.open("wb") as out:
                    if _copied(source, out) != (entry["bytes"], entry["sha256"]):
                        raise StoreError(f"{archive}: {name} is not what was backed up. Take another backup.")
            if (found := _counted(into / JOURNAL)) != manifest["journal"]:
                raise StoreError(f"{archive}: the journal has {found}, not {manifest['journal']}. Take another backup.")
    except DAMAGE as error:
        raise StoreError(f"{archive}: is damaged or no backup ({type(error).__name__}). Take another one.") from error
    return len(listed)


def _write(root: Path, archive: Path, scratch: Path, user: str) -> None:
    """Pack a project under another name, restore and compare it; then it takes its place."""
    copy = scratch / JOURNAL
    _copy_journal(root / JOURNAL, copy)
    with new_file(archive) as part:
        with ZipFile(part, "w", ZIP_DEFLATED) as packed:
            files = [_packed(packed, name, file) for name, file in [*_kept(root), (JOURNAL, copy)]]
            manifest = {"at": now(), "by": user, "files": files, "journal": _counted(copy)}
            packed.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        unpack(part, scratch / "restored")


def _kept(root: Path) -> Iterator[tuple[str, Path]]:
    """What is not derived, by its name in the archive, but the journal."""
    for folder, folders, names in os.walk(root):
        here = Path(folder).relative_to(root)
        folders[:] = sorted(name for name in folders if name not in PASSING and _is_kept(here / name))
        for name in sorted(names):
            if _is_kept(here / name) and (here != Path() or not name.startswith(JOURNAL)):
                yield (here / name).as_posix(), root / here / name


def _is_kept(path: Path) -> bool:
    readback = Path(READBACKS)
    return path.parts[0] not in DERIVED or path.is_relative_to(readback) or path in readback.parents


def _packed(packed: ZipFile, name: str, file: Path) -> dict[str, Any]:
    """Add a file; its line in the manifest is of the bytes that were written."""
    member = ZipInfo(name)
    member.compress_type = ZIP_DEFLATED
    with file.open("rb") as source, packed.open(member, "w", force_zip64=True) as out:
        size, digest = _copied(source, out)
    return {"file": name, "bytes": size, "sha256": digest}


def _copied(source: IO[bytes], out: IO[bytes]) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    while chunk := source.read(CHUNK):
        out.write(chunk)
        digest.update(chunk)
        size += len(chunk)
    return size, digest.hexdigest()


def _copy_journal(file: Path, to: Path) -> None:
    """By SQLite itself, as others may be writing; in one file, without a log beside it."""
    try:
        with closing(sqlite3.connect(file)) as old, closing(sqlite3.connect(to)) as new:
            old.backup(new)
            new.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise StoreError(f"{file} cannot be copied: {error}. Is the disk full? Make room and try again.") from error


def _counted(journal: Path) -> dict[str, int]:
    """The rows of each table of a journal, after a look that it is sound. Raises sqlite3.Error for one that is not."""
    with closing(sqlite3.connect(f"{journal.absolute().as_uri()}?mode=ro", uri=True)) as con:
        if con.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("not sound")
        tables = con.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        return {name: con.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables}
