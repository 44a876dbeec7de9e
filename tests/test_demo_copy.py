"""The demo is run once and copied for whoever opens it; a killed build is never taken for a whole one."""

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import workbench as wb
from workbench.demo import copy_demo

from . import small
from .test_demo import DATES


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project of two dates in the demo's place, with things beside it that are none of its parts."""
    root = small.project(tmp_path_factory.mktemp("source") / "p", {small.DAY: {}, small.NEXT: {}})
    (root / "truth").mkdir()
    (root / "reports").mkdir()
    (root / "reports" / "old.html").write_text("old")
    return root


def built(cache: Path) -> list[str]:
    """What lies in the cache, by name: a whole state's begins with demo-, one that is being built with a dot."""
    return sorted(path.name for path in cache.iterdir() if path.name != "demo.lock")


@pytest.mark.timeout(1200)
def test_the_demo_is_opened_after_all_its_dates() -> None:
    demo = wb.open_demo()
    assert [line["as_of"] for line in demo.status()["runs"]] == DATES
    assert {line["user"] for line in demo.status()["runs"]} == {"demo"}
    assert len(demo.table("gold.customer")) > 1_000
    assert not (demo.root / "truth").exists()
    root = demo.root
    other = wb.open_demo()
    assert other.root != root
    del demo
    assert not root.exists() and other.root.exists()


def test_it_is_run_once_and_a_copy_may_be_changed(source: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    copy_demo(source, cache, tmp_path / "one")
    (name,) = built(cache)
    assert name.startswith("demo-")
    inside = sorted(path.name for path in (tmp_path / "one").iterdir() if not path.name.startswith("journal.sqlite-"))
    assert inside == ["journal.sqlite", "load", "reports", "sources", "state", "workbench.yml"]
    assert not (tmp_path / "one" / "reports" / "old.html").exists()
    first = wb.open_project(tmp_path / "one")
    first.run(small.NEXT)
    copy_demo(source, cache, tmp_path / "two")
    second = wb.open_project(tmp_path / "two").status()["runs"]
    assert [run["run_id"] for run in second] == [f"{small.DAY}.1", f"{small.NEXT}.1"]
    assert len(first.status()["runs"]) == 3


def test_a_changed_demo_is_run_again_and_the_older_one_goes(source: Path, tmp_path: Path) -> None:
    changed, cache = tmp_path / "changed", tmp_path / "cache"
    shutil.copytree(source, changed)
    copy_demo(changed, cache, tmp_path / "one")
    older = built(cache)
    small.extract(changed, small.NEXT, "crm/accounts.csv", small.ACCOUNTS[:-1])
    copy_demo(changed, cache, tmp_path / "two")
    assert built(cache) != older and len(built(cache)) == 1
    assert len(wb.open_project(tmp_path / "two").table("raw.crm__accounts")) == len(small.ACCOUNTS) - 1


def test_two_at_once_build_it_once(source: Path, tmp_path: Path) -> None:
    cache, spawn = tmp_path / "cache", multiprocessing.get_context("spawn")
    copies = [tmp_path / name for name in ("one", "two")]
    both = [spawn.Process(target=copy_demo, args=(source, cache, copy)) for copy in copies]
    for process in both:
        process.start()
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0] and len(built(cache)) == 1
    runs = [wb.open_project(copy).status()["runs"] for copy in copies]
    assert runs[0] == runs[1] and len(runs[0]) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_a_killed_build_is_not_taken_for_a_whole_one(source: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    code = "import sys; from pathlib import Path; from workbench.demo import copy_demo; copy_demo(*map(Path, sys.argv[1:]))"
    builder = subprocess.Popen(
        [sys.executable, "-c", code, source, cache, tmp_path / "never"], stderr=subprocess.DEVNULL
    )
    while not list(cache.glob(".demo-*.part/state/published/*")):  # the first date is done, the second is not
        assert builder.poll() is None
        time.sleep(0.01)
    os.kill(builder.pid, signal.SIGKILL)
    builder.wait()
    assert [name[0] for name in built(cache)] == ["."]
    copy_demo(source, cache, tmp_path / "copy")
    (name,) = built(cache)
    assert name.startswith("demo-")
    assert len(wb.open_project(tmp_path / "copy").status()["runs"]) == 2


def test_a_cache_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / "file"))
    with pytest.raises(wb.StoreError, match="WORKBENCH_CACHE"):
        wb.open_demo()
