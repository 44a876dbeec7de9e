"""A load into a server that answers, refuses, breaks and lies: each row goes in once, and what does not is told."""

import random
import signal
import sqlite3
import subprocess
from decimal import Decimal
from typing import Any

import pytest

from workbench.errors import ConfigError, SourceError, StoreError, TargetError
from workbench.load import sending
from workbench.readbacks import attach_readback
from workbench.store import records, session

from ..small import command, told, workbench
from .conftest import Target
from .rows import codes, customers, items, references, spoil


def test_every_row_of_the_waves_that_go_now_is_created_once(target: Target) -> None:
    done = target.project.load("erp")
    assert done.counts == {"party": {"created": 14}, "receivable": {"created": 16}} and done.refused == 0
    assert codes(target) == customers(target) and references(target) == items(target)
    assert done.backup and done.backup.is_file()
    again = target.project.load("erp")
    assert again.counts == {"party": {"unchanged": 14}, "receivable": {"unchanged": 16}}
    assert codes(target) == customers(target)


def test_a_dry_run_says_it_before_and_asks_nothing(target: Target) -> None:
    assert target.project.load("erp", dry_run=True).counts == {"party": {"create": 14}, "receivable": {"create": 16}}
    assert target.rows() == [] and target.project.journal.read("SELECT * FROM loads") == []


def test_what_changed_is_updated_and_what_is_gone_is_told(target: Target) -> None:
    target.project.load("erp")
    first, last = customers(target)[0], items(target)[-1]
    with session(target.root / "state" / "work.duckdb") as con:
        con.execute("UPDATE target.erp__party SET name = '新名' WHERE code = ?", [first])
        con.execute("DELETE FROM target.erp__receivable WHERE _golden_id = ?", [last])
    done = target.project.load("erp")
    assert done.counts["party"] == {"updated": 1, "unchanged": 13}
    assert next(row["name"] for row in target.rows() if row["code"] == first) == "新名"
    assert [line[:2] for line in done.gone] == [("receivable", last)] and last in references(target)


def test_amounts_are_exact_in_their_own_currency(target: Target) -> None:
    target.project.load("erp")
    assert target.project.readback("erp") == {"party": 14, "receivable": 16}
    with session(None) as con:
        attach_readback(con, target.root, "erp")
        found = {row["reference"]: (row["amount"], row["currency"]) for row in records(con, "FROM readback.receivable")}
    wanted = target.project.table("target.erp__receivable").set_index("reference")
    assert {key: (Decimal(amount), currency) for key, (amount, currency) in found.items()} == {
        key: (Decimal(row.amount), row.currency) for key, row in wanted.iterrows()
    }
    assert {amount for amount, currency in found.values() if currency == "JPY"} == {"10000"}


@pytest.mark.parametrize("fault", ["500", "lost", "gone"])
def test_after_a_fault_it_tries_again_and_nothing_is_doubled(target: Target, fault: str) -> None:
    target.fault(fault, 3)
    target.project.load("erp")
    target.fault(fault, 2, method="create")
    target.project.load("erp")
    assert codes(target) == customers(target) and references(target) == items(target)


def test_a_target_that_stays_away_stops_the_load_and_the_next_goes_on(target: Target) -> None:
    target.fault("lost", 1, method="create", then="gone")
    with pytest.raises(TargetError, match="Nothing is lost"):
        target.project.load("erp")
    assert target.project.journal.read("SELECT outcome FROM loads") == [("stopped",)]
    target.fault("500", 0)
    done = target.project.load("erp")
    assert done.settled == 14, "what the lost answer had created is found, not sent again"
    assert codes(target) == customers(target) and references(target) == items(target)


def test_an_update_without_an_answer_is_sent_again_though_the_row_is_as_before(target: Target) -> None:
    """The target may hold what was sent, which is no longer what is mapped."""
    target.project.load("erp")
    first = customers(target)[0]
    before = next(row["name"] for row in target.rows() if row["code"] == first)
    for name in ("新名", before):
        with session(target.root / "state" / "work.duckdb") as con:
            con.execute("UPDATE target.erp__party SET name = ? WHERE code = ?", [name, first])
        if name != before:
            target.fault("lost", 1, method="write", then="gone")
            with pytest.raises(TargetError):
                target.project.load("erp")
            assert next(row["name"] for row in target.rows() if row["code"] == first) == name
            target.fault("500", 0)
    assert target.project.load("erp").counts["party"] == {"updated": 1, "unchanged": 13}
    assert next(row["name"] for row in target.rows() if row["code"] == first) == before


