"""Issues open and close by what runs find alone; what people say of them is kept and never more than that."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from workbench.config import Config
from workbench.errors import ConfigError
from workbench.issues import change, list_issues
from workbench.journal import Journal

from .made import NAME, PHONE, config, ran

FIRST, SECOND, THIRD, FOURTH = "2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23"
NONE: dict[str, list[str]] = {"erp": [], "crm": []}


@pytest.fixture
def made(tmp_path: Path) -> tuple[Journal, Config]:
    return Journal(tmp_path), config(tmp_path)


def one(made: tuple[Journal, Config], check: str = PHONE) -> dict[str, Any]:
    """The issue of a check."""
    found = {line["check"]: line for line in list_issues(*made).to_dict("records")}
    return found[check]


def dates(line: dict[str, Any]) -> list[str]:
    return [str(line[name]) for name in ("opened", "closed")]


def test_before_the_first_run_there_are_none(made: tuple[Journal, Config]) -> None:
    assert list_issues(*made).empty
    with pytest.raises(ConfigError, match="There is no issue 1; accepted: none, as no finished run"):
        change(*made, 1, "me", {"owner": "Wang"})


def test_an_issue_opens_lessens_closes_and_opens_again(made: tuple[Journal, Config]) -> None:
    journal, _ = made
    ran(journal, FIRST, {PHONE: {"erp": ["1", "2"], "crm": ["7"]}, NAME: NONE})
    first = one(made)
    assert list_issues(*made)["check"].tolist() == [PHONE], "a check that nothing fails is no issue"
    assert (first["number"], first["entity"], first["field"]) == (1, "customer", "phone")
    assert (first["state"], first["sources"], first["at_opening"], first["failing"]) == ("open", "crm, erp", 3, 3)
    ran(journal, SECOND, {PHONE: {"erp": ["2"], "crm": []}})
    assert (one(made)["at_opening"], one(made)["failing"], one(made)["sources"]) == (3, 1, "erp")
    ran(journal, THIRD, {PHONE: NONE})
    assert (one(made)["state"], dates(one(made)), one(made)["failing"]) == ("closed", [FIRST, THIRD], 0)
    ran(journal, FOURTH, {PHONE: {"erp": ["9"]}})
    assert (one(made)["number"], one(made)["state"], dates(one(made))) == (1, "open", [FOURTH, "None"])
    assert one(made)["at_opening"] == 1


def test_an_older_date_run_again_disturbs_nothing_after_it(made: tuple[Journal, Config]) -> None:
    journal, _ = made
    ran(journal, SECOND, {PHONE: {"erp": ["1"]}, NAME: {"erp": []}})
    ran(journal, THIRD, {PHONE: {"erp": []}, NAME: {"erp": ["4"]}})
    before = list_issues(*made)
    ran(journal, FIRST, {PHONE: {"erp": []}, NAME: {"erp": []}})
    assert list_issues(*made).equals(before)
    ran(journal, FIRST, {PHONE: {"erp": ["1", "2"]}, NAME: {"erp": ["8"]}})
    assert dates(one(made)) == [FIRST, THIRD] and one(made)["at_opening"] == 2
    assert (one(made, NAME)["state"], dates(one(made, NAME))) == ("open", [THIRD, "None"])
    assert [one(made)["number"], one(made, NAME)["number"]] == [1, 2]


def test_the_same_date_run_again_closes_it_and_what_was_said_stays(made: tuple[Journal, Config]) -> None:
    journal, _ = made
    ran(journal, FIRST, {PHONE: {"erp": ["1"]}})
    change(*made, PHONE, "me", {"comment": "the export is being mended"})
    ran(journal, FIRST, {PHONE: {"erp": []}})
    found = one(made)
    assert (found["state"], dates(found), found["comment"]) == ("closed", [FIRST, FIRST], "the export is being mended")


@pytest.mark.parametrize("outcome", ["failed", "partial"])
def test_a_run_that_did_not_finish_opens_and_closes_nothing(made: tuple[Journal, Config], outcome: str) -> None:
    journal, _ = made
    ran(journal, FIRST, {PHONE: {"erp": ["1"]}})
    before = list_issues(*made)
    ran(journal, SECOND, {PHONE: {"erp": []}, NAME: {"erp": ["3"]}}, outcome)
    assert list_issues(*made).equals(before)


def test_a_check_that_is_no_longer_made_closes_nothing(made: tuple[Journal, Config]) -> None:
    journal, _ = made
    ran(journal, FIRST, {PHONE: {"erp": ["1"]}, NAME: {"erp": ["2"]}})
    ran(journal, SECOND, {NAME: {"erp": []}})
    assert (one(made)["state"], dates(one(made))) == ("not checked", [FIRST, "None"])
    ran(journal, THIRD, {})
    assert one(made, NAME)["state"] == "closed"


def test_priority_is_that_of_the_worst_source_unless_somebody_gives_one(made: tuple[Journal, Config]) -> None:
    """Of ten rows: more than half fail the check, more than two are warned of; two it lets pass."""
    journal, _ = made
    keys = [str(key) for key in range(10)]
    for worst, priority in ((6, "high"), (5, "normal"), (3, "normal"), (2, "low")):
        ran(journal, FIRST, {PHONE: {"erp": keys[:worst], "crm": keys[:1]}, NAME: {"erp": keys}})
        assert one(made)["priority"] == priority
    assert one(made, NAME)["priority"] == "normal", "a check without a limit for failing is none of high priority"
    change(*made, PHONE, "me", {"priority": "high"})
    assert one(made)["priority"] == "high"
    change(*made, PHONE, "me", {"priority": ""})
    assert one(made)["priority"] == "low"


def test_the_steward_is_the_owner_unless_somebody_is_named(made: tuple[Journal, Config]) -> None:
    journal, _ = made
    ran(journal, FIRST, {PHONE: {"erp": ["1"]}, NAME: {"erp": ["1"]}})
    assert [one(made)["owner"], one(made, NAME)["owner"]] == ["Li", "Chen"]
    change(*made, 1, "me", {"owner": "Wang"})
    assert [one(made)["owner"], one(made, NAME)["owner"]] == ["Wang", "Chen"]
    change(*made, "1", "me", {"owner": ""})
    assert one(made)["owner"] == "Li"


def test_overdue_is_against_the_newest_as_of_date_and_only_while_open(made: tuple[Journal, Config]) -> None:
    journal, _ = made
    ran(journal, FIRST, {PHONE: {"erp": ["1"]}})
    change(*made, 1, "me", {"due": FIRST})
    assert one(made)["due"] == date(2026, 3, 2) and not one(made)["overdue"], "the day itself is in time"
    ran(journal, SECOND, {PHONE: {"erp": ["1"]}})
    assert one(made)["overdue"]
    ran(journal, THIRD, {PHONE: {"erp": []}})
    assert not one(made)["overdue"]


def test_open_ones_come_first_then_priority(made: tuple[Journal, Config]) -> None:
    journal, _ = made
    ran(journal, FIRST, {"a:customer.x": {"erp": ["1"]}, "b:customer.x": {"erp": ["1"]}, PHONE: {"erp": ["1"]}})
    ran(journal, SECOND, {"a:customer.x": {"erp": []}, "b:customer.x": {"erp": ["1"]}, PHONE: {"erp": ["1"]}})
    assert list_issues(*made)["number"].tolist() == [2, 3, 1]
    change(*made, 3, "me", {"priority": "high"})
    assert list_issues(*made)["number"].tolist() == [3, 2, 1]


def test_what_is_said_wrongly_is_told_and_nothing_written(made: tuple[Journal, Config]) -> None:
    journal, _ = made
    ran(journal, FIRST, {PHONE: {"erp": ["1"]}})
    said = r"Issue 1: priority 'urgent' is none of high, normal, low; due '1\.3\.' is no date: write it YYYY-MM-DD"
    with pytest.raises(ConfigError, match=said):
        change(*made, 1, "me", {"owner": "Wang", "priority": "urgent", "due": "1.3."})
    with pytest.raises(
        ConfigError, match=r"There is no issue 'valid:customer.fone'; did you mean 'valid:customer.phone'"
    ):
        change(*made, "valid:customer.fone", "me", {"owner": "Wang"})
    assert journal.read("SELECT * FROM issue_events") == []


def test_what_was_just_said_is_not_written_again(made: tuple[Journal, Config]) -> None:
    journal, _ = made
    run = ran(journal, FIRST, {PHONE: {"erp": ["1"]}})
    for _ in range(2):
        change(*made, 1, "me", {"owner": "Wang", "due": "", "comment": "asked"})
    said = journal.read("SELECT user, run_id, check_id, kind, key, value FROM issue_events ORDER BY id")
    assert said == [("me", run, PHONE, "owner", None, "Wang"), ("me", run, PHONE, "comment", None, "asked")]
