"""Columns of reference files are read like those of sources."""

from pathlib import Path

import workbench as wb

from .. import small

CONFIG = """\
project: firms
region: CN
entities:
  firm:
    fields:
      name: {type: company_name}
      capital: {type: money, currency: CNY, fill: {reference: register.firms, by: {name: name}, column: 注册资本(万元)}}
sources:
  it: {tables: {list: it.csv}, records: {firm: {from: list, key: no, fields: {name: name}}}}
  register: {tables: {firms: register.csv}}
"""


def test_the_unit_of_a_references_heading_counts(tmp_path: Path) -> None:
    for name, text in {
        "it": "no,name\n1,上海一有限公司\n",
        "register": "name,注册资本(万元)\n上海一有限公司,1000\n",
    }.items():
        small.extract(tmp_path, small.DAY, f"{name}.csv", text)
    (tmp_path / "workbench.yml").write_text(CONFIG, "utf-8")
    project = wb.open_project(tmp_path)
    project.run(until="golden")
    assert project.sql("SELECT capital::VARCHAR AS c FROM gold.firm")["c"].tolist() == ["10000000.000000"]
