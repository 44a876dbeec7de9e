"""Scores worked by hand."""

from __future__ import annotations

import pytest

from workbench.matching.evaluate import score
from workbench.store import session


def test_pairs_b_cubed_and_exact_clusters() -> None:
    # truth {a b c} {d e}; found {a b} {c d} {e}; x is known to the finding alone
    with session(None) as con:
        con.execute(
            "CREATE TABLE t AS SELECT 's' AS source, * FROM (VALUES ('a',1),('b',1),('c',1),('d',2),('e',2)) v(key, cluster)"
        )
        con.execute(
            "CREATE TABLE f AS SELECT 's' AS source, * FROM (VALUES ('a',7),('b',7),('c',8),('d',8),('e',9),('x',9)) v(key, cluster)"
        )
        found = score(con, "f", "t")
    assert found.precision == pytest.approx(1 / 2)  # a-b right, c-d wrong
    assert found.recall == pytest.approx(1 / 4)  # of a-b a-c b-c d-e
    assert found.f1 == pytest.approx(1 / 3)
    assert found.b_precision == pytest.approx((1 + 1 + 1 / 2 + 1 / 2 + 1) / 5)
    assert found.b_recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 / 2 + 1 / 2) / 5)
    assert found.exact == 0


def test_a_perfect_clustering() -> None:
    with session(None) as con:
        con.execute(
            "CREATE TABLE t AS SELECT 's' AS source, * FROM (VALUES ('a', 1), ('b', 1), ('c', 2)) v(key, cluster)"
        )
        assert score(con, "t", "t") == (1, 1, 1, 1, 1, 1)
