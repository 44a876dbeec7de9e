"""Take back what a load created: exactly that, the newest first, and nothing that a later load has touched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from typing import NamedTuple

from ..errors import ConfigError
from .connector import Connector, Refused, without_values
from .ledger import Ledger, Line
from .sending import BATCH, patiently

Created = tuple[str, str, str]


class Undone(NamedTuple):
    """How many rows were taken away, and what the target would not let go: (object, golden_id, reason)."""

    rows: int
    kept: list[tuple[str, str, str]]


def undo(ledger: Ledger, connector: Connector, load_id: int) -> Undone:
    """Delete what a load created. Raises ConfigError for a load that there is none of, TargetError when it is lost."""
    known = ledger.journal.read(
        "SELECT 1 FROM loads WHERE load_id = ? AND target = ? AND environment = ?",
        [load_id, ledger.target, ledger.environment],
    )
    if not known:
        raise ConfigError(f"There is no load {load_id} of {ledger.target} ({ledger.environment}).")
    rows, kept = 0, []
    for name, group in groupby(ledger.created_by(load_id), key=lambda line: line[0]):
        while batch := list(islice(group, BATCH)):
            for part, reason in _delete(connector, name, batch):
                if reason is None:
                    lines = [Line(name, golden_id, "undone", None, target_id) for _, golden_id, target_id in part]
                    ledger.record(load_id, lines)
                    rows += len(part)
                else:
                    kept += [(name, golden_id, reason) for _, golden_id, _ in part]
    return Undone(rows, kept)


def _delete(
    connector: Connector, name: str, part: Sequence[Created]
) -> Iterator[tuple[Sequence[Created], str | None]]:  # fmt: skip
    """Delete rows, by halves where one is refused: each part with the reason why it stays. What is gone is gone."""

    def attempt() -> None:
        there = connector.find(name, [golden_id for _, golden_id, _ in part])
        if left := [target_id for _, golden_id, target_id in part if there.get(golden_id) == target_id]:
            connector.delete(name, left)

    try:
        patiently(attempt)
    except Refused as no:
        if len(part) == 1:
            yield part, without_values(no.reason)
            return
        middle = len(part) // 2
        yield from _delete(connector, name, part[:middle])
        yield from _delete(connector, name, part[middle:])
    else:
        yield part, None
