"""The example of docs/golden.md is accepted and runs as it stands."""

import re
from pathlib import Path

import workbench as wb

PAGE = Path(__file__).parents[2] / "docs" / "golden.md"
SOURCES = """
sources:
  erp:
    tables: {c: c.csv}
    records: {customer: {from: c, key: no, fields: {name: name, last_order: last_order, payer: payer}}}
  crm: {tables: {c: c.csv}, records: {customer: {from: c, key: no, fields: {name: name, phone: phone}}}}
match:
  customer: {block: [[name.key]]}
"""


def test_the_example_runs(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    (tmp_path / "workbench.yml").write_text(f"project: p\n{example}{SOURCES}", "utf-8")
    (tmp_path / "sources" / "2026-03-02").mkdir(parents=True)
    lines = (
        "no,name,last_order,payer,phone\n1,华瑞科技有限公司,2026-01-01,,\n2,华瑞科技有限公司上海分公司,,1,13764920185\n"
    )
    (tmp_path / "sources" / "2026-03-02" / "c.csv").write_text(lines, "utf-8")
    project = wb.open_project(tmp_path)
    project.run()
    found = project.table("gold.relations")
    assert set(found.kind) == {"branch", "bill_to"} and set(project.table("gold.ownership").stage) == {
        "",
        "prospect",
        "buyer",
    }
