"""Delimited text: hand-checked cases, a round trip through Python's writer, damage, and memory."""

import codecs
import csv
import random
import tracemalloc
from io import StringIO
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.reading import Table, table
from workbench.config import ReadOptions
from workbench.errors import SourceError
from workbench.sources import read, tokens
from workbench.sources.blocks import Parser
from workbench.sources.extract import column_names


def opened(folder: Path, content: bytes | str, name: str = "t.csv", **options: object) -> Table:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return table(read(file, ReadOptions(**options)))


def test_empty_and_missing_are_told_apart(tmp_path: Path) -> None:
    extract = opened(tmp_path, 'a,b,c\n1,"",\n"",,x\n')
    assert extract.columns == ["a", "b", "c"]
    assert extract.rows == [(1, "1", "", None), (2, "", None, "x")]
    assert extract.rejects == []


def test_types_of_a_batch(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    (batch,) = read(tmp_path / "t.csv", ReadOptions()).batches
    assert [(field.name, str(field.type)) for field in batch.rows.schema] == [
        ("_row", "int64"),
        ("a", "string"),
        ("b", "string"),
    ]


def test_values_stay_as_they_came(tmp_path: Path) -> None:
    extract = opened(tmp_path, 'id,name\n007,  Ann \n1.0,NULL\n\t8,5" pipe\u2028\x0b x\n')
    assert extract.rows == [(1, "007", "  Ann "), (2, "1.0", "NULL"), (3, "\t8", '5" pipe\u2028\x0b x')]


def test_quotes_hold_delimiters_doubled_quotes_and_line_ends(tmp_path: Path) -> None:
    extract = opened(tmp_path, 'a,b\r\n"x,y","He said ""hi"""\r\n"two\r\nlines\n\nmore",2\r\n3,4')
    assert extract.rows == [
        (1, "x,y", 'He said "hi"'),
        (2, "two\r\nlines\n\nmore", "2"),
        (3, "3", "4"),
    ]


def test_line_ends_may_be_mixed_and_blank_lines_are_no_records(tmp_path: Path) -> None:
    extract = opened(tmp_path, "a,b\r1,2\n\n3,4\r\n\r\n5,6")
    assert extract.rows == [(1, "1", "2"), (2, "3", "4"), (3, "5", "6")]


def test_a_wrong_number_of_fields_is_rejected_with_its_place(tmp_path: Path) -> None:
    extract = opened(tmp_path, 'a,b\n1,2\n"x\ny",2,3\n4\n5,6\n')
    assert [row[0] for row in extract.rows] == [1, 4]
    assert [(r.row, r.line, r.text, r.reason) for r in extract.rejects] == [
        (2, 3, '"x\ny",2,3', "3 fields instead of 2"),
        (3, 5, "4", "1 fields instead of 2"),
    ]


@pytest.mark.parametrize(
    "after",
    [
        '2,"Beta"\n3,Gamma\n',  # a quote further on is the beginning of a cell, so ours had no end
        "2,Beta\n3,Gamma\n",  # no quote further on: the end of the file tells
        '2,""\n3,Gamma\n',
    ],
)
def test_a_quote_never_closed_costs_one_record(tmp_path: Path, after: str) -> None:
    extract = opened(tmp_path, '﻿id,name\n1,"Acme\n' + after)
    assert [row[:2] for row in extract.rows] == [(2, "2"), (3, "3")]
    assert [(r.row, r.line, r.text, r.reason) for r in extract.rejects] == [
        (1, 2, '1,"Acme', "a quote is never closed")
    ]


def test_every_line_may_leave_a_quote_open(tmp_path: Path) -> None:
    extract = opened(tmp_path, "id,name\n" + "".join(f'{n},"Acme {n}\n' for n in range(1000)) + "x,y\n")
    assert extract.rows == [(1001, "x", "y")]
    assert [r.line for r in extract.rejects] == list(range(2, 1002))


def test_a_cell_beyond_the_limit_is_never_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "LONGEST_CELL", 100)
    extract = opened(tmp_path, 'a,b\n1,"open\n' + "2,x\n" * 50 + '3,"y"\n')
    assert len(extract.rows) == 51
    assert [r.row for r in extract.rejects] == [1]


