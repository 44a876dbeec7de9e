from decimal import Decimal
from pathlib import Path

import pytest

from workbench import Project
from workbench.errors import ConfigError
from workbench.published import Published
from workbench.views.amounts import amounts, amounts_data

from .made import HOSTILE, published, sound

DAY = "2026-03-02"
OWN = "SELECT 'odoo' AS target UNION ALL SELECT 'sap'"
MONEY = "DECIMAL(38, 6)"


def lines(currency: str = "CNY", lost: str = "0") -> str:
    """Source 10,000,000,000,000,000.01 = target 10,000,000,000,000,000.00 + rejected, the rest lost."""
    return f"""SELECT 'odoo' AS target, 'item' AS entity, 'amount' AS measure, $${currency}$$ AS currency, 'erp' AS source,
        outcome, n AS rows, amount::{MONEY} AS amount, amount::{MONEY} AS debit, 0::{MONEY} AS credit,
        0 AS unreadable_rows
        FROM (VALUES ('source', 3, 10000000000000000.01), ('target', 2, 10000000000000000),
            ('rejected', 1, 0.01 - {lost}), ('difference', 0, {lost})) AS t (outcome, n, amount)"""


def made(root: Path, query: str) -> Published:
    return published(root, [(DAY, [], {})], recon_rows=OWN, recon_amounts=query)


def test_the_equation_is_exact(tmp_path: Path) -> None:
    with made(tmp_path, lines()).session() as con:
        (found,) = amounts_data(con)
        assert amounts_data(con, "sap") == []
    assert found["source"] == Decimal("10000000000000000.01") and found["status"] == "balanced"
    parts = ("target", "deferred", "archived", "excluded", "rejected", "difference")
    assert sum(found[part] for part in parts) == found["source"]


def test_it_is_written_as_it_is(tmp_path: Path) -> None:
    html = sound(amounts(made(tmp_path, lines())))
    assert "10,000,000,000,000,000.01" in html and "✓ balanced" in html and "Where the money went" in html


def test_what_is_lost_is_said(tmp_path: Path) -> None:
    html = sound(amounts(made(tmp_path, lines(lost="0.01"))))
    assert "× not balanced" in html


def test_a_target_without_amounts_and_one_that_is_not_there(tmp_path: Path) -> None:
    run = made(tmp_path, lines())
    assert "No entity has amounts" in sound(amounts(run, "sap"))
    with pytest.raises(ConfigError, match="accepted: odoo, sap"):
        amounts(run, "salesforce")


def test_any_name_can_be_drawn(tmp_path: Path) -> None:
    sound(amounts(made(tmp_path, lines(HOSTILE))))


def test_the_demo_is_balanced(demo: Project) -> None:
    html = sound(amounts(demo.published(), "salesforce"))
    assert "✓ balanced" in html and "not balanced" not in html and "CNY" in html
