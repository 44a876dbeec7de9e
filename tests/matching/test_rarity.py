"""What the rarity of a value adds, worked by hand."""

from __future__ import annotations

from math import log2

import pytest

from workbench.matching.compare import Comparisons, compare
from workbench.matching.rarity import NEAR, frequent, rarity, shares
from workbench.store import rows, session
from workbench.types.base import Level, SemanticType


class Name(SemanticType):
    """Same by its key, or by its part; near, which counts half."""

    parts = {"key": "", "part": ""}
    levels = (Level("same"), Level("same part", part="part"), Level("near", at_least=0.8))


def added(*names: tuple[str | None, str | None]) -> dict[tuple[int, int], float]:
    """The bits that each pair of these names has by rarity."""
    with session(None) as con:
        con.execute("CREATE TEMP TABLE r (id BIGINT, n__key VARCHAR, n__part VARCHAR)")
        con.executemany("INSERT INTO r VALUES (?, ?, ?)", [(n, *name) for n, name in enumerate(names)])
        con.execute("CREATE TEMP TABLE p AS SELECT l.id AS l, r.id AS r FROM r AS l JOIN r ON l.id < r.id")
        kinds: Comparisons = {"n": Name()}
        compare(con, "r", "p", "levels", kinds)
        frequent(con, "r", kinds)
        rarity(con, "r", "levels", "found", kinds, shares(con, "r", kinds))
        return {(left, right): bits[0] for left, right, bits in rows(con, "SELECT l, r, _rarity FROM found")}


def test_a_rare_value_adds_what_it_is_rarer_than_two_of_a_value_on_average() -> None:
    """Six Wang and two Qu: a record has one of (6² + 2²) / 8 = 5 of its name on average."""
    found = added(*[("wang", None)] * 6, *[("qu", None)] * 2)
    assert found[0, 1] == pytest.approx(log2(5 / 6), abs=1e-6)
    assert found[6, 7] == pytest.approx(log2(5 / 2), abs=1e-6)
    assert found[0, 6] == 0, "they differ"


def test_it_is_the_rarity_of_what_agrees() -> None:
    # keys: a, b, c, d once each, so of a part's two values x (three) and y (one) a record has (9 + 1) / 4 on average
    found = added(("aaa", "x"), ("bbb", "x"), ("ccc", "x"), ("ddd", "y"))
    assert found[0, 1] == pytest.approx(log2(2.5 / 3), abs=1e-6)
    assert found[0, 3] == 0


def test_of_near_values_half_of_the_commoner_one_counts() -> None:
    # three "martha", one "marhta", four others alone: (9 + 5) / 8 on average
    found = added(*[("martha", None)] * 3, ("marhta", None), *[(c * 4, None) for c in "wxyz"])
    assert found[0, 3] == pytest.approx(NEAR * log2(14 / 8 / 3), abs=1e-6)


def test_missing_and_equal_values_add_nothing() -> None:
    assert set(added((None, None), ("a", None), (None, None)).values()) == {0}
    assert set(added(*[("a", None)] * 4).values()) == {0}, "what all have is as common as can be expected"
    assert added(("a", None)) == {}