def test_text_behind_a_closing_quote_is_rejected(tmp_path: Path) -> None:
    extract = opened(tmp_path, 'a,b\n"Café "Roma"",2\n3,4\n')
    assert extract.rows == [(2, "3", "4")]
    assert [(r.row, r.reason) for r in extract.rejects] == [(1, "text follows a closing quote")]


def test_damaged_bytes_and_nul_are_rejected_and_shown(tmp_path: Path) -> None:
    content = "a,b\nMüller,北京\n".encode() + b"M\xfcller,2\n" + b"x\0y,3\n" + "Köln,4\n".encode()
    extract = opened(tmp_path, content, encoding="utf-8")
    assert [row[0] for row in extract.rows] == [1, 4]
    assert [(r.row, r.line, r.text, r.reason) for r in extract.rejects] == [
        (2, 3, "M\\xfcller,2", "a byte that the encoding does not know: \\xfc"),
        (3, 4, "x\\x00y,3", "a NUL character"),
    ]


def test_a_damaged_byte_does_not_change_the_encoding(tmp_path: Path) -> None:
    content = b"name,city\n" + "Müller,Köln\n".encode() * 500 + b"M\xfcller,Bonn\n"
    extract = opened(tmp_path, content)
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
    extract = opened(tmp_path, content)
    assert extract.columns == ["名", "城"]
    assert extract.rows == [(1, "华为（深圳）", "北京")]
    assert extract.settings["encoding"] == encoding


def test_western_text_is_cp1252(tmp_path: Path) -> None:
    extract = opened(tmp_path, "name;ort\nRené;Orléans\nCafé – Bar;Bonn\n".encode("cp1252"))
    assert extract.settings["encoding"] == "cp1252"
    assert extract.rows[1] == (2, "Café – Bar", "Bonn")


def test_pinned_encoding_wins_and_an_unknown_one_says_so(tmp_path: Path) -> None:
    assert opened(tmp_path, "a,b\n公司,台北\n".encode("big5"), encoding="big5").rows == [(1, "公司", "台北")]
    for encoding in ("klingon", "base64"):
        with pytest.raises(SourceError, match=f"no encoding '{encoding}'.*utf-8"):
            opened(tmp_path, "a,b\n", encoding=encoding)


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
    extract = opened(tmp_path, text, "t.txt")
    assert (extract.settings["delimiter"], extract.rejects) == (delimiter, [])


def test_a_few_broken_records_do_not_change_the_delimiter(tmp_path: Path) -> None:
    lines = ["id;name;city;amount", *(f"{n};Acme;Bonn;{n},50" for n in range(100)), "1;a;b", "2;a;b;c;5,0"]
    extract = opened(tmp_path, "\n".join(lines))
    assert len(extract.rows) == 100
    assert [r.row for r in extract.rejects] == [101, 102]


@pytest.mark.parametrize(
    "text",
    ["Customers\nas of 2026\n\nid,name,city\n1,x,\n", "Customers,,\n2026,,\n\nid,name,city\n1,x,\n"],
)
def test_titles_above_the_headings_are_skipped(tmp_path: Path, text: str) -> None:
    extract = opened(tmp_path, text + "2,,\n3,y,z\n4,y,z\n5,y,z\n")
    assert extract.columns == ["id", "name", "city"]
    assert extract.settings["header line"] == 4
    assert extract.rows[:2] == [(1, "1", "x", None), (2, "2", None, None)]


def test_header_can_be_pinned(tmp_path: Path) -> None:
    extract = opened(tmp_path, "x,y\n1,2\na,b\n3,4\n", header=3)
    assert extract.columns == ["a", "b"]
    assert extract.rows == [(1, "3", "4")]
    with pytest.raises(SourceError, match="no headings"):
        opened(tmp_path, "a,b\n", header=9)


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    extract = opened(tmp_path, 'Title\n"multi\nline",b\n1,2\n\n3\n5,6\n')
    assert extract.columns == ["multi line", "b"]
    assert [r.line for r in extract.rejects] == [6]


