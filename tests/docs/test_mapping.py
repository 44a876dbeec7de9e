"""What docs/mapping.md shows is so: its lines are the demo's, its verbs and columns are those there are."""

import csv
import re
from pathlib import Path

from workbench.commands.mapping import mapping
from workbench.config.mapping_table import HEADINGS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "mapping.md").read_text("utf-8")


def test_its_lines_are_the_demos() -> None:
    example = re.findall(r"^    (.+,.*)$", PAGE, re.MULTILINE)[:4]
    headings, *lines = csv.reader(example)
    assert tuple(headings) == HEADINGS
    table = list(csv.reader((ROOT / "data" / "demo" / "mappings" / "salesforce.csv").open(encoding="utf-8")))
    assert lines and [line for line in lines if line not in table] == []


def test_its_verbs_are_all_there_are() -> None:
    verbs = {command.name or (command.callback and command.callback.__name__) for command in mapping.registered_commands}
    assert set(re.findall(r"workbench mapping (\w+)", PAGE)) == verbs


def test_it_explains_every_column() -> None:
    told = re.findall(r"^\| ([a-z_, ]+) \| ", PAGE, re.MULTILINE)
    assert {name for cell in told for name in cell.split(", ")} >= set(HEADINGS)
