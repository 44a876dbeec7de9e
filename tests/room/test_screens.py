"""What each part of the room shows beside the pairs: a golden record, confirmations, mappings, issues, the sample."""

from pathlib import Path

from workbench import open_project
from workbench.room.desk import Desk
from workbench.room.screens import PARTS, approvals

from .made import decided, ids, press, sit, well


def test_a_golden_record_is_split_joined_overridden_and_left_out_and_all_is_taken_back(moving: Path) -> None:
    desk = Desk(moving)
    known = ids(desk)
    at = sit(desk, "wang", {"golden": known["K01"]})
    assert at.query == {"entity": "customer", "golden": known["K01"]} and "C01" in well(at)
    press(at, "split", why="seen")
    assert "All records are in group 1" in at.said
    press(at, "group", record="2", why="a branch")
    assert "group 2" in well(at)
    press(at, "group", record="3", why="a branch")
    assert "There is no record 3 here." in at.said
    press(at, "split", why="a branch")
    press(at, "join", other=f" {known['K02']} ", why="one firm")
    press(at, "override", field="credit", value="77", why="asked")
    press(at, "override", field="phone", value="no phone", why="asked")
    assert "the value is refused" in at.said
    press(at, "exclude", record="crm C01", why="a test")
    assert [line[:2] for line in decided(moving)] == [["wang", kind] for kind in ("split", "match", "override", "exclude")]
    assert "Take back act 4" in well(at)
    for _ in range(4):
        press(at, "undo", why="x")
    assert {line[4] for line in decided(moving)[:4]} == {"undone"} and "Take back act" not in well(at)
    press(at, "join", other=known["K01"], why="x")
    assert "are one golden record already" in at.said
    press(at, "override", field="city", value="上海", why="x")
    press(at, "take_back", act="9")
    assert decided(moving)[-1][1] == "undo" and "Act 9" not in at.said
    press(at, "queue")
    assert at.query == {"entity": "customer"}


def test_what_waits_for_a_second_person(moving: Path) -> None:
    desk = Desk(moving)
    press(sit(desk, "wang", {"golden": ids(desk)["K01"]}), "override", field="credit", value="77", why="asked them")
    own = sit(desk, "wang", {"part": "confirm"}, approvals)
    assert "77" in well(own) and "asked them" in own.html and "Confirm act" not in own.html
    press(own, "confirm", act="1")
    assert "somebody else must confirm it" in own.said
    at, late = sit(desk, "li", {"part": "confirm"}, approvals), sit(desk, "ana", {"part": "confirm"}, approvals)
    press(at, "confirm", act="1", why="agreed")
    assert "Act 1 is confirmed" in at.said and "Nothing waits." in well(at)
    press(late, "confirm", act="1")
    assert "needs nobody's agreement" in late.said and len(decided(moving)) == 2
    for odd in ("", "x", "９", "1; DROP TABLE decisions", "99"):
        press(at, "confirm", act=odd)
        assert at.said and len(decided(moving)) == 2


def test_a_mapping_is_looked_at_and_approved(moving: Path) -> None:
    desk = Desk(moving)
    at = sit(desk, "ana", {"part": "mapping"}, approvals)
    assert "Customer__c.Name__c" in well(at)
    press(at, "approve", note="fine")
    assert "needs the role approver" in at.said
    at = sit(desk, "li", {"part": "mapping", "target": "crm"}, approvals)
    press(at, "approve", note="fine")
    assert "li approved this on" in well(at) and "fine" in at.html
    assert open_project(moving).mapping().approval() is not None
    assert "no mapping of a target" in sit(desk, "li", {"part": "mapping", "target": "../.."}, approvals).said


def test_an_issue_and_its_rows(moving: Path) -> None:
    desk = Desk(moving)
    assert "credit &lt; 11000" in well(sit(desk, "li", {"part": "issues"}, approvals))
    at = sit(desk, "wang", {"part": "issues", "issue": "1"}, approvals)
    press(at, "issue", owner="ana", priority="high", due="2026-04-01", comment="<b>soon</b>")
    assert at.said == "Written down." and "&lt;b&gt;soon" in well(at)
    press(at, "issue", owner="ana", priority="high", due="2026-04-01", comment="<b>soon</b>")
    assert "Nothing is another" in at.said
    press(at, "issue", due="tomorrow")
    assert "is no date" in at.said
    press(at, "answer", row="0", answer="not wrong", remark="asked them")
    press(at, "answer", row="0", answer="perhaps", remark="")
    assert "is none of" in at.said
    press(at, "answer", row="7000", answer="fixed")
    assert "no such row" in at.said and "asked them" in well(at)
    (issue,) = open_project(moving).issues().query("number == 1").to_dict("records")
    assert (issue["owner"], issue["priority"], str(issue["due"]), issue["answered"]) == ("ana", "high", "2026-04-01", 1)
    assert "no issue" in sit(desk, "li", {"part": "issues", "issue": "99"}, approvals).said
    assert "asked them" in well(sit(desk, "li", {"part": "issues", "issue": "1", "page": "-3"}, approvals))


def test_the_worksheet_record_by_record(moving: Path) -> None:
    desk = Desk(moving)
    at, other = (sit(desk, name, {"part": "sample"}, approvals) for name in ("li", "wang"))
    assert at.query["golden"] != other.query["golden"] and "Name__c" in well(at)
    first = at.query["golden"]
    press(at, "right", wrong=["Name__c"])
    assert "A record with a wrong field is wrong" in at.said
    press(at, "wrong", wrong=["Nothing__c"])
    assert "has no line 'Nothing__c'" in at.said
    press(at, "wrong", wrong=["Name__c"], note="another name")
    press(at, "right")
    proof = open_project(moving).reconcile()
    assert (proof.accuracy.looked, sum(stratum.wrong for stratum in proof.strata)) == (2, 1)
    assert sit(desk, "li", {"part": "sample", "golden": first}, approvals).query["golden"] == first
    assert "has no record nope" in sit(desk, "li", {"part": "sample", "golden": "nope"}, approvals).said


def test_without_what_there_is_to_approve_each_part_says_so(root: Path) -> None:
    desk = Desk(root)
    said = {part: well(sit(desk, "wang", {"part": part}, approvals)) for part in PARTS}
    assert "Nothing waits." in said["confirm"] and "No target has a mapping table." in said["mapping"]
    assert "<h2>Issues" in said["issues"] and "Nothing was read back" in said["sample"]
