"""What the cells of columns look like: a date, a number, an e-mail address, a phone, a code.

By that records with too many cells are mended, where only one way to do so is possible.

A delimiter inside a cell that lacks its quotes makes cells too many. Merging neighbours at some place gives the
right number again; a place is possible when the record then looks like the accepted ones of the file:
- the merged cell is in a column of free text, and all its parts have text: nobody writes "Acme,,Inc";
- each other cell is of the kind that its column has throughout (a date, a number, a code ...), and is missing only
  where cells of that column are missing in others;
- a cell begins with a blank only where others of its column do: in `7,Acme, Inc,Boston` the blank shows that
  " Inc" goes on a cell, while `7,Acme,Inc,Boston` with two columns of free text has two possible places.
No possible place, or several, and the record is left as it is. So is one with quotes, as its writer knew how to.
"""

import re
from collections.abc import Iterable, Sequence

from workbench.sources.tokens import Dialect, Fields, Record

ENOUGH = 10  # records from which columns can be learnt
_LINE_END = re.compile("\r\n|\r|\n")
NARROW = ("date", "number", "email")  # a heading looks like none of them
KINDS = {
    "date": r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?:[ T]\d{1,2}:\d\d(?::\d\d)?\S*)?|\d{4}年\d{1,2}月\d{1,2}日",
    "number": r"[-+(]?[$€£¥￥]? ?\d+(?:[.,' ]\d+)*[)%-]?",
    "email": r"[^\s@]+@[^\s@]+\.\w+",
    "phone": r"[+(]?\d[\d ()/.-]{4,}",
    "code": r"(?=[^\d]*\d)[A-Za-z0-9_/.:-]+",
}
_PATTERNS = {name: re.compile(pattern, re.ASCII) for name, pattern in KINDS.items()}


def is_a(kind: str, cell: str) -> bool:
    """Whether a cell has the shape of a kind."""
    return _PATTERNS[kind].fullmatch(cell.strip()) is not None


def kind_of(cells: Sequence[str]) -> str | None:
    """The narrowest kind that all of the cells are of; None for free text, and for no cells."""
    return next((kind for kind in KINDS if cells and all(is_a(kind, cell) for cell in cells)), None)


class Shapes:
    """What the cells of each column look like in accepted records."""

    def __init__(self, dialect: Dialect, width: int, seen: Iterable[Record]) -> None:
        self._dialect, self._width = dialect, width
        accepted = [record.fields for record in seen if not record.problem and len(record.fields) == width]
        self._enough = len(accepted) >= ENOUGH
        columns = list(zip(*accepted, strict=True)) or [()] * width
        filled = [[cell for cell in column if cell] for column in columns]
        self._kinds = [kind_of(cells) for cells in filled]
        self._missing = [len(cells) < len(column) for cells, column in zip(filled, columns, strict=True)]
        self._blank = [any(cell[0].isspace() for cell in cells) for cells in filled]

    def differs(self, cell: str, place: int) -> bool:
        """Whether a column has a kind that the cell is not of."""
        kind = self._kinds[place] if self._enough and place < self._width else None
        return kind is not None and not is_a(kind, cell)

    def has_record_within(self, record: Record) -> bool:
        """Whether a line within a record is one that fits by itself: the quote before it may have been left open."""
        _, *within = _LINE_END.split(record.text)
        if not within or self._width == 1:
            return False
        if _LINE_END.search(record.fields[0] or ""):
            within.pop()  # what stands behind the cell is as wide as a record
        return any(
            len(fields) == self._width and all(map(self._fits, fields, range(self._width)))
            for line in within
            if (fields := [cell or None for cell in line.split(self._dialect.delimiter)])
        )

    def mended(self, record: Record) -> Fields | None:
        """The cells that a record with too many would have to have; None where that is not certain."""
        surplus = len(record.fields) - self._width
        quote = self._dialect.quote
        if surplus < 1 or record.problem or not self._enough or not quote or quote in record.text:
            return None
        possible = [
            fields
            for place in range(self._width)
            if (fields := self._merged(record.fields, place, place + surplus + 1))
        ]
        return possible[0] if len(possible) == 1 else None

    def _merged(self, fields: Fields, begin: int, end: int) -> Fields | None:
        """The record with the cells from `begin` to before `end` as one, where that is possible."""
        parts = [cell for cell in fields[begin:end] if cell]
        if self._kinds[begin] or len(parts) < end - begin:
            return None
        merged = [*fields[:begin], self._dialect.delimiter.join(parts), *fields[end:]]
        return merged if all(map(self._fits, merged, range(self._width))) else None

    def _fits(self, cell: str | None, place: int) -> bool:
        if not cell:
            return self._missing[place]
        return not self.differs(cell, place) and (self._blank[place] or not cell[0].isspace())
