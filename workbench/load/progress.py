"""How far loads have come, counted from the journal while they go.

The ledger is append-only, so what was counted stays so: each look reads only the lines since the last one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from ..journal import Journal, now

SHOWN = 10
"""Loads listed, the newest."""

SILENT = timedelta(minutes=10)
"""Without a line for so long a load is taken to be stopped."""

LOADS = f"""SELECT load_id, run_id, target, environment, wave, user, started_at, finished_at, outcome FROM loads
    ORDER BY load_id DESC LIMIT {SHOWN}"""
COLUMNS = ("load_id", "run_id", "target", "environment", "wave", "user", "started_at", "finished_at", "outcome")
NEWER = """SELECT load_id, object, event, count(*), max(id), max(at) FROM ledger WHERE id > ?
    GROUP BY load_id, object, event"""


@dataclass(frozen=True)
class Going:
    """A load: who, what, when; by object how many rows had which event; its last word, and what it is doing.

    `state` is `going`, `silent` (no end and no line for long: it was stopped, or waits) or its outcome; `seconds` is
    how long it took or has taken, never below 0 though clocks jump.
    """

    load: dict[str, Any]
    counts: dict[str, dict[str, int]]
    last: str
    state: str
    seconds: float

    @property
    def rows(self) -> int:
        """Answers there are."""
        return sum(n for events in self.counts.values() for event, n in events.items() if event != "sent")


class Progress:
    """Counts of the whole ledger of a journal, kept between looks; safe in several threads."""

    def __init__(self, journal: Journal):
        """Nothing is read yet."""
        self._journal, self._seen = journal, 0
        self._counts: Counter[tuple[int, str, str]] = Counter()
        self._last: dict[int, str] = {}
        self._lock = Lock()

    def loads(self) -> list[Going]:
        """The newest loads, newest first, as they stand now."""
        with self._lock:
            self._read()
            found = self._journal.read(LOADS)
            return [self._going(dict(zip(COLUMNS, line, strict=True))) for line in found]

    def _read(self) -> None:
        """Take what was added to the ledger since the last look."""
        newest = self._seen
        for load_id, name, event, many, last, at in self._journal.read(NEWER, [self._seen]):
            self._counts[load_id, name, event] += many
            self._last[load_id] = max(at, self._last.get(load_id, ""))
            newest = max(newest, last)
        self._seen = newest

    def _going(self, load: dict[str, Any]) -> Going:
        counts: dict[str, dict[str, int]] = {}
        for (load_id, name, event), many in sorted(self._counts.items()):
            if load_id == load["load_id"]:
                counts.setdefault(name, {})[event] = many
        last = self._last.get(load["load_id"], load["started_at"])
        silent = datetime.fromisoformat(now()) - datetime.fromisoformat(last) > SILENT
        state = load["outcome"] or ("silent" if silent else "going")
        until = load["finished_at"] or last
        passed = datetime.fromisoformat(until) - datetime.fromisoformat(load["started_at"])
        return Going(load, counts, last, state, max(0.0, passed.total_seconds()))
