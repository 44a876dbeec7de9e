"""Workbooks written by openpyxl, and by hand where openpyxl cannot."""

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from workbench.errors import SourceError
from workbench.sources import Extract, ReadOptions, read
from workbench.sources.excel import Cell, cell_text


def opened(folder: Path, *lines: list[object], **options: object) -> Extract:
    book = Workbook()
    for line in lines:
        book.active.append(line)
    book.save(folder / "t.xlsx")
    return read(folder / "t.xlsx", ReadOptions(**options))


def rows(extract: Extract) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for batch in extract.batches for row in batch.to_pylist()]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (1001.0, "1001"),
        (1001, "1001"),
        (-0.5, "-0.5"),
        (0.1 + 0.2, "0.3"),
        (0.00001, "0.00001"),
        (13800138000.0, "13800138000"),
        (True, "TRUE"),
        (False, "FALSE"),
        (datetime(2024, 1, 31), "2024-01-31"),
        (date(2024, 1, 31), "2024-01-31"),
        (datetime(2024, 1, 31, 10, 30), "2024-01-31 10:30:00"),
        (time(10, 30), "10:30:00"),
        (timedelta(hours=30, minutes=5), "30:05:00"),
        ("0010 ", "0010 "),
        ("", None),
    ],
)
def test_cells_read_as_a_person_reads_them(cell: Cell, text: str | None) -> None:
    assert cell_text(cell) == text


def test_a_sheet(tmp_path: Path) -> None:
    extract = opened(
        tmp_path, ["id", "name", "since"], [1001, "北京华瑞", datetime(2024, 1, 31)], [], ["0010", None, True]
    )
    assert extract.columns == ["id", "name", "since"]
    assert rows(extract) == [(1, "1001", "北京华瑞", "2024-01-31"), (2, "0010", None, "TRUE")]
    assert extract.settings == {"sheet": "Sheet", "header row": 1}


def test_titles_and_margins_are_skipped(tmp_path: Path) -> None:
    extract = opened(
        tmp_path,
        [None, "Customers of the year, with a wide title", None, None, None, "page 1"],
        [],
        [None, "id", "name", "city"],
        [None, 1, "x", None],
    )
    assert extract.columns == ["id", "name", "city"]
    assert extract.settings["header row"] == 3
    assert rows(extract) == [(1, "1", "x", None)]


def test_headings_may_be_years_repeated_or_blank(tmp_path: Path) -> None:
    extract = opened(tmp_path, ["name", 2023, 2024, None, "Name"], ["x", 1, 2, 3, "y"], ["z", 4, 5, 6, "w"])
    assert extract.columns == ["name", "2023", "2024", "column_4", "Name_2"]
    assert len(rows(extract)) == 2


def test_header_can_be_pinned(tmp_path: Path) -> None:
    lines: list[list[object]] = [["a", "b"], [], ["c", "d"], [1, 2]]
    assert opened(tmp_path, *lines, header=3).columns == ["c", "d"]
    for row in (2, 99):
        with pytest.raises(SourceError, match=f"row {row} is blank"):
            opened(tmp_path, *lines, header=row)


def test_the_sheet_is_the_one_named_or_the_first_visible_one_with_cells(tmp_path: Path) -> None:
    book = Workbook()
    for name in ("hidden", "data", "more"):
        book.create_sheet(name).append([name])
    book["hidden"].sheet_state = "hidden"
    book.save(tmp_path / "t.xlsx")
    assert read(tmp_path / "t.xlsx", ReadOptions()).columns == ["data"]
    assert read(tmp_path / "t.xlsx", ReadOptions(sheet="hidden")).columns == ["hidden"]
    with pytest.raises(SourceError, match=r"no sheet 'Data'.* Sheet, hidden, data, more"):
        read(tmp_path / "t.xlsx", ReadOptions(sheet="Data"))
    with pytest.raises(SourceError, match="no cells in sheet 'Sheet'"):
        read(tmp_path / "t.xlsx", ReadOptions(sheet="Sheet"))


def test_many_rows_come_in_batches(tmp_path: Path) -> None:
    extract = opened(tmp_path, ["id", "name"], *([n, "x"] for n in range(1, 25_001)))
    batches = [batch.num_rows for batch in extract.batches]
    assert batches == [20_000, 5_000]


def test_opendocument(tmp_path: Path) -> None:
    names = ("office", "table", "text")
    spaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in names)
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in ("id", "name")
    )
    numbers = '<table:table-cell office:value-type="float" office:value="7"/>' * 2
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name='T'>"
        f"<table:table-row>{cells}</table:table-row><table:table-row>{numbers}</table:table-row>"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "t.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    extract = read(tmp_path / "t.ods", ReadOptions())
    assert (extract.columns, rows(extract)) == (["id", "name"], [(1, "7", "7")])


def test_what_is_no_workbook_says_so(tmp_path: Path) -> None:
    (tmp_path / "t.xlsx").write_bytes(b"a,b\n")
    with pytest.raises(SourceError, match=r"t\.xlsx: no readable workbook"):
        read(tmp_path / "t.xlsx", ReadOptions())
