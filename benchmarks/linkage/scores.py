"""How right links are, whoever found them: every tool's clusters and pairs are held against the truth in one way."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from workbench.matching.cluster import components
from workbench.matching.evaluate import Scores, score
from workbench.store import session

SIDES = ["source_l", "key_l", "source_r", "key_r"]


class Found(NamedTuple):
    """Clusters (source, key, cluster), the matching pairs (source_l, key_l, source_r, key_r, score), and what it took:
    seconds from training to clusters, those of the whole run where it does more than that, and memory in MB."""

    clusters: pd.DataFrame
    pairs: pd.DataFrame
    seconds: float
    whole: float
    memory: float


def judge(clusters: pd.DataFrame, truth: pd.DataFrame) -> Scores:
    """Score clusters; a record of the truth that is in none of them stands alone."""
    known = truth[["source", "key"]].merge(clusters, how="left", on=["source", "key"])
    alone = known["source"] + " " + known["key"] + " alone"
    with session(None) as con:
        con.register("found", known.assign(cluster=known["cluster"].map(str, na_action="ignore").fillna(alone)))
        con.register("truth", truth)
        return score(con, "found", "truth")


def b_cubed(scores: Scores) -> float:
    """The harmonic mean of B-cubed precision and recall."""
    return 2 * scores.b_precision * scores.b_recall / (scores.b_precision + scores.b_recall)


def one_to_one(found: Found) -> Found:
    """Only pairs of two sources of which each is the other's best, and the clusters that these give."""
    pairs = found.pairs[found.pairs["source_l"] != found.pairs["source_r"]]
    ranked = pairs.sort_values(["score", *SIDES], ascending=[False, True, True, True, True])
    best = ~ranked.duplicated(["source_l", "key_l", "source_r"]) & ~ranked.duplicated(["source_r", "key_r", "source_l"])
    return found._replace(pairs=ranked[best], clusters=connected(ranked[best]))


def connected(pairs: pd.DataFrame) -> pd.DataFrame:
    """The connected components of pairs: source, key, cluster."""
    sides = [pairs[[f"source_{side}", f"key_{side}"]].set_axis(["source", "key"], axis=1) for side in "lr"]
    both = pd.concat(sides, ignore_index=True)
    nodes = both.groupby(["source", "key"], sort=False).ngroup().to_numpy()
    left, right = (side.astype(np.int64) for side in np.split(nodes, 2))
    records = both.drop_duplicates(ignore_index=True)
    return records.assign(cluster=components(len(records), left, right))
