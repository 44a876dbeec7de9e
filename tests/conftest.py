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
    "decisions/", "draft/", "erasure/", "load/", "mappings/", "monitor/", "proof/", "real/", "room/", "summary/",
    "dashboard/test_app", "dashboard/test_oauth", "dashboard/test_sign_in", "docs/test_arrivals", "docs/test_matching",
    "sources/test_csv_whole", "stages/test_match", "types/test_properties", "test_arrivals", "test_bad_input",
    "test_blocked", "test_changes", "test_chinese", "test_cli", "test_collect", "test_crash", "test_demo_copy",
    "test_drift", "test_equations", "test_ids_over_time", "test_matched", "test_notebooks", "test_offline",
    "test_published", "test_readiness", "test_recipes", "test_retention", "test_shared", "test_snapshot", "test_wheel",
)  # fmt: skip
"""Where most tests run whole projects, serve them, or read real extracts: for make test-all."""

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
