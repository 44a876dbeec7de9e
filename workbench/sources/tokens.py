"""Cut delimited text into records: the one loop over rows in the house.

Quotes follow RFC 4180: a cell that begins with a quote ends at the next quote that is not doubled,
and may hold delimiters and line ends. A quote elsewhere is text. Lines end in LF, CR or CR LF, mixed.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from workbench.sources.encoding import damage

LONGEST_CELL = 16_000_000  # characters; a quote still open after so many counts as never closed
_QUOTED = re.compile(r'[^"]*+(?:""[^"]*+)*+')  # up to the closing quote
_OPEN = "a quote is never closed"
_TRAILING = "text follows a closing quote"

Fields = list[str | None]  # None is missing, '' was written as ""


class Record(NamedTuple):
    """A record, the line it begins on, and what is wrong with it ('' for nothing)."""

    line: int
    fields: Fields
    text: str
    problem: str


def records(lines: Iterable[str], delimiter: str, first: int = 1) -> Iterator[Record]:
    """Cut lines (each with its line end; the first is number `first`) into records; blank lines are none.

    Where a quote is never closed, only the line that opens it is lost: the next is read anew.
    A record whose quotes are wrong has no fields.
    """
    coming, again = iter(lines), deque[str]()

    def following() -> str | None:
        return again.popleft() if again else next(coming, None)

    number = first
    while (line := following()) is not None:
        taken, problem, text = [line], "", line.rstrip("\r\n")
        if (fields := _simple(text, delimiter)) is None:
            fields, problem = _quoted(taken, following, delimiter)
            if problem:
                again.extendleft(reversed(taken[1:]))
                del taken[1:]
            text = "".join(taken).rstrip("\r\n")
        if text:
            yield Record(number, fields, text, problem or damage(text))
        number += len(taken)


def _simple(text: str, delimiter: str) -> Fields | None:
    """Cut a line fast where no cell, or every cell, is quoted and none holds a quote; None for others."""
    if '"' not in text:
        return [cell or None for cell in text.split(delimiter)]
    if text[0] == text[-1] == '"':
        cells: Fields = [*text[1:-1].split(f'"{delimiter}"')]
        if text.count('"') == 2 * len(cells):
            return cells
    return None


def _quoted(taken: list[str], following: Callable[[], str | None], delimiter: str) -> tuple[Fields, str]:
    """Cut a record that has quotes into fields, or say the problem; takes as many more lines as it needs."""
    fields: Fields = []
    cell: list[str] = []
    size, problem = 0, _cut(taken[0], delimiter, fields, cell)
    while problem == _OPEN and size < LONGEST_CELL and (line := following()) is not None:
        taken.append(line)
        size += len(line)
        problem = _cut(line, delimiter, fields, cell)
    # Text behind a quote on a later line: that quote opens a cell there, and ours was never closed.
    return ([], _OPEN if len(taken) > 1 else problem) if problem else (fields, "")


def _cut(line: str, delimiter: str, fields: Fields, cell: list[str]) -> str:
    """Add a line's cells to fields; what the line leaves of an open cell stays in `cell`. Gives the problem."""
    at, end = 0, len(line.rstrip("\r\n"))
    while True:
        if cell or line.startswith('"', at):
            begin = at if cell else at + 1
            found = _QUOTED.match(line, begin)
            at = found.end() if found else begin
            cell.append(line[begin:at])
            if at == len(line):
                return _OPEN
            fields.append("".join(cell).replace('""', '"'))
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
