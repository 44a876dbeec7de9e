"""Rows go to the target: `sent` into the ledger, then the call, then the verdict, so that nothing goes in twice."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import groupby, islice
from typing import TypeVar

from ..errors import TargetError
from .connector import Connector, Refused, Unreachable, without_values
from .ledger import Ledger, Line
from .scope import Item

BATCH = 100
WAITS = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds before each further try."""
SETTLED = 10.0
"""Seconds after which a call whose answer was lost has come to its end in the target, one way or the other."""

T = TypeVar("T")


class Sender:
    """Sends for one load; `counts` says what became of the rows: created, updated, refused."""

    def __init__(self, ledger: Ledger, load_id: int, connector: Connector):
        """Nothing is sent yet."""
        self._ledger, self._load_id, self._connector = ledger, load_id, connector

    def send(self, name: str, items: Iterable[Item], tick: Callable[[int], None] = lambda rows: None) -> Counter[str]:
        """Send rows of an object, BATCH at a time; `tick` is told how many have a verdict. What became of them.

        Raises TargetError where the target stays away: what was sent is known, and the next load goes on from there.
        """
        counts: Counter[str] = Counter()
        waiting = iter(items)
        while batch := list(islice(waiting, BATCH)):
            found = _find(self._connector, name, [one.golden_id for one in batch])
            sent = [Line(name, one.golden_id, "sent", one.hash, found.get(one.golden_id)) for one in batch]
            self._ledger.record(self._load_id, sent)
            new = [one for one in batch if one.golden_id not in found]
            old = [one for one in batch if one.golden_id in found]
            counts += self._halving(name, "created", new, partial(self._create, name))
            counts += self._halving(name, "updated", old, partial(self._update, name, found))
            tick(len(batch))
        return counts

    def _halving(
        self, name: str, event: str, part: Sequence[Item], call: Callable[[Sequence[Item]], dict[str, str]]
    ) -> Counter[str]:  # fmt: skip
        """Call with all rows; where one is refused, with each half, down to the rows that are to blame."""
        if not part:
            return Counter()
        try:
            ids = call(part)
        except Refused as no:
            if len(part) > 1:
                middle = len(part) // 2
                halves = (part[:middle], part[middle:])
                return sum((self._halving(name, event, half, call) for half in halves), Counter())
            only = part[0]
            line = Line(name, only.golden_id, "refused", only.hash, None, no.field, without_values(no.reason, only.row))
            self._ledger.record(self._load_id, [line])
            return Counter(refused=1)
        lines = [Line(name, one.golden_id, event, one.hash, ids[one.golden_id]) for one in part]
        self._ledger.record(self._load_id, lines)
        return Counter({event: len(part)})

    def _create(self, name: str, part: Sequence[Item]) -> dict[str, str]:
        """The ids of new rows. After an answer that was lost, only what is not there is sent again."""
        tried = False

        def attempt() -> dict[str, str]:
            nonlocal tried
            ids = self._connector.find(name, [one.golden_id for one in part]) if tried else {}
            tried = True
            rest = [one for one in part if one.golden_id not in ids]
            made = self._connector.create(name, [one.row for one in rest]) if rest else []
            if len(made) != len(rest):
                raise Unreachable(f"it gave {len(made)} ids for {len(rest)} rows")
            return ids | dict(zip((one.golden_id for one in rest), made, strict=True))

        return patiently(attempt)

    def _update(self, name: str, found: dict[str, str], part: Sequence[Item]) -> dict[str, str]:
        patiently(lambda: self._connector.update(name, {found[one.golden_id]: one.row for one in part}))
        return found


def settle(ledger: Ledger, connector: Connector) -> int:
    """Find out which rows were created by calls that an earlier load did not see answered; how many are there.

    What is not there, and updates without an answer, are sent again by the next load.
    """
    found = [line for line in ledger.open_sent() if line[4] is None]
    if found:
        latest = max(datetime.fromisoformat(at) for *_, at in found)
        time.sleep(max(0.0, SETTLED - (datetime.now(UTC) - latest).total_seconds()))
    there = 0
    for (load_id, name), group in groupby(found, key=lambda line: line[:2]):
        while part := list(islice(group, BATCH)):
            ids = _find(connector, name, [golden_id for _, _, golden_id, *_ in part])
            lines = [Line(name, golden_id, "created", hash_, ids[golden_id])
                     for _, _, golden_id, hash_, *_ in part if golden_id in ids]  # fmt: skip
            if lines:
                ledger.record(load_id, lines)
            there += len(lines)
    return there


def _find(connector: Connector, name: str, keys: Sequence[str]) -> dict[str, str]:
    return looked(lambda: connector.find(name, keys))


def looked(call: Callable[[], T]) -> T:
    """As `patiently`, for calls that only read. Raises TargetError where the target refuses that too."""
    try:
        return patiently(call)
    except Refused as no:
        said = without_values(no.reason)
        raise TargetError(f"The target does not let us read what it holds ({said}). Mend that there.") from no


def patiently(call: Callable[[], T]) -> T:
    """Call again, ever later, while the target does not answer. Raises TargetError when it stays away."""
    for wait in WAITS:
        try:
            return call()
        except Unreachable as error:
            time.sleep(max(wait, SETTLED) if error.lost else wait)
    try:
        return call()
    except Unreachable as error:
        raise TargetError(
            f"The target does not answer ({error}), also after {len(WAITS)} further tries. Nothing is lost: see that "
            "it runs, and give the same command again; it goes on where this one stopped."
        ) from error
