"""workbench.yml as it is now, for who asks again and again: it is read anew when it changed, once for all who ask."""

from pathlib import Path
from threading import Lock

from .load import FILE, load
from .model import Config

Stamp = tuple[int, ...]

_READ: dict[Path, tuple[Stamp, Config]] = {}
_LOCK = Lock()


def current(root: Path) -> Config:
    """The settings of the project in a folder; the same object as long as the file is the same. Safe in threads.

    Raises ConfigError while the file is missing or wrong.
    """
    with _LOCK:
        stamp = _stamp(root / FILE)  # looked at first: what changes while it is read is read again
        known = _READ.get(root)
        if known is None or known[0] != stamp:
            known = _READ[root] = stamp, load(root)
        return known[1]


def _stamp(file: Path) -> Stamp:
    """How a file looks from outside; also one that was put in its place, as long and as old, is another."""
    try:
        facts = file.stat()
    except OSError:
        return ()
    return facts.st_mtime_ns, facts.st_size, facts.st_ino
