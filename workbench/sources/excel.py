"""Sheets of Excel and OpenDocument workbooks, with cells as text the way a person reads them.

A formula gives its stored value, an error such as #N/A a missing one; hidden rows are read like others.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from workbench.config import ReadOptions
from workbench.errors import SourceError
from workbench.sources.extract import Extract, Row, batches, column_names

SAMPLE_ROWS = 100

Cell = int | float | str | bool | time | date | datetime | timedelta
Texts = list[str | None]


def read(path: Path, options: ReadOptions) -> Extract:
    """Open a sheet: the one named, else the first visible one that has cells. Blank rows are no records."""
    sheet = _sheet(path, options.sheet)
    sample = list(islice(_rows(sheet), max(SAMPLE_ROWS, options.header or 0)))
    heading = options.header - 1 if options.header else _heading(sample)
    if heading >= len(sample) or not any(sample[heading]):
        raise SourceError(f"{path}, sheet {sheet.name!r}: row {heading + 1} is blank. Correct `header`.")
    # A wide title, or an empty margin, makes no columns.
    cells = (enumerate(row) for row in islice(sheet.iter_rows(), heading, None))
    used = sorted({place for row in cells for place, cell in row if cell != ""})
    columns = column_names(sample[heading][place] for place in used)
    below = (row for row in islice(_rows(sheet), heading + 1, None) if any(row))
    rows: Iterator[Row] = ([ordinal, *(row[place] for place in used)] for ordinal, row in enumerate(below, 1))
    return Extract(columns, batches(columns, rows), {"sheet": sheet.name, "header row": heading + 1})


def _sheet(path: Path, name: str | None) -> CalamineSheet:
    try:
        book = CalamineWorkbook.from_path(str(path))
        visible = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
        if name is not None and name not in book.sheet_names:
            raise SourceError(f"{path}: no sheet {name!r}. Give one of: {', '.join(book.sheet_names)}.")
        for candidate in visible if name is None else [name]:
            sheet = book.get_sheet_by_name(candidate)
            if sheet.height:
                return sheet
    except (CalamineError, OSError) as error:
        raise SourceError(f"{path}: no readable workbook ({error}). Save it anew, unprotected.") from error
    raise SourceError(f"{path}: no cells in {f'sheet {name!r}' if name else 'any visible sheet'}.")


def _rows(sheet: CalamineSheet) -> Iterator[Texts]:
    return ([cell_text(cell) for cell in row] for row in sheet.iter_rows())


def _filled(row: Texts) -> set[int]:
    return {place for place, cell in enumerate(row) if cell is not None}


def _heading(sample: list[Texts]) -> int:
    """Index of the headings: the first row with words in most columns of those below, else a filled one."""
    filled = [_filled(row) for row in sample]
    width = max(map(len, filled))

    def likely(index: int) -> int:
        below = set().union(*filled[index + 1 :])
        words = sum(not _is_number(sample[index][place] or "") for place in filled[index] & below)
        return 2 if 2 * words > len(below) > 0 else int(2 * len(filled[index]) > width)

    return max(range(len(sample)), key=likely)


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).replace("-", "", 1).isdecimal()


def cell_text(cell: Cell) -> str | None:
    """Text of a cell as a person reads it: 1001.0 is 1001, midnight a date, a blank cell missing."""
    match cell:
        case str():
            return cell or None
        case bool():
            return str(cell).upper()
        case float() if not cell.is_integer():
            # Excel keeps 15 digits; more of them are noise of binary fractions.
            return f"{Decimal(f'{cell:.15g}'):f}"
        case int() | float():
            return str(int(cell))
        case datetime():
            return cell.isoformat(sep=" ").removesuffix(" 00:00:00")
        case timedelta():
            seconds = round(cell.total_seconds())
            return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        case _:
            return cell.isoformat()
