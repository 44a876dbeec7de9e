"""The workbench on a dataset: the untouched draft, and a configuration written by hand for it, in tuned/."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pandas as pd

import workbench as wb
from benchmarks.linkage.datasets import lay_demo
from benchmarks.linkage.scores import Found
from benchmarks.measured import DAY, alone

TUNED = Path(__file__).parent / "tuned"

Layer = Callable[[Path, Path], None]
"""Lays a project out for the dataset in a folder, in a folder of its own."""


class Run(NamedTuple):
    """What a run found (source, key, cluster), its matching pairs, the seconds of its matching."""

    clusters: pd.DataFrame
    pairs: pd.DataFrame
    seconds: float


def untouched(folder: Path, root: Path) -> None:
    """A project as `workbench init` drafts it from the extracts alone."""
    wb.init_project(root, {file.stem: file for file in sorted((folder / "extracts").iterdir())}, as_of=str(DAY))


def tuned(folder: Path, root: Path) -> None:
    """A project with the configuration of tuned/<dataset>.yml; the demo has one of its own."""
    if folder.name == "demo":
        lay_demo(root)
        return
    shutil.copytree(folder / "extracts", root / "sources" / str(DAY))
    shutil.copy(TUNED / f"{folder.name}.yml", root / "workbench.yml")


def measure(lay: Layer, folder: Path) -> Found:
    """Lay a project out and run it until it knows who is who, in a process of its own."""
    measured = alone(_prepare, lay, folder)
    run: Run = measured.result
    return Found(run.clusters, run.pairs, run.seconds, measured.seconds, measured.memory)


def _prepare(lay: Layer, folder: Path) -> Callable[[], Run]:
    scratch = tempfile.TemporaryDirectory()
    root = Path(scratch.name) / folder.name
    lay(folder, root)

    def work() -> Run:
        with scratch:
            return run_project(wb.open_project(root))

    return work


def run_project(project: wb.Project) -> Run:
    """Run a project until it knows who is who; the dataset is about the first entity that is matched."""
    stages = project.run(until="match").stages
    entity = next(iter(project.config.match))
    clusters = project.sql(f'SELECT source, key, golden_id AS cluster FROM match."{entity}_clusters"')
    pairs = project.sql(f"""SELECT source_l, key_l, source_r, key_r, weight AS score
        FROM match."{entity}_pairs" WHERE verdict = 'match'""")
    return Run(clusters, pairs, next(stage["seconds"] for stage in stages if stage["name"] == "match"))
