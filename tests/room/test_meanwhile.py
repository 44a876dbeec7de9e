"""Several people at one journal: nothing lost, nothing said twice, and what came between is told."""

import sqlite3
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copytree

import pytest

from tests.proof import over as going
from workbench import open_project
from workbench.decisions.meanwhile import MeanwhileError
from workbench.errors import ConfigError
from workbench.journal import Journal
from workbench.room.actions import act
from workbench.room.desk import Desk, Person
from workbench.room.screens import approvals
from workbench.room.sitting import Sitting

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
    """Forty pairs, so that five have something to do."""
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


def twice(at: Sitting, does: str, **form: str) -> None:
    """A finger that is too quick: both presses are of the same drawing."""
    event = {"do": does, "on": at._screen.on, "form": {name: [value] for name, value in form.items()}}  # type: ignore[union-attr]
    at.does(event)
    at.does(event)
    assert "What was pressed before this was shown is not taken." in at.said


def cluster(desk: Desk, name: str, key: str) -> Sitting:
    """A person at the golden record of a customer."""
    with desk.tables() as con:
        of = "SELECT golden_id FROM gold.xref WHERE key = ? AND entity = 'customer'"
        ((golden_id,),) = con.execute(of, [key]).fetchall()
    return sit(desk, name, {"golden": golden_id})


def test_a_double_click_on_a_golden_record_decides_once(moving: Path) -> None:
    at = cluster(Desk(moving), "wang", "K01")
    press(at, "group", record="2")
    twice(at, "split", why="a branch")
    twice(at, "override", field="city", value="上海", why="asked")
    assert [(user, kind) for user, kind, _ in said(moving)] == [("wang", "split"), ("wang", "override")]
    twice(at, "undo", why="x")
    assert list(open_project(moving).decisions.frame()["status"])[:2] == ["stands", "undone"]
    press(at, "undo", why="x")
    assert [kind for _, kind, _ in said(moving)] == ["split", "override", "undo", "undo"]


def test_two_records_are_put_into_groups_as_fast_as_one_can_press(moving: Path) -> None:
    at = cluster(Desk(moving), "wang", "K01")
    on = at._screen.on  # type: ignore[union-attr]
    for record in ("1", "2"):
        at.does({"do": "group", "on": on, "form": {"record": [record]}})
    assert at.html.count("group 2") == 2 and at.said == ""


def test_a_double_press_does_not_go_over_what_nobody_read(root: Path) -> None:
    desk = Desk(root)
    wang = sit(desk, "wang")
    li = sit(desk, "li", wang.query)
    press(wang, "match", why="seen")
    twice(li, "no_match", why="seen")
    assert "wang decided this while you looked: match" in li.said and len(said(root)) == 1
    press(li, "no_match", why="I know them")
    assert [(user, kind) for user, kind, _ in said(root)] == [("wang", "match"), ("li", "no_match")]

    others, at = cluster(desk, "wang", "K02"), cluster(desk, "li", "K02")
    given = {"field": "city", "why": "asked"}
    press(others, "override", value="上海", **given)
    twice(at, "override", value="北京", **given)
    assert "wang decided this while you looked: override" in at.said and len(said(root)) == 3


