"""What is published while people look: it is drawn beside their pages, and takes its place when that is done."""

import time
from dataclasses import replace
from pathlib import Path
from threading import Event
from unittest.mock import patch

import pytest

from tests import small
from tests.views.made import published
from workbench import Project
from workbench.config.planning import ROLES
from workbench.dashboard.pages import PAGES, build, draw_ahead
from workbench.dashboard.runs import Runs
from workbench.dashboard.visitor import Visitor
from workbench.errors import StoreError
from workbench.language import Language
from workbench.published import Published

FIRST, SECOND = "2026-03-02", "2026-03-09"
LEE = Visitor("lee", frozenset(ROLES), "en")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "workbench.yml").write_text(small.CONFIG, "utf-8")
    publish(tmp_path, FIRST)
    return tmp_path


def publish(root: Path, day: str) -> None:
    published(root, [(day, [("crm", "validity", "valid:customer.phone", 10, 3)], {})])


def drawn(runs: Runs, run_id: str) -> None:
    """Wait until this run is the one that people see."""
    end = time.monotonic() + 60
    while runs.drawn().run_id != run_id:
        assert time.monotonic() < end, "not shown after a minute"
        time.sleep(0.01)


def test_the_run_before_is_shown_until_the_new_one_is_drawn(root: Path) -> None:
    may, drew = Event(), []

    def draw(runs: Runs, run: Published) -> None:
        drew.append(run.run_id)
        assert may.wait(60)

    runs = Runs(root, draw)
    first = runs.drawn()
    assert first.run_id == f"{FIRST}.1" and drew == []
    watch = build(runs, "Small", "quality", {}, LEE).watch
    assert watch is not None
    publish(root, SECOND)
    for _ in range(3):
        assert runs.drawn() is first and watch.look().notice == ""
        assert f"run {FIRST}.1" in build(runs, "Small", "quality", {}, LEE).masthead
    assert f"run {SECOND}.1" in build(runs, "Small", "migration", {}, LEE).masthead, "which nothing is drawn of ahead"
    may.set()
    drawn(runs, f"{SECOND}.1")
    assert runs.drawn() is runs.open() is runs.open(f"{SECOND}.1")
    assert f"Run {SECOND}.1 was published" in watch.look().notice
    assert drew == [f"{SECOND}.1"], "once, however many look"


def test_a_page_that_shows_the_new_run_already_is_not_told_of_it(root: Path) -> None:
    may = Event()
    runs = Runs(root, lambda runs, run: may.wait(60))
    runs.drawn()
    publish(root, SECOND)
    watch = build(runs, "Small", "migration", {}, LEE).watch
    assert watch is not None
    may.set()
    drawn(runs, f"{SECOND}.1")
    assert watch.look().notice == ""


def test_a_run_that_cannot_be_drawn_is_shown_all_the_same_and_the_log_says_so(
    root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    runs = Runs(root, lambda runs, run: 1 / 0)
    runs.drawn()
    publish(root, SECOND)
    drawn(runs, f"{SECOND}.1")
    assert "ZeroDivisionError" in caplog.text


def test_a_history_that_cannot_be_read_is_said(root: Path) -> None:
    runs = Runs(root, lambda runs, run: None)
    runs.drawn()
    history = root / "reports/history.parquet"
    whole = history.read_bytes()
    history.write_bytes(whole[:100])
    end = time.monotonic() + 60
    with pytest.raises(StoreError, match="history"):
        while time.monotonic() < end:
            runs.drawn()
            time.sleep(0.01)
    history.write_bytes(whole)
    assert runs.drawn().run_id == f"{FIRST}.1"


def test_of_two_runs_one_after_the_other_only_the_last_is_waited_for(root: Path) -> None:
    """Two are published while the one before is being drawn."""
    begun, may, drew = Event(), Event(), []

    def draw(runs: Runs, run: Published) -> None:
        drew.append(run.run_id)
        begun.set()
        assert may.wait(60)

    runs = Runs(root, draw)
    runs.drawn()
    for day in (SECOND, "2026-03-16", "2026-03-23"):
        publish(root, day)
        assert runs.drawn().run_id == f"{FIRST}.1"
        assert begun.wait(60)
    may.set()
    drawn(runs, "2026-03-23.1")
    assert drew == [f"{SECOND}.1", "2026-03-23.1"]


def test_a_table_that_goes_from_the_run_that_is_shown_is_not_shown_on(root: Path) -> None:
    """As by an erasure, while a newer run is being drawn."""
    published(root, [(FIRST, [], {})], golden_customer="SELECT 1 AS n")
    may = Event()
    runs = Runs(root, lambda runs, run: may.wait(60))
    first = runs.drawn()
    publish(root, SECOND)
    assert runs.drawn() is first
    (root / f"reports/{FIRST}.2/tables/golden_customer.parquet").unlink()
    assert runs.drawn().run_id == f"{SECOND}.1"
    may.set()


@pytest.mark.parametrize(
    ("asked", "language"), [({}, "en"), ({"language": "zh"}, "zh"), ({"language": "zh", "run": "", "page": ""}, "zh")]
)
def test_what_is_drawn_ahead_is_not_drawn_again(demo: Project, asked: dict[str, str], language: Language) -> None:
    runs = Runs(demo.root)
    run = runs.open()
    draw_ahead(runs, run)
    for name in [name for name, kind in PAGES.items() if kind.of_run]:
        with patch.object(run, "session") as looked:
            build(runs, "Demo", name, asked, replace(LEE, language=language))
        looked.assert_not_called()
