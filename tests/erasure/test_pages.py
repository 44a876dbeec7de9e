"""Pages of old runs that fit neither today's workbench.yml nor the history keep nobody from being erased."""

import logging
import os
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import workbench as wb
from tests import small

from .made import ROWS, erase, golden_of, marked, said

CRM, CHECKS = small.CONFIG.index("  crm:\n"), small.CONFIG.index("checks:\n")
ALONE = small.CONFIG[:CRM] + small.CONFIG[CHECKS:]
OLD, NEW = f"reports/{small.DAY}.1", f"reports/{small.NEXT}.1"
PAGES = ("checks.html", "index.html", "notebooks/index.html", "profile.html", "reconciliation.html")
REPORT = ("quality.html", "quality.xlsx")
CLEARED = "rows and pseudonyms taken out, pages made again"
BARE = "rows and pseudonyms taken out; pages deleted, as they cannot be drawn any more: "
UNDRAWN = "deleted: it cannot be drawn any more"
PROFILER = {"profiler_customer.html": "deleted: make it again"}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose source `crm` came after its first run, without a `since`."""
    first = {"erp/customers.csv": ROWS, "crm/accounts.csv": None}
    root = small.project(tmp_path_factory.mktemp("grown") / "project",
                         {small.DAY: first, small.NEXT: {"erp/customers.csv": ROWS}}, ALONE)  # fmt: skip
    wb.open_project(root).run(small.DAY)
    (root / "workbench.yml").write_text(small.CONFIG, "utf-8")
    wb.open_project(root).run(small.NEXT)
    return root


@pytest.fixture
def grown(ran: Path, tmp_path: Path) -> wb.Project:
    shutil.copytree(ran, tmp_path / "project")
    return wb.open_project(tmp_path / "project")


def erased(project: wb.Project) -> dict[str, dict[str, str]]:
    """What was done to each run, its pages by name, after a look that a dry run said the same and nothing is left."""
    golden_id = golden_of(project, "K03")
    promised, done = erase(project, dry_run=True), erase(project)
    assert promised == done
    assert marked(project.root) == set() and len(project.journal.erased()) == 1
    assert [name for name, text in said(project.root) if name.startswith("reports/") and golden_id in text] == []
    runs = {run: {place.removeprefix(f"{run}/"): how for place, (_, how) in done.items() if place.startswith(run)}
            for run in (OLD, NEW)}  # fmt: skip
    for run, lines in runs.items():
        assert not [name for name in lines if name != run and (project.root / run / name).exists()]
        staying = {*PAGES, *REPORT} - lines.keys()
        assert all((project.root / run / name).exists() for name in staying)
    return runs


def test_pages_of_a_run_before_a_source_came_are_made_again(grown: wb.Project) -> None:
    assert erased(grown) == {run: {run: CLEARED} | PROFILER for run in (OLD, NEW)}
    assert "crm.accounts" in (grown.root / OLD / "reconciliation.html").read_text("utf-8")  # none read, none written


def test_a_history_cut_in_half_takes_all_pages_with_it(grown: wb.Project) -> None:
    history = grown.root / "reports/history.parquet"
    os.truncate(history, history.stat().st_size // 2)
    for run, lines in erased(grown).items():
        assert lines.pop(run).startswith(f"{BARE}{history} is damaged or gone.")
        assert lines == dict.fromkeys((*PAGES, *REPORT), UNDRAWN) | PROFILER


def test_pages_of_a_run_that_the_history_lacks_go_and_others_stay(grown: wb.Project) -> None:
    history = grown.root / "reports/history.parquet"
    lines = pq.read_table(history)
    pq.write_table(lines.filter(pc.not_equal(lines["run_id"], f"{small.DAY}.1")), history)
    runs = erased(grown)
    assert runs[NEW] == {NEW: CLEARED} | PROFILER
    assert runs[OLD].pop(OLD).startswith(f"{BARE}{grown.root} has no published run {small.DAY}.1.")
    assert runs[OLD] == dict.fromkeys((*PAGES, *REPORT), UNDRAWN) | PROFILER


def test_pages_that_fail_by_a_fault_go_and_the_log_has_it(grown: wb.Project, caplog: pytest.LogCaptureFixture) -> None:
    file = grown.root / OLD / "tables/qa_results.parquet"
    results = pq.read_table(file)
    place = results.column_names.index("status")
    pq.write_table(results.set_column(place, "status", pa.array(["unheard of"] * len(results))), file)
    with caplog.at_level(logging.ERROR):
        lines = erased(grown)[OLD]
    assert lines.pop(OLD) == f"{BARE}A fault of ours (ValueError); please report what the terminal says."
    assert dict.fromkeys(PAGES, UNDRAWN).items() <= lines.items()
    assert "A fault of ours" in caplog.text and "unheard of" in caplog.text
