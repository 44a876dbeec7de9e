"""Checks of whole sources, over two dates."""

from pathlib import Path

import workbench as wb

from .. import small

CONFIG = """\
project: firms
region: CN
entities: {firm: {fields: {name: {type: text}, credit: {type: money, currency: CNY}}}}
sources:
  it: {tables: {list: it.csv}, records: &firms {firm: {from: list, key: no, fields: {name: name, credit: credit}}}}
  old: {tables: {list: old.csv}, records: *firms}
checks:
  - {check: volume, entity: firm, change: 50%, fail: 0}
  - {check: volume, field: firm.credit, change: 50%, fail: 0}
"""
FULL = "no,name,credit\n1,a,10\n2,b,20\n"


def test_a_source_that_brings_nothing_any_more_fails_and_is_counted(tmp_path: Path) -> None:
    """The old system's extract is empty on the second date; the other has lost its amounts."""
    days = {small.DAY: (FULL, FULL), small.NEXT: ("no,name,credit\n1,a,\n2,b,\n", "no,name,credit\n")}
    for day, texts in days.items():
        for name, text in zip(("it", "old"), texts, strict=True):
            small.extract(tmp_path, day, f"{name}.csv", text)
    (tmp_path / "workbench.yml").write_text(CONFIG, "utf-8")
    project = wb.open_project(tmp_path)
    project.run(small.DAY)
    project.run(small.NEXT)
    counted = project.sql("""SELECT check_id, source, evaluated, failed, status FROM qa.results
        WHERE "check" = 'volume' ORDER BY ALL""")
    assert counted.to_numpy().tolist() == [
        ["volume:firm", "it", 1, 0, "pass"],
        ["volume:firm", "old", 1, 1, "fail"],
        ["volume:firm.credit", "it", 1, 1, "fail"],
        ["volume:firm.credit", "old", 1, 1, "fail"],
    ]
    failures = project.sql(
        "SELECT DISTINCT _row, value::DOUBLE AS value, reason FROM qa.failures WHERE check_id = 'volume:firm'"
    )
    assert failures.to_numpy().tolist() == [[0, 0, "was 2.0 on the date before"]]
