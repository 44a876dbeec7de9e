"""Who is who beside Splink, recordlinkage and GoldenMatch: `python -m benchmarks.matching [--kept] [DATASET ...]`.

`python -m benchmarks.matching arrivals` measures what the datasets do not: new records among a million, told at once.

WORKBENCH_REAL_DATA names the folder of the datasets; the peers are those of `make peers`, and with `--kept` they show
what they found the last time. Where each thing is once in a source, everybody's links are made one to one in one way.
"""

from __future__ import annotations

import operator
import os
import sys
from functools import partial
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks.linkage import arrivals, ours, peers
from benchmarks.linkage.datasets import DATASETS, HELD_OUT
from benchmarks.linkage.scores import Found, b_cubed, judge, one_to_one
from benchmarks.measured import Line
from workbench.matching.evaluate import Scores

ARRIVALS = "arrivals"
WORK = peers.ROOT / ".peers" / "datasets"
UNTOUCHED, TUNED = "untouched draft", "tuned"
BY_HAND = ("febrl4", "febrl4_undated", "febrl3", "splink_fake_1000", "pseudopeople")
"""Datasets on which Splink is tuned by hand as well, its threshold by the truth."""


class Bar(NamedTuple):
    """A measure, and what the untouched draft and the tuned project must reach: a figure, or tools of this run."""

    measure: str
    untouched: str
    tuned: str


BARS = {
    "febrl4": [Bar("pair F1", "≥ Splink", "≥ .999")],
    "febrl4_undated": [Bar("pair F1", "≥ Splink", "≥ .989")],
    "febrl3": [Bar("pair F1", "≥ .98", "≥ .996")],
    "fodors_zagats": [Bar("pair F1", "≥ .95", "≥ .98")],
    "rldata10000": [Bar("pair F1", "> Splink", "≥ .97")],
    "senzing_truthset": [Bar("pair F1", "", "≥ .95"), Bar("B-cubed", "", "≥ .97")],
    "splink_fake_1000": [Bar("B-cubed", "≥ Splink", "> Splink, Splink by hand, GoldenMatch")],
    "pseudopeople": [Bar("pair F1", "≥ Splink", "> Splink by hand")],
    "demo": [Bar("pair F1", "≥ .95", "≥ .98")],
    **{name: [Bar("pair F1", "≥ Splink", "")] for name in HELD_OUT},
}
MEASURES = {"pair F1": lambda scores: scores.f1, "B-cubed": b_cubed}


class Judged(NamedTuple):
    """What a tool found, its scores, and those before linking one to one."""

    found: Found
    scores: Scores
    before: Scores


def measure(name: str, folder: Path, kept: bool) -> dict[str, Judged]:
    """Write a dataset into a folder, and let every tool link it."""
    dataset = DATASETS[name](Path(os.environ["WORKBENCH_REAL_DATA"]))
    dataset.write(folder)
    tools = {UNTOUCHED: partial(ours.measure, ours.untouched)}
    tools |= {} if name in HELD_OUT else {TUNED: partial(ours.measure, ours.tuned)}
    if peers.installed():
        peer = partial(partial, peers.measure, kept=kept)
        tools |= {"Splink": peer("splink_peer", name)}
        tools |= {"Splink by hand": peer("splink_peer", f"{name}_tuned")} if name in BY_HAND else {}
        tools |= {} if name in HELD_OUT else {"recordlinkage": peer("recordlinkage_peer", name)}
        tools |= {"GoldenMatch": peer("goldenmatch_peer", name)}
    else:
        print(f"There is no {peers.PYTHON}, so nothing is said of the peers: `make peers`, or set WORKBENCH_PEERS.")
    judged = {}
    for tool, link in tools.items():
        found = link(folder)
        before = judge(found.clusters, dataset.truth)
        after = judge(one_to_one(found).clusters, dataset.truth) if dataset.distinct else before
        judged[tool] = Judged(found, after, before)
    return judged


def reached(bar: str, ours: float, others: dict[str, float]) -> bool:
    """Whether a figure reaches a bar as BARS has them; tools that were not measured ask for nothing."""
    if not bar:
        return True
    sign, named = bar.split(" ", 1)
    asked = [float(name) if name.startswith(".") else others.get(name, 0.0) for name in named.split(", ")]
    compare = {"≥": operator.ge, ">": operator.gt}[sign]
    return all(compare(round(ours, 4), round(each, 4)) for each in asked)


def lines(name: str, judged: dict[str, Judged]) -> list[Line]:
    """The lines of a dataset: a bar each for the untouched draft and the tuned project."""
    told = []
    for bar in BARS[name]:
        figures = {tool: MEASURES[bar.measure](each.scores) for tool, each in judged.items()}
        others = {tool: figure for tool, figure in figures.items() if tool not in (UNTOUCHED, TUNED)}
        beside = ", ".join(f"{tool} {figure:.4f}" for tool, figure in others.items())
        for tool, asked in ((UNTOUCHED, bar.untouched), (TUNED, bar.tuned))[: 1 if name in HELD_OUT else 2]:
            missed = "" if reached(asked, figures[tool], others) else "missed: "
            told.append(Line(f"{name}, {tool}: {bar.measure}", asked, f"{missed}{figures[tool]:.4f}", beside))
    return told


def show(name: str, judged: dict[str, Judged]) -> None:
    """Print what every tool found on a dataset."""
    one = any(each.scores is not each.before for each in judged.values())
    columns = ["tool", "pair F1", "precision", "recall", "B-cubed", "exact", "seconds", "whole run", "MB"]
    shown = Table(*columns, *(["F1 before one to one"] if one else []), title=name)
    for tool, (found, scores, before) in judged.items():
        figures = [scores.f1, scores.precision, scores.recall, b_cubed(scores), scores.exact]
        took = [f"{found.seconds:.1f}", f"{found.whole:.1f}", f"{found.memory:,.0f}"]
        shown.add_row(tool, *(f"{each:.4f}" for each in figures), *took, *([f"{before.f1:.4f}"] if one else []))
    Console(width=130).print(shown)


def main(names: list[str] | None = None, kept: bool = False) -> list[Line]:
    """Measure the datasets named, by default all, and print what each tool found."""
    told = []
    for name in names or DATASETS:
        if name == ARRIVALS:
            told += arrivals.main()
            continue
        judged = measure(name, WORK / name, kept)
        show(name, judged)
        told += lines(name, judged)
    return told


if __name__ == "__main__":
    named = [name for name in sys.argv[1:] if name != "--kept"]
    if unknown := [name for name in named if name not in (*DATASETS, ARRIVALS)]:
        sys.exit(f"There is no dataset {', '.join(unknown)}. There are: {', '.join((*DATASETS, ARRIVALS))}.")
    for line in main(named, kept="--kept" in sys.argv):
        print(f"| {' | '.join(line)} |")
