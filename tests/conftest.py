"""The demo after all its dates, real extracts for tests that want them, and REQUIRE_ALL=1: a skipped test fails the run."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from workbench import Project, open_demo

# how long an example takes is no reason to fail; in CI the examples are the same each time, at a desk always new ones
settings.register_profile("ours", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("ours")

SLOW = (
    "real/", "test_crash.py", "test_demo_copy.py", "test_offline.py", "test_wheel.py", "draft/test_demo_draft.py",
    "docs/test_arrivals.py", "decisions/test_at_once.py", "load/test_load.py", "load/test_corrections.py",
    "proof/test_faults.py",
)  # fmt: skip
"""Real extracts, crashes, whole builds: for make test-all."""

_skipped: list[str] = []


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real extracts."""
    folder = os.environ.get("WORKBENCH_REAL_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("WORKBENCH_REAL_DATA names no folder of real extracts")
    return Path(folder)


@pytest.fixture(scope="session")
def demo() -> Project:
    """A copy of the demo, opened, after a run of each of its dates. Not to be changed."""
    return open_demo()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    tests = Path(__file__).parent
    for item in items:
        if tests in item.path.parents and item.path.relative_to(tests).as_posix().startswith(SLOW):
            item.add_marker(pytest.mark.slow)


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
