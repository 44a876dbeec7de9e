"""What people see in the room, and what comes of what they press, without a browser."""

import re
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.decisions.made import ALL_FOR_REVIEW
from tests.small import CONFIG, DAY, NEXT, customer, extract, project
from tests.views.made import HOSTILE
from workbench import open_project
from workbench.pipeline import database
from workbench.room import sitting as sittings
from workbench.room.desk import Desk
from workbench.room.screens import PARTS, approvals
from workbench.room.sitting import Sitting

from .made import decided, ids, press, sit, well

HOLD = "import sys, time, duckdb; held = duckdb.connect(sys.argv[1]); print('held', flush=True); time.sleep(120)"


def audit(root: Path) -> list[tuple[str, str, str]]:
    with sqlite3.connect(root / "journal.sqlite") as con:
        return con.execute("SELECT user, action, what FROM audit ORDER BY id").fetchall()


def pair(at: Sitting) -> str:
    return at.query.get("left", "")


def test_one_after_the_other_is_decided_skipped_and_taken_back(root: Path) -> None:
    at = sit(Desk(root), "wang")
    assert "6 left" in well(at) and "<mark>" in at.html
    press(at, "match", why="")
    assert "Say why first" in at.said and decided(root) == []  # nobody wrote a reason, so none is stored
    press(at, "seen", why="")
    assert 'value="seen side by side"' in well(at) and decided(root) == []
    first = pair(at)
    press(at, "match", why="their letterhead")
    assert "5 left" in well(at) and "1 decided here" in at.html and 'value="their letterhead"' in at.html
    second = pair(at)
    press(at, "skip", why="seen")
    assert "5 left" in at.html and pair(at) not in (first, second)
    press(at, "no_match", why="another firm")
    press(at, "undo", why="x")
    press(at, "undo", why="x")
    assert "6 left" in well(at) and pair(at) == first
    press(at, "undo", why="x")
    assert "Nothing was decided here yet." in at.said
    kinds = [line[1] for line in decided(root)]
    assert kinds == ["match", "no_match", "undo", "undo"] and {line[0] for line in decided(root)} == {"wang"}
    for _ in range(5):
        press(at, "match", why="seen")
    assert "1 left" in well(at) and "Look at those again" in at.html and pair(at) == ""
    press(at, "again", why="seen")
    assert pair(at) == second
    press(at, "match", why="seen")
    assert "Nothing waits for a decision on customer" in well(at)


def test_what_was_pressed_on_another_pair_is_not_taken(root: Path) -> None:
    at = sit(Desk(root), "wang")
    event = {"do": "match", "on": at._screen.on, "form": {"why": ["seen"]}}  # type: ignore[union-attr]
    at.does(event)
    at.does(event)  # a finger that is too quick
    assert len(decided(root)) == 1
    for odd in (None, [], "match", {}, {"do": "match"}, event | {"on": at._screen.on, "do": "erase"}):  # type: ignore[union-attr]
        at.does(odd)
    assert len(decided(root)) == 1 and "5 left" in well(at)


@pytest.mark.parametrize("form", [None, {"why": "seen"}, {"why": [1]}, {"why": ["x" * 5000]}, {"why": [" "]}, {}])
def test_a_form_that_is_none_writes_nothing(root: Path, form: object) -> None:
    at = sit(Desk(root), "wang")
    at.does({"do": "match", "on": at._screen.on, "form": form})  # type: ignore[union-attr]
    assert at.said and decided(root) == [] and well(at)


def test_each_is_given_another_line_and_sees_who_else_is_here(root: Path) -> None:
    desk = Desk(root)
    wang, li = sit(desk, "wang"), sit(desk, "li")
    assert pair(wang) != pair(li) and "also here: wang" in li.html
    again = sit(desk, "zhao", li.query)
    assert pair(again) == pair(li) and "li looks at this too." in again.said
    press(again, "match", why="seen")
    press(li, "no_match", why="seen")
    assert "zhao decided this while you looked: match" in li.said and len(decided(root)) == 1
    press(li, "no_match", why="I know them")
    assert [line[4] for line in decided(root)] == ["contradicted", "contradicted"]
    li.leave()
    assert "also here: li" not in sit(desk, "ma").html


