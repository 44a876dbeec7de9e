"""Cut delimited text into records: the one loop over rows in the house.

Quotes follow RFC 4180: a cell that begins with a quote ends at the next quote that is not doubled,
and may hold delimiters and line ends. A quote elsewhere is text. Lines end in LF, CR or CR LF, mixed.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TextIO

from workbench.sources.extract import damage

BLOCK = 2 << 20  # bytes, about, that are read and judged at once
HELD_BACK = 50  # lines at the end of a text, which no block has
LONGEST_CELL = 16_000_000  # characters; a quote still open after so many counts as never closed
COMMENT = "a comment"
_OPEN = "a quote is never closed"
_TRAILING = "text follows a closing quote"

Fields = list[str | None]  # None is missing, '' was written as ""


class Record(NamedTuple):
    """A record, the line it begins on, and what is wrong with it ('' for nothing); a comment has that as problem."""

    line: int
    fields: Fields
    text: str
    problem: str


@dataclass(frozen=True)
class Dialect:
    """How a text is written: between cells, around cells ('' for nothing), before comments ('' for none)."""

    delimiter: str
    quote: str = '"'
    comment: str = ""

    @cached_property
    def quoted(self) -> re.Pattern[str]:
        """What a cell has up to its closing quote."""
        return re.compile("[^Q]*+(?:QQ[^Q]*+)*+".replace("Q", re.escape(self.quote)))

    def joined(self, fields: Fields) -> str:
        """Write a record as a line, with quotes where they are needed."""
        return self.delimiter.join(map(self._cell, fields))

    def _cell(self, cell: str | None) -> str:
        if cell is None:
            return ""
        plain = cell and self.delimiter not in cell and not cell.startswith(self.quote) and not {*"\r\n"} & {*cell}
        return cell if plain else self.quote + cell.replace(self.quote, 2 * self.quote) + self.quote


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


def records(lines: Lines, dialect: Dialect) -> Iterator[Record]:
    """Cut lines into records, taking no line before it is needed; blank lines are none.

    Where a quote is never closed, only the line that opens it is lost: the next is read anew.
    A record whose quotes are wrong has no fields.
    """
    open_until = 0  # line before which a cell that is open stays so: it was tried
    while (line := lines.next()) is not None:
        number = lines.number - 1
        problem, text = "", line.rstrip("\r\n")
        if dialect.comment and text.startswith(dialect.comment):
            yield Record(number, [], text, COMMENT)
            continue
        if (fields := _simple(text, dialect)) is None:
            taken = [line]
            fields, problem = _quoted(taken, lines, dialect, open_until)
            if problem:
                open_until = max(open_until, lines.number - 1)
                lines.back(taken[1:])
                del taken[1:]
            text = "".join(taken).rstrip("\r\n")
        if text:
            yield Record(number, fields, text, problem or damage(text))


def _simple(text: str, dialect: Dialect) -> Fields | None:
    """Cut a line fast where no cell, or every cell, is quoted and none holds a quote; None for others."""
    quote, delimiter = dialect.quote, dialect.delimiter
    if not quote or quote not in text:
        return [cell or None for cell in text.split(delimiter)]
    if text[0] == text[-1] == quote:
        cells: Fields = [*text[1:-1].split(quote + delimiter + quote)]
        if text.count(quote) == 2 * len(cells):
            return cells
    return None


def _quoted(taken: list[str], lines: Lines, dialect: Dialect, open_until: int) -> tuple[Fields, str]:
    """Cut a record that has quotes into fields, or say the problem; takes as many more lines as it needs."""
    fields: Fields = []
    cell: list[str] = []
    size, problem = 0, _cut(taken[0], dialect, fields, cell)
    while problem == _OPEN and lines.number > open_until and size < LONGEST_CELL and (line := lines.next()) is not None:
        taken.append(line)
        size += len(line)
        problem = _cut(line, dialect, fields, cell)
    # Text behind a quote on a later line: that quote opens a cell there, and ours was never closed.
    return ([], _OPEN if len(taken) > 1 else problem) if problem else (fields, "")


def _cut(line: str, dialect: Dialect, fields: Fields, cell: list[str]) -> str:
    """Add a line's cells to fields; what the line leaves of an open cell stays in `cell`. Gives the problem."""
    quote, delimiter = dialect.quote, dialect.delimiter
    at, end = 0, len(line.rstrip("\r\n"))
    while True:
        if cell or line.startswith(quote, at):
            begin = at if cell else at + 1
            found = dialect.quoted.match(line, begin)
            at = found.end() if found else begin
            cell.append(line[begin:at])
            if at == len(line):
                return _OPEN
            fields.append("".join(cell).replace(2 * quote, quote))
            cell.clear()
            at += 1
        else:
            begin, found_at = at, line.find(delimiter, at, end)
            at = end if found_at < 0 else found_at
            fields.append(line[begin:at] or None)
        if at == end:
            return ""
        if not line.startswith(delimiter, at):
            return _TRAILING
        at += len(delimiter)
