"""The demo after two runs, real extracts for tests that want them, and REQUIRE_ALL=1: a skipped test fails the run."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from workbench import Project, open_project

# how long an example takes is no reason to fail; in CI the examples are the same each time, at a desk always new ones
settings.register_profile("ours", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("ours")

_skipped: list[str] = []


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real extracts."""
    folder = os.environ.get("WORKBENCH_REAL_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("WORKBENCH_REAL_DATA names no folder of real extracts")
    return Path(folder)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of the demo, opened, after a run of its first and of its last date. Not to be changed."""
    bundled = Path(__file__).parents[1] / "data/demo"
    root = tmp_path_factory.mktemp("projects") / "demo"
    shutil.copytree(bundled, root, ignore=shutil.ignore_patterns("state", "reports", "load", "journal.sqlite*"))
    project = open_project(root)
    days = sorted(folder.name for folder in (root / "sources").iterdir())
    for day in (days[0], days[-1]):
        project.run(day)
    return project


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        _note(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        _note(report)


def _note(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    _skipped.append(f"{report.nodeid}: {reason}")


def _refused() -> bool:
    return os.environ.get("REQUIRE_ALL") == "1" and bool(_skipped)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _refused() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _refused():
        terminalreporter.section("skipped, which REQUIRE_ALL=1 forbids")
        terminalreporter.write_line("\n".join(_skipped))
