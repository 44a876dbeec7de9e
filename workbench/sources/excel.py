"""Sheets of Excel and OpenDocument workbooks. Raw has what the cells hold; what only the eye sees is a remark.

A formula gives its stored value, an error such as #N/A a missing one; hidden rows are read like others. Only a
.xlsx tells of errors and of what is hidden, only .xlsx and .xls of merged cells.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from workbench.config import ReadOptions
from workbench.errors import SourceError
from workbench.sources import csv
from workbench.sources.excel_cells import Cell, Digits, Texts, cell_text
from workbench.sources.excel_facts import facts
from workbench.sources.excel_headings import find_headings, headings
from workbench.sources.extract import Batch, Extract, Remark, batches, column_names, left_out, whole

SAMPLE_ROWS = 100
WORKBOOKS = (b"PK", b"\xd0\xcf\x11\xe0")
PROTECTED = "EncryptedPackage".encode("utf-16-le")


def read(path: Path, options: ReadOptions) -> Extract:
    """Open a sheet: the one named, else the first visible one that has cells. Blank rows are no records."""
    with path.open("rb") as file:
        start = file.read(1000)
    if not start.startswith(WORKBOOKS):
        return _text(path, start, options)
    sheet, remarks = _sheet(path, options.sheet)
    first, last, words = _headings(path, sheet, options)
    above = enumerate(islice(sheet.iter_rows(), max(first, 0)), 1)
    titles = [(row, " ".join(filter(None, map(cell_text, cells)))) for row, cells in above if any(cells)]
    # A wide title, or an empty margin, makes no columns.
    cells = (enumerate(row) for row in islice(sheet.iter_rows(), max(first, 0), None))
    used = sorted({place for row in cells for place, cell in row if cell != ""})
    names = dict(zip(used, column_names(words[place] for place in used), strict=True))
    settings: dict[str, object] = {
        "sheet": sheet.name,
        "header row": f"{first + 1}-{last + 1}" if first < last else last + 1,
    }
    remarks += [*left_out("above the headings", titles), *_remarks(path, sheet, names, last)]
    return Extract([*names.values()], _batches(sheet, names, last, remarks), settings, remarks)


def _text(path: Path, start: bytes, options: ReadOptions) -> Extract:
    """What programs call a workbook though it is text."""
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise SourceError(
            f"{path}: is a web page or XML called a workbook. Open it in a spreadsheet program and save it as .xlsx."
        )
    extract = csv.read(path, options)
    said = f"the file is delimited text, though its name ends in {path.suffix}: it was read as text"
    return replace(extract, remarks=[*extract.remarks, Remark(said)])


def _sheet(path: Path, name: str | None) -> tuple[CalamineSheet, list[Remark]]:
    """The sheet to read, and a remark on others that have cells."""
    try:
        with path.open("rb") as file:
            if file.read(4) == WORKBOOKS[1] and PROTECTED in file.read():
                raise PasswordError
            file.seek(0)
            book = CalamineWorkbook.from_filelike(file)
        if name is not None and name not in book.sheet_names:
            raise SourceError(f"{path}: no sheet {name!r}. Give one of: {', '.join(book.sheet_names)}.")
        visible = {sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible}
        sheets = map(book.get_sheet_by_name, book.sheet_names if name is None else [name])
        filled = [sheet for sheet in sheets if sheet.height]
    except PasswordError:
        raise SourceError(f"{path}: is protected by a password: save it without.") from None
    except (CalamineError, OSError) as error:
        raise SourceError(f"{path}: no readable workbook ({error}). Save it anew, unprotected.") from error
    chosen = next((sheet for sheet in filled if name or sheet.name in visible), None)
    if chosen is None:
        raise SourceError(f"{path}: no cells in {f'sheet {name!r}' if name else 'any visible sheet'}.")
    others = [sheet.name + " (hidden)" * (sheet.name not in visible) for sheet in filled if sheet is not chosen]
    return chosen, [Remark(f"other sheets: {', '.join(others)}; to read one of them, give `sheet`")] if others else []


def _headings(path: Path, sheet: CalamineSheet, options: ReadOptions) -> tuple[int, int, Texts]:
    """First and last row of the headings (-1 for none), and the headings by place."""
    given = options.header
    pinned = (given, given) if isinstance(given, int) else given
    sample = [[*map(cell_text, row)] for row in islice(sheet.iter_rows(), max(SAMPLE_ROWS, *(pinned or (0,)), 0))]
    if pinned == (0, 0):
        return -1, -1, [None] * sheet.width
    left = _left(sheet)
    spans: dict[int, dict[int, int]] = {}
    for (top, start), (_, end) in sheet.merged_cell_ranges or ():
        if end > start:
            spans.setdefault(top, {})[start - left] = end - left
    first, last = (pinned[0] - 1, pinned[1] - 1) if pinned else find_headings(sample, spans)
    if not 0 <= first <= last < len(sample) or not any(map(any, sample[first : last + 1])):
        raise SourceError(f"{path}, sheet {sheet.name!r}: row {first + 1} is blank. Correct `header`.")
    return first, last, headings(sample, spans, first, last)


def _left(sheet: CalamineSheet) -> int:
    """The column, from 0, of the first place in a row."""
    return sheet.start[1] if sheet.start else 0


def _remarks(path: Path, sheet: CalamineSheet, names: dict[int, str], heading: int) -> Iterator[Remark]:
    """What the file says of the rows below the headings."""
    merged = Counter[int]()
    for (top, start), (bottom, end) in sheet.merged_cell_ranges or ():
        if top > heading:
            merged.update(dict.fromkeys(range(start, end + 1), bottom - top + 1))
    counts = {"in merged cells; only the first cell of each area has the value, the others are missing": merged}
    if known := facts(path, sheet.name, heading + 1):
        counts |= {
            "errors such as #N/A, read as missing": known.errors,
            "formulas that were never calculated, read as missing: open the file, calculate, save": known.uncalculated,
            "numbers shown with leading zeros, which are only their format: export them as text": known.zeros,
        }
        if known.hidden_rows:
            why = ", some by a filter" if known.filtered else ""
            yield Remark(f"hidden rows{why}; they are read like the others", None, known.hidden_rows)
        for column in sorted(known.hidden_columns):
            if name := names.get(column - _left(sheet)):
                yield Remark("a hidden column; it is read like the others", name)
    for said, found in counts.items():
        for place, name in names.items():
            if rows := found[place + _left(sheet)]:
                yield Remark(said, name, rows)


def _batches(sheet: CalamineSheet, names: dict[int, str], heading: int, remarks: list[Remark]) -> Iterator[Batch]:
    digits = Digits()
    cells: Iterator[list[Cell]] = digits.seen(islice(sheet.iter_rows(), heading + 1, None))
    texts = ([cell_text(row[place]) for place in names] for row in cells)
    yield from batches([*names.values()], map(whole, filter(any, texts)))
    remarks.extend(digits.remarks(names))
