"""Survivorship on a few rows, by hand."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest

from workbench.config import Config
from workbench.stages import golden
from workbench.stages.context import Run
from workbench.store import Connection, records, rows, session

CONFIG: dict[str, Any] = {
    "project": "p",
    "entities": {
        "customer": {"fields": {"name": {"type": "text"}, "phone": {"type": "phone"}, "limit": {"type": "money"}}},
        "item": {"parent": "customer", "fields": {"amount": {"type": "money"}}},
    },
    "sources": {
        "erp": {"trust": 2, "tables": {"t": "t.csv"}, "records": {}},
        "crm": {"trust": 1, "tables": {"t": "t.csv"}, "records": {}},
    },
    "match": {"customer": {"block": [["phone"]]}},
}
TABLES = """
CREATE SCHEMA std; CREATE SCHEMA match;
CREATE TABLE std.customer AS SELECT * FROM (VALUES
    ('erp', '1', NULL, DATE '2026-01-01', 'Acme',     true,  '+86100', false, 500::DECIMAL(38, 6), true),
    ('crm', '2', NULL, DATE '2026-06-01', 'Acme Ltd', true,  '+86200', true,  900::DECIMAL(38, 6), true),
    ('crm', '3', NULL, DATE '2026-03-01', 'Acme Ltd', true,  NULL,     NULL,  NULL,                NULL),
    ('erp', '9', NULL, NULL,              'Solo',     true,  NULL,     NULL,  NULL,                NULL)
) AS v(source, key, parent_key, updated, name, name__valid, phone, phone__valid, "limit", limit__valid);
CREATE TABLE std.item AS SELECT * FROM (VALUES
    ('crm', 'i1', '3', NULL::DATE, 12.5::DECIMAL(38, 6), true), ('crm', 'i2', 'nobody', NULL, 1, true)
) AS v(source, key, parent_key, updated, amount, amount__valid);
CREATE TABLE match.customer_clusters AS SELECT * FROM (VALUES
    ('erp', '1', 'G1', 1.0, true), ('crm', '2', 'G1', 1.0, false), ('crm', '3', 'G1', 1.0, false),
    ('erp', '9', 'G9', 1.0, true)) AS v(source, key, golden_id, confidence, founding);
CREATE TABLE match.item_clusters AS SELECT * FROM (VALUES
    ('crm', 'i1', 'I1', 1.0, true), ('crm', 'i2', 'I2', 1.0, true)) AS v(source, key, golden_id, confidence, founding);
CREATE TABLE match.excluded (entity VARCHAR, source VARCHAR, key VARCHAR, said VARCHAR, why VARCHAR);
-- a database in memory is called memory
CREATE TABLE memory.golden_ids (age BIGINT, as_of DATE, entity VARCHAR, golden_id VARCHAR, source VARCHAR, key VARCHAR,
    founding BOOLEAN);
CREATE TABLE memory.collected (age BIGINT, "user" VARCHAR, entity VARCHAR, golden_id VARCHAR, source VARCHAR, key VARCHAR,
    field VARCHAR, value VARCHAR);