def test_an_address_shows_the_same_again(root: Path) -> None:
    desk = Desk(root)
    query = sit(desk, "wang").query
    assert query.keys() == {"entity", "left", "right"}
    turned = query | {"left": query["right"], "right": query["left"]}
    assert sit(Desk(root), "wang", turned).query == query
    gone = sit(desk, "wang", query | {"left": "crm:C99"})
    assert "C99" in gone.said and well(gone)
    assert "There is no entity" in sit(desk, "wang", {"entity": "nobody"}).said
    assert "no golden record" in sit(desk, "wang", {"golden": "nope"}).said


def test_each_unmasking_is_audited_once_a_sitting_and_without_values(root: Path) -> None:
    desk = Desk(root)
    at = sit(desk, "wang")
    names = [line["name"] for line in map(customer, range(1, 7))]
    press(at, "match", why="seen")
    press(at, "undo", why="seen")
    found = audit(root)
    assert len(found) == 2 and {line[:2] for line in found} == {("wang", "unmask")}
    assert all(re.fullmatch(r"customer crm C\d\d \| erp K\d\d", line[2]) for line in found)
    assert not [name for name in names if name in repr(found)]
    sit(desk, "wang", at.query)
    assert len(audit(root)) == 3


@pytest.mark.parametrize("name", ["vic", "luo", "nobody"])
def test_who_has_no_role_for_it_sees_no_value_and_reserves_nothing(moving: Path, name: str) -> None:
    desk = Desk(moving)
    golden = ids(desk)["K01"]
    for query, screen in [({}, None), ({"golden": golden}, None), *(({"part": part}, approvals) for part in PARTS)]:
        at = sit(desk, name, query, *([screen] if screen else []))
        assert "needs the role" in at.said and "<table" not in well(at)
        assert not [line for line in map(customer, range(1, 13)) if line["name"] in at.html]
        assert desk.reservations.others("") == []
    assert {line[0] for line in audit(moving)} <= {"wang"}


def test_who_is_removed_sees_nothing_from_then_on(moving: Path) -> None:
    desk = Desk(moving)
    golden = ids(desk)["K01"]
    at = sit(desk, "wang", {"golden": golden})
    assert customer(1)["name"] in well(at)
    file = moving / "workbench.yml"
    file.write_text(file.read_text("utf-8").replace("steward: [wang]", "steward: [zhao]"), "utf-8")
    assert at.stay() and customer(1)["name"] not in well(at) and "which wang has not" in at.said


def test_deciding_goes_on_while_a_run_holds_the_database(root: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, database(root)], stdout=subprocess.PIPE, text=True) as held:
        assert held.stdout and held.stdout.readline() == "held\n"
        at = sit(Desk(root), "wang")
        press(at, "match", why="seen")
        held.kill()
    assert at.said == "" and "5 left" in well(at)
    assert [line[:2] for line in decided(root)] == [["wang", "match"]]


def test_a_newer_run_is_gone_over_to_without_losing_the_place(root: Path) -> None:
    desk = Desk(root)
    at, other = sit(desk, "wang"), sit(desk, "li")
    press(at, "skip", why="seen")
    here, there = at.query, pair(other)
    key = there.partition(":")[2]
    theirs = [customer(n, f"C{n:02d}", email=f"sales{n}@firm{n}.cn") for n in range(1, 7) if f"C{n:02d}" != key]
    extract(root, NEXT, "crm/accounts.csv", theirs)
    open_project(root).run()
    assert at.stay() and "2026-03-09.1 was published meanwhile" in at.said and at.query == here and "5 left" in well(at)
    assert not at.stay()
    press(other, "match", why="seen")  # before the next sign of them: its record is gone
    assert f"with the key '{key}' in the newest run" in other.said and decided(root) == []
    assert other.stay() and pair(other) not in ("", there)


def test_before_the_first_run_the_room_says_so(tmp_path: Path) -> None:
    at = sit(Desk(project(tmp_path / "p")), "wang")
    assert "has nothing published" in at.said and "workbench run" in at.said and well(at)


