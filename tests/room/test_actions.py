"""Every action with every role: allowed or refused, and nothing written where it is refused."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from workbench import open_project
from workbench.config.mapping_table import table_hash
from workbench.decisions.decisions import Decisions
from workbench.errors import ConfigError
from workbench.language import LANGUAGES, spoken
from workbench.room.actions import ACTIONS, act
from workbench.room.desk import Desk, Person

from .made import PEOPLE

MAY = {
    "match": {"analyst", "steward"},
    "no_match": {"analyst", "steward"},
    "join": {"analyst", "steward"},
    "split": {"analyst", "steward"},
    "override": {"analyst", "steward"},
    "exclude": {"analyst", "steward"},
    "undo": {"analyst", "steward"},
    "confirm": {"analyst", "steward", "approver"},
    "approve": {"approver"},
    "issue": {"analyst", "steward"},
    "answer": {"analyst", "steward"},
    "verdict": {"analyst", "steward", "approver"},
}
SENTENCE = re.compile(r"[A-Za-z]{2,}(?: [a-z]{2,}){2}")
"""Three English words in a row; names in a list have commas between them."""

WHO = PEOPLE | {"no role": "nobody"}


@pytest.fixture(scope="module")
def given(over: Path) -> dict[str, dict[str, Any]]:
    """What each action is given."""
    desk = Desk(over)
    with desk.tables() as con:
        of = "SELECT golden_id FROM gold.xref WHERE entity = 'customer' AND key = ?"
        ids = {key: con.execute(of, [key]).fetchall()[0][0] for key in ("K01", "K02")}
        ((*failure,),) = con.execute("SELECT check_id, entity, source, key, field FROM qa.failures LIMIT 1").fetchall()
    pair = {"entity": "customer", "one": ("erp", "K05"), "other": ("erp", "K06"), "why": "seen"}
    sheet = desk.worksheet("crm")
    return {
        "match": pair,
        "no_match": pair,
        "join": {"golden_id": ids["K01"], "other": ids["K02"], "why": "seen"},
        "split": {"golden_id": ids["K01"], "groups": [[("crm", "C01")]], "why": "seen"},
        "override": {"golden_id": ids["K01"], "field": "city", "value": "上海", "why": "asked"},
        "exclude": {"entity": "customer", "record": ("erp", "K07"), "why": "a test"},
        "undo": {"number": 1},
        "confirm": {"number": 2},
        "approve": {"target": "crm", "hash": table_hash(desk.config, "mappings/crm.csv")},
        "issue": {"number": 1, "owner": "ana"},
        "answer": {"failure": tuple(failure), "answer": "fixed"},
        "verdict": {"sheet": sheet, "golden_id": sheet.lines.golden_id[0], "right": True, "wrong": []},
    }


@pytest.fixture
def root(over: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy in which somebody who is not asked here decided two things: one to undo, one to confirm."""
    copytree(over, tmp_path / "p")
    project = open_project(tmp_path / "p")
    roles = {**project.config.roles, "steward": ["wang", "zhao"]}
    decisions: Decisions = replace(project.decisions, config=project.config.model_copy(update={"roles": roles}))
    decisions.match("erp K08", "erp K09", why="one", user="zhao")
    decisions.exclude("erp K10", why="a test", user="zhao")
    yield tmp_path / "p"


