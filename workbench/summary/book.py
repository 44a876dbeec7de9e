"""The report as a workbook, for those who want cells: a sheet a table, and no cell is a formula."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ..language import gettext as _
from ..published import Published
from ..reports.fragments import readable
from ..words import told
from ..workbook import MOST, put_text
from .chapter import Chapter, Table
from .columns import Column, columns
from .fallen import Fallen

FORMATS = {"count": "#,##0", "share": "0.0%", "money": "#,##0.00", "number": "0.00", "moment": "yyyy-mm-dd"}
DIGITS = 15
"""Digits that a cell's number holds exactly; a longer one stays text."""

LEFT = 2
"""The line of the headings; above them stands what the sheet is."""

WIDEST, LONGEST_NAME = 60, 31


def write_book(
    file: Path, project: str, run: Published, headline: str, told: Sequence[Fallen], chapters: Sequence[Chapter]
) -> None:
    """Write the sheets: in short, then the tables of each chapter."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _sheet(book, _short(project, run, headline, told, chapters))
    for chapter in chapters:
        for table in chapter.tables:
            _sheet(book, table)
    book.save(file)


def _short(
    project: str, run: Published, headline: str, told: Sequence[Fallen], chapters: Sequence[Chapter]
) -> Table:
    lines = [{"what": _("Gates"), "state": "", "said": headline}]
    lines += [{"what": one.kind, "state": "", "said": one.said} for one in told]
    lines += [{"what": one.title, "state": one.state, "said": one.said} for one in chapters]
    note = _("{project}, as of {day}, run {run}. Personal values are pseudonyms.")
    note = note.format(project=project, day=run.as_of, run=run.run_id)
    return Table(_("In short"), columns("what state said", what="status"), lines, note)


def _sheet(book: Workbook, table: Table) -> None:
    to = book.create_sheet(_free(book, table.title))
    put_text(to, 1, 1, table.note or table.title).font = Font(italic=True)
    for place, (_key, kind, heading) in enumerate(table.columns, 1):
        cell = put_text(to, LEFT, place, heading)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(horizontal="right" if kind in ("count", "share", "money", "number") else "left")
    for line, row in enumerate(table.rows[:MOST], LEFT + 1):
        for place, (key, kind, _heading) in enumerate(table.columns, 1):
            _put(to, line, place, row.get(key), kind)
    for place, column in enumerate(table.columns, 1):
        to.column_dimensions[get_column_letter(place)].width = _width(table, column)
    to.freeze_panes = f"B{LEFT + 1}"
    last = LEFT + max(1, min(len(table.rows), MOST))
    to.auto_filter.ref = f"A{LEFT}:{get_column_letter(len(table.columns))}{last}"


def _put(to: Worksheet, line: int, place: int, value: Any, kind: str) -> None:
    """A value: a number as a number, a date as a date, all else as text that is never a formula."""
    if isinstance(value, date | float) or (isinstance(value, int | Decimal) and _exact(value)):
        cell = to.cell(line, place, value)
        cell.number_format = FORMATS.get(kind, "General")
    elif value is not None:
        text = told(str(value)) if kind in ("status", "word") else str(value)
        text = readable(text) if kind == "value" else text
        put_text(to, line, place, text).alignment = Alignment(vertical="top", wrap_text=True)


def _exact(number: int | Decimal) -> bool:
    """Whether a cell, which is a binary fraction of some 15 digits, shows it to the last digit."""
    return len(f"{number:f}".strip("-0").replace(".", "")) <= DIGITS


def _width(table: Table, column: Column) -> float:
    """The width that most values need; a Chinese character takes two places."""
    key, _kind, heading = column
    shown = [heading, *(str(row.get(key) or "") for row in table.rows[:1000])]
    return float(min(max(len(text.encode("gb18030", "replace")) for text in shown) + 3, WIDEST))


def _free(book: Workbook, title: str) -> str:
    """A name that no other sheet has, without what the names of sheets must not have."""
    name = "".join(" " if sign in r"[]:*?/\'" else sign for sign in title)[:LONGEST_NAME].strip()
    taken = [name, *(f"{name[: LONGEST_NAME - 3]} {number}" for number in range(2, 99))]
    return next(one for one in taken if one not in book.sheetnames)
