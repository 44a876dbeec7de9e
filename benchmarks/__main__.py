"""All benchmarks, or those named: `make bench`, `python -m benchmarks [NAME ...]`; docs/benchmarks.md has the figures.

A benchmark is a module with `main`, which prints what it measured and gives its lines of the scoreboard.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

from benchmarks.measured import Line

MADE_UP = ("reading", "demo", "dashboard", "crowd", "checking", "standardising", "clustering", "growth", "million",
           "diffing")  # fmt: skip
"""Benchmarks that make their data, or bring it."""
REAL = ("matching", "drafts", "company_names", "party_kinds", "tax_ids", "cell_errors", "harm")
"""Benchmarks on the data of the folder that WORKBENCH_REAL_DATA names."""


def scoreboard(names: list[str]) -> list[tuple[str, Line]]:
    """Run the benchmarks, and give each line with the benchmark it is from."""
    lines = []
    for name in names:
        if name in REAL and "WORKBENCH_REAL_DATA" not in os.environ:
            print(f"{name} is left out: set WORKBENCH_REAL_DATA to the folder of its data.")
            continue
        lines += [(name, line) for line in import_module(f"benchmarks.{name}").main()]
    return lines


def main() -> None:
    """Run what the command line names, by default everything, and print the scoreboard."""
    names = sys.argv[1:] or [*MADE_UP, *REAL]
    if unknown := [name for name in names if name not in (*MADE_UP, *REAL)]:
        sys.exit(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join((*MADE_UP, *REAL))}.")
    lines = scoreboard(names)
    print("\n| what | bar | workbench | peer | command: `python -m benchmarks` |\n|---|---|---|---|---|")
    for name, line in lines:
        print(f"| {' | '.join(line)} | `{name}` |")


if __name__ == "__main__":
    main()
