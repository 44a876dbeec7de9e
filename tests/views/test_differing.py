from decimal import Decimal
from pathlib import Path

from workbench.views.differing import differing, differing_data

from .made import HOSTILE, published, sound

DIFFERENCES = f"""SELECT * FROM (VALUES
    ('customer', 'g1', 'name', 'crm', 'A', 'x', 'y', 'survivorship: owner'),
    ('customer', 'g1', 'name', 'erp', '1', 'z', 'y', 'survivorship: owner'),
    ('customer', 'g2', 'name', 'crm', 'B', 'x', 'y', 'survivorship: owner'),
    ('customer', 'g2', '{HOSTILE}', 'crm', 'B', 'x', 'y', '{HOSTILE}'))
    AS v(entity, golden_id, field, source, key, source_value, target_value, reason)"""
SURVIVAL = """SELECT 'customer' AS entity, 'credit' AS field, 'CNY' AS currency, 'largest' AS rule, 2 AS golden_records,
    12345.67::DECIMAL(38, 6) AS stated, 10000.00::DECIMAL(38, 6) AS kept"""


def test_values_are_counted_by_reason_and_money_by_rule(tmp_path: Path) -> None:
    run = published(tmp_path, [("2026-03-02", [], {})], recon_differences=DIFFERENCES, recon_survival=SURVIVAL)
    with run.session() as con:
        reasons, survival = differing_data(con)
    assert [(line["field"], line["values"], line["golden_records"], line["sources"]) for line in reasons] == [
        ("name", 3, 2, 2), (HOSTILE, 1, 1, 1)]  # fmt: skip
    assert survival[0]["given_up"] == Decimal("-2345.67")
    found = sound(differing(run))
    assert "75.0%" in found and "-2,345.67" in found and "12,345.67" in found
