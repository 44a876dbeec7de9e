"""Each check on a few rows: which are evaluated, which fail."""

from __future__ import annotations

from hashlib import md5
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
CREATE TABLE std.o AS SELECT * FROM (VALUES ('s', 1, 'o1', 'A', 4), ('s', 2, 'o2', 'A', 6), ('s', 3, 'o3', 'B', 7)
) AS v(source, _row, key, parent_key, n);
CREATE SCHEMA qa;
CREATE TABLE qa.measures (check_id VARCHAR, source VARCHAR, bucket VARCHAR, value DOUBLE);
CREATE TABLE memory.measures AS FROM qa.measures;
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
    ({"check": "unique", "field": "c.f", "together": ["n"]}, 4, []),
    ({"check": "unique", "field": "c.city", "together": ["post"]}, 4, [("s", 1), ("s", 2)]),
    ({"check": "length", "field": "c.post", "min": 3, "max": 3}, 4, []),
    ({"check": "length", "field": "c.city", "min": 3}, 4, [("s", 1), ("s", 2), ("s", 3), ("s", 4)]),
    ({"check": "compare", "field": "c.d", "operator": "<=", "to": "as_of"}, 4, [("s", 2)]),
    ({"check": "generic", "field": "c.f"}, 4, []),
    ({"check": "agree", "field": "c.post", "by": ["f", "n"]}, 2, [("s", 1), ("t", 1)]),
    ({"check": "agree", "field": "c.parent_key", "by": ["n"]}, 2, []),
    ({"check": "children", "entity": "c", "of": "o"}, 5, [("s", 3), ("s", 4), ("t", 1)]),
    ({"check": "children", "entity": "c", "of": "o", "min": 0, "max": 1}, 5, [("s", 1)]),
    ({"check": "total", "field": "c.n", "of": "o.n"}, 2, [("s", 2)]),
    ({"check": "total", "field": "c.n", "of": "o.n", "tolerance": 12}, 2, []),
    ({"check": "range", "field": "c.f", "min": 0}, 0, []),
    ({"check": "range", "field": "c.post", "max": 150}, 4, [("t", 1)]),
    ({"check": "range", "field": "c.post", "max": "150"}, 4, [("t", 1)]),
    ({"check": "total", "field": "c.post", "of": "o.n"}, 2, [("s", 1), ("s", 2)]),
    ({"check": "total", "field": "c.f", "of": "o.key"}, 0, []),
]


@pytest.mark.parametrize(
    ("given", "evaluated", "failing"), CASES, ids=lambda v: v["check"] if isinstance(v, dict) else ""
)
def test_check(given: dict[str, Any], evaluated: int, failing: list[tuple[str, int]]) -> None:
    check: Any = TypeAdapter(AnyCheck).validate_python(given)
    with session(None) as con:
        con.execute(ROWS)
        looked = rows(con, f"SELECT count(*) FILTER (WHERE {check.applies()}) FROM {check.among('std.c')} AS r")[0][0]
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
        {"check": "total", "field": "c.n", "of": "o"},
        {"check": "nonsense"},
    ],
)
def test_wrong_parameters_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(AnyCheck).validate_python(given)


def test_a_share_may_be_written_in_percent() -> None:
    check = TypeAdapter(AnyCheck).validate_python({"check": "unique", "field": "c.f", "warn": "2.5%"})
    assert check.warn == 0.025


def failing(con: Any, given: dict[str, Any]) -> list[Any]:
    """The values that fail, in their order."""
    check: Any = TypeAdapter(AnyCheck).validate_python(given)
    return [value for (value,) in rows(con, f"SELECT value FROM ({check.select('std.v')}) ORDER BY _row")]


def column(con: Any, *values: Any, kind: str = "VARCHAR") -> None:
    """A table std.v of one source with a field v."""
    con.execute("CREATE SCHEMA IF NOT EXISTS std")
    con.execute(f"CREATE OR REPLACE TABLE std.v (source VARCHAR, _row BIGINT, key VARCHAR, v {kind})")
    for n, value in enumerate(values):
        con.execute("INSERT INTO std.v VALUES ('s', ?, ?, ?)", [n, str(n), value])


def test_a_rare_value_that_is_nearly_a_common_one_is_misspelt() -> None:
    common = ["Birmingham"] * 20 + ["上海市浦东新区"] * 20 + ["room 12 a"] * 20 + ["ab"] * 20
    with session(None) as con:
        rare = ["Birmxnghxm", "Birminghm", "上海市蒲东新区", "room 13 a", "Boston", "ac"]
        column(con, *common, *rare)
        check = {"check": "spelling", "field": "v.v"}
        assert failing(con, check) == ["Birmxnghxm", "Birminghm", "上海市蒲东新区"]
        column(con, *common, *["Birminghxm"] * 3)
        assert failing(con, check) == [], "20 is not ten times 3"