@pytest.mark.parametrize(("names", "count"), [("a,b,c,", 3), ("a,b", 3)])
def test_headings_take_the_width_of_the_records(tmp_path: Path, names: str, count: int) -> None:
    extract = opened(tmp_path, names + "\n1,2,3\n4,5,6\n7,8,9\n")
    assert (len(extract.columns), len(extract.rows)) == (count, 3)


def test_headings_that_cannot_be_cut_stop_the_work(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="line 1: a quote is never closed"):
        opened(tmp_path, 'id,"name\n1,x\n2,y\n')


def test_column_names_are_unique_and_never_blank() -> None:
    assert column_names(["Name", " ", "NAME", "name_2", "name", None, "_row", "a\n b"]) == [
        "Name", "column_2", "NAME_2", "name_2_2", "name_3", "column_6", "_row_2", "a b",
    ]  # fmt: skip


@pytest.mark.parametrize(("content", "words"), [(b"", "the file is empty"), (b"\n\r\n", "no headings"), (codecs.BOM_UTF8, "no headings")])
def test_an_empty_file_has_no_headings(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        opened(tmp_path, content)


def test_headings_alone_are_an_extract_without_rows(tmp_path: Path) -> None:
    extract = opened(tmp_path, "a,b\n")
    assert (extract.columns, extract.rows, extract.rejects) == (["a", "b"], [], [])


def test_unknown_suffix_and_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"'\.doc' cannot be read.*\.csv, .*\.parquet"):
        opened(tmp_path, "", "t.doc")
    with pytest.raises(SourceError, match="no such file"):
        read(tmp_path / "none.csv", ReadOptions())


def test_two_rows_of_headings_are_joined(tmp_path: Path) -> None:
    extract = opened(tmp_path, "Report\n,Sales,,Costs,\nid,2023,2024,2023,2024\n7,1,2,3,4\n", header=(2, 3))
    assert extract.columns == ["id", "Sales 2023", "Sales 2024", "Costs 2023", "Costs 2024"]
    assert extract.rows == [(1, "7", "1", "2", "3", "4")]
    assert extract.settings["header line"] == "2 to 3"


@pytest.mark.parametrize("text", ["1,2024-01-01,Acme\n2,,Beta\n3,2024-02-01,Gamma\n", "a@b.example;x\nc@d.example;y\n"])
def test_a_first_line_of_data_is_no_heading(tmp_path: Path, text: str) -> None:
    extract = opened(tmp_path, text)
    assert extract.columns[0] == "column_1"
    assert len(extract.rows) == text.count("\n")
    assert "no headings were found" in extract.said[0]


@pytest.mark.parametrize("text", ["2023,2024\n5,6\n7,8\n", "1,2,3\n4,5,6\n", "id,2\n5,6\n", "name,city\nx,y\n"])
def test_years_counts_and_words_are_headings(tmp_path: Path, text: str) -> None:
    assert opened(tmp_path, text).settings["header line"] == 1


def test_no_headings_can_be_pinned(tmp_path: Path) -> None:
    extract = opened(tmp_path, "# made by Acme\nname,city\nx,y\n", header=0)
    assert (extract.columns, len(extract.rows)) == (["column_1", "column_2"], 2)
    assert extract.said == ["no records: above the records: line 1: # made by Acme"]


def test_repeated_headings_are_told(tmp_path: Path) -> None:
    extract = opened(tmp_path, "id,Name,Name\n1,a,b\n")
    assert extract.columns == ["id", "Name", "Name_2"]
    assert extract.said == ["Name is the heading of several columns, told apart by a number: Name, Name_2"]


def test_a_single_quote_that_is_one(tmp_path: Path) -> None:
    extract = opened(tmp_path, "id,name\n1,'Acme, Inc'\n2,'O''Neil'\n3,'x'\n")
    assert extract.rows == [(1, "1", "Acme, Inc"), (2, "2", "O'Neil"), (3, "3", "x")]
    towns = opened(tmp_path, "id,town\n1,'s-Hertogenbosch\n2,'t Zand\n3,Bonn\n")
    assert (towns.settings["quote"], towns.rows[0]) == ('"', (1, "1", "'s-Hertogenbosch"))


