"""The examples in docstrings are true."""

import doctest
import importlib
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "workbench"
MODULES = [".".join(("workbench", *path.relative_to(PACKAGE).with_suffix("").parts)) for path in PACKAGE.rglob("*.py")
           if ">>> " in path.read_text("utf-8")]  # fmt: skip


@pytest.mark.parametrize("name", sorted(MODULES))
def test_examples(name: str) -> None:
    done = doctest.testmod(importlib.import_module(name.removesuffix(".__init__")))
    assert done.attempted and not done.failed
