"""The published runs that are open, shared by all who look."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from ..published import HISTORY, ISSUES, REPORTS, Published

MOST = 8
"""Runs kept open."""

Stamp = list[tuple[str, int, int]]


class Runs:
    """Opens each run once for as long as its files and those of all stay as they are; safe in several threads."""

    def __init__(self, root: Path):
        """Of the project in a folder; nothing is read yet."""
        self.root = root
        self._open: dict[str | None, tuple[Stamp, Published]] = {}
        self._lock = Lock()

    def open(self, run_id: str | None = None) -> Published:
        """A run, masked, by default the newest that counts. Raises StoreError when it is not there."""
        with self._lock:
            stamp, run = self._open.pop(run_id, (None, None))
            if run is None or stamp != self._seen(None) + self._seen(run.run_id):
                of_all = self._seen(None)  # looked at first: what changes while the run is opened opens it again
                run = Published(self.root, run_id)
                stamp = of_all + self._seen(run.run_id)
            self._open[run_id] = stamp, run
            for seldom in list(self._open)[:-MOST]:
                del self._open[seldom]
            return run

    def _seen(self, run_id: str | None) -> Stamp:
        """How the files of a run, or those of all runs, look from outside: a run publishes anew, or replaces them."""
        reports = self.root / REPORTS
        of_all = [reports / HISTORY, reports / ISSUES]
        files = sorted((reports / run_id / "tables").glob("*.parquet")) if run_id else of_all
        found = [(file.name, file.stat()) for file in files if file.exists()]
        return [(name, facts.st_mtime_ns, facts.st_size) for name, facts in found]
