"""The command line: that help is there at once, and what a run says of the deliveries around it."""

import json
import subprocess
import sys
from pathlib import Path

import openpyxl

from . import small
from .saying import Say, say

__all__ = ["say"]

HEAVY = {
    "duckdb",
    "jinja2",
    "nbformat",
    "numpy",
    "pandas",
    "panel",
    "pyarrow",
    "pydantic",
    "pypinyin",
    "scipy",
    "sqlalchemy",
}
SCRIPT = f"""
import sys
from workbench.cli import main
try:
    main()
finally:
    print("imported:", sorted({HEAVY} & set(sys.modules)))
"""


def test_help_waits_for_nothing_that_only_verbs_need() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT, "--help"], capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0 and "dashboard" in done.stdout
    assert done.stdout.rstrip().endswith("imported: []")


def test_a_process_leaves_nothing_behind_at_its_end(tmp_path: Path) -> None:
    line = small.command("run", small.project(tmp_path / "p"))
    said = small.told(subprocess.run(line, capture_output=True, text=True, encoding="utf-8"), 0, "Run")
    assert "nanobind" not in said


def test_a_delivery_that_came_late_is_said_until_it_is_read(tmp_path: Path, say: Say) -> None:
    root = small.project(tmp_path / "p", {small.NEXT: {}})
    once = ("run", root, "--until", "ingest")
    assert "No run has read" not in say(*once, code=0)
    small.extract(root, small.DAY, "erp/items.csv", small.ITEMS)
    small.extract(root, small.DAY, "erp/customers.csv", small.CUSTOMERS)
    small.extract(root, small.DAY, "crm/accounts.csv", small.ACCOUNTS)
    say(
        *once,
        code=0,
        words=(f"No run has read 1 older folder of sources/, the newest {small.DAY}:", f"--as-of {small.DAY}, then"),
    )
    assert "No run has read" not in say(*once, "--as-of", small.DAY, code=0)
    assert "No run has read" not in say(*once, code=0)


def test_issues_are_listed_sent_out_and_read_back(tmp_path: Path, say: Say) -> None:
    bad = small.CUSTOMERS[0] | {"phone": "12"}
    root = small.project(tmp_path / "p", {small.DAY: {"erp/customers.csv": [bad, *small.CUSTOMERS[1:]]}})
    assert "There are no issues." in say("issues", root, code=0)
    say("run", root, code=0)
    say("issues", root, code=0, words=("valid:customer.phone", "low", "1 open"))
    book = tmp_path / "out.xlsx"
    say("issues", root, "--to", book, code=0, words=("1 failing row written to",))
    edited = openpyxl.load_workbook(book)
    columns = {cell.value: cell.column for cell in edited["issues"][2]}
    edited["issues"].cell(3, columns["owner"]).value = "Wang"
    edited.save(book)
    say("issues", root, "--read", book, "--user", "Li", code=0, words=("1 change taken from",))
    (found,) = json.loads(say("issues", root, "--owner", "Wang", "--json", code=0))
    done = small.workbench("issues", root, "--read", book, "--json")
    assert len(json.loads(done.stdout)) == 1 and "0 changes taken from" in done.stderr
    assert (found["check"], found["owner"], found["opened"]) == ("valid:customer.phone", "Wang", small.DAY)
    say("issues", root, "--owner", "Wong", words=("There is no owner 'Wong'; did you mean 'Wang'?",))
    say("issues", root, "--read", tmp_path / "none.xlsx", words=("cannot be read as a workbook",))