def test_what_the_target_had_before_is_not_taken_for_created_and_not_undone(target: Target) -> None:
    """As after a journal was restored: the target knows the rows, the ledger does not."""
    target.project.load("erp")
    with sqlite3.connect(target.root / "journal.sqlite") as con:
        con.executescript("DROP TRIGGER ledger_no_delete; DELETE FROM ledger")
    target.fault("lost", 1, method="write", then="gone")
    with pytest.raises(TargetError):
        target.project.load("erp")
    target.fault("500", 0)
    assert target.project.load("erp").counts["party"] == {"updated": 14}
    assert [target.project.undo_load("erp", load_id).rows for load_id in (1, 2, 3)] == [0, 0, 0]
    assert codes(target) == customers(target)


def test_an_answer_with_too_few_ids_is_looked_up(target: Target) -> None:
    target.fault("short", 1, method="create")
    assert target.project.load("erp").counts["party"] == {"created": 14}
    assert codes(target) == customers(target)


def test_a_refusal_is_one_whatever_the_customer_is_called(target: Target) -> None:
    first = customers(target)[0]
    with session(target.root / "state" / "work.duckdb") as con:
        con.execute("UPDATE target.erp__party SET name = 'BAD locked Timeout' WHERE code = ?", [first])
    assert target.project.load("erp").counts["party"] == {"created": 13, "refused": 1}


