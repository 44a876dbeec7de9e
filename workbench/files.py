"""Files and folders that appear whole or not at all: written under another name, then put in place."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .errors import StoreError


@contextmanager
def disk(what: str) -> Iterator[None]:
    """What the file system refuses is no fault of ours, and not the end either: a StoreError."""
    try:
        yield
    except shutil.Error as error:
        file, _, reason = error.args[0][0]
        raise StoreError(f"{what}: {file} cannot be copied: {reason}. Mend that and try again.") from error
    except OSError as error:
        raise StoreError(
            f"{what}: {error.filename or 'a file'}: {error.strerror}. Mend that and run again; nothing is lost."
        ) from error


def copy(path: Path, to: Path, **how: Any) -> None:
    """Copy a file, or a folder into one that may be there already; `how` is as for shutil.copytree."""
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(path, to, dirs_exist_ok=True, **how) if path.is_dir() else shutil.copyfile(path, to)


def sha256(file: Path) -> str:
    """The hash of what a file holds, however large it is."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


@contextmanager
def new_file(file: Path) -> Iterator[Path]:
    """The name to write a file under, the process's own; at the end it takes the old one's place."""
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """An empty folder to fill, which at the end takes the old one's place; when filling fails the old one stands."""
    part, old = _part(folder), _old(folder)
    restore(folder)  # of one who was killed here
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        yield part
        if folder.exists():
            folder.rename(old)
        part.rename(folder)
    finally:
        restore(folder)
        shutil.rmtree(part, ignore_errors=True)


def restore(folder: Path) -> None:
    """Put the old folder back where replacing it was cut short, else take it away."""
    old = _old(folder)
    if old.exists() and not folder.exists():
        old.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def discard(folder: Path) -> None:
    """Take a folder away, and what was written of its successor."""
    for left in (folder, _part(folder)):
        shutil.rmtree(left, ignore_errors=True)


def _part(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


def _old(path: Path) -> Path:
    return path.with_name(f".{path.name}.old")
