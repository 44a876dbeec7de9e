"""JSON lines and arrays: hand-checked cases, what is wrong in them, and memory."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import SourceError
from workbench.sources import Extract, ReadOptions, read

from ..reading import drained, extract_of


def opened(folder: Path, content: bytes | str, name: str = "t.jsonl", **options: Any) -> Extract:
    return extract_of(folder, content, name, **options)


def test_values_are_as_written(tmp_path: Path) -> None:
    extract = opened(
        tmp_path,
        '\ufeff{"id": 007.0, "n": 1}\n'.replace("007.0", "1.50")
        + '{"id": "007", "n": 12345678901234567890.10, "flag": true, "none": null, "empty": ""}\r\n\n'
        '{"flag": false, "address": {"city": "北京", "geo": {"lat": 1e5}}, "tags": ["a", 1.0, {"x": null}], "o": {}}\n',
    )
    assert extract.columns == ["id", "n", "flag", "none", "empty", "address.city", "address.geo.lat", "tags"]
    assert drained(extract) == (
        [
            (1, "1.50", "1", None, None, None, None, None, None),
            (2, "007", "12345678901234567890.10", "true", None, "", None, None, None),
            (3, None, None, "false", None, None, "北京", "1e5", '["a", 1.0, {"x": null}]'),
        ],
        [],
    )


def test_lines_that_are_no_record_are_rejected_with_their_place(tmp_path: Path) -> None:
    lines = [
        b'{"a": 1}',
        b'{"a": 2',
        b"[1, 2]",
        b'{"a": 1, "b": 2, "a": 3}',
        b'{"a": {"b": 1}, "a.b": 2}',
        b'{"a": "\xff"}',
        b'{"a": "\\u0000"}',
        b'{"a": "\\ud800"}',
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a": 9, "A": 8}',
    ]
    extract = opened(tmp_path, b"\n".join(lines))
    rows, rejects = drained(extract)
    assert extract.columns == ["a", "A_2"]
    assert rows == [(1, "1", None), (10, "9", "8")]
    assert [(r.row, r.line, r.text[:25], r.reason) for r in rejects] == [
        (2, 2, '{"a": 2', "not JSON: Expecting ',' delimiter at character 8"),
        (3, 3, "[1, 2]", "not a JSON object"),
        (4, 4, '{"a": 1, "b": 2, "a": 3}', "two values for 'a'"),
        (5, 5, '{"a": {"b": 1}, "a.b": 2}', "two values for 'a.b'"),
        (6, 6, '{"a": "\\xff"}', "a byte that the encoding does not know: \\xff"),
        (7, 7, '{"a": "\\u0000"}', "a NUL character"),
        (8, 8, '{"a": "\\ud800"}', "half a character (a lone surrogate)"),
        (9, 9, '{"a": [[[[[[[[[[[[[[[[[[[', "not JSON that can be read: nested too deeply"),
    ]


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array(tmp_path: Path, indent: int | None) -> None:
    records = [{"a": "x]},{", "b": [1]}, 5, {"a": None}]
    extract = opened(tmp_path, " \n" + json.dumps(records, indent=indent) + "\n", "t.json")
    rows, rejects = drained(extract)
    assert rows == [(1, "x]},{", "[1]"), (3, None, None)]
    assert [(r.row, r.line, r.text) for r in rejects] == [(2, 2 if indent is None else 9, "5")]


@pytest.mark.parametrize(
    ("content", "line"), [('[{"a": 1},\n{"a": 2', 2), ('[{"a": 1}\n]\n[{"a": 2}]', 2), ('[{"a" 1}]', 1)]
)
def test_a_broken_array_says_where(tmp_path: Path, content: str, line: int) -> None:
    with pytest.raises(SourceError, match=f"broken in the record that begins on line {line}.*JSON lines"):
        opened(tmp_path, content, "t.json")


@pytest.mark.parametrize("content", ["", "[]", "{\n", "a,b\n1,2\n", "{}\n{}"])
def test_no_objects(tmp_path: Path, content: str) -> None:
    with pytest.raises(SourceError, match=r"no JSON objects found|the file is empty"):
        opened(tmp_path, content, "t.json")


VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
)


@given(st.lists(st.dictionaries(st.sampled_from("abc"), VALUES, min_size=1), min_size=1, max_size=20), st.booleans())
def test_what_a_writer_wrote_reads_back(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, object]], array: bool
) -> None:
    content = json.dumps(records) if array else "\n".join(json.dumps(r, ensure_ascii=False) for r in records)
    extract = opened(tmp_path_factory.mktemp("t"), content)
    rows, rejects = drained(extract)
    assert (len(rows), rejects) == (len(records), [])
    for row, record in zip(rows, records, strict=True):
        texts = [v if v is None or isinstance(v, str) else json.dumps(v) for v in map(record.get, extract.columns)]
        assert list(row[1:]) == texts


@pytest.mark.parametrize("array", [False, True])
def test_memory_stays_flat(tmp_path: Path, array: bool) -> None:
    """50,000 records (7 MB)."""
    with (tmp_path / "t.json").open("w", encoding="utf-8") as out:
        out.write("[\n" if array else "")
        for n in range(50_000):
            out.write(
                f'{{"id": {n}, "name": "北京华瑞 {n}", "note": "{"x" * 80}"}}'
                + (",\n" if array and n < 49_999 else "\n")
            )
        out.write("]" if array else "")
    tracemalloc.start()
    count = sum(batch.rows.num_rows for batch in read(tmp_path / "t.json", ReadOptions()).batches)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 50_000
    assert peak < 30_000_000


def test_numbers_of_any_length_in_an_array(tmp_path: Path) -> None:
    extract = opened(tmp_path, '[{"a": ' + "9" * 5000 + "}]", "t.json")
    assert drained(extract)[0] == [(1, "9" * 5000)]
