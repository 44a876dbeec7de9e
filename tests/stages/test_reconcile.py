"""Amounts that were filled have no source to be held against."""

from decimal import Decimal
from pathlib import Path

import workbench as wb

from .. import small

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
