"""The bundled project: valid, its six dates add up, and its customers are who the truth says they are."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from workbench import Project
from workbench.config import load
from workbench.stages.extracts import dates

DEMO = Path(__file__).parents[1] / "data" / "demo"
DATES = ["2026-09-07", "2026-09-14", "2026-09-21", "2026-09-28", "2026-10-05", "2026-10-12"]


Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def published(demo: Project) -> dict[str, Tables]:
    """What the run of each date published of its files, its outcomes and its amounts."""
    runs = {day: demo.published(f"{day}.1") for day in DATES}
    names = ("raw_files", "recon_rows", "recon_amounts")
    return {day: {name: run.frame(f"FROM published.{name}") for name in names} for day, run in runs.items()}


def pair_f1(found: dict[tuple[str, str], str], truth: dict[tuple[str, str], str]) -> float:
    """F1 over pairs of records, counted by hand."""
    both = sorted(set(found) & set(truth))

    def pairs(group: pd.Series) -> int:
        sizes = group.value_counts()
        return int((sizes * (sizes - 1) // 2).sum())

    ours, true = pd.Series([found[record] for record in both]), pd.Series([truth[record] for record in both])
    agreed = pairs(ours + "|" + true)
    return 2 * agreed / (pairs(ours) + pairs(true))


def test_the_configuration_is_valid() -> None:
    config = load(DEMO)
    assert [str(day) for day in dates(DEMO)] == DATES
    assert list(config.targets) == ["salesforce", "odoo", "tryton"]


@pytest.mark.parametrize("day", DATES)
def test_every_record_has_one_outcome(published: dict[str, Tables], day: str) -> None:
    rows, files = published[day]["recon_rows"], published[day]["raw_files"]
    read = dict(zip(files["source"] + "." + files["table"], files["rows"] + files["rejects"], strict=True))
    leads = {"customer": {"erp": "kna1", "crm": "accounts", "sales": "list"}, "contact": {"crm": "contacts"},
             "open_item": {"erp": "bsid"}, "order": {"erp": "vbak"}}  # fmt: skip
    for (_, entity, source), found in rows.groupby(["target", "entity", "source"]):
        lead = read[f"{source}.{leads[entity][source]}"]
        assert sorted(found["_row"]) == list(range(1, lead + 1)), (entity, source)
    assert "unexplained" not in set(rows["outcome"])


@pytest.mark.parametrize("day", DATES)
def test_every_amount_is_accounted_for(published: dict[str, Tables], day: str) -> None:
    amounts = published[day]["recon_amounts"]
    assert set(amounts["currency"]) >= {"CNY", "USD", "JPY"}
    for _, lines in amounts.groupby(["target", "entity", "measure", "source", "currency"]):
        by_outcome = lines.set_index("outcome")
        for column in ("rows", "amount", "debit", "credit", "unreadable_rows"):
            parts = by_outcome[column].drop(["source", "merged"], errors="ignore")
            assert by_outcome[column]["source"] == sum(parts) and by_outcome[column]["difference"] == 0


def test_the_extracts_get_better(demo: Project) -> None:
    trend = demo.status()["trend"]
    first, last = trend[DATES[0]], trend[DATES[-1]]
    assert all(last[dimension] >= first[dimension] for dimension in first)
    assert last != first


def test_the_last_date_meets_all_gates_and_the_first_does_not(demo: Project) -> None:
    outcomes = {run["as_of"]: run["outcome"] for run in demo.status()["runs"]}
    assert (outcomes[DATES[0]], outcomes[DATES[-1]]) == ("gates missed", "passed")


def test_customers_are_who_the_truth_says(demo: Project) -> None:
    clusters = demo.table("match.customer_clusters")
    found = {(row.source, row.key): row.golden_id for row in clusters.itertuples()}
    with (DEMO / "truth" / "customer.csv").open(encoding="utf-8", newline="") as lines:
        truth = {(row["source"], row["key"]): row["cluster"] for row in csv.DictReader(lines)}
    assert len(set(found) & set(truth)) > 0.9 * len(found)
    assert pair_f1(found, truth) >= 0.95


def test_the_load_files_hold_the_written_records(demo: Project, published: dict[str, Tables]) -> None:
    root, rows = demo.root, published[DATES[-1]]["recon_rows"]
    for entity, title in (("customer", "Account"), ("contact", "Contact"), ("open_item", "Open_Item__c")):
        loaded: list[str] = []
        for file in (root / "load" / DATES[-1] / "salesforce").rglob(f"{title}.csv"):
            with file.open(encoding="utf-8", newline="") as lines:
                loaded += [row["Golden_ID__c"] for row in csv.DictReader(lines)]
        ours = rows[(rows["target"] == "salesforce") & (rows["entity"] == entity) & (rows["outcome"] == "written")]
        assert sorted(loaded) == sorted(ours["golden_id"])
