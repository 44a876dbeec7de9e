"""What is published while people look: it is drawn beside their pages, and takes its place when that is done."""

import time
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
from workbench.language import Language
from workbench.published import Published

FIRST, SECOND = "2026-03-02", "2026-03-09"
ALL = frozenset(ROLES)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "workbench.yml").write_text(small.CONFIG, "utf-8")
    publish(tmp_path, FIRST)
    return tmp_path


def publish(root: Path, day: str) -> None:
    published(root, [(day, [("crm", "validity", "valid:customer.phone", 10, 3)], {})])


def shown(runs: Runs, run_id: str) -> None:
    """Wait until this run is the one that people see."""
    end = time.monotonic() + 60
    while runs.open().run_id != run_id:
        assert time.monotonic() < end, "not shown after a minute"
        time.sleep(0.01)


def test_the_run_before_is_shown_until_the_new_one_is_prepared(root: Path) -> None:
    ready, prepared = Event(), []

    def prepare(runs: Runs, run: Published) -> None:
        prepared.append(run.run_id)
        assert ready.wait(60)

    runs = Runs(root, prepare)
    first = runs.open()
    assert first.run_id == f"{FIRST}.1" and prepared == []
    watch = build(runs, "Small", "quality", {}, Visitor("lee", ALL, "en")).watch
    assert watch is not None
    publish(root, SECOND)
    for _ in range(3):
        assert runs.open() is first and watch.look().notice == ""
    ready.set()
    shown(runs, f"{SECOND}.1")
    assert f"Run {SECOND}.1 was published" in watch.look().notice
    assert prepared == [f"{SECOND}.1"], "once, however many look"


def test_a_run_that_cannot_be_prepared_is_shown_all_the_same(root: Path) -> None:
    def prepare(runs: Runs, run: Published) -> None:
        raise ValueError(run.run_id)

    runs = Runs(root, prepare)
    runs.open()
    publish(root, SECOND)
    shown(runs, f"{SECOND}.1")


def test_two_runs_one_after_the_other(root: Path) -> None:
    """The second is published while the first is being prepared."""
    begun, ready = Event(), Event()

    def prepare(runs: Runs, run: Published) -> None:
        begun.set()
        assert ready.wait(60)

    runs = Runs(root, prepare)
    runs.open()
    publish(root, SECOND)
    runs.open()
    assert begun.wait(60)
    publish(root, "2026-03-16")
    assert runs.open().run_id == f"{FIRST}.1"
    ready.set()
    shown(runs, "2026-03-16.1")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_drawn_ahead_is_not_drawn_again(demo: Project, language: Language) -> None:
    runs = Runs(demo.root)
    run = runs.open()
    draw_ahead(runs, run)
    for name in [name for name, kind in PAGES.items() if kind.of_run]:
        with patch.object(run, "session") as asked:
            build(runs, "Demo", name, {}, Visitor("lee", ALL, language))
        asked.assert_not_called()
