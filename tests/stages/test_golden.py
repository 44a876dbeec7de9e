"""Survivorship on a few rows, by hand."""

from __future__ import annotations

from datetime import date
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.store import records, rows

from .golden_made import Records, built, config_of

FIELDS = {"name": "text", "phone": "phone", "limit": {"type": "money", "currency": "CNY"}}
GOOD, BAD = "+8613764920185", "12"
CUSTOMERS = [
    {"source": "erp", "key": "1", "golden": "G1", "updated": date(2026, 1, 1), "name": "Acme", "phone": BAD, "limit": "500"},
    {"source": "crm", "key": "2", "golden": "G1", "updated": date(2026, 6, 1), "name": "Acme Ltd", "phone": GOOD,
     "limit": "900"},
    {"source": "crm", "key": "3", "golden": "G1", "updated": date(2026, 3, 1), "name": "Acme Ltd"},
    {"source": "erp", "key": "9", "golden": "G9", "name": "Solo"},
]  # fmt: skip


def survivor(rules: dict[str, Any], field: str, customers: Records = CUSTOMERS, **more: Any) -> dict[str, Any]:
    with built(config_of(FIELDS | more, rules), customers) as con:
        found = records(
            con,
            "SELECT value, source, key, rule, losing FROM gold.provenance WHERE golden_id = 'G1' AND field = ?",
            [field],
        )
    return found[0]


@pytest.mark.parametrize(
    ("rules", "field", "value", "key", "rule"),
    [
        ({"otherwise": ["valid", "most_recent"]}, "phone", GOOD, "2", "valid"),
        ({"otherwise": ["most_trusted"]}, "phone", BAD, "1", "most_trusted"),
        ({"otherwise": ["most_recent"]}, "name", "Acme Ltd", "2", "most_recent"),
        ({"otherwise": ["most_trusted"]}, "name", "Acme", "1", "most_trusted"),
        ({"owners": {"limit": ["erp"]}, "otherwise": ["most_recent"]}, "limit", "500.000000", "1", "owner"),
        ({"otherwise": ["most_recent"]}, "limit", "900.000000", "2", "most_recent"),
        ({"otherwise": "longest"}, "name", "Acme Ltd", "2", "longest"),
        ({"otherwise": "most_frequent"}, "name", "Acme Ltd", "2", "most_frequent"),
        ({"fields": {"name": "most_recent"}, "otherwise": ["most_trusted"]}, "name", "Acme Ltd", "2", "most_recent"),
        ({"fields": {"name": ["most_recent"]}, "otherwise": ["most_trusted"]}, "phone", BAD, "1", "most_trusted"),
    ],
)
def test_the_rule_that_decides_is_named(rules: dict[str, Any], field: str, value: str, key: str, rule: str) -> None:
    found = survivor(rules, field)
    assert (found["value"], found["key"], found["rule"]) == (value, key, rule)


def test_values_are_as_frequent_as_their_key() -> None:
    """Two spellings of one phone outnumber another phone of a more trusted source."""
    customers = [
        {"source": "erp", "key": "1", "golden": "G1", "name": "FIRST"},
        {"source": "crm", "key": "2", "golden": "G1", "name": "Other"},
        {"source": "crm", "key": "3", "golden": "G1", "name": "OTHER"},
    ]
    found = survivor({"otherwise": "most_frequent"}, "name", customers)
    assert (found["value"], found["rule"]) == ("Other", "most_frequent")
    assert [lost["value"] for lost in found["losing"]] == ["OTHER", "FIRST"]


def test_ties_are_told_apart_by_trust_then_source_then_key_whatever_the_order_of_rows() -> None:
    def of(source: str, key: str, name: str) -> dict[str, Any]:
        return {"source": source, "key": key, "golden": "G1", "name": name}

    tied = [of("crm", "2", "B"), of("crm", "10", "A"), of("sales", "1", "C")]
    for customers in permutations(tied):
        found = survivor({"otherwise": ["valid", "most_recent"]}, "name", customers)
        assert (found["value"], found["source"], found["key"]) == ("A", "crm", "10")  # keys are texts
        assert found["rule"] == "first key"
    for customers in permutations([*tied, of("erp", "9", "D")]):
        found = survivor({"otherwise": ["valid", "most_recent"]}, "name", customers)
        assert (found["value"], found["rule"]) == ("D", "most_trusted")


