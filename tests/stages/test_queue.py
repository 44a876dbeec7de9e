"""What waits for a decision: the order by hand, on a few rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from workbench.config import Config
from workbench.stages.queue import queue
from workbench.store import Connection, records, session

CONFIG: dict[str, Any] = {
    "project": "p",
    "entities": {
        "customer": {"fields": {"name": {"type": "company_name"}}},
        "item": {
            "parent": "customer",
            "fields": {"currency": {"type": "code"}, "amount": {"type": "money", "currency": "currency"}},
        },
        "note": {"parent": "customer", "fields": {"text": {"type": "text"}}},
    },
    "sources": {"erp": {"tables": {"t": "t.csv"}}, "crm": {"tables": {"t": "t.csv"}}},
    "match": {"customer": {"block": [["name.key"]]}},
}
# A and 1 are one, held by a weak link; 2, 3, 4 and B are alone. The mean amount is 100 yuan and 10 dollars.
TABLES = """
CREATE SCHEMA std; CREATE SCHEMA match;
CREATE TABLE match.customer_clusters AS SELECT * FROM (VALUES
    ('crm', 'A', 'g1', 0.9), ('erp', '1', 'g1', 0.9), ('erp', '2', 'g2', 0.5), ('erp', '3', 'g3', 0.5),
    ('erp', '4', 'g4', 0.5), ('crm', 'B', 'g5', 0.5)) AS v(source, key, golden_id, confidence);
CREATE TABLE match.customer_pairs AS SELECT * FROM (VALUES
    ('crm', 'A', 'erp', '1', 0.9, 'match', 'model'), ('crm', 'B', 'erp', '2', 0.5, 'review', 'model'),
    ('crm', 'B', 'erp', '3', 0.6, 'review', 'model'), ('crm', 'A', 'erp', '4', 0.75, 'review', 'model'),
    ('crm', 'B', 'erp', '4', 0.9, 'no_match', 'wang')) AS v(source_l, key_l, source_r, key_r, probability, verdict, decided_by);
CREATE TABLE std.item AS SELECT * FROM (VALUES
    ('erp', '3', 'CNY', -100.0), ('erp', '3', 'CNY', 150.0), ('erp', '4', 'CNY', 50.0), ('erp', '4', 'USD', 10.0),
    ('erp', '4', 'USD', NULL)) AS v(source, parent_key, currency, amount);
CREATE TABLE std.note AS SELECT 'erp' AS source, '1' AS parent_key;
"""


@pytest.fixture
def con() -> Iterator[Connection]:
    with session(None) as con:
        con.execute(TABLES)
        yield con


def lines(con: Connection) -> list[dict[str, Any]]:
    return records(con, queue(Config.model_validate(CONFIG), "customer"))


def test_what_a_decision_would_change_most_comes_first(con: Connection) -> None:
    """Uncertainty times records, children and amounts in typical ones:
    A-4: .5 * (3 + 4 + .5 + 1); B-3: .8 * (2 + 2 + 1 + 1.5); B-2: 1 * 2; A-1: .2 * (2 + 1)."""
    found = [
        [line[name] for name in ("what", "key_l", "key_r", "records", "children", "amounts")] for line in lines(con)
    ]
    assert found == [
        ["pair", "B", "3", 2, 2, "250.00 CNY"],
        ["pair", "A", "4", 3, 4, "50.00 CNY, 10.00 USD"],
        ["pair", "B", "2", 2, 0, None],
        ["golden record", "A", "1", 2, 1, None],
    ]
    assert [line["place"] for line in lines(con)] == [1, 2, 3, 4]


def test_a_golden_record_that_a_person_made_or_that_is_sure_waits_for_nobody(con: Connection) -> None:
    for change in ("decided_by = 'wang'", "decided_by = 'model', probability = 0.9999"):
        con.execute(f"UPDATE match.customer_pairs SET {change} WHERE verdict = 'match'")
        assert {line["what"] for line in lines(con)} == {"pair"}


def test_a_record_is_held_by_its_strongest_link(con: Connection) -> None:
    """4 belongs to A with .95, weakly to 1: the golden record hangs on .9."""
    con.execute("UPDATE match.customer_clusters SET golden_id = 'g1' WHERE key = '4'")
    con.execute("""INSERT INTO match.customer_pairs VALUES ('crm', 'A', 'erp', '4', 0.95, 'match', 'model'),
        ('erp', '1', 'erp', '4', 0.8, 'match', 'model')""")
    ((left, right, chance),) = [
        (line["key_l"], line["key_r"], line["probability"]) for line in lines(con) if line["what"] == "golden record"
    ]
    assert (left, right, float(chance)) == ("A", "1", 0.9)


def test_without_children_or_pairs_there_is_an_order_too(con: Connection) -> None:
    alone = {**CONFIG, "entities": {"customer": CONFIG["entities"]["customer"]}}
    assert len(records(con, queue(Config.model_validate(alone), "customer"))) == 4
    con.execute("DELETE FROM match.customer_pairs")
    assert lines(con) == []
