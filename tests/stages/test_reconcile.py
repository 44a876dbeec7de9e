"""Amounts that were filled have no source to be held against; and what became of those of merged records."""

from decimal import Decimal
from pathlib import Path

import workbench as wb

from .. import small
from ..small import customer

FILLED = small.CONFIG.replace("amount: {type: money, currency: currency}",
                              "amount: {type: money, currency: currency, fill: {derive: 100 / 3}}")  # fmt: skip
ITEMS = [small.item(1, "K01", "7"), small.item(2, "K02", ""), small.item(3, "K03", "x")]


def test_a_filled_amount_is_a_line_of_its_own(tmp_path: Path) -> None:
    project = wb.open_project(small.project(tmp_path, {small.DAY: {"erp/items.csv": ITEMS}}, FILLED))
    assert not [gate for gate in project.run().gates if "amounts" in gate]
    found = project.sql("SELECT outcome, rows, amount, unreadable_rows FROM recon.amounts WHERE target = 'plain'")
    lines = {outcome: tuple(line) for outcome, *line in found.to_numpy().tolist()}
    each = Decimal("33.333333")  # a quotient, rounded as money is stored
    assert lines == {
        "source": (3, 7, 1), "target": (3, 7, 1), "filled": (2, 2 * each, 1), "difference": (0, 0, 0)}  # fmt: skip


def test_limits_of_merged_records_add_up_by_currency(tmp_path: Path) -> None:
    """Customer 1 has limits in two currencies, 2 is left out in the ERP and stays in the CRM, 3 is left out alone."""
    config = small.CONFIG.replace("city: {type: text}", "city: {type: code}").replace("currency: CNY", "currency: city")
    customers = [customer(n, city="CNY", credit=f"{n}00") for n in (1, 2, 3, 4)]
    accounts = [customer(1, "C01", city="USD", credit="70"), customer(2, "C02", city="", credit="20")]
    files = {"erp/customers.csv": customers, "crm/accounts.csv": accounts, "erp/items.csv": []}
    rules = "golden:\n  customer: {consequences: {credit: largest}}\n"
    project = wb.open_project(small.project(tmp_path, {small.DAY: files}, config + rules))
    project.run(until="match")
    for key in ("K02", "K03"):
        project.decisions.exclude(f"erp {key}", why="a test record")
    project.run(until="reconcile")
    found = project.sql("SELECT currency, rule, golden_records, stated, kept FROM recon.survival ORDER BY ALL")
    assert [tuple(line) for line in found.to_numpy().tolist()] == [
        ("", "agreed", 1, 20, 20),
        ("CNY", "agreed", 1, 400, 400),
        ("CNY", "excluded", 0, 200 + 300, 0),
        ("CNY", "most_trusted", 1, 100, 100),
        ("USD", "most_trusted", 1, 70, 0),
    ]
    for table, column in (("std.customer", "stated"), ("gold.customer", "kept")):
        whole = project.sql(f"SELECT coalesce(city, '') AS currency, sum(credit) AS amount FROM {table} GROUP BY 1")
        sums = found.groupby("currency")[column].sum()
        assert {name: amount for name, amount in sums.items() if amount} == dict(whole.to_numpy().tolist())
