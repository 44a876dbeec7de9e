"""Records cut out of a delimited text: what is left reads as before without them, and no other byte is another."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.config import ReadOptions
from workbench.errors import SourceError
from workbench.sources import read, without

LINES = ['K1,"two\nlines"', "K2,名称", 'K3,"a ""quote"""', "K4,", "K5,x,too many", "K6,plain"]


def rows(file: Path, options: ReadOptions) -> list[tuple[object, ...]]:
    """The accepted records, without their ordinals."""
    found = [line for batch in read(file, options).batches for line in batch.rows.to_pylist()]
    return [tuple(value for name, value in line.items() if name != "_row") for line in found]


@given(
    gone=st.sets(st.integers(1, 60)), end=st.sampled_from(["\n", "\r\n", "\r"]), blank=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]), title=st.booleans(),
)  # fmt: skip
def test_the_rest_is_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, gone: set[int], end: str, blank: bool, encoding: str, title: bool
) -> None:
    file, left = (tmp_path_factory.mktemp("cut") / name for name in ("all.csv", "left.csv"))
    records = (LINES * 10)[:60]
    top = (f"a title{end}" if title else "") + f"key,name{end}"
    between = end * 2 if blank else end
    file.write_bytes((top + "".join(line + between for line in records)).encode(encoding))
    options = ReadOptions(encoding=encoding, header=2 if title else 1)
    assert without(file, options, gone, left) >= len(gone)
    kept = [line + between if n not in gone else end * blank for n, line in enumerate(records, 1)]
    assert left.read_bytes() == (top + "".join(kept)).encode(encoding)
    if len(gone) < 60:
        whole = [line for n, line in enumerate(records, 1) if n not in gone and "too many" not in line]
        assert len(rows(left, options)) == len(whole)


def test_comments_are_no_records(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("# top\nkey,name\nK1,a\n# K2\nK3,c\n", "utf-8")
    without(file, ReadOptions(comment="#"), {2}, tmp_path / "b.csv")
    assert (tmp_path / "b.csv").read_text("utf-8") == "# top\nkey,name\nK1,a\n# K2\n"


def test_an_encoding_without_byte_lines_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("key,name\nK1,a\n", "utf-16")
    with pytest.raises(SourceError, match="Save it as UTF-8"):
        without(tmp_path / "a.csv", ReadOptions(), {1}, tmp_path / "b.csv")