def test_quote_and_delimiter_can_be_pinned(tmp_path: Path) -> None:
    assert opened(tmp_path, 'a,b\n"1,2\n', quote="").rows == [(1, '"1', "2")]
    assert opened(tmp_path, 'a||b\n"1||x"||2|3\n', delimiter="||").rows == [(1, "1||x", "2|3")]


def test_comments_are_no_records(tmp_path: Path) -> None:
    extract = opened(tmp_path, '// top\na,b\n1,2\n// mid, "way\n"3\n// in","4"\n', comment="//")
    assert extract.rows == [(1, "1", "2"), (2, "3\n// in", "4")]
    assert extract.said == [
        "no records: above the headings: line 1: // top",
        'no records: 1 comments: line 4: // mid, "way',
    ]
    assert opened(tmp_path, "# by Acme\na,b\n#1,2\n").rows == [(1, "#1", "2")]


@pytest.mark.parametrize("footer", ["Total,,12", "-- 5 rows --", "合计", "Total: 12", "(5 records)", "End of report,"])
def test_a_footer_is_no_record_and_is_said(tmp_path: Path, footer: str) -> None:
    body = "".join(f"{n},Acme {n} Ltd,{n},x\n" for n in range(12))
    extract = opened(tmp_path, "id,name,amount,note\n" + body + footer + "\n\n")
    assert (len(extract.rows), extract.rejects) == (12, [])
    assert extract.said == [f"no records: a footer: line 14: {footer}"]


@pytest.mark.parametrize(
    ("last", "rejected"), [("12,Ac", 1), ("1", 1), ("Total,Paris,7,x", 0), ("Acme Inc", 1), ("Total Gas,Paris,7", 1)]
)
def test_a_cut_record_and_a_company_called_total_are_no_footers(tmp_path: Path, last: str, rejected: int) -> None:
    body = "".join(f"Acme {'x' * n} Ltd,Bonn,{n},x\n" if last == "Acme Inc" else f"{n},Bonn,{n},x\n" for n in range(12))
    extract = opened(tmp_path, "id,city,amount,note\n" + body + last)
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
        opened(tmp_path, content)


@pytest.mark.parametrize("line", ["1,2,3\n", '"x\n'])
def test_memory_stays_flat_when_every_record_is_rejected(tmp_path: Path, line: str) -> None:
    (tmp_path / "t.csv").write_text("a,b\n" + "1,2\n" * 500 + line * 60_000)
    tracemalloc.start()
    rejected = sum(
        len(batch.rejects) for batch in read(tmp_path / "t.csv", ReadOptions(delimiter=",", header=1)).batches
    )
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rejected == 60_000
    assert peak < 60_000_000  # of a block and a batch, however long the file is


def test_a_quote_left_open_for_a_whole_large_file_costs_one_record(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('a,b\n1,"open\n' + "2,xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n" * 500_000)
    rows, rejects = 0, []
    for batch in read(tmp_path / "t.csv", ReadOptions()).batches:
        rows, rejects = rows + batch.rows.num_rows, [*rejects, *batch.rejects]
    assert (rows, [(reject.row, reject.line) for reject in rejects]) == (500_000, [(1, 2)])


def test_huge_cells_and_a_file_of_one_record(tmp_path: Path) -> None:
    assert opened(tmp_path, "a,b\n" + "x" * 5_000_000 + ",1\n").rows[0][1] == "x" * 5_000_000
    inside = "line, with\n" * 5_000
    assert opened(tmp_path, f'a,b\n1,"{inside}"\n').rows == [(1, "1", inside)]


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "gb18030", "big5", "cp1252"]


def encodes(text: str, encoding: str) -> bool:
    """Python's big5 has characters that do not come back as they went."""
    try:
        return text.encode(encoding).decode(encoding) == text
    except UnicodeError:
        return False


