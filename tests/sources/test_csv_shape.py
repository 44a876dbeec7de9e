"""Delimited text: what is found out about a file. Encoding, delimiter, quote, headings, titles, comments and footers."""

import codecs
import random
from pathlib import Path

import pytest

from tests.reading import table_of
from workbench.config import ReadOptions
from workbench.errors import SourceError
from workbench.sources import read
from workbench.sources.extract import column_names


def test_a_damaged_byte_does_not_change_the_encoding(tmp_path: Path) -> None:
    content = b"name,city\n" + "Müller,Köln\n".encode() * 500 + b"M\xfcller,Bonn\n"
    extract = table_of(tmp_path, content)
    assert len(extract.rows) == 500
    assert (extract.settings["encoding"], len(extract.rejects)) == ("utf-8", 1)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("名,城\n华为（深圳）,北京\n".encode(), "utf-8"),
        (codecs.BOM_UTF8 + "名,城\n华为（深圳）,北京\n".encode(), "utf-8"),
        ("名,城\n华为（深圳）,北京\n".encode("gb18030"), "gb18030"),
        ("名,城\n华为（深圳）,北京\n".encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + "名,城\n华为（深圳）,北京\n".encode("utf-16-be"), "utf-16"),
    ],
)
def test_encoding_is_found(tmp_path: Path, content: bytes, encoding: str) -> None:
    extract = table_of(tmp_path, content)
    assert extract.columns == ["名", "城"]
    assert extract.rows == [(1, "华为（深圳）", "北京")]
    assert extract.settings["encoding"] == encoding


def test_western_text_is_cp1252(tmp_path: Path) -> None:
    extract = table_of(tmp_path, "name;ort\nRené;Orléans\nCafé – Bar;Bonn\n".encode("cp1252"))
    assert extract.settings["encoding"] == "cp1252"
    assert extract.rows[1] == (2, "Café – Bar", "Bonn")


def test_pinned_encoding_wins_and_an_unknown_one_says_so(tmp_path: Path) -> None:
    assert table_of(tmp_path, "a,b\n公司,台北\n".encode("big5"), encoding="big5").rows == [(1, "公司", "台北")]
    for encoding in ("klingon", "base64"):
        with pytest.raises(SourceError, match=f"no encoding '{encoding}'.*utf-8"):
            table_of(tmp_path, "a,b\n", encoding=encoding)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a;b;c\n1,5;2,5;x\n2,5;3;y\n", ";"),
        ("a\tb\n1,2\t3;4\n", "tab"),
        ("a|b|c\n1|2,3|4\n", "|"),
        ('a,b\n"x;y;z",1\n"p;q;r",2\n', ","),
        ("name\nAcme, Inc\nBeta\nGamma\n", "tab"),  # one column
    ],
)
def test_delimiter_is_found(tmp_path: Path, text: str, delimiter: str) -> None:
    extract = table_of(tmp_path, text, "t.txt")
    assert (extract.settings["delimiter"], extract.rejects) == (delimiter, [])


def test_a_few_broken_records_do_not_change_the_delimiter(tmp_path: Path) -> None:
    lines = ["id;name;city;amount", *(f"{n};Acme;Bonn;{n},50" for n in range(100)), "1;a;b", "2;a;b;c;5,0"]
    extract = table_of(tmp_path, "\n".join(lines))
    assert len(extract.rows) == 100
    assert [r.row for r in extract.rejects] == [101, 102]


@pytest.mark.parametrize(
    "text",
    ["Customers\nas of 2026\n\nid,name,city\n1,x,\n", "Customers,,\n2026,,\n\nid,name,city\n1,x,\n"],
)
def test_titles_above_the_headings_are_skipped(tmp_path: Path, text: str) -> None:
    extract = table_of(tmp_path, text + "2,,\n3,y,z\n4,y,z\n5,y,z\n")
    assert extract.columns == ["id", "name", "city"]
    assert extract.settings["header line"] == 4
    assert extract.rows[:2] == [(1, "1", "x", None), (2, "2", None, None)]


def test_header_can_be_pinned(tmp_path: Path) -> None:
    extract = table_of(tmp_path, "x,y\n1,2\na,b\n3,4\n", header=3)
    assert extract.columns == ["a", "b"]
    assert extract.rows == [(1, "3", "4")]
    with pytest.raises(SourceError, match="no headings"):
        table_of(tmp_path, "a,b\n", header=9)


@pytest.mark.parametrize(("names", "count"), [("a,b,c,", 3), ("a,b", 3)])
def test_headings_take_the_width_of_the_records(tmp_path: Path, names: str, count: int) -> None:
    extract = table_of(tmp_path, names + "\n1,2,3\n4,5,6\n7,8,9\n")
    assert (len(extract.columns), len(extract.rows)) == (count, 3)


def test_headings_that_cannot_be_cut_stop_the_work(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="line 1: a quote is never closed"):
        table_of(tmp_path, 'id,"name\n1,x\n2,y\n')


def test_column_names_are_unique_and_never_blank() -> None:
    assert column_names(["Name", " ", "NAME", "name_2", "name", None, "_row", "a\n b"]) == [
        "Name", "column_2", "NAME_2", "name_2_2", "name_3", "column_6", "_row_2", "a b",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "the file is empty"), (b"\n\r\n", "no headings"), (codecs.BOM_UTF8, "no headings")]
)
def test_an_empty_file_has_no_headings(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        table_of(tmp_path, content)


def test_headings_alone_are_an_extract_without_rows(tmp_path: Path) -> None:
    extract = table_of(tmp_path, "a,b\n")
    assert (extract.columns, extract.rows, extract.rejects) == (["a", "b"], [], [])


def test_unknown_suffix_and_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"'\.doc' cannot be read.*\.csv, .*\.parquet"):
        table_of(tmp_path, "", "t.doc")
    with pytest.raises(SourceError, match="no such file"):
        read(tmp_path / "none.csv", ReadOptions())


