"""`workbench decide` and `workbench decisions`."""

import json
from pathlib import Path

import pytest

import workbench as wb
from tests import small
from tests.saying import Say, say

from .made import CONFIG, golden_ids, states

__all__ = ["say"]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = small.project(tmp_path_factory.mktemp("verbs") / "p", config=CONFIG)
    wb.open_project(root).run(until="golden")
    return root


def test_decisions_on_the_command_line(root: Path, say: Say, tmp_path: Path) -> None:
    say("decisions", root, code=0, words=("There are none.", "workbench decide"))
    project = wb.open_project(root)
    ids = golden_ids(project)
    for number, given in enumerate([
        ("match", "erp K05", "crm C21"), ("no_match", "erp K06", "crm C22"), ("exclude", "erp K09"),
        ("split", ids["erp K01"], "erp K01"), ("override", ids["erp K02"], "credit", "70"),
        ("relate", "erp K07", "erp K08", "branch"), ("exclude", "erp 900003|1", "--entity", "item"),
    ], 1):  # fmt: skip
        say("decide", root, *given, "--why", "asked", "--user", "wang", code=0, words=(f"Act {number} is written",))
    say("decide", root, "confirm", 5, "--user", "li", code=0)
    say("decide", root, "undo", 3, code=0)
    assert states(project) == ["stands"] * 2 + ["undone"] + ["stands"] * 6
    said = say("decisions", root, "--json", code=0)
    lines = json.loads(said)
    assert [line["kind"] for line in lines[:5]] == ["match", "no_match", "exclude", "split", "override"]
    assert (float(lines[4]["value"]), lines[8]["of"]) == (70, 3)
    say("decisions", root, code=0, words=("override", "undone", "act 5", "branch"))
    say(
        "decisions",
        root,
        "--export",
        tmp_path / "a.csv",
        "--review",
        tmp_path / "b.csv",
        code=0,
        words=("9 lines", "0 lines"),
    )
    say("decisions", root, "--read", tmp_path / "a.csv", code=0, words=("0 new decisions",))


def test_a_key_with_a_comma_stands_in_quotes(say: Say, tmp_path: Path) -> None:
    accounts = [small.customer(n, f"C,{n}") for n in (1, 2)]
    root = small.project(tmp_path / "p", {small.DAY: {"crm/accounts.csv": accounts}}, CONFIG)
    project = wb.open_project(root)
    project.run(until="golden")
    golden_id = golden_ids(project)["crm C,1"]
    assert golden_id == golden_ids(project)["erp K01"]
    say("decide", root, "split", golden_id, "crm C,1", "--why", "x", words=("crm C is not in",))
    say("decide", root, "split", golden_id, '"crm C,1"', "--why", "x", code=0)
    assert project.decisions.frame()[["key_l", "key_r"]].to_numpy().tolist() == [["C,1", "K01"]]
    say("decide", "--help", code=0, words=("double quotes",))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("same", "erp K01", "crm C01"), ("There is no decision 'same'", "no_match")),
        (("match", "erp", "K01", "crm", "C01"), ("give RECORD RECORD", "'erp K01'")),
        (("match", "erp K01", "crm C01"), ("Say why",)),
        (("match", "erp K01", "crm C99", "--why", "x"), ("no customer with the key 'C99'",)),
        (("undo", "last"), ("an act is a number",)),
        (("undo", "999"), ("There is no act 999",)),
    ],
)
def test_what_cannot_be_decided_is_told(root: Path, say: Say, given: tuple[str, ...], words: tuple[str, ...]) -> None:
    say("decide", root, *given, words=words)
