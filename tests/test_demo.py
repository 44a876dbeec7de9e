"""The bundled project: valid, its six dates add up, and its customers are who the truth says they are."""

import csv
import shutil
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import workbench as wb
from workbench.config import load
from workbench.stages.extracts import dates

DEMO = Path(__file__).parents[1] / "data" / "demo"
DATES = ["2026-09-07", "2026-09-14", "2026-09-21", "2026-09-28", "2026-10-05", "2026-10-12"]


@dataclass
class Replay:
    """A copy of the demo after all six dates, and what each left."""

    project: wb.Project
    results: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, pd.DataFrame] = field(default_factory=dict)
    raw: dict[str, dict[str, int]] = field(default_factory=dict)
    amounts: dict[str, pd.DataFrame] = field(default_factory=dict)


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    """Run every date to its reconciliation, the last one to its reports."""
    root = tmp_path_factory.mktemp("demo") / "demo"
    shutil.copytree(DEMO, root, ignore=shutil.ignore_patterns("state", "journal.sqlite*", "load", "reports"))
    replay = Replay(wb.open_project(root))
    for day in DATES:
        replay.results[day] = replay.project.run(as_of=day, until=None if day == DATES[-1] else "reconcile")
        replay.rows[day] = replay.project.table("recon.rows")
        replay.amounts[day] = replay.project.table("recon.amounts")
        files = replay.project.sql("SELECT source || '.' || \"table\" AS name, rows + rejects AS rows FROM raw.files")
        replay.raw[day] = dict(zip(files["name"], files["rows"], strict=True))
    return replay


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
    assert list(config.targets) == ["salesforce", "odoo"]


@pytest.mark.parametrize("day", DATES)
def test_every_record_has_one_outcome(replayed: Replay, day: str) -> None:
    rows = replayed.rows[day]
    leads = {"customer": {"erp": "kna1", "crm": "accounts", "sales": "list"}, "contact": {"crm": "contacts"},
             "open_item": {"erp": "bsid"}, "order": {"erp": "vbak"}}  # fmt: skip
    for (_, entity, source), found in rows.groupby(["target", "entity", "source"]):
        lead = replayed.raw[day][f"{source}.{leads[entity][source]}"]
        assert sorted(found["_row"]) == list(range(1, lead + 1)), (entity, source)
    assert "unexplained" not in set(rows["outcome"])
    counted = rows[rows["target"] == "salesforce"]["outcome"].value_counts()
    assert {name: n for name, n in replayed.results[day].outcomes.items() if n} == counted.to_dict()


@pytest.mark.parametrize("day", DATES)
def test_every_amount_is_accounted_for(replayed: Replay, day: str) -> None:
    for _, lines in replayed.amounts[day].groupby(["target", "entity", "measure", "source", "currency"]):
        by_outcome = lines.set_index("outcome")
        for column in ("rows", "amount", "debit", "credit", "unreadable_rows"):
            parts = by_outcome[column].drop(["source", "merged"], errors="ignore")
            assert by_outcome[column]["source"] == sum(parts) and by_outcome[column]["difference"] == 0
    differences = replayed.results[day].differences
    assert set(differences) >= {"CNY", "USD", "JPY"} and {Decimal(amount) for amount in differences.values()} == {0}


def test_the_extracts_get_better(replayed: Replay) -> None:
    first, last = (replayed.results[day].quality for day in (DATES[0], DATES[-1]))
    assert all(last[dimension] >= first[dimension] for dimension in first)
    assert last != first


def test_the_last_date_meets_all_gates(replayed: Replay) -> None:
    assert replayed.results[DATES[-1]].gates == []


def test_customers_are_who_the_truth_says(replayed: Replay) -> None:
    clusters = replayed.project.table("match.customer_clusters")
    found = {(row.source, row.key): row.golden_id for row in clusters.itertuples()}
    with (DEMO / "truth" / "customer.csv").open(encoding="utf-8", newline="") as lines:
        truth = {(row["source"], row["key"]): row["entity"] for row in csv.DictReader(lines)}
    assert len(set(found) & set(truth)) > 0.9 * len(found)
    assert pair_f1(found, truth) >= 0.95


def test_the_load_files_hold_the_written_records(replayed: Replay) -> None:
    root, rows = replayed.project.root, replayed.rows[DATES[-1]]
    for entity, title in (("customer", "Account"), ("contact", "Contact"), ("open_item", "Open_Item__c")):
        loaded: list[str] = []
        for file in (root / "load" / DATES[-1] / "salesforce").rglob(f"{title}.csv"):
            with file.open(encoding="utf-8", newline="") as lines:
                loaded += [row["Golden_ID__c"] for row in csv.DictReader(lines)]
        ours = rows[(rows["target"] == "salesforce") & (rows["entity"] == entity) & (rows["outcome"] == "written")]
        assert sorted(loaded) == sorted(ours["golden_id"])
