"""Several people at one journal: nothing lost, nothing said twice, and what came between is told."""

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copytree

import pytest

from workbench import open_project
from workbench.decisions.meanwhile import MeanwhileError
from workbench.errors import ConfigError
from workbench.room.actions import act
from workbench.room.desk import Desk, Person

from .made import many_pairs, press, sit

REVIEWER = """
import sys
from pathlib import Path
from tests.room.made import press, sit
from workbench.room.desk import Desk
at = sit(Desk(Path(sys.argv[1])), sys.argv[2])
print("here", flush=True)
sys.stdin.readline()
while at.query.get("left"):
    before = at.query
    press(at, "match", why="seen")
    if at.query == before:
        press(at, "skip", why="seen")  # somebody was quicker
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return many_pairs(tmp_path_factory.mktemp("meanwhile") / "p", 40)


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    copytree(made, tmp_path / "p")
    return tmp_path / "p"


def said(root: Path) -> list[tuple[str, str, str]]:
    """Who said what of which pair, in the order of the journal."""
    lines = open_project(root).decisions.frame()
    return list(zip(lines["user"], lines["kind"], lines["key_l"], strict=True))


PAIR = {"entity": "customer", "one": ("erp", "K01"), "other": ("crm", "C01"), "why": "seen"}


def test_what_another_said_meanwhile_is_told_and_said_again_it_stands(root: Path) -> None:
    wang, li = Desk(root), Desk(root)
    seen = li.journal.last_decision()
    act(wang, Person("wang"), "match", **PAIR, seen=seen)
    with pytest.raises(MeanwhileError, match=r"wang decided this while you looked: match \(act 1, ") as told:
        act(li, Person("li"), "no_match", **PAIR | {"one": PAIR["other"], "other": PAIR["one"]}, seen=seen)
    assert (told.value.user, told.value.kind, told.value.act) == ("wang", "match", 1) and len(said(root)) == 1
    act(li, Person("li"), "no_match", **PAIR, seen=li.journal.last_decision())
    assert list(open_project(root).decisions.frame()["status"]) == ["contradicted", "contradicted"]


def test_one_who_says_it_in_two_windows_says_it_once(root: Path) -> None:
    desk = Desk(root)
    act(desk, Person("wang"), "match", **PAIR, seen=0)
    with pytest.raises(MeanwhileError, match="wang decided this"):
        act(desk, Person("wang"), "match", **PAIR, seen=0)


def test_what_was_taken_back_meanwhile_does_not_count(root: Path) -> None:
    desk = Desk(root)
    number = act(desk, Person("wang"), "match", **PAIR, seen=0)
    act(desk, Person("wang"), "undo", number=number)
    with pytest.raises(ConfigError, match="nothing to undo"):
        act(desk, Person("li"), "undo", number=number)
    act(desk, Person("li"), "no_match", **PAIR, seen=0)
    assert list(open_project(root).decisions.frame()["status"]) == ["undone", "stands", "stands"]


def test_two_who_override_one_field(root: Path) -> None:
    desk = Desk(root)
    with desk.tables() as con:
        ((one,),) = con.execute("SELECT golden_id FROM gold.xref WHERE key = 'K02' AND entity = 'customer'").fetchall()
    given = {"golden_id": one, "field": "city", "value": "上海", "why": "asked"}
    act(desk, Person("wang"), "override", **given, seen=0)
    with pytest.raises(MeanwhileError, match="override"):
        act(desk, Person("li"), "override", **given | {"value": "北京"}, seen=0)
    act(desk, Person("li"), "override", **given | {"field": "phone", "value": "+8613811112222"}, seen=0)


def test_many_at_once_say_one_thing_of_one_pair(root: Path) -> None:
    desk = Desk(root)

    def say(number: int) -> bool:
        try:
            act(desk, Person(f"p{number}"), "match", **PAIR, seen=0)
        except MeanwhileError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(say, range(24))) == 1
    assert len(said(root)) == 1


def test_five_in_one_room_decide_everything_once(root: Path) -> None:
    desk = Desk(root)

    def decide(name: str) -> int:
        at = sit(desk, name)
        done = 0
        while at.query.get("left"):
            press(at, "match", why="seen")
            assert at.said == ""
            done += 1
        return done

    with ThreadPoolExecutor(5) as pool:
        done = list(pool.map(decide, ["a", "b", "c", "d", "e"]))
    assert sum(done) == 40 and Counter(key for _, _, key in said(root)) == {f"C{n:02d}": 1 for n in range(1, 41)}


def test_five_processes_lose_and_double_nothing(root: Path) -> None:
    line = [sys.executable, "-c", REVIEWER, str(root)]
    at_work = [
        subprocess.Popen([*line, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for name in ("a", "b", "c", "d", "e")
    ]
    for one in at_work:
        assert one.stdout and one.stdout.readline() == "here\n"
    for one in at_work:
        assert one.stdin
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in at_work:
        _, wrong = one.communicate(timeout=300)
        assert (one.returncode, wrong) == (0, "")
    assert Counter(key for _, _, key in said(root)) == {f"C{n:02d}": 1 for n in range(1, 41)}
    assert set(open_project(root).decisions.frame()["status"]) == {"stands"}
