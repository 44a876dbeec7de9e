"""What a field is read by beyond its own values: its column's heading, and the currency of its record."""

import pytest

import workbench as wb

from .. import small

CONFIG = """\
project: firms
region: CN
entities:
  firm:
    fields:
      capital: {type: money, currency: CNY}
      fee: {type: money, currency: JPY}
      paid: {type: money, currency: currency}
      doubled: {type: money}
      currency: {type: code}
sources:
  it:
    tables: {list: firms.csv}
    records:
      firm:
        from: list
        key: no
        fields:
          capital: 注册资本（万元）
          fee: fee
          paid: paid
          doubled: '2 * cast("注册资本（万元）" as decimal)'
          currency: currency
"""
FIRMS = """\
no,注册资本（万元）,fee,paid,currency
1,500,10.5,10.5,JPY
2,1200.5,10,10.5,USD
3,0,10,10,JPY
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> wb.Project:
    root = tmp_path_factory.mktemp("firms")
    folder = root / "sources" / small.DAY
    folder.mkdir(parents=True)
    (folder / "firms.csv").write_text(FIRMS, "utf-8")
    (root / "workbench.yml").write_text(CONFIG, "utf-8")
    project = wb.open_project(root)
    project.run(until="check")
    return project


def test_amounts_are_multiplied_by_the_unit_of_their_heading_and_it_is_said(project: wb.Project) -> None:
    capital = project.sql("SELECT capital::VARCHAR AS c FROM std.firm ORDER BY _row")["c"]
    assert capital.tolist() == ["5000000.000000", "12005000.000000", "0.000000"]
    changes = project.sql("SELECT before, after, rule FROM std.changes WHERE field = 'capital' ORDER BY _row")
    assert changes.values.tolist() == [
        ["500", "5000000.000000", "x 10,000 by its heading"],
        ["1200.5", "12005000.000000", "x 10,000 by its heading"],
    ]
    settings = project.sql("SELECT * FROM std.settings WHERE field IN ('capital', 'doubled') ORDER BY field")
    assert settings.iloc[:, -1].tolist() == ['{"decimal": ".", "unit": 10000}', '{"decimal": "."}']


def test_an_expression_has_no_heading(project: wb.Project) -> None:
    doubled = project.sql("SELECT doubled::INTEGER AS d FROM std.firm ORDER BY _row")["d"]
    assert doubled.tolist() == [1000, 2401, 0]


def test_decimals_are_flagged_where_the_currency_has_none(project: wb.Project) -> None:
    flagged = project.sql("SELECT _row, field, reason FROM std.changes WHERE reason <> '' ORDER BY _row, field")
    reason = "more decimals than its currency has (0)"
    assert flagged.values.tolist() == [[1, "fee", reason], [1, "paid", reason]]
    paid = project.sql("SELECT paid::DOUBLE AS paid, paid__valid AS valid FROM std.firm ORDER BY _row")
    assert paid.values.tolist() == [[10.5, False], [10.5, True], [10.0, True]]
