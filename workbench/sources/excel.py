"""Sheets of Excel and OpenDocument workbooks, with cells as text the way a person reads them.

A formula gives its stored value, an error such as #N/A a missing one; hidden rows are read like others.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from workbench.errors import SourceError
from workbench.sources.extract import BATCH_ROWS, Extract, ReadOptions, column_names, record_batch

SAMPLE_ROWS = 100

Cell = int | float | str | bool | time | date | datetime | timedelta


def read(path: Path, options: ReadOptions) -> Extract:
    """Open a sheet: the one named, else the first visible one that has cells. Blank rows are no records."""
    sheet = _sheet(path, options.sheet)
    sample = [_texts(row) for row in islice(sheet.iter_rows(), max(SAMPLE_ROWS, options.header or 0))]
    heading = _heading(path, sheet.name, sample, options.header)
    used = _used_columns(sheet, heading)
    columns = column_names(sample[heading][index] for index in used)
    settings: dict[str, str | int] = {"sheet": sheet.name, "header row": heading + 1}
    return Extract(columns, _batches(sheet, heading, used, columns), settings=settings)


def _sheet(path: Path, name: str | None) -> CalamineSheet:
    try:
        book = CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError) as error:
        raise SourceError(f"{path}: no readable workbook ({error}). Save it unprotected.") from error
    if name is not None and name not in book.sheet_names:
        raise SourceError(f"{path}: no sheet {name!r}. Give one of: {', '.join(book.sheet_names)}.")
    visible = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
    for candidate in [name] if name is not None else visible:
        try:
            sheet = book.get_sheet_by_name(candidate)
        except CalamineError as error:
            raise SourceError(f"{path}, sheet {candidate!r}: not readable ({error}). Save anew.") from error
        if sheet.height:
            return sheet
    raise SourceError(f"{path}: no cells in {f'sheet {name!r}' if name else 'any visible sheet'}.")


def _heading(path: Path, sheet: str, sample: list[list[str | None]], pinned: int | None) -> int:
    """Index of the headings: the first row with words in most columns of those below, else a filled one."""
    if pinned is not None:
        if not 0 < pinned <= len(sample) or not any(sample[pinned - 1]):
            raise SourceError(f"{path}, sheet {sheet!r}: row {pinned} is blank. Correct `header`.")
        return pinned - 1
    filled = [{place for place, cell in enumerate(row) if cell is not None} for row in sample]
    for index, row in enumerate(sample):
        below = set().union(*filled[index + 1 :])
        words = sum(place in below and not _is_number(row[place] or "") for place in filled[index])
        if 2 * words > len(below) > 0:
            return index
    width = max(map(len, filled))
    return next(index for index, places in enumerate(filled) if 2 * len(places) > width)


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).replace("-", "", 1).isdecimal()


def _used_columns(sheet: CalamineSheet, heading: int) -> list[int]:
    """Columns with anything at or below the headings (a wide title, or an empty margin, makes none)."""
    used: set[int] = set()
    for row in islice(sheet.iter_rows(), heading, None):
        used.update(index for index, cell in enumerate(row) if cell != "" and index not in used)
    return sorted(used)


def _batches(sheet: CalamineSheet, heading: int, used: list[int], columns: list[str]) -> Iterator[pa.RecordBatch]:
    below = (_texts(row) for row in islice(sheet.iter_rows(), heading + 1, None))
    filled = ([row[index] for index in used] for row in below if any(cell is not None for cell in row))
    first = 1
    while rows := list(islice(filled, BATCH_ROWS)):
        yield record_batch(columns, range(first, first + len(rows)), zip(*rows, strict=True))
        first += len(rows)


def _texts(row: list[Cell]) -> list[str | None]:
    return [cell_text(cell) for cell in row]


def cell_text(cell: Cell) -> str | None:
    """Text of a cell as a person reads it: 1001.0 is 1001, midnight a date, a blank cell missing."""
    match cell:
        case str():
            return cell or None
        case bool():
            return str(cell).upper()
        case int():
            return str(cell)
        case float():
            # Excel keeps 15 digits; more of them are noise of binary fractions.
            return str(int(cell)) if cell.is_integer() else f"{Decimal(f'{cell:.15g}'):f}"
        case datetime() if cell.time() == time.min:
            return cell.date().isoformat()
        case datetime():
            return cell.isoformat(sep=" ")
        case timedelta():
            seconds = round(cell.total_seconds())
            return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        case _:
            return cell.isoformat()
