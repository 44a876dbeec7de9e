"""How time grows with the number of persons: `python -m benchmarks.growth [RECORDS ...]`."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

from benchmarks.linkage import many
from benchmarks.measured import Line

SIZES = [100_000, 1_000_000, 10_000_000]
BAR = "at most 13 times for 10 times the records"


def main(sizes: list[int] = SIZES) -> list[Line]:
    """Print seconds, pairs compared, recall and memory for each size, and how the time grows from one to the next."""
    shown = Table(
        "records", "seconds", "whole run", "pairs compared", "pair F1", "recall", "precision", "MB", title="Growth"
    )
    told: list[Line] = []
    before = None
    for size in sizes:
        took = many.ours(many.made(size))
        scores = [f"{each:.4f}" for each in (took.scores.f1, took.scores.recall, took.scores.precision)]
        times = [f"{took.seconds:.1f}", f"{took.whole:.1f}", f"{took.pairs:,}"]
        shown.add_row(f"{size:,}", *times, *scores, f"{took.memory:,.0f}")
        grown = f"{took.seconds / before:.1f} times, " if before else ""
        what = f"matching {size:,} persons, recall {took.scores.recall:.4f}, {took.pairs:,} pairs"
        told.append(Line(what, BAR if before else "", f"{grown}{took.seconds:.1f} s, {took.memory:,.0f} MB"))
        before = took.seconds
    Console(width=120).print(shown)
    return told


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
