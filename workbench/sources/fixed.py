"""Fixed width text: columns that begin at the same place in every line, filled up with blanks.

A place is a character; or a cell, of which wide East Asian characters fill two, as in exports that count the bytes
of GBK, Big5 or Shift-JIS. The blanks around a value are layout and left out; all blank is missing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice, pairwise
from pathlib import Path
from typing import NamedTuple
from unicodedata import east_asian_width

from workbench.config import ReadOptions
from workbench.errors import SourceError
from workbench.sources.encoding import find_encoding, open_text
from workbench.sources.extract import Extract, Found, batches, column_names, damage, left_out, printable

SAMPLE_LINES = 500
FEWEST_LINES = 3  # fewer tell nothing of columns
CLEAR = 0.9  # of the lines
BROKEN = 0.02  # of the lines
DELIMITERS = "\t,;|"
_HALF = "\0"  # stands for the second cell of a wide character

Slices = list[tuple[int, int | None]]


class Layout(NamedTuple):
    """Where columns begin and end. `length` is that of every line, None where blanks at the end are cut; `gaps` says
    that a blank stands before each column; `heading` are the first and last line of the headings (0 for none)."""

    slices: Slices
    wide: bool
    length: int | None
    gaps: bool
    heading: tuple[int, int]

    def cells(self, line: str) -> str:
        """The line with a sign for each place."""
        return _widened(line) if self.wide and not line.isascii() else line

    def cut(self, cells: str) -> list[str | None]:
        """The values of a line."""
        return [cells[start:end].replace(_HALF, "").strip(" \u3000") or None for start, end in self.slices]

    def problem(self, cells: str) -> str:
        """Why a line cannot be cut, or ''."""
        full = self.slices[-1][1]
        if (self.length and len(cells) < self.length) or (full and len(cells.rstrip(" ")) > full):
            return f"{len(cells)} {'cells' if self.wide else 'characters'} instead of {full}"
        for start, _ in self.slices[1:]:
            if cells[start : start + 1] == _HALF:
                return f"a wide character lies over the beginning of a column, at {start + 1}"
            if self.gaps and cells[start - 1 : start].strip(" "):
                return f"text where the blank before a column was expected, at {start}: give `widths` if it is right"
        return ""


def read(path: Path, options: ReadOptions) -> Extract | None:
    """Open a fixed width text of any size; memory stays flat.

    None for a text that may be delimited. Raises SourceError when it has not the columns or the headings asked for.
    """
    encoding = find_encoding(path, options.encoding)
    with open_text(path, encoding.name) as text:
        lines = [*map(_bare, islice(text, SAMPLE_LINES))]
    if not options.widths and (options.delimiter or _is_delimited(lines)):
        return None
    layout = _layout(lines, options)
    if layout is None and not options.widths:
        return None
    if layout is None or layout.heading[1] > len(lines):
        raise SourceError(f"{path}: no headings found. Is the file empty, or `header` beyond its end?")
    first, last = layout.heading
    heading = [layout.cut(layout.cells(line)) for line in lines[max(first - 1, 0) : last]]
    words = [printable(" ".join(filter(None, parts))) for parts in zip(*heading, strict=True)]
    columns = column_names(words or [None] * len(layout.slices))
    above = [(number, line) for number, line in enumerate(lines[: max(first - 1, 0)], 1) if line.strip()]
    settings = {
        **encoding.settings,
        "widths": " ".join(str(end - start) if end else "rest" for start, end in layout.slices),
        "counted in": "cells, two for a wide character" if layout.wide else "characters",
        "header line": last,
    }
    remarks = [*encoding.remarks, *left_out("above the headings", above)]
    return Extract(columns, batches(columns, _found(path, encoding.name, layout)), settings, remarks)


def _is_delimited(lines: list[str]) -> bool:
    """Whether most lines have a delimiter as often."""
    counts = (Counter(line.count(delimiter) for line in lines if line.strip()) for delimiter in DELIMITERS)
    return any(found.most_common(1)[0][0] for found in counts if found)


def _bare(line: str) -> str:
    return line.rstrip("\r\n\x1a")


class _Cells(dict[int, str]):
    """Code -> its cells; those of each character are found once."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        self[code] = cells = sign + _HALF if east_asian_width(sign) in "WFA" else sign
        return cells


_CELLS = _Cells()


def _widened(line: str) -> str:
    return line.translate(_CELLS)


def _layout(lines: list[str], options: ReadOptions) -> Layout | None:
    """Where the columns are: in the measure, characters or cells, that makes more lines equally long."""
    filled = [line for line in lines if line.strip()]
    if not filled:
        return None
    widened = [*map(_widened, filled)]
    wide = _commonest(widened)[1] > _commonest(filled)[1]
    measured = widened if wide else filled
    length, count = _commonest(measured)
    alike = [line for line in measured if len(line) == length or 2 * count < len(filled)]
    heading = options.header
    if heading is None:
        at = measured.index(alike[0])
        before = at > 0 and _fits(measured[at - 1], _starts(alike, []))  # blanks at its end may be cut
        heading = lines.index(filled[at - before]) + 1
    first, last = (heading, heading) if isinstance(heading, int) else heading
    full = length if count >= CLEAR * len(filled) else None
    if options.widths:
        ends = [*accumulate(options.widths, initial=0)]
        return Layout([*pairwise(ends)], wide, full if full == ends[-1] else None, False, (first, last))
    filled_up = sum("  " in line for line in alike)
    if len(filled) < FEWEST_LINES or (full is None and 2 * filled_up < len(alike)):
        return None
    headings = [_widened(line) if wide else line for line in lines[max(first - 1, 0) : last]]
    starts = _starts(alike, headings)
    slices: Slices = [*zip(starts, [*starts[1:], full], strict=True)]
    return Layout(slices, wide, full, True, (first, last)) if len(starts) > 1 else None


def _commonest(lines: Iterable[str]) -> tuple[int, int]:
    """The commonest length of lines, and how many have it."""
    return Counter(map(len, lines)).most_common(1)[0]


def _starts(lines: list[str], headings: list[str]) -> list[int]:
    """Where columns begin: behind places blank in all lines but broken ones. Without a heading, there is none."""
    length = max(map(len, lines))
    full = Counter(place for line in lines for place, sign in enumerate(line) if sign != " ")
    blank = [full[place] <= len(lines) * BROKEN for place in range(length)]
    starts = [0, *(place for place in range(1, length) if blank[place - 1] and not blank[place])]
    spans = pairwise([*starts, length])
    return [s for s, end in spans if s == 0 or not headings or any(line[s:end].strip() for line in headings)]


def _fits(line: str, starts: list[int]) -> bool:
    """Whether a line has words in at least half of the columns and none across their borders."""
    named = sum(bool(line[start:end].strip()) for start, end in pairwise([*starts, len(line)]))
    return 2 * named >= len(starts) and not any(line[start - 1 : start].strip() for start in starts[1:])


def _found(path: Path, encoding: str, layout: Layout) -> Iterator[Found]:
    with open_text(path, encoding) as text:
        for number, line in enumerate(map(_bare, text), 1):
            if number > layout.heading[1] and line.strip():
                cells = layout.cells(line)
                problem = damage(line) or layout.problem(cells)
                yield Found(number, layout.cut(cells), line if problem else "", problem)
