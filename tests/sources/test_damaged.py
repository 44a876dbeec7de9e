"""Nothing of a damaged file is lost: 200 made-up ones, whose records were counted when they were made; and real ones."""

import csv
import re
from collections import Counter
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

import pytest

from tests.reading import table
from tests.sources.damage import DAMAGES, damaged
from workbench.config import ReadOptions
from workbench.sources import read

SHOWN_BYTE = re.compile(r"\\x[0-9a-f]{2}")


def letters(texts: Iterable[str]) -> Counter[str]:
    """How often each letter and digit occurs."""
    return Counter(char for text in texts for char in SHOWN_BYTE.sub("", text) if char.isalnum())


@pytest.mark.parametrize("seed", range(200))
def test_each_record_is_a_row_or_a_reject(tmp_path: Path, seed: int) -> None:
    file = damaged(seed)
    (tmp_path / "t.csv").write_bytes(file.content)
    found = table(read(tmp_path / "t.csv", ReadOptions()))
    ordinals = sorted([*(int(str(row[0])) for row in found.rows), *(reject.row for reject in found.rejects)])
    assert ordinals == list(range(1, file.records + 1)), file.kinds
    text = file.content.decode(str(found.settings["encoding"]), "workbench.keep_bytes")
    cells = (str(cell) for row in found.rows for cell in row[1:] if cell)
    kept = letters([*found.columns, *cells, *(reject.text for reject in found.rejects), *found.said])
    assert not letters([text]) - kept, file.kinds


def test_the_damaged_files_have_every_damage() -> None:
    assert {kind for seed in range(200) for kind in damaged(seed).kinds} == {*DAMAGES}


def test_real_extracts_lose_no_record(real_data: Path) -> None:
    """Against Python's own reader, for files of whose quotes it has the same opinion as RFC 4180."""
    checked = 0
    for file in sorted(real_data.rglob("*.csv")):
        found = table(read(file, ReadOptions()))
        encoding = str(found.settings["encoding"])
        delimiter = str(found.settings["delimiter"]).replace("tab", "\t")
        with file.open(encoding=encoding if encoding != "utf-8" else "utf-8-sig", errors="replace", newline="") as text:
            content = text.read()
        ours = len(found.rows) + len(found.rejects)
        if '"' not in content:
            lines = len([line for line in re.split("\r\n|\r|\n", content) if line])
            assert ours == lines - (found.settings["header line"] != "none"), file.name
        elif not any("quote" in reject.reason for reject in found.rejects):
            try:
                rows = [
                    row for row in csv.reader(StringIO(content, newline=""), delimiter=delimiter, strict=True) if row
                ]
            except csv.Error:
                continue
            assert ours == len(rows) - 1, file.name
        checked += 1
    assert checked
