"""Splink on persons by the million: `python -m benchmarks.linkage.splink_persons FOLDER OUT documented|tight`.

The training is that of its demo of 50,000 persons, with a pass of the EM blocked on names and one on the date of birth;
tight passes give few pairs more than the matches. The blocking rules are those of tuned/persons.yml.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from pathlib import Path

import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from benchmarks.linkage.peer import peak
from benchmarks.linkage.splink_models import Splink
from benchmarks.linkage.splink_peer import train

PASSES = {
    "documented": [block_on("first_name", "last_name"), block_on("born")],
    "tight": [block_on("first_name", "last_name", "postcode"), block_on("email")],
}


def persons(passes: str) -> Splink:
    """The model, with the passes of the EM by their name."""
    return Splink(
        comparisons=[
            cl.NameComparison("first_name"),
            cl.NameComparison("last_name"),
            cl.DateOfBirthComparison("born", input_is_string=True),
            cl.JaroWinklerAtThresholds("street", [0.9]),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
            cl.ExactMatch("phone"),
        ],
        blocking=[
            block_on("email"), block_on("phone"), block_on("last_name", "born"), block_on("first_name", "born"),
            block_on("last_name", "postcode"),
        ],
        certain=[block_on("first_name", "last_name", "born"), block_on("email"), block_on("phone", "born")],
        recall=0.8,
        passes=PASSES[passes],
        drawn=1e7 if passes == "documented" else 1e6,
        threshold=0.95,
    )  # fmt: skip


def main(folder: Path, out: Path, passes: str) -> None:
    """Link people.parquet and write clusters.parquet and measured.json: seconds, memory in MB, pairs compared."""
    model, database = persons(passes), DuckDBAPI()
    out.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    people = database.duckdb_con.read_parquet(str(folder / "people.parquet"))
    settings = SettingsCreator(
        link_type="dedupe_only", unique_id_column_name="key", comparisons=model.comparisons,
        blocking_rules_to_generate_predictions=model.blocking,
    )  # fmt: skip
    linker = Linker(database.register(people), settings)
    train(model, linker)
    predicted = linker.inference.predict()
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        predicted, threshold_match_probability=model.threshold
    )
    seconds = time.perf_counter() - started
    pairs = predicted.as_duckdbpyrelation().count("*").fetchall()[0][0]
    took = {"seconds": seconds, "memory": peak(), "pairs": pairs}
    clusters.query_sql("select key, cluster_id from {this}").to_parquet(str(out / "clusters.parquet"), overwrite=True)
    (out / "measured.json").write_text(json.dumps(took), encoding="utf-8")


if __name__ == "__main__":
    logging.getLogger("splink").setLevel(logging.ERROR)
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