"""


def build(con: Connection, rules: dict[str, Any]) -> None:
    con.execute(TABLES)
    config = Config.model_validate(CONFIG | {"golden": {"customer": rules}})
    golden.run(con, Run(config, date(2026, 9, 7), "r", b""))


def survivor(rules: dict[str, Any], field: str) -> dict[str, Any]:
    with session(None) as con:
        build(con, rules)
        found = records(
            con,
            "SELECT value, source, key, rule, losing FROM gold.provenance WHERE golden_id = 'G1' AND field = ?",
            [field],
        )
    return found[0]


@pytest.mark.parametrize(
    ("rules", "field", "value", "key", "rule"),
    [
        ({"otherwise": ["valid", "most_recent"]}, "phone", "+86200", "2", "valid"),
        ({"otherwise": ["most_trusted"]}, "phone", "+86100", "1", "most_trusted"),
        ({"otherwise": ["most_recent"]}, "name", "Acme Ltd", "2", "most_recent"),
        ({"otherwise": ["most_trusted"]}, "name", "Acme", "1", "most_trusted"),
        ({"owners": {"limit": ["erp"]}, "otherwise": ["most_recent"]}, "limit", "500.000000", "1", "owner"),
        ({"otherwise": ["most_recent"]}, "limit", "900.000000", "2", "most_recent"),
    ],
)
def test_the_rule_that_decides_is_named(rules: dict[str, Any], field: str, value: str, key: str, rule: str) -> None:
    found = survivor(rules, field)
    assert (found["value"], found["key"], found["rule"]) == (value, key, rule)


def test_what_lost_is_kept_and_equal_values_do_not_lose() -> None:
    found = survivor({"otherwise": ["most_recent"]}, "name")
    assert found["losing"] == [{"value": "Acme", "source": "erp", "key": "1"}]
    found = survivor({"otherwise": ["most_trusted"]}, "name")
    assert [(loser["source"], loser["key"]) for loser in found["losing"]] == [("crm", "2"), ("crm", "3")]


def test_golden_records_and_children() -> None:
    with session(None) as con:
        build(con, {"otherwise": ["valid", "most_recent"]})
        assert rows(con, 'SELECT golden_id, name, phone, "limit"::VARCHAR FROM gold.customer ORDER BY 1') == [
            ("G1", "Acme Ltd", "+86200", "900.000000"),
            ("G9", "Solo", None, None),
        ]
        # the item of record 3 follows it to G1; the other's parent is not there
        assert rows(con, "SELECT golden_id, parent_golden_id FROM gold.item ORDER BY 1") == [("I1", "G1"), ("I2", None)]
        agreed = rows(con, "SELECT rule FROM gold.provenance WHERE golden_id = 'G9'")
    assert agreed == [("agreed",)]


def test_filling_changes_nothing_that_a_source_states() -> None:
    """Golden records of two records each, in every way that these can have and lack their fields."""
    cells = list(product(("NULL", "'A'"), ("NULL", "'+86100'"), ("NULL", "5")))
    values = [
        (f"{n}{side}", f"G{n}", row) for n, pair in enumerate(product(cells, cells)) for side, row in enumerate(pair)
    ]
    records = ", ".join(f"('erp', '{key}', NULL, NULL, " + ", ".join(f"{v}, {v} IS NOT NULL" for v in row) + ")"
                        for key, _, row in values)  # fmt: skip
    clusters = ", ".join(f"('erp', '{key}', '{golden_id}', 1, {key.endswith('0')})" for key, golden_id, _ in values)
    ways = {"name": "'of ' || \"limit\"", "phone": "'no phone'", "limit": "NULL"}
    found = []
    for filling in (False, True):
        fields = {name: field | ({"fill": [{"derive": ways[name]}]} if filling else {})
                  for name, field in CONFIG["entities"]["customer"]["fields"].items()}  # fmt: skip
        with session(None) as con:
            con.execute(f"{TABLES}; DELETE FROM std.customer; DELETE FROM match.customer_clusters")
            con.execute(f"INSERT INTO std.customer VALUES {records}")
            con.execute(f"INSERT INTO match.customer_clusters VALUES {clusters}")
            config = Config.model_validate(CONFIG | {"entities": {"customer": {"fields": fields}}})
            golden.run(con, Run(config, date(2026, 9, 7), "r", b""))
            found.append(rows(con, 'SELECT name, phone, "limit"::VARCHAR FROM gold.customer ORDER BY golden_id'))
            counts = dict(rows(con, "SELECT field, [stated, derived, missing, records] FROM gold.filled"))
            refused = rows(con, "SELECT count(*) FROM gold.fill_problems")
    for before, after in zip(*found, strict=True):
        assert after[1:] == before[1:] and after[0] == (before[0] or (before[2] and f"of {before[2]}"))
    assert counts == {"name": [48, 12, 4, 64], "phone": [48, 0, 16, 64], "limit": [48, 0, 16, 64]}
    assert refused == [(16,)]


def test_what_was_collected_follows_the_record_and_the_id() -> None:
    """For the record that founded the golden record then, else for the id, over redirects; the newest answer stands."""
    with session(None) as con:
        con.execute(TABLES)
        con.execute("""
            INSERT INTO memory.golden_ids VALUES (1, '2026-01-01', 'customer', 'OLD', 'erp', '9', true);
            INSERT INTO memory.collected VALUES
                (1, 'wang', 'customer', 'G5', 'erp', '9', 'phone', '010 6552 9988'),
                (2, 'li', 'customer', 'OLD', 'gone', 'x', 'limit', '7.5'),
                (3, 'wang', 'customer', 'G9', 'gone', 'x', 'limit', '1.234'),
                (4, 'wang', 'customer', 'G1', 'erp', '1', 'name', 'not asked for')""")
        golden.run(con, Run(Config.model_validate(CONFIG), date(2026, 9, 7), "r", b""))
        found = rows(con, """SELECT golden_id, field, value, key FROM gold.provenance WHERE rule = 'collected'
            ORDER BY field""")  # fmt: skip
        assert found == [("G9", "limit", "1.234000", "wang"), ("G9", "phone", "+861065529988", "wang")]
        assert rows(con, "SELECT phone, name FROM gold.customer ORDER BY golden_id")[1] == ("+861065529988", "Solo")
        assert rows(con, "SELECT redirects_to FROM gold.redirects WHERE golden_id = 'OLD'") == [("G9",)]
