"""Persons by the hundred thousand and the million: made once for each size, linked, and scored from the files alone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import workbench as wb
from benchmarks.linkage import peers
from benchmarks.linkage.ours import TUNED
from benchmarks.linkage.persons import write_persons
from benchmarks.measured import DAY, alone
from workbench.matching.evaluate import Scores, score
from workbench.store import open_files, rows, view_file

WORK = peers.ROOT / ".peers" / "persons"


class Took(NamedTuple):
    """Seconds from training to clusters, those of the whole run, memory at its peak in MB, pairs compared, scores."""

    seconds: float
    whole: float
    memory: float
    pairs: int
    scores: Scores


def made(number: int) -> Path:
    """The folder of so many persons, which are made if they are not there."""
    folder = WORK / f"{number}"
    if not (folder / "truth.parquet").exists():
        shutil.rmtree(folder, ignore_errors=True)
        write_persons(number, folder)
    return folder


def ours(folder: Path) -> Took:
    """The workbench with tuned/persons.yml, in a process of its own; it begins with the extract."""
    root = folder / "project"
    shutil.rmtree(root, ignore_errors=True)
    (root / "sources" / str(DAY)).mkdir(parents=True)
    (root / "sources" / str(DAY) / "people.parquet").hardlink_to(folder / "people.parquet")
    shutil.copy(TUNED / "persons.yml", root / "workbench.yml")
    run = alone(_prepare, root)
    project = wb.open_project(root)
    project.export("match.person_clusters", root / "clusters.parquet")
    pairs = int(project.sql("SELECT count(*) AS n FROM match.person_pairs")["n"].iloc[0])
    return Took(run.result, run.seconds, run.memory, pairs, _scores(folder, root / "clusters.parquet", "golden_id"))


def _prepare(root: Path) -> Callable[[], float]:
    project = wb.open_project(root)

    def work() -> float:
        stages = project.run(until="match").stages
        return next(float(stage["seconds"]) for stage in stages if stage["name"] == "match")

    return work


def splink(model: str, folder: Path) -> Took:
    """Splink, as its documentation has it or with tight passes of the EM; it begins with the extract too."""
    out = folder / f"splink.{model}"
    peers.run("splink_persons", model, folder, out)
    took = json.loads((out / "measured.json").read_text(encoding="utf-8"))
    scores = _scores(folder, out / "clusters.parquet", "cluster_id")
    return Took(took["seconds"], took["seconds"], took["memory"], took["pairs"], scores)


def _scores(folder: Path, clusters: Path, cluster: str) -> Scores:
    with open_files([folder]) as con:
        view_file(con, "clusters", clusters)
        view_file(con, "truth", folder / "truth.parquet")
        con.execute(
            f"CREATE VIEW found AS SELECT 'people' AS source, key, {cluster} AS cluster FROM published.clusters"
        )
        assert rows(con, "SELECT count(*) FROM found") == rows(con, "SELECT count(*) FROM published.truth")
        return score(con, "found", "published.truth")
