"""What a live target must be able to do. A connector speaks its language; everything else is common."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import pyarrow as pa

Row = Mapping[str, str | None]
"""A row in the fields of the target's definition, as text."""


SHORTEST = 4
"""Bytes of a value that is looked for in what a target says: of shorter ones every text has some."""


class Refused(Exception):  # noqa: N818 - an answer, no error
    """The target does not take what it was given, and kept none of it: why, and in which field where it says so.

    What it says may hold values: see `without_values`.
    """

    def __init__(self, reason: str, field: str | None = None):
        super().__init__(reason)
        self.reason, self.field = reason, field


class Unreachable(Exception):  # noqa: N818
    """No answer that says whether the call was carried out: ask again later, and look before sending again.

    `lost` where the target may still be at it.
    """

    def __init__(self, said: str, *, lost: bool = False):
        super().__init__(said)
        self.lost = lost


def without_values(said: str, row: Row | None = None) -> str:
    """What a target says, without the values of a row and without what it quotes, for they may be personal.

    >>> without_values('The phone number "+86 1" of party "Li Na" is not valid.')
    'The phone number "…" of party "…" is not valid.'
    >>> without_values('Party "Li "Nana" Ltd" is there.', {"name": 'Li "Nana" Ltd'})
    'Party "…" is there.'
    """
    values = sorted({value for value in (row or {}).values() if value and len(value.encode()) >= SHORTEST}, key=len)
    for value in reversed(values):
        said = said.replace(value, "…")
    return re.sub(r'"[^"]*"|“[^”]*”', '"…"', said)


class Connector(Protocol):
    """A session with a target. What is given at once is taken at once or not at all.

    Every method may raise Unreachable; those that write, Refused.
    """

    def find(self, name: str, keys: Sequence[str]) -> dict[str, str]:
        """The target's own ids of those rows of an object that are there, by the key that we gave them."""

    def create(self, name: str, rows: Sequence[Row]) -> list[str]:
        """Create rows; their ids in the same order."""

    def update(self, name: str, rows: Mapping[str, Row]) -> None:
        """Give rows, by the target's own id, these values in all their fields."""

    def delete(self, name: str, ids: Sequence[str]) -> None:
        """Take rows away."""

    def read(self, name: str) -> Iterator[pa.Table]:
        """All rows of an object, ours or not: `_golden_id`, `_target_id`, then the fields, as text.

        At least one table, which may be empty.
        """
