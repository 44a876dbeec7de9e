"""Plain files, the target that a draft has: what another system exports of them is read back and reconciled."""

import csv
import shutil
from pathlib import Path

import pytest

from workbench.project import Project, open_project

from .. import small
from ..small import told, workbench
from . import over

CONFIG = over.CONFIG.replace(over.CONFIG[over.CONFIG.index("  crm: {kind") :].split("\n")[0], "  flat: {kind: plain}")
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return over.project(tmp_path_factory.mktemp("plain") / "p", CONFIG).root


@pytest.fixture
def made(ran: Path, tmp_path: Path) -> Project:
    return open_project(shutil.copytree(ran, tmp_path / "p"))


def loaded(made: Project, title: str) -> Rows:
    """The rows of an entity's load file."""
    with (made.root / "load" / small.DAY / "flat" / "all" / f"{title}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def export(folder: Path, title: str, rows: Rows) -> Path:
    """What the other system exports."""
    file = folder / f"export_{title}.csv"
    file.write_text(small.text(rows, list(rows[0])), "utf-8")
    return file


def test_an_export_as_it_was_loaded_leaves_nothing_open(made: Project, tmp_path: Path) -> None:
    for title in ("customer", "item"):
        file = export(tmp_path, title, loaded(made, title))
        told(workbench("readback", made.root, "--target", "flat", "--object", title, file), 0)
    told(workbench("reconcile", made.root, "--target", "flat"), 0, "technical: nothing open", "logical: nothing open")
    found = made.reconcile("flat")
    assert found.open == {} and found.unread == []
    assert found.controls[found.controls.line == "difference"].amount.tolist() == [0, 0, 0]
    assert set(found.receivables.currency) == {"CNY", "JPY", "USD"}
    assert found.receivables.expected_items.sum() == len(small.ITEMS)


def test_a_dropped_row_a_cut_name_and_another_amount_are_each_found(made: Project, tmp_path: Path) -> None:
    customers, items = loaded(made, "customer"), loaded(made, "item")
    cut, dropped = customers[0]["golden_id"], customers.pop()["golden_id"]
    customers[0]["name"] = customers[0]["name"][:5]
    changed, moved = items[0], items[1]
    changed["amount"] = "7777.77"
    moved["parent_golden_id"] = next(row["golden_id"] for row in customers if row["golden_id"] != moved["parent_golden_id"])
    for title, rows in (("customer", customers), ("item", items)):
        made.readback("flat", title, export(tmp_path, title, rows))
    found = made.reconcile("flat")
    assert found.open["technical"] == {"missing": 1}
    findings = {(line.object, line.golden_id, line.field, line.reason) for line in found.findings.itertuples()}
    assert findings == {
        ("customer", dropped, "", "missing"), ("customer", cut, "name", "truncated"),
        ("item", changed["golden_id"], "amount", "UNEXPLAINED"),
        ("item", moved["golden_id"], "parent_golden_id", "reassigned"),
    }  # fmt: skip
    assert found.open["logical"]["control totals"] == 1


def test_a_mapping_of_plain_files_gives_them_columns_of_their_own(tmp_path: Path) -> None:
    table = "object,field,from\ncustomer,Id,golden_id\ncustomer,Name,name\nitem,Id,golden_id\nitem,Customer,parent_golden_id\nitem,Amount,amount\n"
    config = CONFIG.replace("{kind: plain}", "{kind: plain, mapping: mappings/flat.csv}")
    made = over.project(tmp_path / "p", config, mappings__flat_csv=table)
    held = over.expected(made, "flat")
    assert list(held["item"][0]) == ["_golden_id", "Id", "Customer", "Amount"]
    names = {"customer": ["Id", "Name"], "item": ["Id", "Customer", "Amount"]}
    for title, rows in held.items():
        lines = [{name: str(row[name]) for name in names[title]} for row in rows]
        made.readback("flat", title, export(tmp_path, title, lines))
    assert made.reconcile("flat").open == {}
