"""The demo's newest date, stage by stage: `python -m benchmarks.demo`."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

import workbench as wb
from benchmarks.measured import Line
from workbench.stages.extracts import dates

DEMO = Path(__file__).parents[1] / "data" / "demo"


def main() -> list[Line]:
    """Print rows and the median seconds of three runs for each stage."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "demo"
        shutil.copytree(DEMO, root, ignore=shutil.ignore_patterns("state", "load", "reports", "journal*"))
        project = wb.open_project(root)
        runs = [project.run(as_of=dates(root)[-1]) for _ in range(3)]
    shown = Table("stage", "rows in", "rows out", "seconds", title="The demo's newest date")
    whole = 0.0
    for stages in zip(*(run.stages for run in runs), strict=True):
        seconds = statistics.median(stage["seconds"] for stage in stages)
        whole += seconds
        shown.add_row(stages[0]["name"], f"{stages[0]['rows_in']:,}", f"{stages[0]['rows_out']:,}", f"{seconds:.2f}")
    Console().print(shown)
    return [Line("the demo's newest date, extracts to reports", "", f"{whole:.1f} s")]


if __name__ == "__main__":
    main()