def test_a_slow_answer_is_waited_for_only_so_long(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.load.rpc.TIMEOUT", 0.5)
    monkeypatch.setattr(sending, "SETTLED", 3.0)
    target.fault("slow", 1, method="create")
    target.project.load("erp")
    assert codes(target) == customers(target)


def test_success_that_stores_something_else_is_in_the_read_back(target: Target) -> None:
    target.fault("other", 1, method="create")
    target.project.load("erp")
    target.project.readback("erp")
    with session(None) as con:
        attach_readback(con, target.root, "erp")
        assert {row["name"] for row in records(con, "FROM readback.party")} == {"stored otherwise"}


def test_killed_at_ten_random_moments_there_is_no_double_and_no_gap(target: Target) -> None:
    chance = random.Random(7)
    script = """
import os, signal
from workbench.load import sending
from workbench.load.ledger import Ledger
from workbench.load.rpc import Rpc
sending.BATCH, sending.SETTLED = 1, 0.5
steps = 0
def dying(work, after):
    def step(*arguments, **named):
        global steps
        steps += 1
        if steps == {at} and not after: os.kill(os.getpid(), signal.SIGKILL)
        done = work(*arguments, **named)
        if steps == {at} and after: os.kill(os.getpid(), signal.SIGKILL)
        return done
    return step
Ledger.record = dying(Ledger.record, {after})
Rpc._post = dying(Rpc._post, {after})
"""
    killed = 0
    for _ in range(10):
        at, after = chance.randint(11, 22), chance.random() < 0.5
        done = subprocess.run(
            command("load", target.root, "--target", "erp", script=script.format(at=at, after=after)),
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        killed += done.returncode == -signal.SIGKILL
    told(workbench("load", target.root, "--target", "erp"), 0)
    assert killed == 10
    assert codes(target) == customers(target) and references(target) == items(target)
    known = target.project.journal.read("SELECT golden_id, target_id FROM ledger WHERE event = 'created' AND object = 'party'")
    assert sorted(known) == sorted((row["code"], str(row["id"])) for row in target.rows())


def test_undo_deletes_what_the_load_created_and_nothing_else(target: Target) -> None:
    target.project.load("erp")
    first = customers(target)[0]
    with session(target.root / "state" / "work.duckdb") as con:
        con.execute("UPDATE target.erp__party SET name = '新名' WHERE code = ?", [first])
    target.project.load("erp")
    told(workbench("load", target.root, "--target", "erp", "--undo", 1), 0, "29 rows that load 1 created were deleted")
    assert codes(target) == [first] and references(target) == []
    assert target.project.load("erp").counts == {"party": {"created": 13, "unchanged": 1}, "receivable": {"created": 16}}
    with pytest.raises(ConfigError, match="no load 9"):
        target.project.undo_load("erp", 9)


def test_undo_finds_what_a_cut_off_load_created_without_an_answer(target: Target) -> None:
    target.fault("lost", 1, method="create", then="gone")
    with pytest.raises(TargetError):
        target.project.load("erp")
    target.fault("500", 0)
    assert len(target.rows()) == 14
    assert target.project.undo_load("erp", 1, user="li").rows == 14 and target.rows() == []
    told = [f"{user} {action}: {what}" for _, user, action, what in target.project.audit().itertuples(index=False)]
    assert "li undo: load 1 of erp" in told and "li undone: load 1 of erp: 14 rows, 0 kept" in told
    assert any("load 1: erp test all" in line and line.endswith("stopped") for line in told)


def test_the_second_who_loads_is_told_who_does_and_since_when(target: Target) -> None:
    target.fault("slow", 99)
    running = subprocess.Popen(
        command("load", target.root, "--target", "erp", "--user", "li"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        while not target.project.journal.read("SELECT 1 FROM loads"):
            assert running.poll() is None
        with pytest.raises(StoreError, match=r"li is loading erp since \d{4}-.* \(process .*:\d+\)"):
            target.project.load("erp", user="wang")
    finally:
        running.kill()
        running.communicate()


def test_production_needs_the_role_and_that_a_second_person_signed_the_wave(serve: Any) -> None:
    target = serve("production")
    with (target.root / "workbench.yml").open("a", encoding="utf-8") as file:
        file.write("roles: {loader: [li], approver: [Li, zhao]}\n")
    with pytest.raises(ConfigError, match="needs the role loader, which wang has not"):
        target.project.load("erp", user="wang")
    with pytest.raises(ConfigError, match="nobody has signed"):
        target.project.load("erp", user="li")
    with pytest.raises(ConfigError, match=r"all is not ready for erp:\n(- .*\n)*- mapping: the mapping of erp is not approv"):
        target.project.sign_ready("all", "erp", user="zhao")
    target.project.sign_ready("all", "erp", "a rehearsal under the rules of production", user="Li")
    with pytest.raises(ConfigError, match="needs a second person"):
        target.project.load("erp", user="li")
    target.project.sign_ready("all", "erp", "a rehearsal under the rules of production", user="zhao")
    assert target.project.load("erp", user="li").refused == 0
    with (target.root / "workbench.yml").open("a", encoding="utf-8") as file:
        file.write("# another day\n")
    with pytest.raises(ConfigError, match="changed since zhao signed: configuration"):
        target.project.load("erp", user="li")


def test_a_wrong_target_wave_password_or_address_is_told(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    project = target.project
    for call, words in (
        (lambda: project.load("sap"), "There is no target 'sap'"),
        (lambda: project.load("erp", "third"), "no wave 'third'"),
        (lambda: project.load("erp", "dormant"), "The wave 'dormant' goes later"),
        (lambda: project.readback("erp", "account", target.root / "x.csv"), "no object 'account'"),
    ):
        with pytest.raises(ConfigError, match=words):
            call()
    monkeypatch.setenv("WORKBENCH_PASSWORD_ERP", "secret")
    with pytest.raises(TargetError, match="does not let admin in") as error:
        project.load("erp")
    assert "secret" not in str(error.value)
    monkeypatch.delenv("WORKBENCH_PASSWORD_ERP")
    with pytest.raises(TargetError, match="no password for erp"):
        project.load("erp")
    monkeypatch.setenv("WORKBENCH_MASKED", "1")
    with pytest.raises(ConfigError, match="Masked"):
        target.project.load("erp")


def test_a_target_that_lets_nobody_look_is_told_in_words(target: Target) -> None:
    for call in (lambda: target.project.load("erp"), lambda: target.project.readback("erp")):
        target.fault("no", 1, method="search_read")
        with pytest.raises(TargetError, match="does not let us read what it holds"):
            call()


def test_an_object_whose_key_is_not_the_golden_id_is_not_loaded(target: Target) -> None:
    file = target.root / "mappings" / "erp.csv"
    file.write_text(file.read_text("utf-8").replace("reference,golden_id", "reference,document"), "utf-8")
    with pytest.raises(ConfigError, match="receivable: map golden_id to reference"):
        target.project.load("erp")


def test_no_value_of_a_customer_is_in_the_ledger(target: Target) -> None:
    first, second = customers(target)[:2]
    spoil(target, first, second)
    with session(target.root / "state" / "work.duckdb") as con:
        con.execute("""UPDATE target.erp__party SET name = 'BAD "王小明" Ltd' WHERE code = ?""", [second])
    target.project.load("erp")
    with sqlite3.connect(target.root / "journal.sqlite") as con:
        said = str(con.execute("SELECT object, event, field, reason FROM ledger").fetchall())
    names = [*target.project.table("gold.customer").name, *target.project.table("gold.customer").phone.dropna()]
    assert not [name for name in ["王小明", *names] if name in said] and (target.root / "backups").exists()


def test_an_export_of_the_target_is_read_back_as_the_target_names_it(target: Target) -> None:
    file = target.root / "export.csv"
    file.write_text("code,name,tax_code,city,phone,Remark\n007,甲,,,,x\n,乙,,,,\n", "utf-8")
    assert target.project.readback("erp", "party", file) == {"party": 2}
    with session(None) as con:
        attach_readback(con, target.root, "erp")
        found = [(row["_golden_id"] or None, row["name"]) for row in records(con, "FROM readback.party")]
    assert found == [("007", "甲"), (None, "乙")]
    file.write_text("code,name,tax_code,city,phone\n1.23457E+15,甲,,,\n", "utf-8")
    with pytest.raises(SourceError, match=r"turned keys \(code\) into numbers"):
        target.project.readback("erp", "party", file)
    file.write_text("code,name\n1,x\n")
    with pytest.raises(SourceError, match="no column tax_code, city, phone"):
        target.project.readback("erp", "party", file)