def test_a_third_who_decides_while_one_reads_what_the_second_did_is_told_too(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, asked = Desk(root), Journal.last_decision
    at = sit(desk, "li")
    pair = {"entity": "customer", "why": "seen", "one": ("crm", at.query["left"][4:]), "other": ("erp", at.query["right"][4:])}
    act(desk, Person("wang"), "match", **pair)

    def late(journal: Journal, *given: int) -> int:
        monkeypatch.undo()
        act(desk, Person("zhao"), "no_match", **pair)  # between what li is told and the next look into the journal
        return asked(journal, *given)

    monkeypatch.setattr(Journal, "last_decision", late)
    press(at, "match", why="seen")
    assert "wang decided this" in at.said
    press(at, "match", why="seen")
    assert "zhao decided this while you looked: no match" in at.said and len(said(root)) == 2
    press(at, "match", why="seen")
    assert len(said(root)) == 3


def test_a_mapping_that_was_changed_is_looked_at_before_it_is_approved(moving: Path) -> None:
    at = sit(Desk(moving), "li", {"part": "mapping"}, approvals)
    table = moving / "mappings" / "crm.csv"
    table.write_text(table.read_text("utf-8").replace("Name__c,name", "Name__c,city"), "utf-8")
    twice(at, "approve", note="fine")
    assert "changed while you looked" in at.said and open_project(moving).mapping().approval() is None
    press(at, "approve", note="fine")
    assert open_project(moving).mapping().approval() is not None


def issue(at: Sitting) -> dict[str, object]:
    """The issue of a project as the journal has it."""
    (found,) = open_project(at.desk.root).issues().query("number == 1").to_dict("records")
    return {str(name): value for name, value in found.items()}


def test_what_another_said_of_an_issue_is_not_undone_by_an_older_page(moving: Path) -> None:
    desk, place = Desk(moving), {"part": "issues", "issue": "1"}
    wang, ana = sit(desk, "wang", place, approvals), sit(desk, "ana", place, approvals)
    was = {kind: str(issue(ana)[kind] or "") for kind in ("owner", "priority", "comment")}
    press(wang, "issue", **was | {"owner": "li", "due": ""})
    press(ana, "issue", **was | {"due": "2026-04-01"})
    assert ana.said == "Written down." and (issue(ana)["owner"], str(issue(ana)["due"])) == ("li", "2026-04-01")

    late = sit(desk, "ana", place, approvals)
    press(wang, "issue", owner="zhao")
    press(late, "issue", **was | {"owner": "ana", "due": "2026-04-01", "comment": "soon"})
    assert "wang changed this while you looked: owner" in late.said and 'value="zhao"' in late.html
    assert (issue(late)["owner"], issue(late)["comment"]) == ("zhao", "")  # all of it or nothing
    press(late, "issue", owner="ana")
    assert issue(late)["owner"] == "ana"


def test_a_form_sent_twice_undoes_nothing_that_came_between(moving: Path) -> None:
    desk, place = Desk(moving), {"part": "issues", "issue": "1"}
    wang, ana = sit(desk, "wang", place, approvals), sit(desk, "ana", place, approvals)
    press(wang, "issue", owner="li")
    twice(ana, "issue", owner="")
    assert issue(ana)["owner"] == "li"


def test_an_answer_is_not_undone_by_an_older_page(moving: Path) -> None:
    desk, place = Desk(moving), {"part": "issues", "issue": "1"}
    wang, ana = sit(desk, "wang", place, approvals), sit(desk, "ana", place, approvals)
    press(wang, "answer", row="0", answer="not wrong", remark="")
    press(ana, "answer", row="0", answer="", remark="asked them")
    assert ana.said == "Written down." and issue(ana)["answered"] == 1 and "asked them" in ana.html
    press(wang, "answer", row="0", answer="fixed", remark="")
    press(ana, "answer", row="0", answer="cannot fix", remark="asked them")
    assert "wang changed this while you looked: answer" in ana.said and '"fixed" selected' in ana.html


def verdicts(root: Path) -> list[tuple[str, str]]:
    """Who gave which verdict on a record of the sample, in the order of the journal."""
    with sqlite3.connect(root / "journal.sqlite") as con:
        return con.execute("SELECT user, verdict FROM sampled WHERE field = '(the record)' ORDER BY id").fetchall()


def test_a_verdict_is_on_what_was_drawn_not_on_what_was_read_back_since(moving: Path) -> None:
    at, project = sit(Desk(moving), "li", {"part": "sample"}, approvals), open_project(moving)
    held = going.expected(project)
    for line in held["Customer__c"]:
        line["City__c"] = "elsewhere"
    going.read_back(project, held)
    twice(at, "right")
    assert "was read back again while you looked" in at.said and verdicts(moving) == []
    press(at, "right")
    assert verdicts(moving) == [("li", "right")]


def test_two_who_look_at_one_record_of_the_sample_read_each_other(moving: Path) -> None:
    desk = Desk(moving)
    wang = sit(desk, "wang", {"part": "sample"}, approvals)
    li = sit(desk, "li", wang.query, approvals)
    assert "wang looks at this too." in li.said
    press(wang, "right")
    twice(li, "wrong", note="another name")
    assert "wang looked at this record while you did, and found it right" in li.said
    assert "wang found it right on" in li.html and verdicts(moving) == [("wang", "right")]
    press(li, "wrong", note="another name")
    assert verdicts(moving) == [("wang", "right"), ("li", "wrong")]
