"""Values that are likely one are brought together, and an accepted cluster becomes a step of the recipe."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workbench as wb
from workbench.errors import ConfigError
from workbench.explore import clusters
from workbench.explore.clusters import PAGE
from workbench.store import Connection, append, session

from .. import small

VALUES = (
    ["Acme Ltd"] * 3
    + ["ACME, Ltd."] * 2
    + ["ltd acme", "Beta", "华瑞公司", "華瑞公司", "華瑞公司", "Müller", "Muller", None]
)


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("fingerprint", [["Acme Ltd", "ACME, Ltd.", "ltd acme"], ["華瑞公司", "华瑞公司"], ["Muller", "Müller"]]),
        ("reading", [["Acme Ltd", "ACME, Ltd."], ["華瑞公司", "华瑞公司"], ["Muller", "Müller"]]),
        ("ngram", [["Acme Ltd", "ACME, Ltd."], ["華瑞公司", "华瑞公司"], ["Muller", "Müller"]]),
    ],
)
def test_values_that_share_a_key_are_one_cluster_the_commonest_first(method: str, expected: list[list[str]]) -> None:
    with session(None) as con:
        found = clusters(filled(con, VALUES), "t", "v", method)
    groups = [list(group["value"]) for _, group in found.frame.groupby("cluster")]
    assert groups == expected and found.total == len(expected)
    becomes = [group[0] if group[0] != "Muller" else "Müller" for group in groups for _ in group]
    assert list(found.frame["becomes"]) == becomes


def filled(con: Connection, values: Iterable[str | None]) -> Connection:
    con.execute("CREATE TABLE t (v VARCHAR)")
    append(con, "t", pa.table({"v": pa.array(values, pa.string())}))
    return con


@pytest.mark.parametrize(
    ("common", "rare"),
    [
        ("Huadong Trading", "Huadong Tradng"),  # left out
        ("Huadong Trading", "Huadong Traading"),  # added
        ("Huadong Trading", "Huadong Troding"),  # mistyped
        ("Huadong Trading", "Huadong Tradign"),  # two in each other's place
        ("上海华东贸易", "上海华冬贸易"),
        ("上海华东贸易", "上海东华贸易"),
        ("Müller Stahl", "muller-stahl"),
    ],
)
def test_near_sees_through_one_character(common: str, rare: str) -> None:
    with session(None) as con:
        found = clusters(filled(con, [common, common, rare, "something else"]), "t", "v", "near")
    assert found.values() == {rare: common}


@pytest.mark.parametrize(
    ("one", "other"),
    [("Plot 12 East", "Plot 13 East"), ("Weg 1", "Weg 11"), ("华东", "华南"), ("Huadong Trading", "Huadang Treding")],
)
def test_near_keeps_apart_what_digits_short_names_and_two_characters_tell_apart(one: str, other: str) -> None:
    with session(None) as con:
        assert clusters(filled(con, [one, one, other]), "t", "v", "near").total == 0


def test_near_does_not_grow_from_neighbour_to_neighbour() -> None:
    """b is near a and c near b, but c is two characters from a."""
    with session(None) as con:
        found = clusters(filled(con, ["abcdef"] * 3 + ["abcdex"] * 2 + ["abcdxx"]), "t", "v", "near")
    assert found.values() == {"abcdex": "abcdef"}


@settings(max_examples=40)
@given(st.lists(st.text(max_size=12), max_size=30), st.sampled_from(["fingerprint", "ngram", "reading", "near"]))
def test_any_values_are_each_in_one_cluster_at_most(values: list[str], method: str) -> None:
    stored = [value.encode(errors="replace").decode() for value in values]
    with session(None) as con:
        found = clusters(filled(con, stored), "t", "v", method).frame
    assert not found["value"].duplicated().any() and set(found["value"]) <= set(stored)
    assert all(stored.count(value) == rows for value, rows in zip(found["value"], found["rows"], strict=True))
    assert (found.groupby("cluster").size() > 1).all()


def test_clusters_come_in_pages_and_some_are_taken() -> None:
    words = [f"{a}{b}x" for a in "abcdefghij" for b in "klmnop"]  # 60
    with session(None) as con:
        filled(con, [one for word in words for one in (word, word, word.upper())])
        first, second = (clusters(con, "t", "v", page=page) for page in (1, 2))
    assert (first.total, first.frame["cluster"].nunique(), second.frame["cluster"].nunique()) == (60, PAGE, 60 - PAGE)
    assert second.values(51) == {words[50].upper(): words[50]}
    assert "51 to 60" in second._repr_html_()


def test_a_page_escapes_what_is_in_the_data() -> None:
    bad = "<script>alert(1)</script>"
    with session(None) as con:
        page = clusters(filled(con, [bad, bad.upper()]), "t", "v")._repr_html_()
    assert "<script>" not in page.lower() and "&lt;script&gt;" in page.lower()


def test_an_accepted_cluster_becomes_a_step(tmp_path: Path) -> None:
    rows = [dict(row) for row in small.CUSTOMERS]
    rows[1]["city"], rows[2]["city"] = "Hang Zhou", "hang zhou"
    root = small.project(tmp_path / "p", {small.DAY: {"erp/customers.csv": rows}})
    project = wb.open_project(root)
    project.run(small.DAY, until="standardise")
    found = project.clusters("erp.customers", "city")
    assert found.values() == {"Hang Zhou": "hang zhou"}
    project.edit("erp.customers", "city", values=found.values(1), why="one city")
    project.run(small.DAY, until="standardise")
    cities = project.sql("SELECT DISTINCT city FROM std.customer WHERE source = 'erp' AND lower(city) = 'hang zhou'")
    assert cities["city"].tolist() == ["hang zhou"]
    with pytest.raises(ConfigError, match="There is no method 'sound'"):
        project.clusters("erp.customers", "city", "sound")
