"""docs/diff.md: its example gives what it says, and its reasons are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import workbench as wb
from workbench.diffing.reasons import RULES

PAGE = (Path(__file__).parents[2] / "docs" / "diff.md").read_text("utf-8")


def block(name: str) -> list[str]:
    """The lines after a mark, up to the next blank line."""
    return re.split(r"\n\n", PAGE.split(f"<!-- {name} -->\n\n")[1])[0].splitlines()


def table(name: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in block(name)[2:]]


def test_the_example_is_true(tmp_path: Path) -> None:
    for name in ("old.csv", "new.csv"):
        (tmp_path / name).write_text("\n".join(line.strip() for line in block(name)), "utf-8")
    found = wb.diff(tmp_path / "old.csv", tmp_path / "new.csv", key="id", tolerance={"amount": "0.01"})
    assert found.rows.astype(str).to_numpy().tolist() == table("rows")
    assert found.cells().sort_values(["id", "column"]).to_numpy().tolist() == table("cells")


def test_every_reason_is_told_as_the_code_has_it() -> None:
    assert table("reasons") == [[name, meaning] for name, _, meaning in RULES]
