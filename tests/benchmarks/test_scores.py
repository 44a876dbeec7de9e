"""Scores of cases that were worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from benchmarks.linkage.scores import SIDES, Found, b_cubed, connected, judge, one_to_one
from benchmarks.matching import reached

TRUTH = pd.DataFrame({"source": list("aaabb"), "key": list("12312"), "cluster": list("xyzxy")})


def clusters(**of: str) -> pd.DataFrame:
    """Clusters by record, as in a1="p"."""
    lines = [(record[0], record[1], cluster) for record, cluster in of.items()]
    return pd.DataFrame(lines, columns=["source", "key", "cluster"])


def pairs(*lines: tuple[str, str, float]) -> pd.DataFrame:
    """Pairs with their score, as in ("a1", "b1", 3.0)."""
    return pd.DataFrame([(*left, *right, score) for left, right, score in lines], columns=[*SIDES, "score"])


def test_one_pair_of_two_is_found_and_one_is_wrong() -> None:
    # a1 and b1 rightly, a3 and b2 wrongly; a2 is in no cluster, so it stands alone
    found = judge(clusters(a1="p", b1="p", a3="q", b2="q"), TRUTH)
    assert (found.precision, found.recall, found.f1) == (0.5, 0.5, 0.5)
    # B-cubed: a1, b1 and a2 are wholly among their own, a3 and b2 half; a2 and b2 find half of theirs
    assert found.b_precision == pytest.approx((1 + 1 + 1 + 0.5 + 0.5) / 5)
    assert found.b_recall == pytest.approx((1 + 1 + 1 + 0.5 + 0.5) / 5)
    assert b_cubed(found) == pytest.approx(0.8)
    assert found.exact == pytest.approx(1 / 3)


def test_clusters_without_a_pair_are_precise_and_recall_nothing() -> None:
    found = judge(clusters(), TRUTH)
    assert (found.precision, found.recall, found.f1) == (1, 0, 0)


def test_linked_one_to_one_each_keeps_the_best_that_keeps_it() -> None:
    given = pairs(("a1", "b1", 9.0), ("a2", "b1", 5.0), ("a2", "b2", 4.0), ("a1", "a2", 8.0), ("a3", "b2", 6.0))
    found = one_to_one(Found(clusters(), given, 0, 0, 0))
    assert found.pairs[SIDES].to_numpy().tolist() == [["a", "1", "b", "1"], ["a", "3", "b", "2"]]
    assert len(found.clusters) == 4


def test_a_record_without_a_pair_is_in_no_cluster() -> None:
    found = connected(pairs(("a1", "b1", 1.0), ("b1", "a2", 1.0), ("a3", "b2", 1.0)))
    grouped = found.assign(record=found["source"] + found["key"]).groupby("cluster")["record"].apply(set)
    assert sorted(map(sorted, grouped)) == [["a1", "a2", "b1"], ["a3", "b2"]]
    assert connected(pairs()).empty


@pytest.mark.parametrize(
    ("bar", "ours", "holds"),
    [("≥ .95", 0.95, True), ("≥ .95", 0.9499, False), ("≥ Splink", 0.9, True), ("> Splink", 0.9, False),
     ("> Splink, GoldenMatch", 0.95, False), ("", 0.0, True), ("> recordlinkage", 0.1, True)],
)  # fmt: skip
def test_a_bar_is_a_figure_or_every_tool_it_names(bar: str, ours: float, holds: bool) -> None:
    assert reached(bar, ours, {"Splink": 0.9, "GoldenMatch": 0.97}) is holds
