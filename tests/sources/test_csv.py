"""Delimited text: records cut by hand-checked cases, and what is damaged in them."""

from pathlib import Path

import pytest

from tests.reading import table_of
from workbench.config import ReadOptions
from workbench.sources import read, tokens


def test_empty_and_missing_are_told_apart(tmp_path: Path) -> None:
    extract = table_of(tmp_path, 'a,b,c\n1,"",\n"",,x\n')
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
    extract = table_of(tmp_path, 'id,name\n007,  Ann \n1.0,NULL\n\t8,5" pipe\u2028\x0b x\n')
    assert extract.rows == [(1, "007", "  Ann "), (2, "1.0", "NULL"), (3, "\t8", '5" pipe\u2028\x0b x')]


def test_quotes_hold_delimiters_doubled_quotes_and_line_ends(tmp_path: Path) -> None:
    extract = table_of(tmp_path, 'a,b\r\n"x,y","He said ""hi"""\r\n"two\r\nlines\n\nmore",2\r\n3,4')
    assert extract.rows == [
        (1, "x,y", 'He said "hi"'),
        (2, "two\r\nlines\n\nmore", "2"),
        (3, "3", "4"),
    ]


def test_line_ends_may_be_mixed_and_blank_lines_are_no_records(tmp_path: Path) -> None:
    extract = table_of(tmp_path, "a,b\r1,2\n\n3,4\r\n\r\n5,6")
    assert extract.rows == [(1, "1", "2"), (2, "3", "4"), (3, "5", "6")]


def test_a_wrong_number_of_fields_is_rejected_with_its_place(tmp_path: Path) -> None:
    extract = table_of(tmp_path, 'a,b\n1,2\n"x\ny",2,3\n4\n5,6\n')
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
    extract = table_of(tmp_path, '﻿id,name\n1,"Acme\n' + after)
    assert [row[:2] for row in extract.rows] == [(2, "2"), (3, "3")]
    assert [(r.row, r.line, r.text, r.reason) for r in extract.rejects] == [
        (1, 2, '1,"Acme', "a quote is never closed")
    ]


def test_every_line_may_leave_a_quote_open(tmp_path: Path) -> None:
    extract = table_of(tmp_path, "id,name\n" + "".join(f'{n},"Acme {n}\n' for n in range(1000)) + "x,y\n")
    assert extract.rows == [(1001, "x", "y")]
    assert [r.line for r in extract.rejects] == list(range(2, 1002))


def test_a_cell_beyond_the_limit_is_never_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "LONGEST_CELL", 100)
    extract = table_of(tmp_path, 'a,b\n1,"open\n' + "2,x\n" * 50 + '3,"y"\n')
    assert len(extract.rows) == 51
    assert [r.row for r in extract.rejects] == [1]


def test_text_behind_a_closing_quote_is_rejected(tmp_path: Path) -> None:
    extract = table_of(tmp_path, 'a,b\n"Café "Roma"",2\n3,4\n')
    assert extract.rows == [(2, "3", "4")]
    assert [(r.row, r.reason) for r in extract.rejects] == [(1, "text follows a closing quote")]


def test_damaged_bytes_and_nul_are_rejected_and_shown(tmp_path: Path) -> None:
    content = "a,b\nMüller,北京\n".encode() + b"M\xfcller,2\n" + b"x\0y,3\n" + "Köln,4\n".encode()
    extract = table_of(tmp_path, content, encoding="utf-8")
    assert [row[0] for row in extract.rows] == [1, 4]
    assert [(r.row, r.line, r.text, r.reason) for r in extract.rejects] == [
        (2, 3, "M\\xfcller,2", "a byte that the encoding does not know: \\xfc"),
        (3, 4, "x\\x00y,3", "a NUL character"),
    ]


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    extract = table_of(tmp_path, 'Title\n"multi\nline",b\n1,2\n\n3\n5,6\n')
    assert extract.columns == ["multi line", "b"]
    assert [r.line for r in extract.rejects] == [6]


def test_a_quote_left_open_that_merges_records_is_said(tmp_path: Path) -> None:
    """As RFC 4180 has it they are one record, so it is one; but nobody is misled."""
    lines = [f"{n},Acme {n} Ltd,Bonn" for n in range(1, 21)]
    merged = '21,"Acme,Bonn\n22,Beta,Ulm\n23,Gamma",Ulm'
    extract = table_of(tmp_path, "\n".join(["id,name,city", *lines, merged, '24,"two\nlines, with",Ulm', *lines]))
    assert (len(extract.rows), extract.rejects) == (42, [])
    assert extract.said == ["hold lines that look like records of their own: is a quote left open in line 22?"]
    first = "\n".join(["name,id", *(f'"Acme\n{n} Ltd",{n}' for n in range(20))])
    assert table_of(tmp_path, first, header=1).said == []


def test_marks_that_no_fast_reader_takes(tmp_path: Path) -> None:
    assert len(table_of(tmp_path, "a,b\n" + "1,2\n" * 100 + "3\n", quote="\n", header=1, delimiter=",").rows) == 100
