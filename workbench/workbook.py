"""Workbooks that people fill in: columns of ours are locked, theirs are not, and what they wrote is read back.

No cell becomes a formula, whatever it begins with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from .errors import SourceError
from .files import disk, new_file
from .sources.excel_cells import cell_text

LINE = "_line"
"""The column of a sheet read back that has its line in the workbook, from 1."""

WAS = "{} was"
"""The column that keeps what stood in a column when the workbook went out."""

MOST = 100_000
"""Rows of a sheet: more is no list that a person works through."""

LONGEST = 32_767
"""Characters that a cell holds."""

HEADINGS = 2
"""The line of the headings; above them stands what to do."""

OURS, THEIRS = PatternFill("solid", fgColor="E7EAEE"), PatternFill("solid", fgColor="FFF7DB")


@dataclass(frozen=True)
class Sheet:
    """A sheet: what to do with it, its rows, the columns that people fill in, and lists of what these accept.

    With `gaps` only the blank cells of these columns are theirs.
    """

    name: str
    note: str
    rows: pd.DataFrame
    fill: Sequence[str]
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    gaps: bool = False


def write_workbook(file: Path, sheets: Sequence[Sheet]) -> None:
    """Write the sheets to a new .xlsx.

    Raises SourceError for another name, a file that is there, or too many rows, StoreError as `disk`.
    """
    if file.suffix.lower() != ".xlsx":
        raise SourceError(f"{file}: a workbook's name ends in .xlsx.")
    if file.exists():
        raise SourceError(
            f"{file} is there already, perhaps with answers: read it back and take it away, or give another name."
        )
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        if len(sheet.rows) > MOST:
            raise SourceError(f"{file}: {len(sheet.rows):,} rows are more than a sheet for people takes ({MOST:,}).")
        _write(book.create_sheet(sheet.name), sheet)
    with disk(str(file)):
        file.parent.mkdir(parents=True, exist_ok=True)
        with new_file(file) as new:
            book.save(new)


def read_sheet(file: Path, name: str, columns: Sequence[str]) -> pd.DataFrame:
    """The named columns of a sheet as text, None for an empty cell, with `_line`; blank lines are left out.

    Lines above the headings, other columns and another order are accepted. Raises SourceError for a file that is no
    workbook, a sheet or column that is gone.
    """
    book = _open(file)
    if name not in book.sheet_names:
        raise SourceError(f"{file}: there is no sheet '{name}'. It has: {', '.join(book.sheet_names)}.")
    cells = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    lines = [(number, [(cell_text(cell) or "").strip() for cell in row]) for number, row in enumerate(cells, 1)]
    start, headings = max(lines, key=lambda line: len(set(columns) & set(line[1])), default=(0, []))
    if gone := [column for column in columns if column not in headings]:
        raise SourceError(
            f"{file}, sheet '{name}': there is no column {', '.join(gone)}. Give the headings back their names."
        )
    places = [headings.index(column) for column in columns]
    found = [[number, *(line[at] or None for at in places)] for number, line in lines[start:] if any(line)]
    return pd.DataFrame(found, columns=[LINE, *columns], dtype=object)


def sheet_names(file: Path) -> list[str]:
    """The sheets of a workbook. Raises SourceError for a file that is none."""
    return _open(file).sheet_names


def _open(file: Path) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(file))
    except (CalamineError, PasswordError, OSError) as error:
        raise SourceError(
            f"{file}: cannot be read as a workbook ({error}). Is it there, saved as .xlsx, unlocked?"
        ) from error


def _write(to: Worksheet, sheet: Sheet) -> None:
    names = [str(name) for name in sheet.rows.columns]
    _put(to, 1, 1, sheet.note).font = Font(italic=True)
    for place, name in enumerate(names, 1):
        cell = _put(to, HEADINGS, place, name)
        cell.font = Font(bold=True)
        to.column_dimensions[get_column_letter(place)].width = _width(sheet.rows.iloc[:, place - 1], name)
    for line, values in enumerate(sheet.rows.itertuples(index=False), HEADINGS + 1):
        for place, value in enumerate(values, 1):
            text = "" if pd.isna(value) else str(value)
            cell = _put(to, line, place, text)
            theirs = names[place - 1] in sheet.fill and not (sheet.gaps and text)
            cell.fill = THEIRS if theirs else OURS
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.protection = Protection(locked=not theirs)
    last = max(HEADINGS + len(sheet.rows), HEADINGS + 1)
    for name, accepted in sheet.choices.items():
        letter = get_column_letter(names.index(name) + 1)
        listed = DataValidation(
            "list", formula1='"' + ",".join(accepted) + '"', allow_blank=True, showErrorMessage=True
        )
        listed.add(f"{letter}{HEADINGS + 1}:{letter}{last}")
        to.add_data_validation(listed)
    to.freeze_panes = f"A{HEADINGS + 1}"
    to.auto_filter.ref = f"A{HEADINGS}:{get_column_letter(len(names))}{last}"
    to.protection.sheet = True
    to.protection.autoFilter = to.protection.sort = to.protection.formatColumns = False  # False: people may


def _put(to: Worksheet, line: int, place: int, text: str) -> Cell:
    """A cell that holds a text, even one that begins like a formula."""
    cell = to.cell(line, place)
    assert isinstance(cell, Cell)
    cell.value = shown = cell_of(text)
    if shown:
        cell.data_type, cell.quotePrefix = "s", True
    return cell


def cell_of(text: str) -> str:
    """A text as a cell can hold it."""
    shown: str = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", text)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"


def _width(values: pd.Series, name: str) -> float:
    """The width that most of a column's values need; a Chinese character takes two places."""
    longest = max((len(str(value).encode("gb18030", "replace")) for value in values.head(1000).dropna()), default=0)
    return min(max(longest, len(name.encode("gb18030"))) + 2, 60)
