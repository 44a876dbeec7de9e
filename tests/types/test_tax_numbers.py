"""Every number of tests/cases/tax_numbers.csv: made up for this file, its check digits computed; nobody's."""

import csv
from pathlib import Path

import pytest

from workbench.types import TYPES
from workbench.types.tax_id import identify
from workbench.types.tax_kinds import guesses, kinds, main_kind

with (Path(__file__).parents[1] / "cases" / "tax_numbers.csv").open(encoding="utf-8", newline="") as lines:
    ROWS = list(csv.DictReader(lines))


def test_there_are_two_hundred_each_with_its_source() -> None:
    assert len(ROWS) >= 200 and all(row["source"] for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['country']}-{row['number']}")
def test_number(row: dict[str, str]) -> None:
    found = TYPES["tax_id"].standardise(row["number"], {"region": row["country"]}, {})
    assert (found.valid, found.reason) == (row["valid"] == "true", row["reason"])
    assert (found.parts.get("kind") or "", found.parts.get("org") or "") == (row["kind"], row["org"])
    assert (found.proposal or "") == row["proposal"]


@pytest.mark.parametrize("row", [row for row in ROWS if row["proposal"]], ids=lambda row: row["number"])
def test_a_proposal_is_valid_and_never_put_in_place(row: dict[str, str]) -> None:
    kind = TYPES["tax_id"]
    assert kind.standardise(row["proposal"], {"region": row["country"]}, {}).valid
    assert kind.standardise(row["number"], {"region": row["country"]}, {}).value == row["number"]


def test_the_way_of_writing_tells_kinds_apart() -> None:
    assert guesses("219-09-9998")[0] == "us_ssn"
    assert guesses("27-3456780")[0] == "us_ein"
    assert guesses("12.345.678-5")[0] == "cl_rut"
    assert guesses("neither") == guesses("9" * 1000) == []


def test_every_kind_has_a_country_and_a_rule() -> None:
    names = [kind.name for kind in kinds()]
    assert len(names) == len(set(names)) > 140
    assert all(main_kind(kind.country) for kind in kinds())
    assert [kind.name for kind in kinds() if kind.country == "IN"] == ["in_gstin", "in_pan"]


def test_a_number_keeps_its_kind_beside_another_country() -> None:
    assert identify("DE234567802", "FR").kind == "eu_vat"
    assert identify("91310000712345680Y", "DE").kind == "cn_uscc"
