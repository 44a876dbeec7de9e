"""Where a sheet's headings are: under titles and margins, over two rows, or nowhere."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from workbench.errors import SourceError
from workbench.sources import Extract, ReadOptions, read

from .sheets import opened, rows


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


def grouped(tmp_path: Path, *lines: list[object], merge: tuple[str, ...] = (), **options: object) -> Extract:
    book = Workbook()
    for line in lines:
        book.active.append(line)
    for area in merge:
        book.active.merge_cells(area)
    book.save(tmp_path / "t.xlsx")
    return read(tmp_path / "t.xlsx", ReadOptions(**options))


def test_headings_over_two_rows(tmp_path: Path) -> None:
    upper = ["No", "Name", "Address", None, "Contact", None]
    lower = [None, None, "City", "Street", "Phone", "Mail"]
    record = ["7", "Ann", "Bonn", "Main St", "x", "y"]
    names = ["No", "Name", "Address City", "Address Street", "Contact Phone", "Contact Mail"]
    merge = ("A1:A2", "B1:B2", "C1:D1", "E1:F1")
    extract = grouped(tmp_path, upper, lower, record, merge=merge)
    assert (extract.columns, extract.settings["header row"]) == (names, "1-2")
    assert rows(extract) == [(1, *record)]
    extract = grouped(tmp_path, ["Title"], upper, lower, record, header=(2, 3), merge=("C2:D2", "E2:F2"))
    assert (extract.columns, rows(extract)) == (names, [(1, *record)])
    # words over groups of columns that are not merged
    extract = grouped(
        tmp_path, ["Name", None, "Address", None], ["first", "last", "city", "street"], ["a", "b", "c", "d"]
    )
    assert extract.columns == ["Name first", "Name last", "Address city", "Address street"]


def test_what_is_above_the_headings_is_not_always_part_of_them(tmp_path: Path) -> None:
    names, record = ["id", "name", "city", "street"], ["A", "Ann", "Bonn", "Main St"]
    for above, merge in (
        (["Customers", None, None, "page 1"], ()),
        (["Customers"], ("A1:D1",)),
        (["Customers"], ("A1:B1",)),
    ):
        extract = grouped(tmp_path, above, names, record, merge=merge)
        assert (extract.columns, extract.settings["header row"]) == (names, 2)
    extract = grouped(tmp_path, ["id", "name", "address", None], record, record, merge=("C1:D1",))
    assert (extract.columns[:3], len(rows(extract))) == (["id", "name", "address"], 2)


def test_no_headings(tmp_path: Path) -> None:
    extract = opened(tmp_path, ["a", "b"], ["c", "d"], header=0)
    assert (extract.columns, rows(extract)) == (["column_1", "column_2"], [(1, "a", "b"), (2, "c", "d")])


def test_titles_are_said(tmp_path: Path) -> None:
    extract = opened(tmp_path, ["Customers", None], [], ["id", "name"], [1, "x"])
    assert [(r.said, r.text) for r in extract.remarks] == [("no records: above the headings", "line 1: Customers")]
