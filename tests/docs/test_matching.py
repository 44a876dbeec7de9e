"""What docs/matching.md shows is accepted and runs as it stands."""

import re
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

import workbench as wb

from .. import small

PAGE = (Path(__file__).parents[2] / "docs" / "matching.md").read_text("utf-8")
CONFIG = """\
project: Shown
entities:
  customer:
    fields:
      name: {type: company_name}
      tax_id: {type: tax_id}
      phone: {type: phone}
      email: {type: email}
      address: {type: address}
      city: {type: text}
sources:
  erp: {tables: {c: erp/customers.csv}, records: {customer: &r {from: c, key: no, fields: {
    name: name, tax_id: tax_id, phone: phone, email: email, address: "city || '解放路1号'", city: city}}}}
  crm: {tables: {c: crm/accounts.csv}, records: {customer: *r}}
"""


def test_its_example_and_its_calls_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    root = small.project(tmp_path / "my_project", {small.DAY: {}}, CONFIG + example)
    wb.open_project(root).run()
    monkeypatch.chdir(tmp_path)
    calls: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(dedent(block), calls)
    found = calls["p"].table("match.customer_pairs")
    assert list(found["key_r"][found["verdict"] == "match"]) == ["K01", "K02", "K03", "K04"]