def test_what_lost_is_kept_and_equal_values_do_not_lose() -> None:
    found = survivor({"otherwise": ["most_recent"]}, "name")
    assert found["losing"] == [{"value": "Acme", "source": "erp", "key": "1"}]
    found = survivor({"otherwise": ["most_trusted"]}, "name")
    assert [(loser["source"], loser["key"]) for loser in found["losing"]] == [("crm", "2"), ("crm", "3")]


ADDRESSES = [
    {"source": "erp", "key": "1", "golden": "G1", "street": "文三路1号", "city": "杭州"},
    {"source": "crm", "key": "2", "golden": "G1", "street": "中山路2号", "city": "上海", "postcode": "200001"},
    {"source": "sales", "key": "3", "golden": "G1", "city": "上海", "postcode": "200009", "name": "Acme"},
]
PLACE = {"street": "text", "city": "text", "postcode": "identifier"}


@pytest.mark.parametrize(
    ("rules", "place", "rule"),
    [
        ("most_trusted", ("文三路1号", "杭州", None), "most_trusted"),
        ("most_complete", ("中山路2号", "上海", "200001"), "most_complete"),
    ],
)
def test_a_group_survives_from_one_record(rules: str, place: tuple[str | None, ...], rule: str) -> None:
    """Never one record's street with another's city: what the record lacks is missing, and what lost is kept."""
    config = config_of(FIELDS | PLACE, {"groups": {"place": [*PLACE]}, "fields": {"place": rules}})
    with built(config, ADDRESSES) as con:
        assert rows(con, "SELECT street, city, postcode, name FROM gold.customer") == [(*place, "Acme")]
        found = dict(
            rows(con, "SELECT field, [value, rule] FROM gold.provenance WHERE field IN ('street', 'postcode')")
        )
        lost = rows(con, "SELECT len(losing) FROM gold.provenance WHERE field = 'postcode'")
    assert found == {"street": [place[0], rule], "postcode": [place[2], rule]}
    assert lost == [(2 if place[2] is None else 1,)]


def test_a_gap_that_a_group_left_can_be_filled() -> None:
    fields = FIELDS | PLACE | {"postcode": {"type": "identifier", "fill": {"derive": "'310000'"}}}
    with built(config_of(fields, {"groups": {"place": [*PLACE]}}), ADDRESSES) as con:
        found = records(con, "SELECT value, rule, losing FROM gold.provenance WHERE field = 'postcode'")
        filled = rows(con, "SELECT stated, derived, missing FROM gold.filled WHERE field = 'postcode'")
    assert [(line["value"], line["rule"], len(line["losing"])) for line in found] == [("310000", "derived", 2)]
    assert filled == [(0, 1, 0)]


NAMES = {"name": "company_name", "name_en": "company_name"}


@pytest.mark.parametrize(
    ("held", "name", "name_en"),
    [
        (["华瑞科技有限公司", "Huarui Technology Co., Ltd."], "华瑞科技有限公司", "Huarui Technology Co., Ltd."),
        (["Huarui Technology Co., Ltd.", "华瑞科技有限公司"], "华瑞科技有限公司", "Huarui Technology Co., Ltd."),
        (["华瑞科技", "华瑞科技有限公司"], "华瑞科技", None),
        (["Acme Ltd", "Acme Limited"], "Acme Ltd", "Acme Ltd"),
    ],
)
def test_a_chinese_and_an_english_name_both_live(held: list[str], name: str, name_en: str | None) -> None:
    customers = [
        {"source": source, "key": "1", "golden": "G1", "name": text}
        for source, text in zip(("erp", "crm"), held, strict=True)
    ]
    with built(config_of(NAMES, {"english": {"name": "name_en"}}), customers) as con:
        assert rows(con, "SELECT name, name_en FROM gold.customer") == [(name, name_en)]


