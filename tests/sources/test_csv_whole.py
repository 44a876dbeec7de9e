"""Delimited text: whatever comes, nothing is lost. A round trip through Python's writer, damage, real files, and memory."""

import csv
import random
import tracemalloc
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.reading import table, table_of
from workbench.config import ReadOptions
from workbench.sources import read, tokens
from workbench.sources.blocks import Parser


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
    assert table_of(tmp_path, "a,b\n" + "x" * 5_000_000 + ",1\n").rows[0][1] == "x" * 5_000_000
    inside = "line, with\n" * 5_000
    assert table_of(tmp_path, f'a,b\n1,"{inside}"\n').rows == [(1, "1", inside)]


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
    extract = table_of(folder, content, encoding=pinned, delimiter=delimiter, header=1)
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
    extract = table_of(tmp_path_factory.mktemp("t"), content, encoding=encoding)
    accepted = [row[0] for row in extract.rows]
    assert sorted([*accepted, *(r.row for r in extract.rejects)]) == list(range(1, 201))
    assert all(r.line == r.row + 1 for r in extract.rejects)


@given(st.text(st.sampled_from('ab",\r\n'), max_size=60))
def test_no_text_is_swallowed(tmp_path_factory: pytest.TempPathFactory, body: str) -> None:
    """Whatever the quotes do, every letter is in a row or in a reject."""
    content = "c1,c2\n" + body
    extract = table_of(tmp_path_factory.mktemp("t"), content, delimiter=",", header=1, encoding="utf-8")
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
        parsed = table_of(folder, head + body, **options)
        patch.setattr(Parser, "block", lambda self, lines: None)
        patch.setattr(Parser, "is_certain", lambda self, line: False)
        assert table_of(folder, head + body, **options) == parsed


def test_quotes_left_open_in_every_line_cost_no_more_than_others(tmp_path: Path) -> None:
    extract = table_of(tmp_path, "a,b,c\n" + 'x",y,"z\n' * 20_000, delimiter=",", header=1)
    assert (len(extract.rejects), extract.rejects[-1].line) == (20_000, 20_001)