def test_a_locked_journal_is_said_and_nothing_is_shown_unaudited(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(root)
    at = sit(desk, "wang")
    connect = sqlite3.connect
    monkeypatch.setattr("workbench.journal.sqlite3.connect", lambda path, timeout: connect(path, timeout=0.1))
    with connect(root / "journal.sqlite") as con:
        con.execute("BEGIN IMMEDIATE")
        press(at, "match", why="seen")
        assert "locked by another process" in at.said
        late = sit(desk, "li")
        assert "locked" in late.said and "<table" not in well(late)
        con.rollback()
    press(at, "match", why="seen")
    assert at.said == "" and len(decided(root)) == 1


def test_a_file_cut_in_half_is_said_in_its_place(root: Path) -> None:
    (run,) = {file.parent.name for file in (root / "state/published").glob("*/tables.duckdb")}
    file = root / "state/published" / run / "match_customer_records.parquet"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    at = sit(Desk(root), "wang")
    assert "match_customer_records.parquet is damaged or gone" in at.said
    assert 'data-do="match"' not in well(at) and "6 left" in at.html
    queue = root / "state/published" / run / "match_customer_review.parquet"
    queue.write_bytes(b"PAR1")
    assert "match_customer_review.parquet is damaged or gone" in sit(Desk(root), "wang").said


def test_ten_thousand_lines_and_hostile_values(tmp_path: Path) -> None:
    name = f"华瑞{HOSTILE}".replace('"', "'").replace(",", " ")
    odd = [{"erp/customers.csv": [customer(1, "<b>K1</b>", name=name), customer(2)],
            "crm/accounts.csv": [customer(1, "C&1", name=name + "'"), customer(2, "C02")]}]  # fmt: skip
    root = project(tmp_path / "p", {DAY: odd[0]}, ALL_FOR_REVIEW)
    open_project(root).run()
    desk = Desk(root)
    item = desk.queue("customer")[0]
    many = [replace(item, place=n, key_l=f"X{n}") for n in range(10_000)]
    real = [found for found in desk.queue("customer") if "K1" in found.key_r]
    desk._queues["customer"] = desk.run.run_id, [*real, *many]
    at = sit(desk, "<img src=x>")
    assert "10,001 left" in well(at) and "&lt;script&gt;" in at.html
    press(at, "match", why=HOSTILE)
    assert "10,000 left" in well(at) and "no customer with the key 'X0'" in at.said and 'data-do="match"' not in at.html
    press(at, "skip", why=HOSTILE)
    assert "'X1'" in at.said and "&lt;img src=x&gt;" in well(sit(desk, "li"))


def test_a_fault_is_told_and_the_room_stands(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = sit(Desk(root), "wang")
    monkeypatch.setattr(sittings, "act", lambda *given, **named: 1 / 0)
    press(at, "match", why="seen")
    assert "A fault of ours (ZeroDivisionError)" in at.said and decided(root) == []


def test_a_fault_of_a_look_is_told_once_and_logged(
    root: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    at = sit(Desk(root), "wang")
    monkeypatch.setattr(type(at._screen), "newer", lambda screen: 1 / 0)
    assert at.stay() and "A fault of ours (ZeroDivisionError)" in at.html and "ZeroDivisionError" in caplog.text
    assert not at.stay()
    monkeypatch.undo()
    press(at, "match", why="seen")
    assert at.said == "" and len(decided(root)) == 1


def test_where_nothing_is_matched_it_says_so(tmp_path: Path) -> None:
    config = CONFIG[: CONFIG.index("match:\n")] + CONFIG[CONFIG.index("targets:\n") :]
    at = sit(Desk(project(tmp_path / "p", config=config)), "wang")
    assert "Nothing is matched in this project" in at.said and "workbench.yml" in at.said and well(at)


def test_it_is_told_in_the_language_of_the_person(root: Path) -> None:
    at = Sitting(Desk(root), sittings.Person("wang"), lambda sitting, query: PARTS["confirm"](sitting, query), "zh")
    at.open({"language": "zh"})
    assert 'lang="zh"' in at.html and "approvals?part=sample&amp;language=zh" in at.html
    assert at.query == {"part": "confirm", "language": "zh"}
