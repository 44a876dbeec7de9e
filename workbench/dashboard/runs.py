"""What is open, shared by all who look: published runs, the settings, the journal."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from ..config import Config
from ..config.current import current
from ..errors import StoreError
from ..journal import FILE as JOURNAL
from ..journal import Journal
from ..load.progress import Progress
from ..published import HISTORY, ISSUES, REPORTS, Published

MOST = 8
"""Runs kept open."""

KEPT = 200
"""Things made of a run that are kept."""

Stamp = list[tuple[str, int, int]]
Made = TypeVar("Made")
AHEAD = ThreadPoolExecutor(1, "ahead")
"""Where what was just published is prepared, so that nobody waits for it."""


class Runs:
    """Opens each run once for as long as its files and those of all stay as they are; safe in several threads."""

    def __init__(self, root: Path, prepare: Callable[[Runs, Published], None] | None = None):
        """Of the project in a folder; nothing is read yet.

        With `prepare`, what is published later counts as there once that was done with its newest run.
        """
        self.root, self._prepare = root, prepare
        self._there: Stamp | None = None
        self._coming: Stamp | None = None
        self._open: dict[str | None, tuple[Stamp, Published]] = {}
        self._journal: Journal | None = None
        self._progress: tuple[Journal, Progress] | None = None
        self._made: WeakKeyDictionary[Published, dict[Hashable, Any]] = WeakKeyDictionary()
        self._lock = RLock()

    def open(self, run_id: str | None = None) -> Published:
        """A run, masked, by default the newest that counts. Raises StoreError when it is not there."""
        with self._lock:
            stamp, run = self._open.pop(run_id, (None, None))
            of_all = self.stamp()  # looked at first: what changes while the run is opened opens it again
            if run is None or stamp != of_all + self._seen(run.run_id):
                run = Published(self.root, run_id)
                stamp = of_all + self._seen(run.run_id)
            self._open[run_id] = stamp, run
            for seldom in list(self._open)[:-MOST]:
                del self._open[seldom]
            return run

    def once(self, run: Published, key: Hashable, make: Callable[[], Made]) -> Made:
        """What is made of a run alone: who asks next is given the same, for as long as the run is open as it is."""
        made = self._made.setdefault(run, {})
        if key not in made:
            found = make()
            with self._lock:
                made[key] = found
                for seldom in list(made)[:-KEPT]:
                    del made[seldom]
            return found
        known: Made = made[key]
        return known

    def config(self) -> Config:
        """The settings as they are now. Raises ConfigError where workbench.yml is missing or wrong."""
        return current(self.root)

    def journal(self) -> Journal:
        """The journal. Raises StoreError where there is none: nobody looks one into being."""
        with self._lock:
            if self._journal is None or not self._journal.path.exists():
                if not (self.root / JOURNAL).exists():
                    raise StoreError(f"{self.root} has no {JOURNAL}: a run makes one, or restore it from a backup.")
                self._journal = Journal(self.root)
            return self._journal

    def progress(self) -> Progress:
        """How far loads have come. Raises StoreError as `journal`."""
        journal = self.journal()
        with self._lock:
            if self._progress is None or self._progress[0] is not journal:
                self._progress = journal, Progress(journal)
            return self._progress[1]

    def stamp(self) -> Stamp:
        """How what is published of all runs looks from outside: another where a run was published since."""
        with self._lock:
            found = self._seen(None)
            if self._prepare is None or self._there is None:
                self._there = found
            elif found not in (self._there, self._coming):
                self._coming = found
                AHEAD.submit(self._ahead, found, self._prepare)
            return self._there

    def _ahead(self, of_all: Stamp, prepare: Callable[[Runs, Published], None]) -> None:
        """Open the newest run beside those that people look at, prepare it, and let it take its place."""
        with suppress(Exception):  # what is wrong is said to who opens it
            run = Published(self.root)
            stamp = of_all + self._seen(run.run_id)
            prepare(self, run)
            with self._lock:
                self._open[None] = stamp, run
        with self._lock:
            self._there = of_all

    def _seen(self, run_id: str | None) -> Stamp:
        """How the files of a run, or those of all runs, look from outside: a run publishes anew, or replaces them."""
        reports = self.root / REPORTS
        of_all = [reports / HISTORY, reports / ISSUES]
        files = sorted((reports / run_id / "tables").glob("*.parquet")) if run_id else of_all
        return _stamp(files)


def _stamp(files: Iterable[Path]) -> Stamp:
    """How files look from outside; what goes away meanwhile is not there."""
    found: Stamp = []
    for file in files:
        try:
            facts = file.stat()
        except OSError:
            continue
        found.append((file.name, facts.st_mtime_ns, facts.st_size))
    return found