def test_two_rows_of_headings_are_joined(tmp_path: Path) -> None:
    extract = table_of(tmp_path, "Report\n,Sales,,Costs,\nid,2023,2024,2023,2024\n7,1,2,3,4\n", header=(2, 3))
    assert extract.columns == ["id", "Sales 2023", "Sales 2024", "Costs 2023", "Costs 2024"]
    assert extract.rows == [(1, "7", "1", "2", "3", "4")]
    assert extract.settings["header line"] == "2 to 3"


@pytest.mark.parametrize("text", ["1,2024-01-01,Acme\n2,,Beta\n3,2024-02-01,Gamma\n", "a@b.example;x\nc@d.example;y\n"])
def test_a_first_line_of_data_is_no_heading(tmp_path: Path, text: str) -> None:
    extract = table_of(tmp_path, text)
    assert extract.columns[0] == "column_1"
    assert len(extract.rows) == text.count("\n")
    assert "no headings were found" in extract.said[0]


@pytest.mark.parametrize("text", ["2023,2024\n5,6\n7,8\n", "1,2,3\n4,5,6\n", "id,2\n5,6\n", "name,city\nx,y\n"])
def test_years_counts_and_words_are_headings(tmp_path: Path, text: str) -> None:
    assert table_of(tmp_path, text).settings["header line"] == 1


def test_no_headings_can_be_pinned(tmp_path: Path) -> None:
    extract = table_of(tmp_path, "# made by Acme\nname,city\nx,y\n", header=0)
    assert (extract.columns, len(extract.rows)) == (["column_1", "column_2"], 2)
    assert extract.said == ["no records: above the records: line 1: # made by Acme"]


def test_repeated_headings_are_told(tmp_path: Path) -> None:
    extract = table_of(tmp_path, "id,Name,Name\n1,a,b\n")
    assert extract.columns == ["id", "Name", "Name_2"]
    assert extract.said == ["Name is the heading of several columns, told apart by a number: Name, Name_2"]


def test_a_single_quote_that_is_one(tmp_path: Path) -> None:
    extract = table_of(tmp_path, "id,name\n1,'Acme, Inc'\n2,'O''Neil'\n3,'x'\n")
    assert extract.rows == [(1, "1", "Acme, Inc"), (2, "2", "O'Neil"), (3, "3", "x")]
    towns = table_of(tmp_path, "id,town\n1,'s-Hertogenbosch\n2,'t Zand\n3,Bonn\n")
    assert (towns.settings["quote"], towns.rows[0]) == ('"', (1, "1", "'s-Hertogenbosch"))


def test_quote_and_delimiter_can_be_pinned(tmp_path: Path) -> None:
    assert table_of(tmp_path, 'a,b\n"1,2\n', quote="").rows == [(1, '"1', "2")]
    assert table_of(tmp_path, 'a||b\n"1||x"||2|3\n', delimiter="||").rows == [(1, "1||x", "2|3")]


def test_comments_are_no_records(tmp_path: Path) -> None:
    extract = table_of(tmp_path, '// top\na,b\n1,2\n// mid, "way\n"3\n// in","4"\n', comment="//")
    assert extract.rows == [(1, "1", "2"), (2, "3\n// in", "4")]
    assert extract.said == [
        "no records: above the headings: line 1: // top",
        'no records: 1 comments: line 4: // mid, "way',
    ]
    assert table_of(tmp_path, "# by Acme\na,b\n#1,2\n").rows == [(1, "#1", "2")]


@pytest.mark.parametrize("footer", ["Total,,12", "-- 5 rows --", "合计", "Total: 12", "(5 records)", "End of report,"])
def test_a_footer_is_no_record_and_is_said(tmp_path: Path, footer: str) -> None:
    body = "".join(f"{n},Acme {n} Ltd,{n},x\n" for n in range(12))
    extract = table_of(tmp_path, "id,name,amount,note\n" + body + footer + "\n\n")
    assert (len(extract.rows), extract.rejects) == (12, [])
    assert extract.said == [f"no records: a footer: line 14: {footer}"]


@pytest.mark.parametrize(
    ("last", "rejected"), [("12,Ac", 1), ("1", 1), ("Total,Paris,7,x", 0), ("Acme Inc", 1), ("Total Gas,Paris,7", 1)]
)
def test_a_cut_record_and_a_company_called_total_are_no_footers(tmp_path: Path, last: str, rejected: int) -> None:
    body = "".join(f"Acme {'x' * n} Ltd,Bonn,{n},x\n" if last == "Acme Inc" else f"{n},Bonn,{n},x\n" for n in range(12))
    extract = table_of(tmp_path, "id,city,amount,note\n" + body + last)
    assert (len(extract.rows), len(extract.rejects), extract.said) == (13 - rejected, rejected, [])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04rest", "workbook or a zip.*name it .xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel workbook: name it .xls"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"PAR1", "Parquet"),
        (random.Random(1).randbytes(5000), "is no text"),
    ],
)
def test_what_is_no_text_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        table_of(tmp_path, content)


def test_a_heading_of_thousands_of_digits_is_no_mistake_of_ours(tmp_path: Path) -> None:
    assert len(table_of(tmp_path, ("9" * 5000 + ",2\n") * 5).rows) == 5


def test_lines_above_a_pinned_heading_are_said(tmp_path: Path) -> None:
    extract = table_of(tmp_path, "t\n\nx,y\na,b\n3,4\n", header=4)
    assert extract.said == ["no records: above the headings: line 1: t / line 3: x,y"]
