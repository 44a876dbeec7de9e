"""The example that docs/quality.md works by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

import workbench as wb

CONFIG = """
project: Four customers
entities:
  customer:
    fields: {name: {type: party_name, required: true}, phone: {type: phone}, tax_id: {type: tax_id}}
sources:
  a:
    tables: {list: list.csv}
    records: {customer: {from: list, key: key, fields: {name: name, phone: phone, tax_id: tax_id}}}
checks:
  - {check: unique, field: customer.tax_id}
"""
ROWS = """key,name,phone,tax_id
1,北京华瑞科技有限公司,13801234567,91110108551385082Q
2,Acme Ltd,,91110108551385082Q
3,,12345,000000000000000000
3,上海华瑞科技有限公司,13901234567,
"""


def test_scores_are_those_worked_by_hand(tmp_path: Path) -> None:
    extracts = tmp_path / "sources" / "2026-09-07"
    extracts.mkdir(parents=True)
    (tmp_path / "workbench.yml").write_text(CONFIG, encoding="utf-8")
    (extracts / "list.csv").write_text(ROWS, encoding="utf-8")
    project = wb.open_project(tmp_path)
    quality = project.run(until="check").quality
    assert quality == {
        "completeness": 0.75,
        "validity": pytest.approx((1 + 2 / 3 + 2 / 3) / 3, abs=1e-4),
        "uniqueness": pytest.approx((3 / 4 + 1 / 3) / 2, abs=1e-4),
    }
    found = project.sql("SELECT check_id, evaluated, failed FROM qa.results ORDER BY check_id")
    assert found.values.tolist() == [
        ["key:customer", 4, 1],
        ["required:customer.name", 4, 1],
        ["unique:customer.tax_id", 3, 2],
        ["valid:customer.name", 3, 0],
        ["valid:customer.phone", 3, 1],
        ["valid:customer.tax_id", 3, 1],
    ]
