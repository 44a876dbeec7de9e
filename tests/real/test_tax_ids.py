"""The numbers of python-stdnum's own tests: their kinds guessed, and the valid ones found valid."""

import csv
from pathlib import Path

import pytest

from benchmarks.tax_ids import Guessed, judged
from workbench.types import TYPES
from workbench.types.tax_kinds import kinds


@pytest.fixture(scope="module")
def guessed(real_data: Path) -> Guessed:
    return judged(real_data)


def test_the_kind_is_among_the_first_three_guesses(guessed: Guessed) -> None:
    assert guessed.share(guessed.among) >= 0.90
    assert guessed.share(guessed.with_country) >= 0.99


def test_what_is_left_out_is_known(guessed: Guessed) -> None:
    assert guessed.numbers.total() + guessed.left_out.total() == 11_925
    assert guessed.left_out.total() < 3_400


def test_valid_numbers_are_valid_in_their_country(real_data: Path) -> None:
    """All but a few that only fill a field, such as 1234567895, and a country's prefix in Cyrillic letters."""
    names = {kind.name for kind in kinds()}
    found = []
    with (real_data / "tax_ids_stdnum" / "tax_ids_extracted.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            kind = row["stdnum_module"].replace("_", "").replace(".", "_")
            if kind in names and row["expected"] == "valid":
                region = None if kind.startswith("eu_") else kind[:2].upper()
                found.append(TYPES["tax_id"].standardise(row["number"], {"region": region}, {}).valid)
    assert found.count(True) >= 0.998 * len(found)
