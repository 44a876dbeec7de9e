"""A workbook goes out, people write in it as people do, and what they wrote comes back."""

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from workbench.errors import SourceError
from workbench.workbook import MOST, Sheet, read_sheet, write_workbook

ROWS = pd.DataFrame({"key": ["0007", "0008"], "name": ["=cmd|'/c calc'!A1", "华瑞\x07公司"], "answer": [None, "yes"]})
SHEET = Sheet("customers", "Fill in the yellow column.", ROWS, ["answer"], {"answer": ["yes", "no"]})


@pytest.fixture
def book(tmp_path: Path) -> Path:
    file = tmp_path / "out" / "customers.xlsx"
    write_workbook(file, [SHEET])
    return file


def test_what_was_written_comes_back_as_text_with_its_line(book: Path) -> None:
    found = read_sheet(book, "customers", ["key", "answer", "name"])
    assert found.to_numpy().tolist() == [
        [3, "0007", None, "=cmd|'/c calc'!A1"],
        [4, "0008", "yes", "华瑞\N{REPLACEMENT CHARACTER}公司"],
    ]


def test_nothing_becomes_a_formula_and_only_answers_are_open(book: Path) -> None:
    sheet = openpyxl.load_workbook(book)["customers"]
    cells = [cell for row in sheet.iter_rows(min_row=3) for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"} and all(cell.quotePrefix for cell in cells)
    assert sheet.protection.sheet
    assert [cell.protection.locked for cell in sheet[3]] == [True, True, False]
    assert sheet.data_validations.dataValidation[0].formula1 == '"yes,no"'


def test_read_as_people_leave_it(book: Path) -> None:
    """A line above, a column moved, a number and a date typed, lines in between left blank."""
    edited = openpyxl.load_workbook(book)
    sheet = edited["customers"]
    sheet.insert_rows(1)
    sheet.insert_cols(1)
    sheet["D5"] = 12
    sheet["D9"], sheet["B9"] = pd.Timestamp("2026-03-01").to_pydatetime(), "0009"
    edited.save(book)
    found = read_sheet(book, "customers", ["key", "answer"])
    assert found.to_numpy().tolist() == [[4, "0007", None], [5, "0008", "12"], [9, "0009", "2026-03-01"]]


def test_a_damaged_workbook_says_what_to_do(book: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"there is no sheet 'orders'\. It has: customers"):
        read_sheet(book, "orders", ["key"])
    with pytest.raises(SourceError, match=r"there is no column why\. Give the headings back"):
        read_sheet(book, "customers", ["key", "why"])
    book.write_bytes(book.read_bytes()[:2000])
    with pytest.raises(SourceError, match="cannot be read as a workbook"):
        read_sheet(book, "customers", ["key"])
    with pytest.raises(SourceError, match="cannot be read as a workbook"):
        read_sheet(tmp_path / "none.xlsx", "customers", ["key"])


def test_a_sheet_has_a_size_that_people_work_through(tmp_path: Path) -> None:
    many = pd.DataFrame({"key": range(MOST + 1)})
    with pytest.raises(SourceError, match="more than a sheet for people takes"):
        write_workbook(tmp_path / "many.xlsx", [Sheet("all", "", many, [])])
    with pytest.raises(SourceError, match=r"ends in \.xlsx"):
        write_workbook(tmp_path / "many.ods", [SHEET])
