"""Which field a heading stands for, and columns that are one field together."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from workbench.config.references import OURS
from workbench.draft.fields import known_field, map_columns, slug, whole_fields
from workbench.store import Connection

from .looking import looked_at

CASES = YAML(typ="safe").load(Path(__file__).parents[1] / "cases" / "headings.yml")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["heading"])
def test_known_headings(case: dict[str, str | None]) -> None:
    found = known_field(case["heading"] or "")
    assert (found and found[0]) == case["field"]


@given(st.text(max_size=30))
def test_any_heading_becomes_a_name(heading: str) -> None:
    name = slug(heading)
    assert name not in OURS
    assert all((part.isascii() and part.isalnum() and part.islower()) or part.isdigit() for part in name.split("_"))
    assert name[0].isalpha()


def fields(con: Connection, folder: Path, text: str, name: str = "t") -> dict[str, tuple[str, str]]:
    return {m.field: (m.type, m.term) for m in map_columns(con, looked_at(con, folder, name, text))}


def test_columns_that_hardly_share_a_row_are_one_field_and_others_are_two(con: Connection, tmp_path: Path) -> None:
    rows = "".join(
        f"{n},{'' if n % 4 else 'DE811569869'},{'91350211M000100Y43' if n % 4 else ''},0592-55123{n},\n"
        for n in range(10, 50)
    )
    found = fields(con, tmp_path, "KUNNR,STCEG,STCD5,TELF1,TELF2\n" + rows.replace(",\n", ",021-6231000\n"))
    assert found["tax_id"] == ("tax_id", """coalesce(nullif(trim("STCD5"), ''), nullif(trim("STCEG"), ''))""")
    assert (found["phone"][1], found["phone_2"][1]) == ("TELF1", "TELF2")


def test_blank_columns_are_no_fields_but_of_an_empty_table_all_are(con: Connection, tmp_path: Path) -> None:
    assert set(fields(con, tmp_path, "Name,Fax\nAcme Ltd,\nBeta GmbH,\n")) == {"name"}
    assert set(fields(con, tmp_path, "Name,Fax\n", "empty")) == {"name", "fax"}


def test_unknown_headings_that_read_alike_stay_apart(con: Connection, tmp_path: Path) -> None:
    assert set(fields(con, tmp_path, "shoe size,Shoe-Size\n1,2\n")) == {"shoe_size", "shoe_size_2"}


def test_names_in_parts_are_put_together_only_where_another_record_has_them_whole(
    con: Connection, tmp_path: Path
) -> None:
    parts = map_columns(con, looked_at(con, tmp_path, "a", "first_name,last_name\nJane,Doe\nAnn,Lee\n"))
    whole = map_columns(con, looked_at(con, tmp_path, "b", "full name\nJane Doe\nAnn Lee\n"))
    (alone,) = whole_fields([parts])
    assert [m.field for m in alone if m.compared] == ["first_name", "last_name"]
    joined, _ = whole_fields([parts, whole])
    assert joined[0].term == """concat_ws(' ', nullif(trim("first_name"), ''), nullif(trim("last_name"), ''))"""
    assert [m.field for m in joined if m.compared] == ["name"]


def test_an_address_in_parts_is_always_put_together(con: Connection, tmp_path: Path) -> None:
    (found,) = whole_fields(
        [
            map_columns(
                con,
                looked_at(
                    con, tmp_path, "a", "street_number,street_name,city\n5,Main Street,Reno\n7,High Street,Reno\n"
                ),
            )
        ]
    )
    assert found[0].field == "address" and found[0].compared