def test_an_english_name_that_a_source_states_contends_with_the_others() -> None:
    customers = [
        {"source": "erp", "key": "1", "golden": "G1", "name": "华瑞科技有限公司"},
        {"source": "crm", "key": "2", "golden": "G1", "name": "Huarui Tech"},
        {"source": "sales", "key": "3", "golden": "G1", "name": "华瑞", "name_en": "Huarui Technology Co., Ltd."},
    ]
    with built(config_of(NAMES, {"english": {"name": "name_en"}, "otherwise": "longest"}), customers) as con:
        found = rows(con, "SELECT field, value, key, [l.key for l in losing] FROM gold.provenance ORDER BY field")
    assert found == [("name", "华瑞科技有限公司", "1", ["3"]), ("name_en", "Huarui Technology Co., Ltd.", "3", ["2"])]


def test_a_chinese_name_in_the_place_of_the_english_one_is_none() -> None:
    again = {"source": "crm", "key": "1", "golden": "G1", "name": "华瑞科技有限公司", "name_en": "华瑞科技有限公司"}
    only = {"source": "crm", "key": "2", "golden": "G2", "name_en": "华瑞"}
    with built(config_of(NAMES, {"english": {"name": "name_en"}}), [again, only]) as con:
        found = rows(con, "SELECT name, name_en FROM gold.customer ORDER BY golden_id")
    assert found == [("华瑞科技有限公司", None), (None, "华瑞")], "what is said nowhere else stays"


ITEM = {"parent": "customer", "fields": {"amount": {"type": "money"}}}


def test_golden_records_and_children() -> None:
    config = config_of(FIELDS, {"otherwise": ["valid", "most_recent"]})
    config.entities["item"] = type(config.entities["customer"]).model_validate(ITEM)
    items = [
        {"source": "crm", "key": "i1", "golden": "I1", "parent": "3", "amount": "12.5"},
        {"source": "crm", "key": "i2", "golden": "I2", "parent": "nobody", "amount": "1"},
    ]
    with built(config, CUSTOMERS, item=items) as con:
        assert rows(con, 'SELECT golden_id, name, phone, "limit"::VARCHAR FROM gold.customer ORDER BY 1') == [
            ("G1", "Acme Ltd", GOOD, "900.000000"),
            ("G9", "Solo", None, None),
        ]
        # the item of record 3 follows it to G1; the other's parent is not there
        assert rows(con, "SELECT golden_id, parent_golden_id FROM gold.item ORDER BY 1") == [("I1", "G1"), ("I2", None)]
        agreed = rows(con, "SELECT rule FROM gold.provenance WHERE golden_id = 'G9'")
    assert agreed == [("agreed",)]


def test_filling_changes_nothing_that_a_source_states() -> None:
    """Golden records of two records each, in every way that these can have and lack their fields."""
    cells = list(product((None, "A"), (None, GOOD), (None, "5")))
    customers = [
        {"source": "erp", "key": f"{n}{side}", "golden": f"G{n}", **dict(zip(FIELDS, row, strict=True))}
        for n, pair in enumerate(product(cells, cells)) for side, row in enumerate(pair)
    ]  # fmt: skip
    ways = {"name": "'of ' || \"limit\"", "phone": "'no phone'", "limit": "NULL"}
    types = {"name": "text", "phone": "phone", "limit": "money"}
    found = []
    for filling in (False, True):
        fields = {name: {"type": kind} | ({"fill": [{"derive": ways[name]}]} if filling else {})
                  for name, kind in types.items()}  # fmt: skip
        with built(config_of(fields), customers) as con:
            found.append(rows(con, 'SELECT name, phone, "limit"::VARCHAR FROM gold.customer ORDER BY golden_id'))
            counts = dict(rows(con, "SELECT field, [stated, derived, missing, records] FROM gold.filled"))
            refused = rows(con, "SELECT count(*) FROM gold.fill_problems")
    for before, after in zip(*found, strict=True):
        assert after[1:] == before[1:] and after[0] == (before[0] or (before[2] and f"of {before[2]}"))
    assert counts == {"name": [48, 12, 4, 64], "phone": [48, 0, 16, 64], "limit": [48, 0, 16, 64]}
    assert refused == [(16,)]


