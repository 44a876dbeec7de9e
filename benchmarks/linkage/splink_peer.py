"""Splink on a dataset: `python -m benchmarks.linkage.splink_peer FOLDER OUT MODEL`, in the peers' Python."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator

from benchmarks.linkage.peer import Linked, measured, records
from benchmarks.linkage.splink_models import MODELS, Splink

SEED = 1


def train(model: Splink, linker: Linker) -> None:
    """The tutorial's training: the prior by rules that hardly err, u from pairs drawn, m by passes of the EM."""
    training = linker.training
    training.estimate_probability_two_random_records_match(model.certain, recall=model.recall)
    training.estimate_u_using_random_sampling(max_pairs=model.drawn, seed=SEED)
    for rule in model.passes:
        training.estimate_parameters_using_expectation_maximisation(rule, estimate_without_term_frequencies=True)


def link(folder: Path, name: str) -> Linked:
    """Link the records of a dataset, each source a table."""
    model, database = MODELS[name], DuckDBAPI()
    frame = model.prepare(records(folder))
    tables = [
        database.register(
            pa.Table.from_pandas(part.drop(columns="source"), preserve_index=False), dataset_display_name=source
        )
        for source, part in frame.groupby("source")
    ]
    settings = SettingsCreator(
        link_type=model.link, unique_id_column_name="key", comparisons=model.comparisons,
        blocking_rules_to_generate_predictions=model.blocking,
    )  # fmt: skip
    linker = Linker(tables, settings)
    train(model, linker)
    predicted = linker.inference.predict(threshold_match_probability=0.01)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        predicted, threshold_match_probability=model.threshold
    )
    return Linked(_clusters(clusters, frame), _pairs(predicted, model.threshold, frame))


def _clusters(found: Any, frame: pd.DataFrame) -> pd.DataFrame:
    only = frame["source"].iloc[0]
    table: pd.DataFrame = found.as_pandas_dataframe()
    source = table.get("source_dataset", only)
    return table.assign(source=source, cluster=table["cluster_id"])


def _pairs(found: Any, threshold: float, frame: pd.DataFrame) -> pd.DataFrame:
    only = frame["source"].iloc[0]
    table: pd.DataFrame = found.as_pandas_dataframe()
    table = table[table["match_probability"] >= threshold]
    left, right = (table.get(f"source_dataset_{side}", only) for side in "lr")
    return table.assign(source_l=left, source_r=right, score=table["match_weight"])


if __name__ == "__main__":
    logging.getLogger("splink").setLevel(logging.ERROR)
    measured(link)
