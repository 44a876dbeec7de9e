"""Each reason by hand: what was left, what arrived, and what the difference is called."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workbench.diffing.cells import Compared, differ
from workbench.diffing.reasons import RULES
from workbench.store import rows, session

PHONE = Compared("v", stored=("digits",))
CODE = Compared("v", stored=("trim", "upper"))
CASES = [
    (PHONE, "+86 (10) 1234", "86101234", "normalised"),
    (CODE, " cn01 ", "CN01", "normalised"),
    (Compared("v", stored=("letters_digits",)), "北京-01", "北京01", "normalised"),
    (Compared("v", stored=("trim",)), "", None, "normalised"),
    (PHONE, "+86 (10) 1234", "861012", "truncated"),
    (PHONE, "+86 138 0013 8000", "86138??138000", "unexplained"),
    (CODE, "mü 1", "MÜ 1".encode().decode("latin-1"), "encoding"),
    (Compared("v"), "", None, "empty"),
    (Compared("v"), None, " \u3000", "empty"),
    (Compared("v"), "华为", None, "blank"),
    (PHONE, "1234", "", "blank"),
    (Compared("v"), None, "华为", "added"),
    (Compared("v", "decimal"), "12.50", "-12.5", "sign"),
    (Compared("v", "decimal"), "12500", "125.00", "scaled"),
    (Compared("v", "decimal"), "-0.05", "-500", "scaled"),
    (Compared("v", "decimal"), "12.345", "12.35", "rounded"),
    (Compared("v", "decimal"), "12.99", "12", "rounded"),
    (Compared("v", "decimal"), "12.34", "14.00", "unexplained"),
    (Compared("v", "decimal"), "1000", "100", "scaled"),
    (Compared("v", "decimal"), "1234", "123", "unexplained"),
    (Compared("v", "decimal"), "0", "100", "unexplained"),
    (Compared("v", "date"), "2024-05-01", "2024-01-05", "day and month"),
    (Compared("v", "date"), "2024-05-31", "2024-06-01", "date shifted"),
    (Compared("v", "boolean"), "true", "false", "unexplained"),
    (Compared("v"), "New  York", "New York", "space"),
    (Compared("v"), "abc ", "abc", "space"),
    (Compared("v"), "ACME Ltd", "acme ltd", "case"),
    (Compared("v"), "（上海）ＡＢＣ", "(上海)abc", "width"),
    (Compared("v"), "Müller", "M?ller", "encoding"),
    (Compared("v"), "Müller", "M\ufffdller", "encoding"),
    (Compared("v"), "Müller", "MÃ¼ller", "encoding"),
    (Compared("v"), "深圳", "深圳".encode().decode("gb18030"), "encoding"),
    (Compared("v"), "深圳", "????", "encoding"),
    (Compared("v"), "深圳", "深圳".encode("gb18030").decode("latin-1"), "encoding"),
    (Compared("v"), "深圳市南山区", "深圳市", "truncated"),
    (Compared("v"), "AB客户", "AB", "truncated"),
    (Compared("v"), "00120", "120", "leading zeros"),
    (Compared("v", "ref"), "0100", "100", "leading zeros"),
    (Compared("v", "ref"), "C1001", "C1002", "reassigned"),
    (Compared("v", "ref"), "C1001", "C100", "reassigned"),
    (Compared("v", "code"), "CN", "TW", "code"),
    (Compared("v", "currency"), "CNY", "USD", "currency"),
    (Compared("v"), "张伟", "李娜", "unexplained"),
]


def cells(columns: list[Compared], left: list[str | None], right: list[str | None]) -> list[tuple[str, str]]:
    """Column and reason of each difference between two rows."""
    with session(None) as con:
        for table, row in (("a", left), ("b", right)):
            names = ", ".join(f"{each.name} VARCHAR" for each in columns)
            con.execute(f"CREATE TABLE {table} (id BIGINT, {names})")
            con.execute(f"INSERT INTO {table} VALUES (1, {', '.join('?' * len(row))})", row)
        differ(con, "a", "b", ["id"], columns)
        return [(column, reason) for column, reason in rows(con, 'SELECT "column", reason FROM diff.cells ORDER BY ALL')]


@pytest.mark.parametrize(("column", "left", "right", "reason"), CASES)
def test_the_reason_is_named(column: Compared, left: str | None, right: str | None, reason: str) -> None:
    assert cells([column], [left], [right]) == [("v", reason)]


def test_every_reason_has_a_case() -> None:
    told = {case[-1] for case in CASES} | {"swapped"}
    assert told == {name for name, _, _ in RULES}


def test_two_columns_that_have_each_others_value_are_swapped() -> None:
    columns = [Compared(name) for name in ("city", "street", "name")]
    left, right = ["上海", "南京路", "华为"], ["南京路", "上海", "华"]
    assert cells(columns, left, right) == [("city", "swapped"), ("name", "truncated"), ("street", "swapped")]
    assert cells(columns, ["a", None, None], [None, "a", None]) == [("city", "swapped"), ("street", "swapped")]
    flags = [Compared("x", "boolean"), Compared("y", "boolean")]
    assert {reason for _, reason in cells(flags, ["true", "false"], ["false", "true"])} == {"unexplained"}


@pytest.mark.parametrize("key", ["row", "kind", "l", "seen"])
def test_a_key_may_be_called_as_anything_inside(key: str) -> None:
    with session(None) as con:
        con.execute(f"CREATE TABLE a AS SELECT 1 AS {key}, 'x' AS v; CREATE TABLE b AS SELECT 1 AS {key}, 'y' AS v")
        differ(con, "a", "b", [key], [Compared("v")])
        assert rows(con, f"SELECT {key}, reason FROM diff.cells") == [("1", "unexplained")]


@pytest.mark.parametrize(
    ("column", "left", "right"),
    [
        (Compared("v", "decimal"), "1.50", "1.5"),
        (Compared("v", "decimal"), "007", "7"),
        (Compared("v", "decimal", Decimal("0.01")), "1.50", "1.51"),
        (Compared("v", "decimal", Decimal("0.01")), "0.30000000000000004", "0.3"),
        (Compared("v", "date"), "2024-05-01", "2024-05-01 00:00:00"),
        (Compared("v", "boolean"), "true", "1"),
        (Compared("v"), None, None),
        (Compared("v", "decimal"), "n/a", "n/a"),
    ],
)
def test_equal_values_are_equal_however_written(column: Compared, left: str | None, right: str | None) -> None:
    assert cells([column], [left], [right]) == []


@pytest.mark.parametrize(
    ("column", "left", "right"),
    [
        (Compared("v", "decimal", Decimal("0.01")), "1.50", "1.5100001"),
        (Compared("v", "decimal"), "12345678901234567.01", "12345678901234567.02"),
        (Compared("v", "decimal"), "0.1234567890123", "0.1234567890124"),
        (Compared("v", "decimal"), "0", "0.0000000000001"),
        (Compared("v", "decimal"), "n/a", "0"),
        (Compared("v", "decimal"), "9" * 40, "9" * 39 + "8"),
        (Compared("v", "date"), "2024-05-01", "soon"),
    ],
)
def test_a_small_difference_is_one(column: Compared, left: str, right: str) -> None:
    assert [name for name, _ in cells([column], [left], [right])] == ["v"]