def written(root: Path) -> list[tuple[str, int]]:
    """How many lines each table of the journal has."""
    with sqlite3.connect(root / "journal.sqlite") as con:
        names = [name for (name,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [(name, con.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in names]


def test_the_table_names_every_action() -> None:
    assert MAY.keys() == ACTIONS.keys()


@pytest.mark.parametrize("role", WHO)
@pytest.mark.parametrize("name", MAY)
def test_who_may(root: Path, given: dict[str, dict[str, Any]], name: str, role: str) -> None:
    desk, before = Desk(root), written(root)
    if role in MAY[name]:
        act(desk, Person(WHO[role]), name, **given[name])
        assert written(root) != before
    else:
        with pytest.raises(ConfigError, match="needs the role"):
            act(desk, Person(WHO[role]), name, **given[name])
        assert written(root) == before


def gone() -> None:
    raise ConfigError("You are not known here any more.")


@pytest.mark.parametrize("name", MAY)
def test_who_was_removed_may_nothing(root: Path, given: dict[str, dict[str, Any]], name: str) -> None:
    desk, before = Desk(root), written(root)
    for role in MAY[name]:
        with pytest.raises(ConfigError, match="not known here"):
            act(desk, Person(WHO[role], gone), name, **given[name])
    assert written(root) == before


def changed(root: Path, change: Callable[[str], str]) -> None:
    file = root / "workbench.yml"
    file.write_text(change(file.read_text("utf-8")), "utf-8")


def test_roles_are_those_of_now(root: Path, given: dict[str, dict[str, Any]]) -> None:
    desk, wang = Desk(root), Person("wang")
    act(desk, wang, "match", **given["match"])
    changed(root, lambda text: text.replace("steward: [wang]", "steward: [zhao]"))
    before = written(root)
    with pytest.raises(ConfigError, match="which wang has not"):
        act(desk, wang, "no_match", **given["match"])
    changed(root, lambda text: text + "roles: nonsense\n")
    with pytest.raises(ConfigError):  # while nobody can say who may, nobody may
        act(desk, Person("zhao"), "no_match", **given["match"])
    assert written(root) == before


@pytest.mark.parametrize(("name", "extra"), [("match", {"relation": "branch"}), ("undo", {}), ("issue", {"state": "closed"})])
def test_what_there_is_nothing_of_is_refused(root: Path, name: str, extra: dict[str, Any]) -> None:
    desk, before = Desk(root), written(root)
    given = {"match": {"entity": "customer"}, "undo": {"number": 99}, "issue": {"number": 1}}[name] | extra
    with pytest.raises(ConfigError):
        act(desk, Person("ana"), name, **given)
    with pytest.raises(ConfigError, match="nothing to do that is called"):
        act(desk, Person("ana"), "erase", number=1)
    assert written(root) == before


REFUSED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "no role": ("nobody", "match", {}),
    "another role": ("li", "split", {}),
    "no reason": ("ana", "match", {"why": " "}),
    "no such record": ("ana", "no_match", {"other": ("erp", "K99")}),
    "no such source": ("ana", "match", {"other": ("crn", "K99")}),
    "twice the same": ("ana", "match", {"other": ("erp", "K05")}),
    "no such golden record": ("ana", "join", {"other": "0"}),
    "not in it": ("ana", "split", {"groups": [[("erp", "K09")]]}),
    "all in one": ("ana", "split", {"groups": [[("erp", "K01"), ("crm", "C01")]]}),
    "no such field": ("ana", "override", {"field": "citi"}),
    "no value": ("ana", "override", {"field": "credit", "value": "much"}),
    "no such act": ("ana", "undo", {"number": 99}),
    "needs nobody": ("ana", "confirm", {"number": 1}),
    "their own": ("zhao", "confirm", {"number": 2}),
    "no such entity": ("ana", "exclude", {"entity": "custom"}),
    "not what it takes": ("ana", "match", {"relation": "branch"}),
    "another mapping": ("li", "approve", {"hash": "0"}),
    "no such target": ("li", "approve", {"target": "sap"}),
    "not of an issue": ("ana", "issue", {"state": "closed"}),
    "no such issue": ("ana", "issue", {"number": 99}),
    "no date": ("ana", "issue", {"due": "soon"}),
    "no such answer": ("ana", "answer", {"answer": "maybe"}),
    "does not fail": ("ana", "answer", {"failure": ("c", "customer", "erp", "K01", "name")}),
    "right and wrong": ("ana", "verdict", {"wrong": ["name"]}),
}
"""Who tries what, and what of it is wrong."""


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_is_in_the_language_of_who_reads_it(root: Path, given: dict[str, dict[str, Any]], case: str) -> None:
    user, name, wrong = REFUSED[case]
    changed(root, lambda text: text.replace("steward: [wang]", "steward: [wang, zhao]"))
    said = {}
    for language in LANGUAGES:
        with spoken(language), pytest.raises(ConfigError) as refused:
            act(Desk(root), Person(user), name, **given[name] | wrong)
        said[language] = str(refused.value)
    assert not SENTENCE.search(said["zh"]) and re.search("[\u4e00-\u9fff]", said["zh"]), said


def test_a_mapping_is_approved_as_it_was_seen(root: Path, given: dict[str, dict[str, Any]]) -> None:
    table = root / "mappings" / "crm.csv"
    table.write_text(table.read_text("utf-8").replace("Name__c,name", "Name__c,city"), "utf-8")
    with pytest.raises(ConfigError, match="changed while you looked"):
        act(Desk(root), Person("li"), "approve", **given["approve"])


def test_who_wrote_a_mapping_does_not_approve_it(root: Path, given: dict[str, dict[str, Any]]) -> None:
    changed(root, lambda text: text.replace("approver: [li]", "approver: [li, ana]"))
    with pytest.raises(ConfigError, match="needs a second person"):
        act(Desk(root), Person("ana"), "approve", **given["approve"])
