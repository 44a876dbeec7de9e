"""Each check on a few rows: which are evaluated, which fail."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from workbench.checks import AnyCheck
from workbench.store import rows, session

ROWS = """
CREATE SCHEMA std;
CREATE TABLE std.c AS SELECT *, DATE '2026-09-07' AS as_of FROM (VALUES
    ('s', 1, 'A',    'p1', 'x', true,  10, DATE '2026-09-01', '100', '北京'),
    ('s', 2, 'B',    'p1', 'x', true,  -5, DATE '2026-09-09', '100', '北京'),
    ('s', 3, '#3',   'p9', 'y', false, 20, DATE '2020-01-01', '100', '上海'),
    ('s', 4, 'A#2',  NULL, NULL, NULL, NULL, NULL,            NULL,  '上海'),
    ('t', 1, 'A',    'p1', 'x', true,  10, DATE '2026-09-07', '200', NULL)
) AS v(source, _row, key, parent_key, f, f__valid, n, d, post, city);
CREATE TABLE std.p AS SELECT * FROM (VALUES ('s', 'p1'), ('t', 'p1')) AS v(source, key);
CREATE TABLE std.changes AS SELECT * FROM (VALUES
    ('c', 's', 3, 'f', 'why', 'y', '', 'not good'), ('c', 's', 3, 'key', NULL, '#3', 'key made up', ''),
    ('c', 's', 4, 'key', 'A', 'A#2', 'key made up', '')) AS v(entity, source, _row, field, before, after, rule, reason);
CREATE SCHEMA raw;
CREATE TABLE raw.files AS SELECT * FROM (VALUES ('s', DATE '2026-09-07'), ('t', DATE '2026-08-01')) AS v(source, as_of);
"""
CASES: list[tuple[dict[str, Any], int, list[tuple[str, int]]]] = [
    ({"check": "required", "field": "c.f"}, 5, [("s", 4)]),
    ({"check": "valid", "field": "c.f"}, 4, [("s", 3)]),
    ({"check": "key", "entity": "c"}, 5, [("s", 3), ("s", 4)]),
    ({"check": "unique", "field": "c.f"}, 4, [("s", 1), ("s", 2)]),
    ({"check": "foreign_key", "entity": "c", "to": "p"}, 5, [("s", 3), ("s", 4)]),
    ({"check": "allowed", "field": "c.f", "values": ["x"]}, 4, [("s", 3)]),
    ({"check": "range", "field": "c.n", "min": 0, "max": 15}, 4, [("s", 2), ("s", 3)]),
    ({"check": "range", "field": "c.d", "min": "2026-01-01"}, 4, [("s", 3)]),
    ({"check": "pattern", "field": "c.post", "pattern": "1[0-9]*"}, 4, [("t", 1)]),
    ({"check": "pattern", "field": "c.post", "pattern": "1"}, 4, [("s", 1), ("s", 2), ("s", 3), ("t", 1)]),
    ({"check": "expression", "entity": "c", "that": "n >= 0 and d <= as_of"}, 4, [("s", 2)]),
    ({"check": "fresh", "field": "c.d", "days": 30}, 4, [("s", 2), ("s", 3)]),
    ({"check": "fresh", "entity": "c", "days": 7}, 5, [("t", 1)]),
    ({"check": "depends", "field": "c.city", "by": ["post"]}, 3, [("s", 3)]),
]


@pytest.mark.parametrize(
    ("given", "evaluated", "failing"), CASES, ids=lambda v: v["check"] if isinstance(v, dict) else ""
)
def test_check(given: dict[str, Any], evaluated: int, failing: list[tuple[str, int]]) -> None:
    check: Any = TypeAdapter(AnyCheck).validate_python(given)
    with session(None) as con:
        con.execute(ROWS)
        looked = rows(con, f"SELECT count(*) FILTER (WHERE {check.applies()}) FROM std.c AS r")[0][0]
        found = rows(con, f"SELECT source, _row, key, value, reason FROM ({check.select('std.c')}) ORDER BY 1, 2")
    assert looked == evaluated
    assert [line[:2] for line in found] == failing
    assert all(line[2] and line[4] for line in found), "each failure has its key and a reason"


def test_valid_shows_the_raw_value_and_the_types_reason() -> None:
    check: Any = TypeAdapter(AnyCheck).validate_python({"check": "valid", "field": "c.f"})
    with session(None) as con:
        con.execute(ROWS)
        assert rows(con, f"SELECT value, reason FROM ({check.select('std.c')})") == [("why", "not good")]


def test_without_a_commonest_value_all_of_the_group_fail() -> None:
    check: Any = TypeAdapter(AnyCheck).validate_python({"check": "depends", "field": "c.city", "by": ["post"]})
    with session(None) as con:
        con.execute(ROWS)
        con.execute("DELETE FROM std.c WHERE source = 's' AND _row = 2")
        assert len(rows(con, check.select("std.c"))) == 2


@pytest.mark.parametrize(
    "given",
    [
        {"check": "range", "field": "c.n"},
        {"check": "allowed", "field": "c.f", "values": []},
        {"check": "unique", "field": "c.f", "warn": "150%"},
        {"check": "unique", "field": "c.f", "wran": 0.1},
        {"check": "nonsense"},
    ],
)
def test_wrong_parameters_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(AnyCheck).validate_python(given)


def test_a_share_may_be_written_in_percent() -> None:
    check = TypeAdapter(AnyCheck).validate_python({"check": "unique", "field": "c.f", "warn": "2.5%"})
    assert check.warn == 0.025
