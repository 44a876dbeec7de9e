"""The files behind a path, and that they stay as they are while they are read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.errors import SourceError


@contextmanager
def unpacked(path: Path) -> Iterator[dict[str, Path]]:
    """Name -> file of all that a path holds, in order of their names: a folder's files, or the file itself."""
    if path.is_dir():
        yield {f"{path.name}/{file.name}": file for file in sorted(path.iterdir()) if not file.name.startswith(".")}
    else:
        yield {path.name: path}


@contextmanager
def steady(path: Path) -> Iterator[None]:
    """Raises SourceError when the file was written to while it was read."""
    before = path.stat()
    yield
    after = path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise SourceError(f"{path}: was changed while it was being read. Run again when its export has finished.")
