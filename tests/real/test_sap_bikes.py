"""Two SAP-like systems with the same 40 partners: everything is checked against the files, read here by hand."""

import csv
import shutil
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import workbench as wb

Rows = list[dict[str, str]]
FOLDERS = {"erp": "sysA_Sample_Bikes_Sales_content", "crm": "sysB_SAP_Sample_Content"}


@pytest.fixture(scope="module")
def project(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> wb.Project:
    root = tmp_path_factory.mktemp("sap") / "sap_bikes"
    shutil.copytree(Path(__file__).parent / "sap_bikes", root)
    found = wb.open_project(root)
    result = found.run(until="reconcile")
    assert result.gates == [] and result.outcomes["unexplained"] == 0
    assert result.differences == {"USD": "0.00"}
    return found


@pytest.fixture(scope="module")
def files(real_data: Path) -> dict[tuple[str, str], Rows]:
    """The rows of the files by (source, name)."""
    found = {}
    for source, folder in FOLDERS.items():
        for name in ("BusinessPartners", "SalesOrders", "SalesOrderItems"):
            with (real_data / "sap_bikes" / folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
                found[source, name] = list(csv.DictReader(lines, delimiter="," if source == "erp" else ";"))
    return found


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def day(text: str) -> date:
    return date.fromisoformat(text)  # both 20181003 and 2021-06-03


def test_all_partners_are_linked_and_none_wrong(project: wb.Project) -> None:
    clusters = project.table("match.customer_clusters")
    pairs = defaultdict(set)
    for row in clusters.itertuples():
        pairs[row.golden_id].add((row.source, row.key))
    linked = {tuple(sorted(members)) for members in pairs.values()}
    partners = {row.key for row in clusters.itertuples() if row.source == "erp"}
    assert len(partners) == 40
    assert linked == {(("crm", key.lstrip("0")), ("erp", key)) for key in partners}
    assert "partner" not in project.config.match["customer"].compare, "the number would give it away"
    assert not any("partner" in name for rule in project.config.match["customer"].block for name in rule)


def test_leading_zeros_stay_and_make_no_difference(project: wb.Project, files: Any) -> None:
    found = project.sql("SELECT source, key, partner, partner__key FROM std.customer")
    for source in FOLDERS:
        ours = found[found["source"] == source]
        assert (
            set(ours["key"]) == set(ours["partner"]) == {row["PARTNERID"] for row in files[source, "BusinessPartners"]}
        )
    assert set(found[found["source"] == "erp"]["partner__key"]) == set(found[found["source"] == "crm"]["partner__key"])
    orphans = project.sql("SELECT count(*) AS n FROM qa.failures WHERE check_id = 'foreign_key:order'")
    assert orphans["n"].tolist() == [0]


def test_both_date_forms_are_read(project: wb.Project, files: Any) -> None:
    for source in FOLDERS:
        created = project.sql(f"SELECT key, created FROM std.customer WHERE source = '{source}'").set_index("key")[
            "created"
        ]
        assert dict(created) == {row["PARTNERID"]: day(row["CREATEDAT"]) for row in files[source, "BusinessPartners"]}
        ordered = project.sql(f"SELECT ordered FROM std.\"order\" WHERE source = '{source}' ORDER BY _row")["ordered"]
        assert ordered.tolist() == [day(row["CREATEDAT"]) for row in files[source, "SalesOrders"]]


def test_the_decimal_comma_is_read(project: wb.Project, files: Any) -> None:
    for source in FOLDERS:
        found = project.sql(f"SELECT gross, net, tax FROM std.\"order\" WHERE source = '{source}' ORDER BY _row")
        for column, heading in (("gross", "GROSSAMOUNT"), ("net", "NETAMOUNT"), ("tax", "TAXAMOUNT")):
            assert found[column].tolist() == [number(row[heading]) for row in files[source, "SalesOrders"]]
    assert any("," in row["NETAMOUNT"] for row in files["crm", "SalesOrders"])


def test_cp1252_is_read(project: wb.Project, real_data: Path) -> None:
    content = (real_data / "sap_bikes" / FOLDERS["erp"] / "Employees.csv").read_bytes()
    assert b"\xa0" in content
    raw = project.sql("SELECT NAME_FIRST AS n FROM raw.erp__employees WHERE contains(NAME_FIRST, chr(160))")
    assert len(raw) == 1  # as it came
    names = project.sql("SELECT name FROM std.employee")["name"]
    assert len(names) == len([line for line in content.splitlines() if line.strip(b",\r\n ")]) - 1
    assert not any("\xa0" in name or "\ufffd" in name or "\\x" in name for name in names)
    settings = project.sql("SELECT settings FROM raw.files WHERE \"table\" = 'employees'")["settings"]
    assert "cp1252" in settings[0]


def test_every_order_and_its_amount_is_accounted_for(project: wb.Project, files: Any) -> None:
    rows = project.sql("SELECT source, outcome, count(*) AS n FROM recon.rows WHERE entity = 'order' GROUP BY ALL")
    assert {(row.source, row.outcome): row.n for row in rows.itertuples()} == {
        (source, "written"): len(files[source, "SalesOrders"]) for source in FOLDERS
    }
    sums = project.sql("""SELECT source, outcome, amount FROM recon.amounts
        WHERE entity = 'order' AND measure = 'gross' AND outcome IN ('source', 'target')""")
    for row in sums.itertuples():
        assert row.amount == sum(number(order["GROSSAMOUNT"]) for order in files[row.source, "SalesOrders"])
    items = project.sql("""SELECT source, outcome, sum(rows) AS n FROM recon.amounts
        WHERE entity = 'order_item' GROUP BY ALL""")
    counted = {(row.source, row.outcome): row.n for row in items.itertuples()}
    for source in FOLDERS:
        known = {row["SALESORDERID"] for row in files[source, "SalesOrders"]}
        there = Counter(row["SALESORDERID"] in known for row in files[source, "SalesOrderItems"])
        assert counted[source, "target"] == there[True]
        assert counted.get((source, "rejected"), 0) == there[False]  # an item without its order
        assert counted[source, "difference"] == 0


def test_order_totals_are_checked_against_their_items(project: wb.Project, files: Any) -> None:
    label = "order total is the sum of its items"
    for source in FOLDERS:
        items: dict[str, Decimal] = defaultdict(Decimal)
        for row in files[source, "SalesOrderItems"]:
            items[row["SALESORDERID"]] += number(row["GROSSAMOUNT"])
        orders = list(enumerate(files[source, "SalesOrders"], start=1))
        differing = {
            place for place, row in orders
            if row["SALESORDERID"] in items and items[row["SALESORDERID"]] != number(row["GROSSAMOUNT"])
        }  # fmt: skip
        listed = project.sql(f"SELECT _row, value FROM qa.failures WHERE check_id = '{label}' AND source = '{source}'")
        assert set(listed["_row"]) == differing and listed["value"].notna().all()
        if source == "erp":
            assert (len(differing), len(orders)) == (333, 334)
