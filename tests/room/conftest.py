"""What people decide in: made once, copied for each test."""

from pathlib import Path
from shutil import copytree

import pytest

from .made import goes_over, many_pairs


@pytest.fixture(scope="session")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return many_pairs(tmp_path_factory.mktemp("pairs") / "p", 6)


@pytest.fixture(scope="session")
def over(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return goes_over(tmp_path_factory.mktemp("over") / "p").root


@pytest.fixture
def root(pairs: Path, tmp_path: Path) -> Path:
    copytree(pairs, tmp_path / "p")
    return tmp_path / "p"


@pytest.fixture
def moving(over: Path, tmp_path: Path) -> Path:
    copytree(over, tmp_path / "p")
    return tmp_path / "p"
