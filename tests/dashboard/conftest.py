"""What pages are drawn of."""

import os
import shutil
from pathlib import Path

import pytest

from workbench import Project

from .drawn import newest


@pytest.fixture
def root(demo: Project, tmp_path: Path) -> Path:
    """A folder with what the demo has published, its settings, its journal, and nothing else."""
    shutil.copytree(demo.root / "reports", tmp_path / "reports")
    for folder in ("mappings", "views"):
        shutil.copytree(demo.root / folder, tmp_path / folder)
    for file in (*demo.root.glob("journal.sqlite*"), demo.root / "workbench.yml"):
        shutil.copy(file, tmp_path)
    newest_tables = Path("state/published") / newest(demo.root).name / "tables.duckdb"
    (tmp_path / newest_tables).parent.mkdir(parents=True)
    os.link(demo.root / newest_tables, tmp_path / newest_tables)  # it is only read
    return tmp_path
