"""The files behind a path, and that they stay as they are while they are read."""

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from workbench.errors import SourceError

MOST_TIMES = 200  # an archive that unpacks to more than so many times its size
MOST_BYTES = 1_000_000_000  # and to more than this is taken for a bomb
CHUNK = 1 << 20
PASSING = (".", "~$", "Thumbs.db", "desktop.ini")  # what names begin with that systems and open workbooks leave
DAMAGE = (BadZipFile, zlib.error, LZMAError, EOFError, NotImplementedError, OSError)
_UTF8 = 0x800
_ENCRYPTED = 0x1
_UNNAMEABLE = re.compile(r'[<>:"|?*\x00-\x1f]')  # on Windows


@contextmanager
def unpacked(path: Path) -> Iterator[dict[str, Path]]:
    """Name -> file of all that a path holds, in order of their names: a folder's, an archive's, or the file itself.

    Hidden files are left out. Raises SourceError for what cannot be taken for one table's files.
    """
    unpack = {".zip": _zip, ".gz": _gz}.get(path.suffix.lower())
    with TemporaryDirectory(prefix="workbench-", ignore_cleanup_errors=True) as scratch:
        if path.is_dir():
            files = _folder(path)
        elif unpack is None:
            files = {path.name: path}
        else:
            try:
                files = unpack(path, Path(scratch))
            except DAMAGE as error:
                said = f"{path}: the archive is damaged or cannot be opened ({error}). Copy it again from its origin."
                raise SourceError(said) from error
        if not files:
            raise SourceError(f"{path}: holds no file. Put the extract there.")
        for name, file in files.items():
            if file != path and file.suffix.lower() in (".zip", ".gz"):
                raise SourceError(f"{path}: {name} is itself an archive. Unpack it there.")
        yield files


def _folder(folder: Path) -> dict[str, Path]:
    files = [file for file in sorted(folder.iterdir()) if not file.name.startswith(PASSING)]
    for file in files:
        if not file.resolve().is_relative_to(folder.resolve()):
            raise SourceError(f"{file}: a link; copy the file itself here.")
        if file.is_dir():
            raise SourceError(f"{file}: a folder in the folder of a table. Put its files beside the others.")
    return {f"{folder.name}/{file.name}": file for file in files}


def _gz(path: Path, scratch: Path) -> dict[str, Path]:
    file = scratch / path.stem
    with gzip.open(path) as packed:
        _copy(path, packed, file, 0)
    return {path.stem: file}


def _zip(path: Path, scratch: Path) -> dict[str, Path]:
    """Members go to numbered folders: where their own paths point does not matter."""
    files: dict[str, Path] = {}
    size = 0
    with ZipFile(path) as archive:
        for number, member in enumerate(sorted(archive.infolist(), key=_name)):
            name = _name(member)
            plain = PurePosixPath(name.replace("\\", "/")).name
            if name.endswith("/") or plain.startswith(PASSING) or name.startswith("__MACOSX/"):
                continue
            if member.flag_bits & _ENCRYPTED:
                raise SourceError(f"{path}: is protected by a password. Unpack it yourself, or save it without.")
            file = scratch / str(number) / _UNNAMEABLE.sub("_", plain)[-100:]
            file.parent.mkdir()
            with archive.open(member) as packed:
                size = _copy(path, packed, file, size)
            if f"{path.name}/{name}" in files:
                raise SourceError(f"{path}: holds two files called {name}. Unpack it yourself and tell them apart.")
            files[f"{path.name}/{name}"] = file
    return files


def _name(member: ZipInfo) -> str:
    """A member's name; Chinese Windows writes it in GBK without saying so."""
    if not member.flag_bits & _UTF8:
        with suppress(UnicodeError):
            return member.filename.encode("cp437").decode("gb18030")
    return member.filename


def _copy(path: Path, packed: IO[bytes] | gzip.GzipFile, to: Path, size: int) -> int:
    """Unpack one file; `size` counts the bytes unpacked so far, whatever the archive's directory says."""
    packed_size = path.stat().st_size
    with to.open("wb") as out:
        while chunk := packed.read(CHUNK):
            size += len(chunk)
            if size > max(MOST_TIMES * packed_size, MOST_BYTES):
                raise SourceError(
                    f"{path}: unpacks to more than {MOST_TIMES} times its size: unpack it yourself if that is right."
                )
            out.write(chunk)
    return size


@contextmanager
def steady(path: Path) -> Iterator[None]:
    """Raises SourceError when the file, or one of the folder's files, was written to, came or went in the meantime."""
    before = _state(path)
    yield
    if _state(path) != before:
        raise SourceError(f"{path}: was changed while it was being read. Run again when its export has finished.")


def _state(path: Path) -> list[tuple[str, int, int]]:
    found = []
    for file in sorted(path.iterdir()) if path.is_dir() else [path]:
        with suppress(FileNotFoundError):
            state = file.stat()
            found += [(file.name, state.st_size, state.st_mtime_ns)] if not file.name.startswith(PASSING) else []
    return found
