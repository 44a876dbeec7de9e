"""docs/loading.md speaks of options and files that are there."""

import re
from pathlib import Path

from workbench.load.sending import BATCH, SETTLED, WAITS

from ..small import told, workbench

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "loading.md").read_text("utf-8")


def test_what_the_page_says_is_so() -> None:
    help_text = told(workbench("load", "--help", COLUMNS="200"), 0)
    for option in set(re.findall(r"workbench load .*?(--[a-z-]+)", TEXT)):
        assert option in help_text, option
    assert f"batches of {BATCH}" in TEXT and (SETTLED, len(WAITS)) == (10, 5)
    assert "waits ten seconds" in " ".join(TEXT.split()) and "five more times" in TEXT
    for file in re.findall(r"(?:tools|mappings)/[a-z_]+\.(?:py|csv)", TEXT):
        assert (ROOT / file).exists() or (ROOT / "data" / "demo" / file).exists(), file


def test_the_example_of_the_demo_is_the_demo_s() -> None:
    demo = (ROOT / "data" / "demo" / "workbench.yml").read_text("utf-8")
    for line in ("kind: tryton", "mapping: mappings/tryton.csv", "url: http://localhost:18069", "database: erp"):
        assert line in TEXT and line in demo
