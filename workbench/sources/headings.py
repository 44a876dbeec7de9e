"""Where the headings of a text are, what they name, and where there are none."""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

from workbench.config import ReadOptions
from workbench.errors import SourceError
from workbench.sources.dialect import shape
from workbench.sources.extract import Remark, column_names, printable
from workbench.sources.shapes import NARROW, is_a, kind_of
from workbench.sources.tokens import Fields, Record


class Headings(NamedTuple):
    """The columns; the line to read from and the number of its records that are headings; how that is said."""

    columns: list[str]
    line: int
    records: int
    said: str | int
    remarks: list[Remark]


def headings_of(path: Path, seen: list[Record], options: ReadOptions) -> Headings:
    """The headings among the first records. SourceError where there are no records, or headings that cannot be cut."""
    width, _ = shape(seen)
    if not seen:
        raise SourceError(f"{path}: no headings found. Is the file empty, or `header` beyond its end?")
    if options.header == 0:
        start = next((record for record in seen if not _is_comment(record, width)), seen[0])
        return _none(seen, start, width)
    if isinstance(options.header, tuple):
        rows = [record for record in seen if record.line <= options.header[1]]
        names = _joined([_fit(_sound(path, record).fields, width) for record in rows])
        said: str | int = "{} to {}".format(*options.header)
        return _named(seen, names, rows[0], len(rows), said) if rows else headings_of(path, [], options)
    heading = _sound(path, seen[0]) if options.header else _likely(path, seen, width)
    if options.header is None and _is_data(heading, seen[seen.index(heading) + 1 :]):
        return _none(seen, next(record for record in seen if len(record.fields) == width), width, guessed=True)
    return _named(seen, _fit(heading.fields, width), heading, 1, heading.line)


def _named(seen: list[Record], names: Fields, first: Record, count: int, said: str | int) -> Headings:
    shown = [" ".join(printable(name or "").split()) for name in names]
    columns = column_names(shown)
    repeated = [name for name, times in Counter(filter(None, shown)).items() if times > 1]
    remarks = [
        Remark("is the heading of several columns, told apart by a number: " + ", ".join(
            column for column, said in zip(columns, shown, strict=True) if said == name), name)
        for name in repeated
    ]  # fmt: skip
    return Headings(columns, first.line, count, said, remarks)


def _none(seen: list[Record], start: Record, width: int, *, guessed: bool = False) -> Headings:
    said = "no headings were found: give `header`, the line they are on (0 says that there are none)"
    return Headings(column_names([None] * width), start.line, 0, "none", [Remark(said)] if guessed else [])


def _likely(path: Path, seen: list[Record], width: int) -> Record:
    """Take the first record that fills half the fields after the first: titles do not, an index may be blank.

    A heading that cannot be cut stops the work, for the record after it would be taken for headings.
    """
    for record in seen:
        if not _is_comment(record, width):
            filled = sum(cell is not None for cell in _sound(path, record).fields[1:])
            if filled >= (width - 1) / 2:
                return record
    raise SourceError(f"{path}: no headings found. Give the line they are on as `header`, 0 where there are none.")


def _is_comment(record: Record, width: int) -> bool:
    """A line before the headings that begins with # and is not as wide as the records."""
    return record.text.startswith("#") and (width == 1 or len(record.fields) != width)


def _sound(path: Path, record: Record) -> Record:
    if record.fields:
        return record
    raise SourceError(
        f"{path}, line {record.line}: {record.problem} before or in the headings. "
        "Correct the line, or give the headings' line as `header`."
    )


def _fit(headings: Fields, width: int) -> Fields:
    """Headings with a delimiter too many or too few at the end take the width of the records."""
    while len(headings) > width and headings[-1] is None:
        headings = headings[:-1]
    return headings + [None] * (width - len(headings))


def _joined(rows: list[Fields]) -> Fields:
    """The headings of several rows, joined by a blank; one in an upper row spans the blanks to its right."""
    for row in rows[:-1]:
        for place in range(1, len(row)):
            row[place] = row[place] or row[place - 1]
    width = max(map(len, rows), default=0)
    padded = (row + [None] * (width - len(row)) for row in rows)
    return [" ".join(filter(None, names)) or None for names in zip(*padded, strict=True)]


def _is_data(first: Record, below: list[Record]) -> bool:
    """Whether the first record is no heading: it has numbers, dates or e-mails wherever all below it have them.

    Years, and whole numbers in a row (1, 2, 3), may be headings; a word above numbers is one.
    """
    cells = [cell or "" for cell in first.fields]
    alike = [record.fields for record in below if len(record.fields) == len(cells)]
    kinds = [kind_of([cell for cell in column if cell]) for column in zip(*alike, strict=True)]
    data = [(cell, is_a(kind, cell)) for cell, kind in zip(cells, kinds, strict=False) if cell and kind in NARROW]
    numbers = {int(cell) for cell, _ in data if cell.isdecimal() and len(cell) < 10}
    counted = len(numbers) == len(data) and any(1900 <= n <= 2100 or n + 1 in numbers for n in numbers)
    return bool(data) and all(same for _, same in data) and not counted
