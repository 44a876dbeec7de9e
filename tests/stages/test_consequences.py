"""What becomes of several credit limits and payment terms of merged records, by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from workbench.store import rows

from .golden_made import built, config_of

FIELDS = {"name": "text", "currency": "code", "terms": "code", "limit": {"type": "money", "currency": "currency"}}
CUSTOMERS = [
    {"source": "erp", "key": "1", "golden": "G1", "limit": "500", "terms": "Z030"},
    {"source": "erp", "key": "2", "golden": "G1", "limit": "700", "terms": "Z060"},
    {"source": "crm", "key": "3", "golden": "G1", "limit": "500", "terms": "Z030"},
    {"source": "erp", "key": "4", "golden": "G4", "limit": "50", "terms": "Z030"},
    {"source": "crm", "key": "5", "golden": "G4", "limit": "90", "terms": "z030"},
    {"source": "erp", "key": "6", "golden": "G6", "limit": "60", "terms": "Z030"},
]
OWNED = {"owners": {"limit": "erp", "terms": ["erp"]}}


def found(rules: dict[str, Any], customers: list[dict[str, Any]] = CUSTOMERS, said: Any = ()) -> Any:
    """Of each consequence golden id, field, rule, keys of its values, what was chosen, status; and the limits."""
    with built(config_of(FIELDS, rules), customers, said) as con:
        told = rows(con, """SELECT golden_id, field, rule, [v.key for v in "values"], chosen, status
            FROM gold.consequences ORDER BY ALL""")  # fmt: skip
        return told, rows(con, 'SELECT golden_id, "limit"::INTEGER FROM gold.customer ORDER BY 1')


@pytest.mark.parametrize(
    ("rule", "consequences", "limits"),
    [
        # the CRM's copy is no limit beside the ERP's; where the ERP has one limit there is nothing to add up
        ("sum", [("G1", "limit", "sum", ["1", "2"], "1200.000000", "decided")], [1200, 50, 60]),
        ("largest", [("G1", "limit", "largest", ["1", "2"], "700.000000", "decided")], [700, 50, 60]),
        ("review", [("G1", "limit", "review", ["1", "2"], "500.000000", "review")], [500, 50, 60]),
    ],
)
def test_credit_limits_of_the_owner(rule: str, consequences: list[Any], limits: list[int]) -> None:
    told, held = found(OWNED | {"consequences": {"limit": rule}})
    assert told == consequences
    assert held == list(zip(("G1", "G4", "G6"), limits, strict=True))


def test_without_an_owner_all_records_count() -> None:
    told, held = found({"consequences": {"limit": "sum"}})
    assert [line[3] for line in told] == [["3", "1", "2"], ["5", "4"]]  # by source and key
    assert held == [("G1", 1700), ("G4", 140), ("G6", 60)]
    assert found({"consequences": {"limit": "largest"}})[1] == [("G1", 700), ("G4", 90), ("G6", 60)]


def test_where_the_owner_has_none_the_others_count() -> None:
    customers = [line | {"source": "sales"} for line in CUSTOMERS if line["source"] == "erp"]
    assert found(OWNED | {"consequences": {"limit": "sum"}}, customers)[1] == [("G1", 1200), ("G4", 50), ("G6", 60)]


def test_amounts_of_several_currencies_are_not_added() -> None:
    customers = [line | {"currency": "CNY" if line["key"] != "2" else "USD"} for line in CUSTOMERS]
    for rule in ("sum", "largest"):
        told, held = found(OWNED | {"consequences": {"limit": rule}}, customers)
        assert [(line[0], line[2], *line[4:]) for line in told] == [("G1", rule, "500.000000", "review")]
        assert held[0] == ("G1", 500), "the ordinary survivor's, though another number is larger"


@pytest.mark.parametrize("rule", ["sum", "largest", None])
def test_an_amount_keeps_its_currency(rule: str | None) -> None:
    """The newest record gives the amount, the most trusted one would give the currency."""
    customers = [
        {"source": "erp", "key": "1", "golden": "G1", "limit": "500", "currency": "CNY", "updated": date(2026, 1, 1)},
        {"source": "crm", "key": "2", "golden": "G1", "limit": "70", "currency": "usd", "updated": date(2026, 2, 1)},
        {"source": "erp", "key": "3", "golden": "G3", "limit": "500", "currency": "CNY"},
        {"source": "crm", "key": "4", "golden": "G3", "limit": "70", "currency": "cny"},
    ]
    rules = {
        "fields": {"limit": "most_recent", "currency": "most_trusted"},
        "consequences": {"limit": rule} if rule else {},
    }
    with built(config_of(FIELDS, rules), customers) as con:
        held = rows(con, 'SELECT "limit"::INTEGER, upper(currency) FROM gold.customer ORDER BY golden_id')
        why = rows(con, "SELECT rule FROM gold.provenance WHERE field = 'currency' AND golden_id = 'G1'")
    assert held == [(70, "USD"), ({"sum": 570}.get(rule or "", 500), "CNY")] and why == [("with its amount",)]


@pytest.mark.parametrize("rule", ["sum", "largest"])
def test_an_amount_of_an_unknown_currency_is_not_added_or_compared(rule: str) -> None:
    customers = [line | {"currency": "CNY" if line["key"] == "1" else ""} for line in CUSTOMERS]
    told, held = found(OWNED | {"consequences": {"limit": rule}}, customers)
    assert [line[4:] for line in told] == [("500.000000", "review")] and held[0] == ("G1", 500)


def test_equal_numbers_of_two_currencies_are_not_the_same() -> None:
    customers = [line | {"currency": "CNY" if line["key"] == "1" else "USD", "limit": "5"} for line in CUSTOMERS[:2]]
    assert [line[5] for line in found({"consequences": {"limit": "largest"}}, customers)[0]] == ["review"]


def test_codes_that_are_the_same_by_their_key_are_no_conflict() -> None:
    told, _ = found({"consequences": {"terms": "review"}})
    assert told == [("G1", "terms", "review", ["3", "1", "2"], "Z030", "review")]


def test_an_override_settles_it_and_is_the_value() -> None:
    said = [{"kind": "override", "source_l": "crm", "key_l": "3", "field": "limit", "value": "1000"}]
    for rule in ("review", "sum"):
        told, held = found(OWNED | {"consequences": {"limit": rule}}, said=said)
        assert [line[4:] for line in told] == [("1000.000000", "decided")] and held[0] == ("G1", 1000)


def test_what_is_in_a_sum_has_not_lost() -> None:
    customers = [CUSTOMERS[0], CUSTOMERS[1], CUSTOMERS[2] | {"limit": "4"}]
    with built(config_of(FIELDS, OWNED | {"consequences": {"limit": "sum"}}), customers) as con:
        assert rows(con, "SELECT rule, [l.key for l in losing] FROM gold.provenance WHERE field = 'limit'") == [
            ("sum", ["3"])
        ]
