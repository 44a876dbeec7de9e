"""Workbooks that people fill in: columns of ours are locked, theirs are not, and what they wrote is read back.

No cell becomes a formula, whatever it begins with.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
MISSING = PatternFill("solid", fgColor="F8CBAD")
LISTS, LONGEST_LIST = "lists", 255
"""The hidden sheet of what drop-downs offer that is too long for a cell's own list, and how long that may be."""


@dataclass(frozen=True)
class Sheet:
    """A sheet: what to do with it, its rows, the columns that people fill in, and lists of what these accept.

    With `gaps` only the blank cells of these columns are theirs. `marked` are rows (from 0) that ask for attention.
    After the rows come `spare` lines that are theirs whole. Lists of the columns in `free` only propose. With `exact`
    what is typed stays text, so that 01 does not become 1.
    """

    name: str
    note: str
    rows: pd.DataFrame
    fill: Sequence[str]
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    gaps: bool = False
    marked: Collection[int] = ()
    spare: int = 0
    free: Collection[str] = ()
    exact: bool = False


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
    cells = _cells(file, name)
    lines = [(number, [(cell_text(cell) or "").strip() for cell in row]) for number, row in enumerate(cells, 1)]
    start, headings = max(lines, key=lambda line: len(set(columns) & set(line[1])), default=(0, []))
    if gone := [column for column in columns if column not in headings]:
        raise SourceError(
            f"{file}, sheet '{name}': there is no column {', '.join(gone)}. Give the headings back their names."
        )
    places = [headings.index(column) for column in columns]
    found = [[number, *(line[at] or None for at in places)] for number, line in lines[start:] if any(line)]
    return pd.DataFrame(found, columns=[LINE, *columns], dtype=object)


def no_texts(file: Path, name: str, columns: Sequence[str]) -> list[str]:
    """The cells of some columns of a sheet that hold a number, a date or a truth value: what Excel made of a text.

    Raises as `read_sheet`.
    """
    lines = read_sheet(file, name, columns)[LINE]
    cells = _cells(file, name)
    headings = next(row for row in cells if set(columns) <= {str(cell).strip() for cell in row})
    places = [place for place, heading in enumerate(headings) if str(heading).strip() in columns]
    return [f"{get_column_letter(place + 1)}{line}" for line in lines for place in places
            if not isinstance(cells[line - 1][place], str)]  # fmt: skip


def sheet_names(file: Path) -> list[str]:
    """The sheets of a workbook. Raises SourceError for a file that is none."""
    return _open(file).sheet_names


def _cells(file: Path, name: str) -> list[list[Any]]:
    book = _open(file)
    if name not in book.sheet_names:
        raise SourceError(f"{file}: there is no sheet '{name}'. It has: {', '.join(book.sheet_names)}.")
    return book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def _open(file: Path) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(file))
    except (CalamineError, PasswordError, OSError) as error:
        raise SourceError(
            f"{file}: cannot be read as a workbook ({error}). Is it there, saved as .xlsx, unlocked?"
        ) from error


def _write(to: Worksheet, sheet: Sheet) -> None:
    names = [str(name) for name in sheet.rows.columns]
    put_text(to, 1, 1, sheet.note).font = Font(italic=True)
    for place, name in enumerate(names, 1):
        cell = put_text(to, HEADINGS, place, name)
        cell.font = Font(bold=True)
        to.column_dimensions[get_column_letter(place)].width = _width(sheet.rows.iloc[:, place - 1], name)
    for line, values in enumerate(sheet.rows.itertuples(index=False), HEADINGS + 1):
        for place, value in enumerate(values, 1):
            text = "" if pd.isna(value) else str(value)
            cell = put_text(to, line, place, text)
            theirs = names[place - 1] in sheet.fill and not (sheet.gaps and text)
            fill = MISSING if line - HEADINGS - 1 in sheet.marked else THEIRS if theirs else OURS
            _dress(cell, fill, theirs, sheet.exact)
    last = max(HEADINGS + len(sheet.rows), HEADINGS + 1) + sheet.spare
    for line in range(last - sheet.spare + 1, last + 1):
        for place in range(1, len(names) + 1):
            _dress(to.cell(line, place), THEIRS, True, sheet.exact)
    for name, accepted in sheet.choices.items():
        letter = get_column_letter(names.index(name) + 1)
        listed = DataValidation("list", formula1=_list(to, accepted), allow_blank=True,
                                showErrorMessage=name not in sheet.free)  # fmt: skip
        listed.add(f"{letter}{HEADINGS + 1}:{letter}{last}")
        to.add_data_validation(listed)
    to.freeze_panes = f"A{HEADINGS + 1}"
    to.auto_filter.ref = f"A{HEADINGS}:{get_column_letter(len(names))}{last}"
    to.protection.sheet = True
    to.protection.autoFilter = to.protection.sort = to.protection.formatColumns = False  # False: people may


def _dress(cell: Any, fill: PatternFill, theirs: bool, exact: bool) -> None:
    cell.fill = fill
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    cell.protection = Protection(locked=not theirs)
    if exact:
        cell.number_format = "@"


def _list(to: Worksheet, accepted: Sequence[str]) -> str:
    """What a drop-down offers: in the cell itself, or where that does not hold it on the hidden sheet."""
    listed = ",".join(accepted)
    if len(listed) <= LONGEST_LIST and not any("," in one or '"' in one for one in accepted):
        return f'"{listed}"'
    book = to.parent
    lists = book[LISTS] if LISTS in book.sheetnames else book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    place = 1 if lists["A1"].value is None else lists.max_column + 1
    for line, one in enumerate(accepted, 1):
        put_text(lists, line, place, one)
    return f"{LISTS}!${get_column_letter(place)}$1:${get_column_letter(place)}${len(accepted)}"


def put_text(to: Worksheet, line: int, place: int, text: str) -> Cell:
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
