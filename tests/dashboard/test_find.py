"""One search tells a customer's whole story, from any id that somebody has; who may not see values sees pseudonyms."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

import workbench as wb
from tests import small
from tests.views.made import HOSTILE, sound
from workbench.dashboard.pages import Page, build
from workbench.dashboard.runs import Runs
from workbench.dashboard.visitor import Visitor
from workbench.journal import Journal
from workbench.load.ledger import Ledger, Line
from workbench.readbacks import write_readback
from workbench.store import session
from workbench.views.view import View

AUDITOR, VIEWER = Visitor("wu", frozenset({"analyst"}), "en"), Visitor("vi", frozenset({"viewer"}), "en")
FIRST = small.CUSTOMERS[0]
PLANTED = small.customer(5, "K05", phone="12345")
CRM = [small.customer(1, "C01", city="别的城市"), *small.ACCOUNTS[1:], small.customer(33, "K09", city="Another")]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose K01 of the ERP is C01 of the CRM, loaded as 4711; K09 is a key in both, of two customers."""
    files = {"erp/customers.csv": [PLANTED if c["no"] == "K05" else c for c in small.CUSTOMERS], "crm/accounts.csv": CRM}
    root = small.project(tmp_path_factory.mktemp("find") / "p", {small.DAY: files})
    project = wb.open_project(root)
    project.run()
    project.decisions.no_match(("erp", "K02"), ("erp", "K03"), why="two shops of one family", user="lee")
    project.run()
    ledger = Ledger(project.journal, "plain", "test")
    load = ledger.start(project.published().run_id, "all", "zhou", "none")
    golden_id = golden(root, "K01")
    ledger.record(load, [Line("customer", golden_id, "sent", "h"), Line("customer", golden_id, "created", "h", "4711")])
    ledger.finish(load, "done")
    back = {"_golden_id": [golden_id], "_target_id": ["4711"], "name": [FIRST["name"]], "city": ["Elsewhere"]}
    write_readback(root, project.journal, "plain", "test", "customer", [pa.table(back)], "zhou")
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Iterator[Path]:
    yield Path(shutil.copytree(made, tmp_path / "p"))


def golden(root: Path, key: str, source: str = "erp") -> str:
    with session(root / "state/work.duckdb", read_only=True) as con:
        query = "SELECT golden_id FROM gold.xref WHERE entity = 'customer' AND source = ? AND key = ?"
        ((golden_id,),) = con.execute(query, [source, key]).fetchall()
    return str(golden_id)


def page(root: Path, visitor: Visitor = AUDITOR, **query: str) -> str:
    found: Page = build(Runs(root), "Small", "find", query, visitor)
    sound(View(found.below))
    assert "fault of ours" not in found.below
    return str(found.below)


def audit(root: Path) -> list[tuple[str, str, str]]:
    return Journal(root).read("SELECT user, action, what FROM audit ORDER BY id")


@pytest.mark.parametrize("asked", ["K01", "C01", "golden id", "4711", "900001", "tax number"])
def test_any_id_of_a_customer_leads_to_the_same_whole_story(root: Path, asked: str) -> None:
    asked = {"golden id": golden(root, "K01"), "tax number": FIRST["tax_id"]}.get(asked, asked)
    found = page(root, find=asked)
    for told in (
        golden(root, "K01"), "erp K01", "crm C01",  # who it is made of
        FIRST["name"], FIRST["phone"], "international form",  # as it came, and what was changed
        "别的城市",  # what its records have otherwise
        "match",  # whom it was joined with
        "wave all",  # outcome and wave
        "created", "4711", "zhou",  # every load event
        "Elsewhere",  # what was read back otherwise
        "100.25", "-100.25",  # its open items
    ):  # fmt: skip
        assert told in found, told
    assert audit(root) == [("wu", "look up", f"customer {golden(root, 'K01')}")]


def test_a_merged_record_says_who_it_was_merged_into(root: Path) -> None:
    assert f"merged: into {golden(root, 'K01')}" in page(root, find="C01")


def test_what_people_decided_is_told_with_their_reason(root: Path) -> None:
    found = page(root, find="K02")
    assert "no match" in found.replace("_", " ") and "lee" in found and "two shops of one family" in found
    assert "Nobody decided" in page(root, find="K07")


def test_checks_that_fail_are_told(root: Path) -> None:
    assert "valid:customer.phone" in page(root, find="K05")


def test_one_key_of_several_records_is_a_choice_that_the_address_keeps(root: Path) -> None:
    found = page(root, find="K09")
    links = re.findall(r'href="(find\?[^"]+)"', found)
    assert len(links) == 2 and audit(root) == [], "nothing of anybody was shown yet"
    assert "Another" not in found
    chosen = page(root, find="K09", entity="customer", source="crm", key="K09")
    assert "Another" in chosen and "entity=customer" in links[0]


