"""Who owns which field in which life stage, and what deviates from the owner's value, by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.config import load
from workbench.errors import ConfigError
from workbench.store import rows

from .. import small
from .golden_made import built, config_of

FIELDS = {"name": "company_name", "phone": "phone", "last_order": "date"}
CUSTOMERS = [
    {"source": "erp", "key": "1", "golden": "G1", "name": "华瑞有限公司", "phone": "13764920185", "last_order": "2026-01-05"},
    {"source": "crm", "key": "2", "golden": "G1", "name": "华端有限公司", "phone": "+86 137 6492 0185"},
    {"source": "sales", "key": "3", "golden": "G1", "phone": "13764920186"},
    {"source": "erp", "key": "4", "golden": "G4", "name": "金龙有限公司", "phone": "13764920187"},
    {"source": "crm", "key": "5", "golden": "G4", "name": "金龙 有限公司", "phone": "13764920188"},
    {"source": "erp", "key": "6", "golden": "G6", "name": "海天有限公司"},
    {"source": "erp", "key": "7", "golden": "G6", "name": "海天酒业有限公司"},
]  # fmt: skip
STAGES = {"prospect": "last_order is null", "customer": "true"}
OWNERS = {"name": {"prospect": "crm", "customer": "erp"}, "phone": ["erp", "crm"]}


def test_the_owner_depends_on_the_life_stage() -> None:
    with built(config_of(FIELDS, {"stages": STAGES, "owners": OWNERS}), CUSTOMERS) as con:
        assert rows(con, "SELECT golden_id, name FROM gold.customer ORDER BY 1") == [
            ("G1", "华瑞有限公司"), ("G4", "金龙 有限公司"), ("G6", "海天有限公司")]  # fmt: skip
        deviations = rows(con, """SELECT golden_id, field, stage, owner, owner_key, source, key, value
            FROM gold.deviations ORDER BY ALL""")  # fmt: skip
        ownership = rows(con, "SELECT * EXCLUDE (entity) FROM gold.ownership WHERE compared > 0 ORDER BY ALL")
        cells = rows(con, "SELECT count(*) FROM gold.ownership")
    # a phone or a name that is only spelt otherwise does not deviate, nor does the owner's own second record
    assert deviations == [
        ("G1", "name", "customer", "erp", "1", "crm", "2", "华端有限公司"),
        ("G1", "phone", "", "erp", "1", "sales", "3", "+8613764920186"),
        ("G4", "phone", "", "erp", "4", "crm", "5", "+8613764920188"),
    ]
    assert ownership == [
        ("name", "customer", "erp", "crm", 1, 1),
        ("name", "prospect", "crm", "erp", 1, 0),
        ("phone", "", "erp, crm", "crm", 2, 1),
        ("phone", "", "erp, crm", "sales", 1, 1),
    ]
    assert cells == [(2 * 3 + 3,)]  # every field, stage and source, though nothing was compared


def test_a_stage_may_look_at_children_and_the_date() -> None:
    stages = {"customer": "exists (from gold.item as i where i.parent_golden_id = customer.golden_id) "
                          "or customer.last_order > as_of"}  # fmt: skip
    config = config_of(FIELDS, {"stages": stages, "owners": {"name": {"customer": "crm"}}})
    config.entities["item"] = type(config.entities["customer"]).model_validate(
        {"parent": "customer", "fields": {"number": {"type": "identifier"}}}
    )
    items = [{"source": "crm", "key": "i", "golden": "I", "parent": "2", "number": "7"}]
    with built(config, CUSTOMERS, item=items) as con:
        found = rows(con, "SELECT golden_id, name FROM gold.customer ORDER BY 1")
    assert found == [("G1", "华端有限公司"), ("G4", "金龙有限公司"), ("G6", "海天有限公司")]


GOLDEN = """golden:
  customer:
"""


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("owners: {phone: {lead: crm}}", "found 'lead'; accepted: "),
        ("owners: {phone: {lead: cmr}}\n    stages: {lead: 'true'}", "found 'cmr'; did you mean 'crm'?"),
        ("owners: {fone: crm}", "found 'fone'; did you mean 'phone'?"),
        ("owners: {phone: {lead: crm}}\n    stages: {lead: phone is null}", "whose owner depends on the stage"),
        ("stages: {lead: 'select 1; drop table x'}", "not a SQL expression"),
        ("groups: {place: [city, plaice]}", "found 'plaice'"),
        ("groups: {place: [city, phone], other: [city, email]}", "'city' is in several groups"),
        ("groups: {phone: [city, email]}", "called like a field"),
        ("groups: {place: [city, email]}\n    fields: {city: longest}", "accepted: name, tax_id, phone, place, credit"),
        ("fields: {phone: newest}", "'most_recent'"),
        ("consequences: {phone: sum}", "found 'sum', which is for amounts"),
        ("consequences: {credit: add}", "accepted: 'sum', 'largest' or 'review'"),
        ("english: {name: city}", "found 'city'; accepted: name"),
        ("partners: {bill_to: payer}", "found 'payer'"),
        ("relations: [sister]", "'branch', 'group'"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, rules: str, said: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load(small.project(tmp_path, config=f"{small.CONFIG}{GOLDEN}    {rules}\n"))
    assert said in str(raised.value)


def test_a_condition_that_fails_is_told_with_its_place(tmp_path: Path) -> None:
    import workbench as wb

    rules = "    owners: {phone: {lead: crm}}\n    stages: {lead: no_such_column = 1}\n"
    with pytest.raises(ConfigError, match=r"golden\.customer\.stages.*no_such_column"):
        wb.open_project(small.project(tmp_path, config=f"{small.CONFIG}{GOLDEN}{rules}")).run()
