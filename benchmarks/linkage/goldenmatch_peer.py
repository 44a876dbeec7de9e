"""GoldenMatch on a dataset: `python -m benchmarks.linkage.goldenmatch_peer FOLDER OUT MODEL`, in the peers' Python.

It configures itself, which is what its documentation begins with. MODEL is the name of the dataset.
"""

from __future__ import annotations

import os
from pathlib import Path

os.environ["GOLDENMATCH_AUTOCONFIG_MEMORY"] = "0"  # nothing is carried from one run into the next

import goldenmatch
import pandas as pd
import pyarrow as pa

from benchmarks.linkage.peer import Linked, measured, records

BLANK = ("splink_fake_1000", "senzing_truthset")
"""Datasets on which it does better when a missing value is given as a blank one; on all others it does worse."""


def link(folder: Path, name: str) -> Linked:
    """Deduplicate the records of all sources together, as it knows nothing of them but their values."""
    frame = records(folder)
    frame = frame.fillna("") if name in BLANK else frame
    table = pa.Table.from_pandas(frame.drop(columns=["source", "key"]), preserve_index=False)
    result = goldenmatch.dedupe_df(table, confidence_required=False)
    return Linked(_clusters(result, frame), _pairs(result, frame))


def _clusters(result: goldenmatch.DedupeResult, frame: pd.DataFrame) -> pd.DataFrame:
    members = [(row, number) for number, cluster in result.clusters.items() for row in cluster["members"]]
    rows, numbers = zip(*members, strict=True)
    return frame.loc[list(rows), ["source", "key"]].assign(cluster=numbers)


def _pairs(result: goldenmatch.DedupeResult, frame: pd.DataFrame) -> pd.DataFrame:
    """The pairs that a cluster holds together."""
    scored = [(*pair, score) for cluster in result.clusters.values() for pair, score in cluster["pair_scores"].items()]
    left, right, scores = ([line[place] for line in scored] for place in range(3))
    sides = [frame.loc[side, ["source", "key"]].reset_index(drop=True) for side in (left, right)]
    pairs = [side.add_suffix(f"_{name}") for name, side in zip("lr", sides, strict=True)]
    return pd.concat(pairs, axis=1).assign(score=scores)


if __name__ == "__main__":
    measured(link)