CELL = st.sampled_from([None, "华瑞有限公司", "华瑞", "Acme Ltd", "ACME LTD", "x"])
RECORD = st.fixed_dictionaries({
    "source": st.sampled_from(["erp", "crm", "sales"]), "golden": st.sampled_from(["G1", "G2", "G3"]),
    "updated": st.sampled_from([None, date(2026, 1, 1), date(2026, 2, 1)]),
    "name": CELL, "name_en": CELL, "city": CELL, "street": CELL, "terms": st.sampled_from([None, "Z1", "Z2"]),
    "limit": st.sampled_from([None, "5", "7", "x"]),
})  # fmt: skip
LIVELY = {
    "owners": {"limit": ["erp", "crm"], "terms": {"big": ["crm"], "small": ["sales", "erp"]}},
    "stages": {"big": '"limit" > 6', "small": "true"},
    "groups": {"place": ["city", "street"]},
    "english": {"name": "name_en"},
    "otherwise": ["most_frequent", "longest"],
}


@settings(max_examples=25)
@given(st.lists(RECORD, min_size=1, max_size=9), st.sampled_from(["sum", "largest", "review", None]),
       st.lists(st.tuples(st.integers(0, 8), st.sampled_from(["terms", "limit", "city"]), st.sampled_from(["8", "", "?"]))))  # fmt: skip
def test_every_golden_value_is_a_records_or_has_a_reason(
    made: list[dict[str, Any]], rule: str | None, overrides: list[tuple[int, str, str]]
) -> None:
    customers = [record | {"key": str(number)} for number, record in enumerate(made)]
    fields = NAMES | {"city": "text", "street": "text", "terms": "code", "limit": "money"}
    rules = LIVELY | ({"consequences": {"limit": rule, "terms": "review"}} if rule else {})
    said = [
        {"kind": "override", "source_l": customers[at]["source"], "key_l": str(at), "field": field, "value": value}
        for at, field, value in overrides if at < len(customers)
    ]  # fmt: skip
    with built(config_of(fields, rules), customers, said) as con:
        whole = rows(con, "SELECT source, key FROM gold.xref ORDER BY ALL")
        assert whole == sorted((record["source"], record["key"]) for record in customers)
        golden_ids = rows(con, "SELECT golden_id FROM gold.customer ORDER BY 1")
        assert golden_ids == sorted({(record["golden"],) for record in customers})
        stated = set(rows(con, " UNION ALL ".join(
            f"SELECT golden_id, '{field}', s.{taken}::VARCHAR FROM gold.xref JOIN std.customer AS s USING (source, key)"
            for field, taken in [*zip(fields, fields, strict=True), ("name_en", "name")]).replace("s.limit", 's."limit"')))  # fmt: skip
        told = rows(con, "SELECT golden_id, field, value, rule FROM gold.provenance WHERE value IS NOT NULL")
        held = rows(con, " UNION ALL ".join(
            f"""SELECT golden_id, '{field}', "{field}"::VARCHAR FROM gold.customer WHERE "{field}" IS NOT NULL"""
            for field in fields))  # fmt: skip
        refused = rows(con, "SELECT count(*) FROM gold.fill_problems")[0][0]
    assert sorted(held) == sorted(line[:3] for line in told)
    for *value, why in told:
        assert why in ("override", "sum") or tuple(value) in stated
    assert refused or not [one for one in said if one["value"] != "8"]  # an override is carried out or listed
