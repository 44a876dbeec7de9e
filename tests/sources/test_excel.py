"""Workbooks written by openpyxl, and by hand where openpyxl cannot."""

import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from workbench.errors import SourceError
from workbench.sources import Extract, ReadOptions, read
from workbench.sources.excel_cells import Cell, cell_text

from .sheets import opened, rows, said


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (1001.0, "1001"),
        (1001, "1001"),
        (-0.5, "-0.5"),
        (0.1 + 0.2, "0.3"),
        (0.00001, "0.00001"),
        (13800138000.0, "13800138000"),
        (6222021234567890123.0, "6222021234567890000"),
        (123456789012345.0, "123456789012345"),
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
    batches = [batch.rows.num_rows for batch in extract.batches]
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


def saved(file: Path, book: Workbook) -> Extract:
    book.save(file)
    return read(file, ReadOptions())


def test_what_only_the_eye_sees_is_said(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    for line in (
        ["id", "name", "sum", "state", "secret"],
        [1, "x", "=A2+1", "#N/A", "s"],
        [2, None, 5, "#REF!", "t"],
        [3, "y", 6, "ok", "u"],
    ):
        sheet.append(line)
    sheet.append([4, "z", 7, "ok", "v"])
    for place in ("D2", "D3"):
        sheet[place].data_type = "e"
    sheet["A2"].number_format = sheet["A3"].number_format = "00000"
    sheet["A1"].number_format = "00000"
    sheet.merge_cells("B2:B3")
    sheet.row_dimensions[3].hidden = sheet.row_dimensions[4].hidden = sheet.row_dimensions[99].hidden = True
    sheet.column_dimensions["E"].hidden = True
    sheet.auto_filter.ref = "A1:E5"
    sheet.auto_filter.add_filter_column(0, ["1"])
    book.create_sheet("more").append([1])
    book.create_sheet("blank")
    book.create_sheet("old").append([1])
    book["old"].sheet_state = "veryHidden"
    extract = saved(tmp_path / "t.xlsx", book)
    assert rows(extract) == [
        (1, "1", "x", None, None, "s"),
        (2, "2", None, "5", None, "t"),
        (3, "3", "y", "6", "ok", "u"),
        (4, "4", "z", "7", "ok", "v"),
    ]
    assert said(extract) == [
        (None, None, "other sheets: more"),
        (None, 2, "hidden rows"),
        ("secret", None, "a hidden column"),
        ("name", 2, "in merged cells"),
        ("state", 2, "errors such as #N/A"),
        ("sum", 1, "formulas that were never calculated"),
        ("id", 2, "numbers shown with leading zeros"),
    ]
    assert "more, old (hidden); to read" in extract.remarks[0].said
    assert "by a filter" in extract.remarks[1].said


def test_a_margin_does_not_shift_what_is_said(tmp_path: Path) -> None:
    book = Workbook()
    for place, value in {"C3": "id", "D3": "name", "C4": 1, "D4": "#N/A", "C5": 2, "D5": "x"}.items():
        book.active[place] = value
    book.active["D4"].data_type = "e"
    book.active.column_dimensions["D"].hidden = True
    extract = saved(tmp_path / "t.xlsx", book)
    assert said(extract) == [("name", None, "a hidden column"), ("name", 1, "errors such as #N/A")]
    assert extract.settings["header row"] == 3


def test_lost_digits_are_counted(tmp_path: Path) -> None:
    extract = opened(
        tmp_path,
        ["card", "phone"],
        [6222021234567890123, "8.61E+12"],
        [12345678901234567, "8,6e+12 "],
        [7, "A+1"],
        ["8.6E+1x", 1.0],
    )
    assert [row[1] for row in rows(extract)] == ["6222021234567890000", "12345678901234600", "7", "8.6E+1x"]
    assert said(extract) == [
        ("card", 2, "numbers of more than 15 digits"),
        (
            "phone",
            2,
            "text such as 8.61E+12: the other digits were lost when it was saved as text. Export the column as text.",
        ),
    ]


def changed(source: Path, target: Path, change: Callable[[bytes], bytes]) -> Extract:
    """A workbook with another sheet1.xml, as other programs write it."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name.endswith("sheet1.xml") else old.read(name))
    return read(target, ReadOptions())


def test_formulas_give_their_stored_value(tmp_path: Path) -> None:
    opened(tmp_path, ["id", "text"], ["=1", "=2"], ["=3", "x"])

    def calculate(xml: bytes) -> bytes:
        """A number, an empty text, an error."""
        xml = xml.replace(b'<c r="A2"><f>1</f><v />', b'<c r="A2"><f>1</f><v>7.0</v>')
        xml = xml.replace(b'<c r="B2"><f>2</f><v />', b'<c r="B2" t="str"><f>2</f><v></v>')
        return xml.replace(b'<c r="A3"><f>3</f><v />', b'<c r="A3" t="e"><f>3</f><v>#DIV/0!</v>')

    extract = changed(tmp_path / "t.xlsx", tmp_path / "u.xlsx", calculate)
    assert rows(extract) == [(1, "7", None), (2, None, "x")]
    assert said(extract) == [("id", 1, "errors such as #N/A")]


def test_the_content_says_what_it_is(tmp_path: Path) -> None:
    opened(tmp_path, ["id", "name"], [1, "x"])
    (tmp_path / "t.xlsx").rename(tmp_path / "t.xls")
    assert rows(read(tmp_path / "t.xls", ReadOptions())) == [(1, "1", "x")]
    (tmp_path / "text.xls").write_text("id\tname\n1\t北京\n", "gb18030")
    extract = read(tmp_path / "text.xls", ReadOptions(encoding="gb18030"))
    assert rows(extract) == [(1, "1", "北京")]
    assert extract.remarks[-1].said == "the file is delimited text, though its name ends in .xls: it was read as text"
    (tmp_path / "web.xls").write_text("\ufeff\n<html><table><tr><td>1</td></tr></table></html>", "utf-8")
    with pytest.raises(SourceError, match=r"web\.xls: is a web page or XML .*save it as \.xlsx"):
        read(tmp_path / "web.xls", ReadOptions())


def compound(stream: str) -> bytes:
    """An OLE compound file that has one stream: a header, a sector of allocations, one of the directory."""
    used, end = 0xFFFFFFFD, 0xFFFFFFFE
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0, 0) + b"\xff" * (4 * 108)
    names = [("Root Entry", 5, 1), (stream, 2, 0xFFFFFFFF)]
    entries = b"".join(
        (name + "\0").encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBBIII", 2 * len(name) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        + bytes(36) + struct.pack("<IQ", end, 0)
        for name, kind, child in names
    )  # fmt: skip
    return head + struct.pack("<II", used, end).ljust(512, b"\xff") + entries.ljust(512, b"\0")


def test_a_protected_workbook(tmp_path: Path) -> None:
    (tmp_path / "t.xlsx").write_bytes(compound("EncryptedPackage"))
    with pytest.raises(SourceError, match=r"t\.xlsx: is protected by a password: save it without"):
        read(tmp_path / "t.xlsx", ReadOptions())


def test_what_is_no_workbook_says_so(tmp_path: Path) -> None:
    for content in (b"PK\x03\x04 no zip", compound("nothing")):
        (tmp_path / "t.xlsx").write_bytes(content)
        with pytest.raises(SourceError, match=r"t\.xlsx: no readable workbook"):
            read(tmp_path / "t.xlsx", ReadOptions())


def test_a_hundred_thousand_rows_end(tmp_path: Path) -> None:
    """In the time that a test has: a reader that looks at all rows for each would not."""
    opened(tmp_path, [f"c{n}" for n in range(12)])
    record = "".join(
        f'<c t="inlineStr"><is><t>北京 {n}</t></is></c>' if n % 2 else f"<c><v>{n}</v></c>" for n in range(12)
    )

    def fill(xml: bytes) -> bytes:
        return xml.replace(b"</sheetData>", f"<row>{record}</row>".encode() * 100_000 + b"</sheetData>")

    extract = changed(tmp_path / "t.xlsx", tmp_path / "u.xlsx", fill)
    assert sum(batch.rows.num_rows for batch in extract.batches) == 100_000


@pytest.mark.parametrize("name", ["t.xls", "t.ods"])
def test_an_archive_that_only_the_reader_of_sheets_understands(tmp_path: Path, name: str) -> None:
    opened(tmp_path, ["id", "name"], [1, "x"])
    content = bytearray((tmp_path / "t.xlsx").read_bytes())
    content[content.rindex(b"PK\x01\x02") + 6] = 254  # the version that is needed to unpack the last member
    (tmp_path / name).write_bytes(content)
    assert rows(read(tmp_path / name, ReadOptions())) == [(1, "1", "x")]