def test_a_child_leads_to_its_parent_and_can_be_looked_at_alone(root: Path) -> None:
    found = page(root, find="900014|1")
    assert f"customer {golden(root, 'K02')}" in str(audit(root)) and "900014|1" in found
    alone = page(root, find="900014|1", entity="item", source="erp", key="900014|1")
    assert "-0.01" in alone and audit(root)[-1][2].startswith("item ")


def test_who_may_not_see_values_sees_pseudonyms_and_searches_by_keys_alone(root: Path) -> None:
    found = page(root, VIEWER, find="K01")
    for hidden in (FIRST["name"], FIRST["phone"], FIRST["email"], "别的城市", "Elsewhere", "100.25", "two shops"):
        assert hidden not in found, hidden
    assert golden(root, "K01") in found and "4711" in found and "pseudonyms" in found
    assert audit(root) == [], "nobody's values were shown"
    assert "Nothing has the id" in page(root, VIEWER, find=FIRST["tax_id"])
    assert "two shops" not in page(root, VIEWER, find="K02")


def test_a_line_that_cannot_be_read_tells_a_viewer_nothing(tmp_path: Path) -> None:
    line = "K77,坏行有限公司,,13977778888,,,1.00,one,cell,too,many\n"
    text = small.text(small.CUSTOMERS, small.HEADINGS["erp/customers.csv"]) + line
    root = small.project(tmp_path / "p", {small.DAY: {"erp/customers.csv": text}})
    wb.open_project(root).run()
    for asked in ("K77", "13977778888", "坏行有限公司"):
        assert "Nothing has the id" not in page(root, AUDITOR, find=asked)
        assert "Nothing has the id" in page(root, VIEWER, find=asked)


@pytest.mark.parametrize("asked", ["nobody", HOSTILE, "' OR 1=1 --", "%", "K" * 200, "\x00", "../../etc/passwd"])
def test_what_nothing_has_is_said(root: Path, asked: str) -> None:
    found = page(root, find=asked)
    assert "Nothing has the id" in found and audit(root) == []


def test_nothing_asked_says_what_may_be(root: Path) -> None:
    assert "Find a customer by any id" in page(root) and "Nothing has" not in page(root, find="  ")


def test_the_box_is_on_every_page_and_keeps_run_and_language(root: Path) -> None:
    run_id = wb.open_project(root).published().run_id
    query = {"run": run_id, "language": "zh", "find": '"><b>'}
    head = build(Runs(root), "Small", "quality", query, AUDITOR).masthead
    assert f'name="run" value="{run_id}"' in head and 'name="language" value="zh"' in head
    assert '<input id="find"' in head and "<b>" not in head.replace("<b>not", "")


def test_an_older_run_says_that_its_tables_are_kept_no_longer(root: Path) -> None:
    first = min(folder.name for folder in (root / "reports").iterdir() if folder.is_dir())
    assert "kept no longer" in page(root, find="K01", run=first)


def test_it_works_while_another_run_holds_the_database(root: Path) -> None:
    with session(root / "state/work.duckdb") as con:
        con.execute("CREATE TABLE held AS SELECT 1")
        assert FIRST["name"] in page(root, find="K01")


def test_a_damaged_copy_is_said(root: Path) -> None:
    run_id = wb.open_project(root).published().run_id
    kept = root / "state/published" / run_id / "tables.duckdb"
    kept.write_bytes(kept.read_bytes()[: kept.stat().st_size // 2])
    found = page(root, find="K01")
    assert 'class="message"' in found and audit(root) == []


def test_without_a_journal_it_is_said_and_none_is_made(root: Path) -> None:
    for file in root.glob("journal.sqlite*"):
        file.unlink()
    assert "journal.sqlite" in page(root, find="K01") and not (root / "journal.sqlite").exists()


def test_a_page_says_whether_its_values_are_real(root: Path) -> None:
    for visitor, name, real in ((AUDITOR, "find", True), (VIEWER, "find", False), (AUDITOR, "quality", False)):
        assert build(Runs(root), "Small", name, {"find": "K01"}, visitor).real is real


def test_without_a_question_it_says_only_what_can_be_typed(root: Path) -> None:
    for query in ({}, {"find": " "}):
        found = build(Runs(root), "Small", "find", query, AUDITOR, bare=True)
        assert not found.real and str(found.above) == "" and "Find a customer by any id" in found.below
        assert "warning" not in found.below and "message" not in found.below
    asked = build(Runs(root), "Small", "find", {"find": "K01"}, AUDITOR, bare=True)
    assert "Looking" in asked.below and "warning" not in asked.below