LETTERS = {name: [chr(n) for n in range(1, 0xA000) if encodes(chr(n), name)] for name in ENCODINGS}


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, str, list[list[str]]]:
    """An encoding, a delimiter, and rows of text that the encoding has."""
    encoding = draw(st.sampled_from(ENCODINGS))
    letters = st.sampled_from('",;\t|\r\n a') | st.sampled_from(LETTERS[encoding])
    cell = st.text(letters, max_size=8)
    width = draw(st.integers(1, 5))
    body = draw(st.lists(st.lists(cell, min_size=width, max_size=width), max_size=8))
    return encoding, draw(st.sampled_from(",;\t|")), body


@given(tables(), st.booleans(), st.sampled_from(["\n", "\r", "\r\n"]))
def test_what_a_writer_wrote_reads_back_equal(
    tmp_path_factory: pytest.TempPathFactory, table: tuple[str, str, list[list[str]]], quoted: bool, end: str
) -> None:
    encoding, delimiter, body = table
    text = StringIO()
    if quoted:
        writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    else:  # older writers quote only the line ends that they write themselves
        writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    headings = [f"c{n}" for n in range(len(body[0]) if body else 2)]
    writer.writerows([headings, *body])
    folder = tmp_path_factory.mktemp("t")
    pinned = encoding.removesuffix("-sig")
    content = text.getvalue().encode(encoding)
    extract = opened(folder, content, encoding=pinned, delimiter=delimiter, header=1)
    assert extract.columns == headings
    found = extract.rows
    assert [[cell or "" for cell in row[1:]] for row in found] == body
    assert extract.rejects == []
    if quoted:
        assert None not in {cell for row in found for cell in row}


@given(st.lists(st.tuples(st.integers(0, 199), st.sampled_from(b"\x80\xff\0,")), max_size=30), st.data())
def test_accepted_and_rejected_add_up(
    tmp_path_factory: pytest.TempPathFactory, damage: list[tuple[int, int]], data: st.DataObject
) -> None:
    """Whatever letters of whatever records are damaged, each record is a row or a reject, in its place."""
    records = [bytearray(f"{n},Müller {n},北京,x".encode()) for n in range(200)]
    for place, byte in damage:
        at = data.draw(st.integers(0, len(records[place]) - 1))
        records[place][at] = byte
    encoding = data.draw(st.sampled_from(["utf-8", "gb18030", "cp1252"]))
    content = b"\n".join([b"id,name,city,x", *records])
    extract = opened(tmp_path_factory.mktemp("t"), content, encoding=encoding)
    accepted = [row[0] for row in extract.rows]
    assert sorted([*accepted, *(r.row for r in extract.rejects)]) == list(range(1, 201))
    assert all(r.line == r.row + 1 for r in extract.rejects)


@given(st.text(st.sampled_from('ab",\r\n'), max_size=60))
def test_no_text_is_swallowed(tmp_path_factory: pytest.TempPathFactory, body: str) -> None:
    """Whatever the quotes do, every letter is in a row or in a reject."""
    content = "c1,c2\n" + body
    extract = opened(tmp_path_factory.mktemp("t"), content, delimiter=",", header=1, encoding="utf-8")
    found = extract.rows
    assume(found or extract.rejects)
    texts = [str(cell) for row in found for cell in row[1:] if cell] + [r.text for r in extract.rejects]
    letters = sum(text.count("a") + text.count("b") for text in texts)
    assert letters == body.count("a") + body.count("b")
    ordinals = sorted([*(int(str(row[0])) for row in found), *(r.row for r in extract.rejects)])
    assert ordinals == list(range(1, len(ordinals) + 1))


def test_memory_stays_flat(tmp_path: Path) -> None:
    """200,000 rows (17 MB) need no more memory than a batch or two."""
    file = tmp_path / "large.csv"
    draw = random.Random(1)
    with file.open("w", encoding="utf-8") as out:
        out.write("id,name,city,phone,note\n")
        for n in range(200_000):
            out.write(f'{n},Acme {draw.random()} 有限公司,北京,"010, {n}","said ""{n}"""\n')
    tracemalloc.start()
    extract = read(file, ReadOptions())
    count = rejected = 0
    for batch in extract.batches:
        count, rejected = count + batch.rows.num_rows, rejected + len(batch.rejects)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (count, rejected) == (200_000, 0)
    assert peak < 60_000_000


