"""Workbooks as a target takes them: one sheet, row by row, every cell a text and none a formula."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from ..store import Connection, streamed

MOST = 1_048_575
"""Rows that a sheet has below its headings."""


def write_xlsx(
    con: Connection, query: str, headings: list[str], named: Callable[[], Path], rows: int | None
) -> Iterator[tuple[Path, int]]:
    """Write a query's columns under `headings`, a new file (its name is asked of `named`) after each `rows` rows.

    Gives each file that is complete, with its rows; at least one.
    """
    lines = iter(streamed(con, query))
    first: Iterable[tuple[Any, ...]] = islice(lines, 1)
    while True:
        file, book, written = named(), Workbook(write_only=True), 0
        sheet = book.create_sheet("Data")
        _add(sheet, headings)
        for line in islice(chain(first, lines), min(rows or MOST, MOST)):
            _add(sheet, line)
            written += 1
        book.save(file)
        yield file, written
        first = list(islice(lines, 1))
        if not first:
            return


def _add(sheet: WriteOnlyWorksheet, values: Iterable[Any]) -> None:
    cells = []
    for value in values:
        cell = None
        if value not in (None, ""):
            cell = WriteOnlyCell(sheet, str(value))
            cell.data_type, cell.quotePrefix = "s", True
        cells.append(cell)
    sheet.append(cells)
