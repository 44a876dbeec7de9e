"""A million persons beside Splink, the two by turns: `python -m benchmarks.million [RECORDS]`, after `make peers`."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.linkage import many, peers
from benchmarks.linkage.many import Took
from benchmarks.measured import Line

TIMES = 3
BARS = {"Splink as documented": 10, "Splink with tight passes": 3}
"""How many times as fast the workbench must be."""


def main(records: int = 1_000_000) -> list[Line]:
    """Print the median seconds of runs that take turns, and how good each is; memory is the least that a run took."""
    if not peers.installed():
        print(f"There is no {peers.PYTHON}, so nothing is measured: `make peers`, or set WORKBENCH_PEERS.")
        return []
    folder = many.made(records)
    tools: dict[str, Callable[[Path], Took]] = {
        "workbench": many.ours,
        "Splink as documented": partial(many.splink, "documented"),
        "Splink with tight passes": partial(many.splink, "tight"),
    }
    runs: dict[str, list[Took]] = {tool: [] for tool in tools}
    for _ in range(TIMES):
        for tool, link in tools.items():
            runs[tool].append(link(folder))
    shown = Table("tool", "seconds", "all runs", "whole run", "pairs compared", "pair F1", "recall", "precision", "MB",
                  title=f"{records:,} persons")  # fmt: skip
    for tool, took in runs.items():
        scores = [f"{each:.4f}" for each in (took[0].scores.f1, took[0].scores.recall, took[0].scores.precision)]
        each = ", ".join(f"{run.seconds:.1f}" for run in took)
        whole = statistics.median(run.whole for run in took)
        shown.add_row(tool, f"{_seconds(took):.1f}", each, f"{whole:.1f}", f"{took[0].pairs:,}", *scores,
                      f"{_memory(took):,.0f}")  # fmt: skip
    Console(width=130).print(shown)
    ours = runs.pop("workbench")
    return [_line(records, tool, ours, theirs) for tool, theirs in runs.items()]


def _line(records: int, tool: str, ours: list[Took], theirs: list[Took]) -> Line:
    ratio = _seconds(theirs) / _seconds(ours)
    missed = "missed: " if ratio < BARS[tool] or _memory(ours) > _memory(theirs) else ""
    said = [f"{_seconds(took):.1f} s, {_memory(took):,.0f} MB, F1 {took[0].scores.f1:.4f}" for took in (ours, theirs)]
    what = f"{records:,} persons beside {tool}"
    return Line(what, f"{BARS[tool]} times as fast, no more memory", f"{missed}{ratio:.1f} times: {said[0]}", said[1])


def _seconds(took: list[Took]) -> float:
    return statistics.median(run.seconds for run in took)


def _memory(took: list[Took]) -> float:
    return min(run.memory for run in took)


if __name__ == "__main__":
    main(*(int(size) for size in sys.argv[1:2]))
