"""Parquet: every type as text."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.errors import SourceError
from workbench.sources import ReadOptions, read


def written(folder: Path, table: pa.Table) -> Path:
    pq.write_table(table, folder / "t.parquet")
    return folder / "t.parquet"


def test_any_type_becomes_text(tmp_path: Path) -> None:
    table = pa.table(
        {
            "text": pa.array(["", None]),
            "whole": pa.array([1001, None], pa.int64()),
            "amount": pa.array([Decimal("-12.50"), None], pa.decimal128(10, 2)),
            "day": pa.array([date(2024, 1, 31), None]),
            "moment": pa.array([datetime(2024, 1, 31, 10, 30), None], pa.timestamp("s")),
            "kind": pa.array(["北京", None]).dictionary_encode(),
            "many": pa.array([["a", "é"], None]),
            "raw": pa.array([b"\xff", None]),
        }
    )
    extract = read(written(tmp_path, table), ReadOptions())
    (batch,) = extract.batches
    assert extract.columns == table.column_names
    assert {str(field.type) for field in batch.rows.schema} == {"int64", "string"}
    assert batch.rows.to_pylist() == [
        {
            "_row": 1,
            "text": "",
            "whole": "1001",
            "amount": "-12.50",
            "day": "2024-01-31",
            "moment": "2024-01-31 10:30:00.000",
            "kind": "北京",
            "many": '["a", "é"]',
            "raw": "\"b'\\\\xff'\"",
        },
        {"_row": 2, **dict.fromkeys(table.column_names)},
    ]


def test_rows_are_counted_across_batches(tmp_path: Path) -> None:
    file = written(tmp_path, pa.table({"n": pa.array(range(50_000))}))
    batches = list(read(file, ReadOptions()).batches)
    assert max(batch.rows.num_rows for batch in batches) <= 20_000
    table = pa.Table.from_batches([batch.rows for batch in batches])
    assert table["_row"].to_pylist() == [int(text) + 1 for text in table["n"].to_pylist()]
    assert table.num_rows == 50_000


def test_repeated_columns_are_told_apart(tmp_path: Path) -> None:
    table = pa.Table.from_arrays([pa.array(["x"]), pa.array(["y"])], ["name", "NAME"])
    extract = read(written(tmp_path, table), ReadOptions())
    assert [batch.rows.to_pylist() for batch in extract.batches] == [[{"_row": 1, "name": "x", "NAME_2": "y"}]]


def test_no_columns_or_no_parquet(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no columns"):
        read(written(tmp_path, pa.table({})), ReadOptions())
    (tmp_path / "t.parquet").write_bytes(b"a,b\n")
    with pytest.raises(SourceError, match=r"t\.parquet: not a readable Parquet file"):
        read(tmp_path / "t.parquet", ReadOptions())


def test_a_text_that_is_none_is_a_reject(tmp_path: Path) -> None:
    places = pa.py_buffer(b"".join(n.to_bytes(4, "little") for n in (0, 1, 3, 4)))
    text = pa.StringArray.from_buffers(3, places, pa.py_buffer(b"a\xff\xfeb"))
    (batch,) = read(written(tmp_path, pa.table({"n": [1, 2, 3], "text": text})), ReadOptions()).batches
    assert batch.rows.to_pylist() == [{"_row": 1, "n": "1", "text": "a"}, {"_row": 3, "n": "3", "text": "b"}]
    assert [(r.row, r.text) for r in batch.rejects] == [(2, "2\t\\xff\\xfe")]


def test_an_opened_file_is_not_kept_open(tmp_path: Path) -> None:
    """A folder may have more files than a process may open."""
    file = written(tmp_path, pa.table({"a": ["x"]}))
    extracts = [read(file, ReadOptions()) for _ in range(2000)]
    assert sum(batch.rows.num_rows for extract in extracts for batch in extract.batches) == 2000
