"""What is open, shared by all who look: published runs, the settings, the journal."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from ..config import Config
from ..config.current import current
from ..errors import StoreError, WorkbenchError
from ..journal import FILE as JOURNAL
from ..journal import Journal
from ..load.progress import Progress
from ..published import HISTORY, ISSUES, REPORTS, Published

MOST = 8
"""Runs kept open."""

KEPT = 200
"""Things made of a run that are kept."""

_log = logging.getLogger(__name__)

SETTLED = 0.5
"""Seconds in which nothing more is published of all runs: a run writes two files of them one after the other."""

Stamp = list[tuple[str, int, int]]
Made = TypeVar("Made")
AHEAD = ThreadPoolExecutor(1, "ahead")
"""Where what was just published is drawn, so that nobody waits for it."""


class Runs:
    """Opens each run once for as long as its files and those of all stay as they are; safe in several threads."""

    def __init__(self, root: Path, draw: Callable[[Runs, Published], None] | None = None):
        """Of the project in a folder; nothing is read yet. `draw` is done with what is published later, aside."""
        self.root, self._draw = root, draw
        self._open: dict[str | None, tuple[Stamp, Published]] = {}
        self._shown: tuple[Stamp, Stamp, Published] | None = None
        self._coming: Stamp | None = None
        self._journal: Journal | None = None
        self._progress: tuple[Journal, Progress] | None = None
        self._made: WeakKeyDictionary[Published, dict[Hashable, Any]] = WeakKeyDictionary()
        self._lock, self._opening = Lock(), Lock()

    def open(self, run_id: str | None = None) -> Published:
        """A run, masked, by default the newest that counts. Raises StoreError when it is not there."""
        with self._opening:
            stamp, run = self._open.get(run_id, (None, None))
            of_all = self._seen(None)  # looked at first: what changes while the run is opened opens it again
            if run is None or stamp != of_all + self._seen(run.run_id):
                run = Published(self.root, run_id)
                stamp = of_all + self._seen(run.run_id)
            for key in (run.run_id, run_id):
                self._open.pop(key, None)
                self._open[key] = stamp, run
            for seldom in list(self._open)[:-MOST]:
                del self._open[seldom]
            return run

    def drawn(self) -> Published:
        """The newest run as its pages show it; while those of a newer one are drawn aside, the run before.

        It is another object when anything was published or said of an issue. Raises StoreError as `open`.
        """
        of_all, shown = self._seen(None), self._shown
        if self._draw and shown and shown[1] == self._seen(shown[2].run_id):
            with self._lock:
                if of_all not in (shown[0], self._coming):
                    self._coming = of_all
                    AHEAD.submit(self._ahead, of_all, self._draw)
            return shown[2]
        run = self.open()
        self._shown = of_all, self._seen(run.run_id), run
        return run

    def _ahead(self, of_all: Stamp, draw: Callable[[Runs, Published], None]) -> None:
        """Draw the newest run beside the one that people look at, and let it take its place."""
        time.sleep(SETTLED)
        if of_all != self._seen(None):
            return  # there is something newer still, which who looks next will have drawn
        shown = None
        try:
            run = self.open()
            shown = of_all, self._seen(run.run_id), run
            draw(self, run)
        except WorkbenchError:
            pass  # who looks next is told
        except Exception:
            _log.exception("What was published last could not be drawn ahead")
        self._shown = shown

    def once(self, run: Published, key: Hashable, make: Callable[[], Made]) -> Made:
        """What is made of a run alone: who asks next is given the same, for as long as the run is open as it is."""
        with self._lock:
            made = self._made.setdefault(run, {})
            known = key in made
            found = made.pop(key) if known else None
            if known:
                made[key] = found
        if not known:
            found = make()
            with self._lock:
                made[key] = found
                for seldom in list(made)[:-KEPT]:
                    del made[seldom]
        return cast(Made, found)

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
