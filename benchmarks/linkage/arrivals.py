"""Arrivals among many persons: half of them copies of persons that are there, half of them new."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

import workbench as wb
from benchmarks.linkage import many
from benchmarks.linkage.persons import write_arrivals
from benchmarks.measured import Line, alone

NUMBER, EACH = 1_000_000, 500
"""Persons that are there, and arrivals of each sort."""

BAR = 3.0
"""Seconds in which they are told."""

WHAT = ("known", "review", "new")


def main(number: int = NUMBER) -> list[Line]:
    """Measure `Project.arrivals` in a process of its own, on a project that is run if it is not there."""
    folder = many.made(number)
    root = folder / "project"
    if not (root / "clusters.parquet").exists():
        many.ours(folder)
    if not (folder / "arrivals.parquet").exists():
        write_arrivals(number, EACH, folder)
    run = alone(_prepare, root, folder / "arrivals.parquet", times=3)
    found: pd.DataFrame = run.result
    copies = found[found["key"].str.startswith("copy ")]
    new = found[found["key"].str.startswith("new ")]
    right = _right(folder, copies)
    shown = Table("arrivals", "", *WHAT, title=f"{2 * EACH:,} arrivals among {number:,} persons")
    for name, some in (("copies", copies), ("new", new)):
        times = some["what"].value_counts()
        shown.add_row(name, f"{len(some):,}", *(f"{times.get(what, 0):,}" for what in WHAT))
    Console(width=130).print(shown)
    print(f"{run.seconds:.2f} s, {run.processor:.2f} s of the processor, {run.memory:,.0f} MB")
    what = f"{2 * EACH:,} arrivals among {number:,} persons"
    missed = "" if run.seconds < BAR else "missed: "
    return [
        Line(f"{what}: seconds", f"< {BAR:g}", f"{missed}{run.seconds:.2f}"),
        Line(f"{what}: copies that find their golden record", "", f"{right / len(copies):.1%}"),
        Line(f"{what}: new ones called new", "", f"{(new['what'] == 'new').mean():.1%}"),
    ]


def _prepare(root: Path, file: Path) -> Callable[[], pd.DataFrame]:
    project = wb.open_project(root)
    return lambda: project.arrivals(file, "people")


def _right(folder: Path, copies: pd.DataFrame) -> int:
    """How many copies are in a golden record of the person that they are about."""
    truth = pd.read_parquet(folder / "truth.parquet")
    golden = pd.read_parquet(folder / "project" / "clusters.parquet", columns=["key", "golden_id"])
    about = pd.read_parquet(folder / "told.parquet")
    theirs = about.merge(truth.merge(golden, on="key"), on="cluster", suffixes=("", "_there"))
    pairs = copies.merge(theirs, on=["key", "golden_id"])
    return int(pairs["key"].nunique())