def test_real_extracts_lose_no_record(real_data: Path) -> None:
    """Against Python's own reader, for files whose quotes are sound."""
    for name in ("crm_sales_opportunities/accounts.csv", "tw_listed_companies/twse_2023-08.csv"):
        with (real_data / name).open(encoding="utf-8-sig", newline="") as file:
            expected = [row for row in csv.reader(file) if row][1:]
        extract = table(read(real_data / name, ReadOptions()))
        assert [[cell or "" for cell in row[1:]] for row in extract.rows] == expected
        assert extract.rejects == []


TEXTS = st.text(st.sampled_from("ab\",;\r\n' \0é中\ufeff#\u2028") | st.sampled_from('a,"\n'), max_size=80)
SURE_LINES = st.lists(
    st.sampled_from(
        ["a,b\n", '"a","b"\n', '"a",b\r\n', "é,\n", "\n", ',""\n', 'a"b,c\r', "x\n", '"a\nb",c\n', 'a,"b\n']
    )
)


@given(
    TEXTS | SURE_LINES.map("".join),
    st.sampled_from([",", ";", "ab", ""]),
    st.sampled_from(['"', "'", ""]),
    st.integers(1, 40),
    st.integers(1, 3),
)
def test_blocks_give_what_cutting_gives(
    tmp_path_factory: pytest.TempPathFactory, body: str, delimiter: str, quote: str, size: int, held: int
) -> None:
    """Parsing blocks of any size and cutting record by record give the same rows, rejects and remarks."""
    folder = tmp_path_factory.mktemp("t")
    head = f"c1{delimiter}c2\n" if delimiter else "c1\n"
    options = {"delimiter": delimiter or "|", "quote": quote, "header": 1, "encoding": "utf-8", "comment": "#"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "BLOCK", size)
        patch.setattr(tokens, "HELD_BACK", held)
        parsed = opened(folder, head + body, **options)
        patch.setattr(Parser, "block", lambda self, lines: None)
        patch.setattr(Parser, "is_certain", lambda self, line: False)
        assert opened(folder, head + body, **options) == parsed


def test_a_quote_left_open_that_merges_records_is_said(tmp_path: Path) -> None:
    """As RFC 4180 has it they are one record, so it is one; but nobody is misled."""
    lines = [f"{n},Acme {n} Ltd,Bonn" for n in range(1, 21)]
    merged = '21,"Acme,Bonn\n22,Beta,Ulm\n23,Gamma",Ulm'
    extract = opened(tmp_path, "\n".join(["id,name,city", *lines, merged, '24,"two\nlines, with",Ulm', *lines]))
    assert (len(extract.rows), extract.rejects) == (42, [])
    assert extract.said == ["hold lines that look like records of their own: is a quote left open in line 22?"]
    first = "\n".join(["name,id", *(f'"Acme\n{n} Ltd",{n}' for n in range(20))])
    assert opened(tmp_path, first, header=1).said == []


def test_quotes_left_open_in_every_line_cost_no_more_than_others(tmp_path: Path) -> None:
    started = perf_counter()
    extract = opened(tmp_path, "a,b,c\n" + 'x",y,"z\n' * 20_000, delimiter=",", header=1)
    assert (len(extract.rejects), extract.rejects[-1].line) == (20_000, 20_001)
    assert perf_counter() - started < 10


def test_a_heading_of_thousands_of_digits_is_no_mistake_of_ours(tmp_path: Path) -> None:
    assert len(opened(tmp_path, ("9" * 5000 + ",2\n") * 5).rows) == 5


def test_marks_that_no_fast_reader_takes(tmp_path: Path) -> None:
    assert len(opened(tmp_path, "a,b\n" + "1,2\n" * 100 + "3\n", quote="\n", header=1, delimiter=",").rows) == 100


def test_lines_above_a_pinned_heading_are_said(tmp_path: Path) -> None:
    extract = opened(tmp_path, "t\n\nx,y\na,b\n3,4\n", header=4)
    assert extract.said == ["no records: above the headings: line 1: t / line 3: x,y"]
