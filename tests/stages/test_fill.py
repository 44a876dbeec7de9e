"""Gaps of golden records, filled on a few rows that a hand can check."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from stdnum.cn import uscc

from workbench import Project, open_project
from workbench.errors import ConfigError, SourceError
from workbench.published import Published
from workbench.store import rows
from workbench.views import provenance

from .golden_made import built, config_of

DAY = "2026-09-07"
CONFIG = """\
project: Gaps
entities:
  customer:
    fields:
      name: {type: company_name, fill: {reference: register.firms, by: {tax_id: code}, column: name}}
      tax_id: {type: tax_id}
      state: {type: text, fill: {reference: register.firms, by: {name: name}, column: state}}
      city: {type: text}
      address: {type: address, fill: {reference: register.firms, by: {tax_id: code}, column: seat}}
      founded: {type: date, fill: {reference: register.firms, by: {tax_id: code}, column: since}}
      province: {type: text, fill: {derive: address__province}}
      trade:
        type: code
        codes: trades.csv
        fill:
          - {derive: "case when name like '%物流%' then 'freight' when name like '%科技%' then 'tech' end"}
          - {derive: "case city when '上海' then 'port' end"}
      turnover: {type: money, currency: CNY}
      class: {type: code, fill: [{derive: "case when turnover >= 1000000 then 'A' end"}, {derive: "case when exists (
        from gold.order as o where o.parent_golden_id = customer.golden_id) then 'C' end"}]}
  order:
    parent: customer
    fields: {amount: {type: money, currency: CNY}, phone: {type: phone, fill: {derive: "'12'"}}}
sources:
  erp:
    tables: {customers: customers.csv, orders: orders.csv}
    records:
      customer: {from: customers, key: no, fields: {name: name, tax_id: tax_id, city: city, address: address, founded: founded,
                                                    trade: trade, turnover: turnover}}
      order: {from: orders, key: no, parent: customer, fields: {amount: amount}}
  register: {tables: {firms: register.csv}}
checks:
  - &held {check: confirmed, field: customer.name, reference: register.firms, by: {tax_id: code}, column: name}
  - {<<: *held, field: customer.tax_id, column: state, accepted: [存续]}
match:
  customer: {block: [[tax_id.key]]}
"""


def code(number: int) -> str:
    begun = f"9111010{number}{10_000_000 + 7919 * number:08d}1"
    return str(begun + uscc.calc_check_digit(begun))


CUSTOMERS = f"""\
no,name,tax_id,city,address,founded,trade,turnover
1,,{code(1).lower()},北京,,,,2000000
2,上海东方物流有限公司,{code(2)},上海,浙江省杭州市西湖区文三路1号,2001-02-03,,5
3,天明科技有限公司,,上海,,,retail,
4,,{code(4)},上海,,,,
5,,,,,,,
"""
ORDERS = "no,customer,amount\nO1,2,100\nO2,3,7\n"
REGISTER = f"""\
code,name,since,state,seat
 {code(1)} ,北京华瑞科技有限公司,03.04.1999,存续,北京市海淀区中关村大街1号
{code(1)},北京华瑞科技有限公司,03.04.1999,存续,北京市海淀区中关村大街1号
{code(2)},上海东方货运有限公司,13.05.2002,注销,
{code(3)},天明科技有限公司,2003-01-01,存续,
{code(4)},甲有限公司,13.13.2002,吊销,
{code(4)},乙有限公司,13.13.2002,吊销,
"""


def write(root: Path, config: str = CONFIG, register: str = REGISTER) -> Path:
    extracts = root / "sources" / DAY
    extracts.mkdir(parents=True, exist_ok=True)
    (root / "workbench.yml").write_text(config, "utf-8")
    (root / "trades.csv").write_text("code\ntech\nport\nretail\n", "utf-8")
    for name, text in {"customers": CUSTOMERS, "orders": ORDERS, "register": register}.items():
        (extracts / f"{name}.csv").write_text(text, "utf-8")
    return root


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    found = open_project(write(tmp_path_factory.mktemp("gaps")))
    found.run()
    return found


def golden(project: Project, *fields: str) -> dict[str, tuple[str | None, ...]]:
    """The fields, as text, of the golden record of each key."""
    chosen = ", ".join(f"g.{field}::VARCHAR AS {field}" for field in fields)
    found = project.sql(f"""SELECT x.key, {chosen} FROM gold.customer AS g
        JOIN gold.xref AS x ON x.entity = 'customer' AND x.golden_id = g.golden_id ORDER BY x.key""")
    return {key: tuple(values) for key, *values in found.astype(object).where(found.notna(), None).to_numpy().tolist()}


def origin(project: Project, key: str, field: str) -> list[list[str]]:
    found = project.sql(f"""SELECT p.value, p.source, p.key, p.rule FROM gold.provenance AS p
        JOIN gold.xref AS x USING (entity, golden_id) WHERE x.key = '{key}' AND field = '{field}'""")
    return found.to_numpy().tolist()


def test_a_reference_is_found_by_key_and_read_by_type(project: Project) -> None:
    """Blanks and small letters in a tax number, two equal rows, dates written another way."""
    assert golden(project, "name", "founded")["1"] == ("北京华瑞科技有限公司", "1999-04-03")
    assert origin(project, "1", "name") == [["北京华瑞科技有限公司", "register.firms", "#1", "reference"]]
    assert {key: state for key, (state,) in golden(project, "state").items()} == {
        "1": "存续", "2": None, "3": "存续", "4": None, "5": None}  # fmt: skip


def test_what_a_source_states_stays(project: Project) -> None:
    assert golden(project, "name", "founded", "trade")["2"][:2] == ("上海东方物流有限公司", "2001-02-03")
    assert golden(project, "trade")["3"] == ("retail",)


def test_fields_follow_those_they_are_filled_from(project: Project) -> None:
    """Trade and province of 1 come from what the register told; the trade of 2 by the second way, the first is no code."""
    found = golden(project, "trade", "province", "class")
    assert found["1"] == ("tech", "北京市", "A")
    assert found["2"] == ("port", "浙江省", "C")
    assert found["3"] == ("retail", None, "C") and found["5"] == (None, None, None)
    assert origin(project, "1", "trade") == [["tech", "", "", "derived"]]


def test_what_is_refused_or_told_in_two_ways_fills_nothing(project: Project) -> None:
    assert golden(project, "name", "founded")["4"] == (None, None)
    found = project.sql("SELECT * EXCLUDE (golden_id) FROM gold.fill_problems ORDER BY ALL").to_numpy().tolist()
    two = "other rows of register.firms say otherwise"
    assert found == [
        ["customer", "founded", "13.13.2002", "register.firms", "#5", "reference", "no such day"],
        ["customer", "name", "乙有限公司", "register.firms", "#6", "reference", two],
        ["customer", "name", "甲有限公司", "register.firms", "#5", "reference", two],
        ["customer", "trade", "freight", "", "", "derived", "not in its code list"],
        ["order", "phone", "12", "", "", "derived", "no such number in its country"],
        ["order", "phone", "12", "", "", "derived", "no such number in its country"],
    ]


def test_the_counts_add_up(project: Project) -> None:
    found = project.table("gold.filled").set_index(["entity", "field"])
    assert (
        found[["stated", "derived", "reference", "collected", "override", "missing"]].sum(axis=1) == found.records
    ).all()
    assert found.loc[("customer", "trade")].tolist() == [5, 1, 3, 0, 0, 0, 1]
    assert found.loc[("customer", "name")].tolist() == [5, 2, 0, 1, 0, 0, 2]
    stated = project.sql("SELECT count(name) AS n FROM std.customer").n.item()
    assert stated == found.loc[("customer", "name"), "stated"]


def test_a_reference_has_no_outcome_of_its_own(project: Project) -> None:
    found = project.table("recon.rows").groupby(["source", "entity", "outcome"]).size()
    assert found.to_dict() == {("erp", "customer", "written"): 5, ("erp", "order", "written"): 2}


def test_records_are_held_against_the_register(project: Project) -> None:
    found = project.sql("SELECT key, field, reason FROM qa.failures WHERE check_id LIKE 'confirmed%' ORDER BY ALL")
    assert found.to_numpy().tolist() == [
        ["2", "name", "register.firms says otherwise: name, row 3"],
        ["2", "tax_id", "register.firms has no accepted word: state, row 3"],
        ["4", "tax_id", "register.firms has no accepted word: state, row 5"],
    ]
    tried = {"check": "confirmed", "field": "customer.tax_id", "reference": "register.firms", "by": {"name": "name"}}
    assert project.check(tried).key.tolist() == ["2"]
    with pytest.raises(ConfigError, match="confirmed"):
        project.check(tried | {"by": {"city": "city"}})


def test_what_was_filled_is_published_and_personal_values_are_masked(project: Project) -> None:
    shared, private = Published(project.root), project.published()
    name = "SELECT value, rule FROM published.gold_provenance WHERE field = 'name' AND rule = 'reference'"
    assert private.records(name) == [{"value": "北京华瑞科技有限公司", "rule": "reference"}]
    assert shared.records(name)[0]["value"] != "北京华瑞科技有限公司"
    refused = "SELECT value FROM published.gold_fill_problems WHERE field = 'name'"
    assert not {line["value"] for line in shared.records(refused)} & {"甲有限公司", "乙有限公司"}
    (golden_id,) = (line["golden_id"] for line in private.records(name.replace("value, rule", "golden_id")))
    assert "looked up, as no source has it" in provenance(private, "customer", golden_id)._repr_html_()


def test_a_masked_project_masks_its_references(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_MASKED", "1")
    seen = open_project(project.root).table("std.register__firms").astype(str).to_csv()
    assert code(1) not in seen and "北京华瑞科技有限公司" not in seen


def refused(root: Path, old: str, new: str) -> str:
    """What is said of the configuration with one thing in it changed."""
    assert old in CONFIG
    with pytest.raises(ConfigError) as said:
        open_project(write(root, CONFIG.replace(old, new)))
    return str(said.value)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("address__province", "address__provinz", 11, "found 'address__provinz'; did you mean 'address__province'?"),
        ("derive: address__province", "derive: read_csv('x')", 11, "it may not read files"),
        ("{derive: address__province}", "{derive: city, column: x}", 11, "give either `derive`, or `reference`"),
        ("{derive: address__province}", "{derived: city}", 11, "unknown key; did you mean 'derive'?"),
        ("reference: register.firms, by: {tax_id: code}, column: name", "reference: register.firm, by: {tax_id: code}, "
         "column: name", 5, "found 'register.firm'; did you mean 'register.firms'?"),
        ("by: {name: name}", "by: {nam: name}", 7, "found 'nam'; did you mean 'name'?"),
        ("by: {name: name}", "by: {turnover: name}", 7, "found 'turnover'; accepted: name"),
        ("city: {type: text}", "city: {type: text, fill: {derive: trade}}", 8, "it is filled, over other fields, from itself"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_their_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    found = refused(tmp_path, old, new)
    assert f"workbench.yml:{line}: " in found and said in found


def test_a_column_that_the_reference_has_not(tmp_path: Path) -> None:
    project = open_project(write(tmp_path, CONFIG.replace("column: since", "column: sinse")))
    with pytest.raises(SourceError, match=r"reference register\.firms: no column 'sinse'; did you mean 'since'"):
        project.run(until="standardise")


def test_an_expression_that_fails_is_named(tmp_path: Path) -> None:
    project = open_project(write(tmp_path, CONFIG.replace("{derive: address__province}", "{derive: city::integer}")))
    with pytest.raises(ConfigError, match=r"entities\.customer.fields.province.fill: "):
        project.run(until="golden")


def override(
    act: int, value: str, user: str = "li", key: str = "1", field: str = "address", **more: Any
) -> dict[str, Any]:
    """What a person decided of a record of the ERP."""
    said = {
        "act": act,
        "kind": "override",
        "source_l": "erp",
        "key_l": key,
        "field": field,
        "value": value,
        "user": user,
    }
    return said | more


OVERRIDDEN = {
    "address": "address", "phone": "phone",
    "province": {"type": "text", "fill": {"derive": "address__province"}}, "trade": {"type": "code", "codes": "trades.csv"},
}  # fmt: skip
TWO = [
    {"source": "erp", "key": "1", "golden": "G1", "address": "浙江省杭州市文三路1号", "phone": "13764920185"},
    {"source": "crm", "key": "2", "golden": "G1", "address": "浙江省杭州市文三路2号", "phone": "13764920185"},
]


def overridden(tmp_path: Path, *said: dict[str, Any]) -> tuple[list[Any], list[Any], list[Any]]:
    """The golden record, the provenance of its address, and what was refused."""
    (tmp_path / "trades.csv").write_text("code\nport\n", "utf-8")
    config = config_of(OVERRIDDEN)
    config._root = tmp_path
    with built(config, TWO, said) as con:
        record = rows(con, "SELECT address, province, phone FROM gold.customer")
        origin = rows(con, """SELECT value, source, key, rule, [l.key for l in losing] FROM gold.provenance
            WHERE field = 'address'""")  # fmt: skip
        refused = rows(con, "SELECT field, value, source, key, reason FROM gold.fill_problems ORDER BY ALL")
        assert rows(con, "SELECT count(*) FROM gold.filled WHERE stated + derived + override + missing <> records") == [
            (0,)
        ]
    return record, origin, refused


def test_an_override_stands_before_all_and_what_it_replaces_has_lost(tmp_path: Path) -> None:
    """What is derived is derived from it; it is known by any record of the golden record."""
    record, origin, refused = overridden(
        tmp_path,
        override(1, "广东省深圳市科苑路3号"),
        override(2, "137 6492 0199", key="2", source_l="crm", field="phone"),
    )
    assert record == [("广东省深圳市科苑路3号", "广东省", "+8613764920199")] and refused == []
    assert origin == [("广东省深圳市科苑路3号", "li", "#1", "override", ["2", "1"])]


def test_overrides_that_cannot_be_are_listed_and_change_nothing(tmp_path: Path) -> None:
    plain = overridden(tmp_path)[:2]
    told = overridden(
        tmp_path,
        override(1, "12", field="phone"),
        override(2, "-"),
        override(3, "ship", field="trade"),
    )
    assert told[:2] == plain
    assert told[2] == [
        ("address", "-", "li", "#2", "means that nothing is known"),
        ("phone", "12", "li", "#1", "no such number in its country"),
        ("trade", "ship", "li", "#3", "not in its code list"),
    ]
    two = overridden(
        tmp_path, override(1, "广东省深圳市科苑路3号"), override(2, "上海市中山路4号", "wang", "2", source_l="crm")
    )
    assert two[:2] == plain and {line[4] for line in two[2]} == {"another override says otherwise"}


def test_only_what_stands_of_records_that_are_there_is_carried_out(tmp_path: Path) -> None:
    waiting = override(1, "上海市中山路4号", status="unconfirmed"), override(2, "上海市中山路4号", key="gone")
    assert overridden(tmp_path, *waiting) == overridden(tmp_path)
