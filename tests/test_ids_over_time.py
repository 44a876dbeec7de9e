"""Golden ids over runs: they stay with their customers, through merges and back."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import workbench as wb

from . import small
from .small import ACCOUNTS, CUSTOMERS, DAY, NEXT, THIRD, customer
from .weeks import WEEKS, ids, without


def test_deleting_state_gives_the_same_ids(tmp_path: Path) -> None:
    root = small.project(tmp_path / "p", WEEKS)
    project = wb.open_project(root)
    before = [ids(project, day) for day in WEEKS]
    tables = {name: project.table(name) for name in ("gold.customer", "gold.item", "gold.xref", "gold.provenance")}
    shutil.rmtree(root / "state")
    again = wb.open_project(root)
    assert ids(again, THIRD) == before[2]
    for name, table in tables.items():
        assert again.table(name).astype(str).sort_values(list(table.columns[:3])).to_csv(index=False) == (
            table.astype(str).sort_values(list(table.columns[:3])).to_csv(index=False)
        )
    assert ids(again, DAY) == before[0]


def test_an_id_stays_with_its_customer_when_the_founding_record_goes(tmp_path: Path) -> None:
    root = small.project(tmp_path / "p", {DAY: {}, NEXT: {"erp/customers.csv": without("K01")}, THIRD: {}})
    project = wb.open_project(root)
    first = ids(project, DAY)
    assert first["erp", "K01"] == first["crm", "C01"]
    second = ids(project, NEXT)
    assert second == {record: golden for record, golden in first.items() if record != ("erp", "K01")}
    shutil.rmtree(root / "state")
    assert ids(wb.open_project(root), NEXT) == second
    assert project.sql("SELECT founding FROM gold.xref WHERE key = 'C01'")["founding"].tolist() == [True]
    assert ids(project, THIRD) == first  # and is there when it comes back
    assert ids(project, DAY) == first
    assert ids(project, NEXT) == second


def merging(tmp_path: Path) -> Callable[[str], tuple[dict[tuple[str, str], str], dict[str, str]]]:
    """A project in which K31, new on the second date, turns out to be the CRM's C31 on the third."""
    crm = [*ACCOUNTS, customer(31, "C31")]
    days: dict[str, dict[str, Any]] = {
        DAY: {"crm/accounts.csv": crm},
        NEXT: {"crm/accounts.csv": crm, "erp/customers.csv": [*CUSTOMERS, customer(32, "K31")]},
        THIRD: {"crm/accounts.csv": crm, "erp/customers.csv": [*CUSTOMERS, customer(31, "K31")]},
        "2026-03-23": {"crm/accounts.csv": crm, "erp/customers.csv": [*CUSTOMERS, customer(32, "K31")]},
    }
    project = wb.open_project(small.project(tmp_path / "p", days))

    def of(day: str) -> tuple[dict[tuple[str, str], str], dict[str, str]]:
        found = ids(project, day)
        leads = project.table("gold.redirects")
        return found, dict(zip(leads["golden_id"], leads["redirects_to"], strict=True))

    return of


def test_merging_keeps_the_older_id_and_unmerging_gives_both_back(tmp_path: Path) -> None:
    of = merging(tmp_path)
    first, _ = of(DAY)
    second, redirects = of(NEXT)
    old, young = first["crm", "C31"], second["erp", "K31"]
    assert old != young and redirects == {} and second["crm", "C31"] == old
    third, redirects = of(THIRD)
    assert third["crm", "C31"] == third["erp", "K31"] == old
    assert redirects == {young: old}
    fourth, redirects = of("2026-03-23")
    assert (fourth["crm", "C31"], fourth["erp", "K31"]) == (old, young)
    assert redirects == {}
    # and again, in any order
    assert of(THIRD) == (third, {young: old})
    assert of(NEXT) == (second, {})
    assert of(DAY)[0] == first


def test_children_follow_their_customer_into_a_merge(tmp_path: Path) -> None:
    days = {DAY: {"crm/accounts.csv": [*ACCOUNTS, customer(5, "C05")]}}
    project = wb.open_project(small.project(tmp_path / "p", days))
    project.run(until="golden")
    found = ids(project)
    parents = project.sql("SELECT document, parent_golden_id FROM gold.item").set_index("document")["parent_golden_id"]
    assert parents["900005"] == found["erp", "K05"] == found["crm", "C05"]
