"""Every date, telephone number and tax number of a public register, in both its extracts, is read or says why not.

tw_types.csv keeps a sample that a person looked at: file, company, column, and a hash of what came in and went out. The
sample was drawn by hash: the hundred values whose place (file|company|column) has the smallest SHA-256.
"""

import csv
import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.types import TYPES
from workbench.types.base import Cleaned

FILES = ("twse_2023-08.csv", "twse_2024-09.csv")
COLUMNS = {
    "date": ("出表日期", "成立日期", "上市日期"),
    "phone": ("總機電話", "過戶電話", "傳真機號碼", "投資人關係聯絡電話"),
    "tax_id": ("營利事業統一編號",),
}
SAMPLE = Path(__file__).parent / "tw_types.csv"
Place = tuple[str, str, str]  # file, company, column


def hashed(*texts: str) -> str:
    return hashlib.sha256("|".join(texts).encode()).hexdigest()


def cleaned(folder: Path) -> Iterator[tuple[Place, str, str, Cleaned]]:
    """Of every value its place, its type, and what became of it."""
    for file in FILES:
        with (folder / file).open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
        for name, columns in COLUMNS.items():
            for column in (column for column in columns if column in rows[0]):
                settings = TYPES[name].fit(Counter(row[column] for row in rows).items())
                for row in rows:
                    found = TYPES[name].standardise(row[column], {"region": "TW"}, settings)
                    yield (file, row["公司代號"].strip(), column), row[column], name, found


@pytest.fixture(scope="module")
def values(real_data: Path) -> list[tuple[Place, str, str, Cleaned]]:
    return list(cleaned(real_data / "tw_listed_companies"))


def test_every_value_is_read_or_says_why_not(values: list[tuple[Place, str, str, Cleaned]]) -> None:
    assert len(values) > 14_000
    for _, raw, name, found in values:
        assert found.valid or (found.valid is None and found.value is None) or found.reason, (name, raw)
        assert found.valid is not True or found.value is not None


def test_nearly_all_of_a_kind_are_valid(values: list[tuple[Place, str, str, Cleaned]]) -> None:
    """Dates all; of tax numbers all but the eight zeros; of telephone numbers those that have an area code."""
    counts = Counter((name, found.valid) for _, _, name, found in values)
    assert counts["date", False] == 0
    assert {found.reason for _, _, name, found in values if name == "tax_id"} == {"", "filler, not a tax number"}
    assert counts["tax_id", False] == 16
    without = Counter(found.reason for _, _, name, found in values if name == "phone" and not found.valid)
    assert without["no area code"] > 0.9 * (without.total() - without[""])
    assert counts["phone", True] > 0.85 * (counts["phone", True] + counts["phone", False])


def test_what_was_looked_at_is_still_so(values: list[tuple[Place, str, str, Cleaned]]) -> None:
    with SAMPLE.open(encoding="utf-8", newline="") as lines:
        sample = {(row["file"], row["company"], row["column"]): row["sha256"] for row in csv.DictReader(lines)}
    drawn = sorted((place for place, *_ in values), key=lambda place: hashed(*place))[:100]
    assert set(sample) == set(drawn)
    found = {place: hashed(raw, str(out.value), out.reason) for place, raw, _, out in values if place in sample}
    assert found == sample
