"""A register that knows most of some customers, by hand."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.checks import parse_check
from workbench.errors import ConfigError
from workbench.store import rows, session

TABLES = """
CREATE SCHEMA std;
CREATE TABLE std.c AS SELECT * FROM (VALUES
    ('s', 1, 'A', 'Huarui Ltd', 'huarui', '91A', '91a'),
    ('s', 2, 'B', 'Tianming',   'tianming', '91B', '91b'),
    ('s', 3, 'C', 'Nobody',     'nobody', '91X', '91x'),
    ('s', 4, 'D', 'No number',  'no number', NULL, NULL),
    ('s', 5, 'E', 'Two rows',   'two rows', '91E', '91e'),
    ('s', 6, 'F', 'Blank',      'blank', '91F', '91f'),
    ('s', 7, 'G', NULL,         NULL, '91A', '91a')
) AS v(source, _row, key, name, name__key, tax_id, tax_id__key);
CREATE TABLE std.register__firms AS SELECT * FROM (VALUES
    (1, '91a', 'huarui', '存续'), (2, '91b', 'dongfang', '注销'), (3, '91e', 'old', '吊销'), (4, '91e', 'two rows', '在业'),
    (5, '91f', NULL, NULL)
) AS v(_row, "Code as c.tax_id.key", "Name as c.name.key", "State");
"""
HELD = {"check": "confirmed", "reference": "register.firms", "by": {"tax_id": "Code"}}


def failing(given: dict[str, Any]) -> tuple[int, dict[str, str]]:
    """How many records are evaluated, and the reason of each that fails."""
    check = parse_check(given)
    with session(None) as con:
        con.execute(TABLES)
        looked = rows(con, f"SELECT count(*) FILTER (WHERE {check.applies()}) FROM std.c AS r")[0][0]
        return looked, dict(rows(con, f"SELECT key, reason FROM ({check.select('std.c')}) ORDER BY key"))


def test_the_register_says_the_same() -> None:
    """C is not in it, B is another there, F has no name there; one of the rows of E confirms it; G has no name itself."""
    assert failing(HELD | {"field": "c.name", "column": "Name"}) == (5, {
        "B": "register.firms says otherwise: Name, row 2",
        "C": "not in register.firms",
        "F": "register.firms says otherwise: Name, row 5",
    })  # fmt: skip


def test_the_state_is_an_accepted_one() -> None:
    given = HELD | {"field": "c.tax_id", "column": "State", "accepted": ["存续", "在业"]}
    assert failing(given) == (6, {
        "B": "register.firms has no accepted word: State, row 2",
        "C": "not in register.firms",
        "F": "register.firms has no accepted word: State, row 5",
    })  # fmt: skip
    assert failing(given | {"accepted": ["开业"]})[1]["E"] == "register.firms has no accepted word: State, row 3"


def test_the_register_has_it() -> None:
    assert failing(HELD | {"entity": "c"}) == (6, {"C": "not in register.firms"})


@pytest.mark.parametrize(
    "given", [{"field": "c.name", "accepted": ["x"]}, {"entity": "c", "column": "Name"}, {"entity": "c", "by": {}}]
)
def test_what_is_half_said_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="is no check"):
        parse_check(HELD | given)


def test_two_of_one_field_are_told_apart() -> None:
    given = [HELD | {"field": "c.name", "column": "Name"}, HELD | {"field": "c.name"}]
    assert [parse_check(one).label for one in given] == [
        "confirmed:c.name:register.firms.Name",
        "confirmed:c.name:register.firms",
    ]
