"""Cut delimited text into records: the one loop over rows in the house.

Quotes follow RFC 4180: a cell that begins with a quote ends at the next quote that is not doubled,
and may hold delimiters and line ends. A quote elsewhere is text. Lines end in LF, CR or CR LF, mixed.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
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
    coming, waiting = iter(lines), deque[str]()
    number = first - 1
    while (line := waiting.popleft() if waiting else next(coming, None)) is not None:
        number += 1
        text = line.rstrip("\r\n")
        if not text:
            continue
        if (simple := _simple(text, delimiter)) is not None:
            yield Record(number, simple, text, damage(text))
            continue
        fields, used, problem = _quoted(line, waiting, coming, delimiter)
        if problem:
            waiting.extendleft(reversed(used[1:]))
            yield Record(number, [], text, problem)
            continue
        text = "".join(used).rstrip("\r\n")
        yield Record(number, fields, text, damage(text))
        number += len(used) - 1


def _simple(text: str, delimiter: str) -> Fields | None:
    """Cut a line fast where no cell, or every cell, is quoted and none holds a quote; None for others."""
    if '"' not in text:
        return [cell or None for cell in text.split(delimiter)]
    if text[0] == text[-1] == '"':
        cells: Fields = [*text[1:-1].split(f'"{delimiter}"')]
        if text.count('"') == 2 * len(cells):
            return cells
    return None


def _quoted(line: str, waiting: deque[str], coming: Iterator[str], delimiter: str) -> tuple[Fields, list[str], str]:
    """Cut a record that has quotes, taking as many lines as it needs: fields, lines used, problem."""
    fields: Fields = []
    cell: list[str] = []
    used, size = [line], len(line)
    problem = _cut(line.rstrip("\r\n"), delimiter, fields, cell)
    while problem == _OPEN and size < LONGEST_CELL:
        cell.append(used[-1][len(used[-1].rstrip("\r\n")) :])
        following = waiting.popleft() if waiting else next(coming, None)
        if following is None:
            break
        used.append(following)
        size += len(following)
        problem = _cut(following.rstrip("\r\n"), delimiter, fields, cell)
    # Text behind a quote on a later line: that quote opens a cell there, and ours was never closed.
    return fields, used, _OPEN if problem and len(used) > 1 else problem


def _cut(line: str, delimiter: str, fields: Fields, cell: list[str]) -> str:
    """Add a line's cells to fields; what the line leaves of an open cell stays in `cell`."""
    at = 0
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
            end = line.find(delimiter, at)
            end = len(line) if end < 0 else end
            fields.append(line[at:end] or None)
            at = end
        if at == len(line):
            return ""
        if not line.startswith(delimiter, at):
            return _TRAILING
        at += len(delimiter)
