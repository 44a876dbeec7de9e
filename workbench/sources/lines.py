"""The lines of a text, one by one or in blocks; lines that were taken can be put back."""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import TextIO

BLOCK = 2 << 20  # bytes, about, that are read and judged at once
HELD_BACK = 50  # lines at the end of a text, which no block has


def lines_of(text: TextIO) -> "Lines":
    """The lines of an open text, each with its line end; memory holds a block of them."""
    return Lines(iter(lambda: text.readlines(BLOCK), []))


class Lines:
    """Lines, each with its line end. `number` is that of the line that comes next."""

    def __init__(self, blocks: Iterable[list[str]], number: int = 1) -> None:
        self.number = number
        self._blocks = iter(blocks)
        self._waiting: deque[str] = deque()

    def next(self) -> str | None:
        """The next line, None at the end of the text."""
        if not self._waiting:
            self._waiting.extend(next(self._blocks, ()))
            if not self._waiting:
                return None
        self.number += 1
        return self._waiting.popleft()

    def back(self, lines: Sequence[str]) -> None:
        """Put back lines that were the last to be taken."""
        self._waiting.extendleft(reversed(lines))
        self.number -= len(lines)

    def block(self) -> list[str]:
        """Take the next block of lines, the last few of the text left out; empty where only those are left."""
        while len(self._waiting) <= HELD_BACK:
            more = next(self._blocks, None)
            if more is None:
                return []
            self._waiting.extend(more)
        waiting = list(self._waiting)
        self._waiting = deque(waiting[-HELD_BACK:])
        self.number += len(waiting) - HELD_BACK
        return waiting[:-HELD_BACK]
