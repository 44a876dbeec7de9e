"""Fixed width text: found and given widths, characters and cells, and lines that do not fit."""

from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import pytest

from workbench.errors import SourceError
from workbench.sources import Extract, ReadOptions, read

from ..reading import drained, extract_of


def opened(folder: Path, content: bytes | str, name: str = "t.txt", **options: Any) -> Extract:
    return extract_of(folder, content, name, **options)


ENGLISH = """\
ID    NAME            AMOUNT
0001  Acme Inc         12.50
0002  Beta                 7

0003  Gamma and Sons -100.00
0004                    1.00
"""


@pytest.mark.parametrize("name", ["t.txt", "t.dat", "t.prn"])
def test_widths_are_found(tmp_path: Path, name: str) -> None:
    extract = opened(tmp_path, ENGLISH, name)
    assert extract.columns == ["ID", "NAME", "AMOUNT"]
    assert drained(extract) == (
        [
            (1, "0001", "Acme Inc", "12.50"),
            (2, "0002", "Beta", "7"),
            (3, "0003", "Gamma and Sons", "-100.00"),
            (4, "0004", None, "1.00"),
        ],
        [],
    )
    assert extract.settings["widths"] == "6 15 7"
    assert extract.settings["counted in"] == "characters"


def padded(text: str, cells: int) -> str:
    return text + " " * (cells - sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text))


CHINESE = [
    ("编号", "名称", "城市"),
    ("0001", "北京华瑞（集团）", "北京"),
    ("0002", "Acme 上海", "上海"),
    ("0003", "IBM", "Bonn"),
]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
@pytest.mark.parametrize("cut", [False, True])
def test_wide_characters_fill_two_cells(tmp_path: Path, encoding: str, cut: bool) -> None:
    lines = [padded(a, 6) + padded(b, 20) + padded(c, 8) for a, b, c in CHINESE]
    text = "\r\n".join(line.rstrip() if cut else line for line in lines)
    for options in ({}, {"widths": [6, 20, 8]}):
        extract = opened(tmp_path, text.encode(encoding), **options)
        rows, rejects = drained(extract)
        assert extract.columns == ["编号", "名称", "城市"]
        assert ([row[1:] for row in rows], rejects) == (CHINESE[1:], [])
        assert extract.settings["counted in"].startswith("cells")


def test_characters_where_those_make_lines_equally_long(tmp_path: Path) -> None:
    lines = [f"{a:6}{b:12}{c:4}" for a, b, c in CHINESE]
    extract = opened(tmp_path, "\n".join(lines))
    assert [row[1:] for row in drained(extract)[0]] == CHINESE[1:]
    assert extract.settings["counted in"] == "characters"


def test_lines_that_do_not_fit_are_rejected(tmp_path: Path) -> None:
    good = [f"{n:04}  {'Firm ' + str(n):12}{n:8}" for n in range(1, 60)]
    broken = ["0060  Firm 60", good[0] + "x", "0061 Firm Shifted   " + "61".rjust(6)]
    text = "\n".join(["ID    NAME          AMOUNT", *good, *broken])
    rows, rejects = drained(opened(tmp_path, text))
    assert len(rows) == 59
    assert [(r.row, r.line, r.text, r.reason) for r in rejects] == [
        (60, 61, broken[0], "13 characters instead of 26"),
        (61, 62, broken[1], "27 characters instead of 26"),
        (62, 63, broken[2], "text where the blank before a column was expected, at 6: give `widths` if it is right"),
    ]
    rows, rejects = drained(opened(tmp_path, text, widths=[6, 12, 8]))
    assert [r.row for r in rejects] == [60, 61]
    assert rows[-1] == (62, "0061 F", "irm Shifted", "61")


def test_a_damaged_byte_and_a_wide_character_over_a_border(tmp_path: Path) -> None:
    lines = [f"A{n:03} 北京{n:03} ".encode("gb18030") for n in range(40)]
    lines += ["A041北京000 ".encode("gb18030")[:-1] + b"  ", b"A042 \xff\xff\xff\xff042 "]
    rows, rejects = drained(opened(tmp_path, b"\n".join(lines), widths=[5, 7, 1], header=0, encoding="gb18030"))
    assert rows[0] == (1, "A000", "北京000", None)
    assert [(r.row, r.reason) for r in rejects] == [
        (41, "a wide character lies over the beginning of a column, at 6"),
        (42, "a byte that the encoding does not know: \\xff"),
    ]


def test_headings_pinned_none_or_over_two_lines(tmp_path: Path) -> None:
    text = "List of customers\n      Customer\nID    Name      City\n0001  Acme      Bonn\n0002  Beta      Ulm\n0003  Cesar     Jena\n"
    extract = opened(tmp_path, text, header=(2, 3), widths=[6, 10, 4])
    assert extract.columns == ["ID", "Customer Name", "City"]
    assert len(drained(extract)[0]) == 3
    extract = opened(tmp_path, text, header=3)
    assert (extract.columns, len(drained(extract)[0])) == (["ID", "Name", "City"], 3)
    extract = opened(tmp_path, "\n".join(text.splitlines()[3:]), header=0)
    assert extract.columns == ["column_1", "column_2", "column_3"]
    assert drained(extract)[0][0] == (1, "0001", "Acme", "Bonn")


@pytest.mark.parametrize(
    "text",
    [
        "id;name\n1;Acme Inc\n2;Beta Inc\n3;Gamm Inc\n",
        "id\tname\n1\tAcme\n2\tBeta\n3\tCesar\n",
        "name\nAcme Inc\nBeta Inc\nGamm Inc\n",
        "some words of prose\nand others that are\nno table at all\nwhatever one does\n",
    ],
)
def test_other_texts_are_delimited(tmp_path: Path, text: str) -> None:
    assert "delimiter" in opened(tmp_path, text).settings


def test_no_columns(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        opened(tmp_path, "", widths=[1, 2])


def test_two_hundred_thousand_lines(tmp_path: Path) -> None:
    with (tmp_path / "t.txt").open("w", encoding="gb18030") as out:
        out.write("ID      NAME            CITY\n")
        out.writelines(f"{n:06}  北京华瑞{n:6}  北京\n" for n in range(200_000))
    batches = read(tmp_path / "t.txt", ReadOptions()).batches
    first = next(batches)
    assert first.rows.num_rows == 20_000
    assert first.rows.to_pylist()[0] == {"_row": 1, "ID": "000000", "NAME": "北京华瑞     0", "CITY": "北京"}
    assert sum(batch.rows.num_rows for batch in batches) == 180_000


def test_nothing_above_or_below_the_headings_is_lost_unseen(tmp_path: Path) -> None:
    extract = opened(tmp_path, "Customers\n\n" + ENGLISH)
    assert [(r.said, r.text) for r in extract.remarks] == [("no records: above the headings", "line 1: Customers")]
    assert len(drained(extract)[0]) == 4
    with pytest.raises(SourceError, match="no headings found"):
        opened(tmp_path, ENGLISH, header=50)


def test_damaged_headings_are_shown(tmp_path: Path) -> None:
    text = "\n".join(["\xffD    NAME   ", *(f"000{n}  Müller " for n in range(9))]).encode()
    extract = opened(tmp_path, text.replace("\xff".encode(), b"\xff"), encoding="utf-8")
    assert extract.columns == ["\\xffD", "NAME"]


def test_a_binary_file_is_named_whatever_its_widths(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="seems to be a PDF"):
        opened(tmp_path, b"%PDF-1.7\n" * 9, widths=[4, 4])