def test_stopgaps_and_values_that_too_many_share() -> None:
    with session(None) as con:
        stopgaps = ["TEST ", "测试", "N.N.", "张三"]
        column(con, *stopgaps, "华瑞", *["same"] * 6, *map(str, range(1000, 1100)))
        assert failing(con, {"check": "generic", "field": "v.v"}) == stopgaps
        assert failing(con, {"check": "generic", "field": "v.v", "share": "5%"}) == [*stopgaps, *["same"] * 6]
        assert failing(con, {"check": "generic", "field": "v.v", "share": "10%"}) == stopgaps


def test_an_outlier_lies_far_outside_the_quartiles_of_its_group() -> None:
    with session(None) as con:
        column(con, *range(1, 101), 176, 226, -175, kind="DECIMAL(38,6)")
        # of these the quartiles are near 26 and 77, so three times their distance more is near 230 and -127
        assert [int(float(value)) for value in failing(con, {"check": "outlier", "field": "v.v"})] == [-175]
        column(con, *range(19), 1000, kind="DECIMAL(38,6)")
        assert len(failing(con, {"check": "outlier", "field": "v.v"})) == 1
        column(con, *range(19), 1000, "x", "", kind="VARCHAR")
        assert failing(con, {"check": "outlier", "field": "v.v"}) == ["1000"], "words are no numbers"
        column(con, *range(18), 1000, "x", kind="VARCHAR")
        assert failing(con, {"check": "outlier", "field": "v.v"}) == [], "19 numbers are too few"
        column(con, *range(18), 1000, kind="DECIMAL(38,6)")
        assert failing(con, {"check": "outlier", "field": "v.v"}) == [], "19 values are too few"


@pytest.mark.parametrize(
    ("given", "then", "now", "fails"),
    [
        ({"check": "volume", "entity": "v", "change": "20%"}, ["a"] * 10, ["a"] * 8, False),
        ({"check": "volume", "entity": "v", "change": "20%"}, ["a"] * 10, ["a"] * 7, True),
        ({"check": "volume", "entity": "v", "change": "20%"}, ["a"] * 10, ["a"] * 13, True),
        ({"check": "volume", "entity": "v", "change": "20%"}, ["a"] * 10, [], True),
        ({"check": "volume", "field": "v.v", "change": "20%"}, ["5", "5"], ["9"], False),
        ({"check": "volume", "field": "v.v", "change": "20%"}, ["5", "5"], [None, "x"], True),
        ({"check": "drift", "field": "v.v"}, ["a", "b"] * 50, ["a", "b"] * 20, False),
        ({"check": "drift", "field": "v.v"}, ["a", "b"] * 50, ["a"] * 80 + ["b"] * 20, True),
        ({"check": "drift", "field": "v.v"}, ["a", "b"] * 50, ["a", "b"] * 50 + ["c"] * 50, True),
    ],
)
def test_a_source_is_held_against_the_date_before(
    given: dict[str, Any], then: list[str], now: list[str | None], fails: bool
) -> None:
    check: Any = TypeAdapter(AnyCheck).validate_python(given)
    with session(None) as con:
        con.execute(ROWS)
        for schema, values in (("memory", then), ("qa", now)):
            column(con, *values)
            measured = f"SELECT '{check.label}', source, bucket, value FROM ({check.measure('std.v')})"
            con.execute(f"INSERT INTO {schema}.measures {measured}")
        found = rows(con, f"SELECT source, _row, key, value, reason FROM ({check.select('std.v')})")
        assert [line[:3] for line in found] == ([("s", 0, "s")] if fails else [])
        assert rows(con, f"SELECT count(*) FILTER (WHERE {check.applies()}) FROM {check.among('std.v')} AS r") == [(1,)]
        con.execute("DELETE FROM memory.measures")
        assert rows(con, f"SELECT count(*) FILTER (WHERE {check.applies()}) FROM {check.among('std.v')} AS r") == [
            (0,)
        ], "no history"


def test_texts_are_spread_by_a_hash_that_is_the_same_everywhere() -> None:
    check: Any = TypeAdapter(AnyCheck).validate_python({"check": "drift", "field": "v.v"})
    with session(None) as con:
        column(con, "北京")
        (bucket,) = (bucket for _, bucket, _ in rows(con, check.measure("std.v")))
    assert int(bucket) == int(md5("北京".encode()).hexdigest()[:2], 16) % 64
