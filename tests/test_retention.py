"""Old runs let go of their tables and pages, and of nothing that anybody refers to."""

import shutil
from pathlib import Path

import pytest

import workbench as wb
from workbench.config import load
from workbench.journal import Journal
from workbench.published import Published
from workbench.retention import compact
from workbench.views import trend

from . import small

OLD, OTHER = "2025-01-06", "2025-01-13"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two dates of long ago and one of now."""
    root = small.project(tmp_path_factory.mktemp("keep") / "p", {OLD: {}}, f"{small.CONFIG}keep: {{runs: 400 days}}\n")
    project = wb.open_project(root)
    for day in (OLD, OTHER, small.DAY):
        (root / "sources" / day).mkdir(exist_ok=True)
        project.run(day)
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "p")
    return tmp_path / "p"


def left(root: Path, day: str) -> tuple[set[str], bool]:
    """What reports/ has of a date's run, and whether the private tree has it."""
    return {file.name for file in (root / "reports" / f"{day}.1").iterdir()}, (root / "state/published" / f"{day}.1").exists()


def compacted(root: Path, *, dry_run: bool = False) -> dict[str, str]:
    """What was done to which run."""
    found = compact(load(root), Journal(root), "li", dry_run=dry_run)
    return dict(zip(found["run"], found["done"], strict=True))


def test_old_runs_keep_their_report_and_their_place_in_the_trend(root: Path) -> None:
    before = left(root, OLD)
    assert compacted(root, dry_run=True) == {f"{OLD}.1": "would be compacted", f"{OTHER}.1": "would be compacted"}
    assert left(root, OLD) == before and before[1]
    assert compacted(root) == {f"{OLD}.1": "compacted", f"{OTHER}.1": "compacted"}
    for day in (OLD, OTHER):
        assert left(root, day) == ({"quality.html", "quality.xlsx"}, False)
    assert {"tables", "index.html"} <= left(root, small.DAY)[0] and left(root, small.DAY)[1]
    run = Published(root)
    assert run.run_id == f"{small.DAY}.1" and str(trend(run).body).count(OLD) >= 1
    index = (root / "reports" / "index.html").read_text("utf-8")
    assert f'href="{OLD}.1/quality.html"' in index and f'href="{OLD}.1/index.html"' not in index
    assert compacted(root) == {}
    assert ("compact", f"{OLD}.1, {OTHER}.1") in wb.open_project(root).audit()[["action", "what"]].itertuples(index=False)


def test_what_loads_or_signatures_refer_to_stays(root: Path) -> None:
    project = wb.open_project(root)
    with project.journal.write() as con:
        con.execute("INSERT INTO loads (run_id, target, environment, wave, user, process, backup, started_at) "
                    f"VALUES ('{OLD}.1', 'plain', 'test', 'all', 'li', 'p', '', '2025-01-07')")  # fmt: skip
        ((done,),) = con.execute(f"SELECT finished_at FROM runs WHERE run_id = '{OTHER}.1'")
        con.execute("INSERT INTO signatures (at, user, target, part, hashes, note) VALUES (?, 'li', 'plain', 'technical', '{}', '')",
                    [done])  # fmt: skip
    assert compacted(root) == {}
    assert left(root, OLD)[1] and left(root, OTHER)[1]


def test_killed_in_between_it_is_made_again(root: Path) -> None:
    assert small.workbench("compact", root, script=small.KILLED_COMPACTING).returncode == -9
    assert "tables" not in left(root, OLD)[0]  # nobody finds half of it
    small.told(small.workbench("compact", root), 0, f"{OLD}.1")
    assert left(root, OLD) == ({"quality.html", "quality.xlsx"}, False)


def test_it_is_off_unless_somebody_says_how_long(root: Path) -> None:
    (root / "workbench.yml").write_text(small.CONFIG, "utf-8")
    with pytest.raises(wb.ConfigError, match=r"keep: \{runs: 400 days\}"):
        compacted(root)
    (root / "workbench.yml").write_text(f"{small.CONFIG}keep: {{runs: soon}}\n", "utf-8")
    small.told(small.workbench("compact", root), 2, "keep.runs")
    assert left(root, OLD)[1]


def test_a_run_without_a_report_gets_one_first(root: Path) -> None:
    (root / "reports" / f"{OLD}.1" / "quality.html").unlink()
    assert f"{OLD}.1" in compacted(root)
    assert "quality.html" in left(root, OLD)[0]
