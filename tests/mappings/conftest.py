"""A project with a mapping, once run and once only written; each test has a copy of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import workbench as wb

from . import made


@pytest.fixture(scope="session")
def _ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = made.project(tmp_path_factory.mktemp("mapping") / "p")
    wb.open_project(root).run()
    return root


@pytest.fixture
def ran(_ran: Path, tmp_path: Path) -> wb.Project:
    """A project after a run."""
    shutil.copytree(_ran, tmp_path / "ran")
    return wb.open_project(tmp_path / "ran")


@pytest.fixture
def fresh(tmp_path: Path) -> wb.Project:
    """A project before its first run."""
    return wb.open_project(made.project(tmp_path / "fresh"))
