"""The trail of who did what, and the tables that nobody changes any more."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import workbench as wb
from tests import small
from workbench.journal import Journal

INSERTS = {
    "ledger": "INSERT INTO ledger (at, target, environment, object, golden_id, event) VALUES ('5', 't', 'e', 'o', 'g', 'sent')",
    "signatures": "INSERT INTO signatures (at, user, target, part, hashes, note) VALUES ('6', 'u', 's4', 'logical', '', 'NOTE')",
    "approvals": "INSERT INTO approvals (at, user, target, hash, author, note) VALUES ('7', 'u', 's4', 'h', 'wang', 'NOTE')",
    "audit": "INSERT INTO audit (at, user, action, what, why) VALUES ('8', 'u', 'unmask', 'a page', 'NOTE')",
    "erased": "INSERT INTO erased (at, user, entity, source, key, why) VALUES ('9', 'u', 'customer', 'erp', 'K1', 'NOTE')",
}  # fmt: skip
OTHERS = (
    "INSERT INTO runs VALUES ('r', '2026-01-01', 'u', '1', 'h', '1', NULL, NULL)",
    "INSERT INTO stages VALUES ('r', 'publish', 1, 1, 1)",
    "INSERT INTO collected (at, user, entity, golden_id, source, key, field, value) "
    "VALUES ('2', 'u', 'customer', 'g', 'erp', 'K1', 'phone', 'VALUE')",
    "INSERT INTO issue_events (at, user, run_id, check_id, kind, entity, source, key, field, value) "
    "VALUES ('3', 'u', 'r', 'c', 'remark', 'customer', 'erp', 'K1', 'phone', 'VALUE')",
    "INSERT INTO loads (run_id, target, environment, wave, user, process, backup, started_at) "
    "VALUES ('r', 's4', 'test', 'w', 'u', 'p', 'b', '4')",
)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    journal = Journal(tmp_path)
    journal.decide("wang", [("customer", "override", "erp", "K1", None, None, "city", "VALUE", "NOTE", None)])
    journal.decide("li", [("customer", "confirm", *[None] * 6, "NOTE", 1)])
    with journal.write() as con:
        con.execute("UPDATE decisions SET at = '2' || id")
        for insert in (*OTHERS, *INSERTS.values()):
            con.execute(insert)
    return journal


def test_the_trail_has_who_did_what_when_and_no_values(journal: Journal) -> None:
    from workbench.audit import trail

    found = trail(journal)
    assert found.to_numpy().tolist() == [
        ["1", "u", "run", "r: not finished"],
        ["1", "u", "write load files", "r"],
        ["2", "u", "collect", "customer g phone"],
        ["21", "wang", "override", "act 1: customer erp K1 city"],
        ["22", "li", "confirm", "act 2 of act 1: customer"],
        ["3", "u", "issue remark", "c erp K1 phone"],
        ["4", "u", "load 1", "s4 test w r: not finished"],
        ["6", "u", "sign logical", "s4"],
        ["7", "u", "approve mapping", "s4 by wang: h"],
        ["8", "u", "unmask", "a page"],
        ["9", "u", "erase", "customer erp K1"],
    ]


@pytest.mark.parametrize("table", INSERTS)
def test_what_is_proof_cannot_be_changed(journal: Journal, table: str) -> None:
    with closing(sqlite3.connect(journal.path)) as con:
        for statement in (f"UPDATE {table} SET at = 'never'", f"DELETE FROM {table}"):
            with pytest.raises(sqlite3.IntegrityError, match=f"{table} is append-only"):
                con.execute(statement)
        assert con.execute(f"SELECT count(*) FROM {table}").fetchone() == (1,)


def test_the_command_lists_it(tmp_path: Path) -> None:
    root = small.project(tmp_path / "p")
    small.told(small.workbench("backup", root, "--user", "wang"), 0, "is the same")
    small.told(small.workbench("audit", root), 0, "wang", "backup")
    small.told(small.workbench("audit", root, "--to", root / "audit.xlsx"), 0, "1 line written")


def test_exclusions_need_four_eyes_where_there_are_roles(tmp_path: Path) -> None:
    roles = "roles: {analyst: [chen], steward: [wang, li], approver: [zhao], viewer: [kim]}\n"
    project = wb.open_project(small.project(tmp_path / "p", config=small.CONFIG + roles))
    project.run(until="match")
    with pytest.raises(wb.ConfigError, match="Deciding needs the role analyst or steward, which kim has not"):
        project.decisions.exclude("erp K05", why="a test customer", user="kim")
    act = project.decisions.exclude("erp K05", why="a test customer", user="wang")
    assert project.decisions.frame()["status"].tolist() == ["unconfirmed"]
    project.run(until="match")
    assert project.table("match.excluded").empty
    for user, said in (("Wang", "wang's own"), ("kim", "needs the role")):
        with pytest.raises(wb.ConfigError, match=said):
            project.decisions.confirm(act, user=user)
    project.decisions.confirm(act, user="zhao")
    project.run(until="match")
    excluded = project.table("match.excluded")[["entity", "key"]].to_numpy().tolist()
    assert excluded == [["customer", "K05"], ["item", "900005|1"]]
    with pytest.raises(wb.ConfigError, match="needs nobody's agreement"):
        project.decisions.confirm(act, user="li")
