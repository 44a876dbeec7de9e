"""Wrong cells found by the checks that are suggested for data nobody has described: `python -m benchmarks.cell_errors`.

WORKBENCH_REAL_DATA names the folder of the extracts. The truth is asked only for the figures.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pandas as pd

import workbench as wb
from benchmarks.measured import Line
from workbench.trial import with_settings
from workbench.types import MISSING

DAY = "2026-09-07"
DATASETS = ("raha_hospital", "raha_beers")


def wrong_cells(folder: Path) -> set[tuple[int, int]]:
    """(row from 1, column from 0) of the cells that differ from the truth."""
    dirty, clean = (
        pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False) for name in ("dirty", "clean")
    )
    return {(row + 1, column) for row, column in zip(*(dirty.values != clean.values).nonzero(), strict=True)}


def flagged_cells(folder: Path, root: Path) -> set[tuple[int, int]]:
    """The cells that fail a check of the draft or one that was suggested, or hold a word for missing such as N/A."""
    wb.init_project(root, {"it": folder / "dirty.csv"}, entity="thing", as_of=DAY)
    project = wb.open_project(root)
    project.run(until="check")
    for suggestion in project.suggest():
        with_settings(root, {"checks.+": suggestion.check})
    project = wb.open_project(root)
    project.run(until="check")
    headings = list(pd.read_csv(folder / "dirty.csv", nrows=0).columns)
    (record,) = project.config.records("thing").values()
    place = {field: headings.index(term) for field, term in record.fields.items() if term in headings}
    found = project.sql(f"""
        SELECT _row, field FROM qa.failures WHERE field <> ''
        UNION SELECT _row, field FROM std.changes WHERE rule = '{MISSING.rule}'""")
    return {(row, place[field]) for row, field in found.itertuples(index=False) if field in place}


def main() -> list[Line]:
    """Print precision and recall of wrong cells for each dataset."""
    data = Path(os.environ["WORKBENCH_REAL_DATA"])
    lines = []
    print(f"{'dataset':<16}{'wrong':>8}{'flagged':>9}{'right':>8}{'precision':>11}{'recall':>8}{'F1':>7}")
    for dataset in DATASETS:
        with tempfile.TemporaryDirectory() as folder:
            wrong = wrong_cells(data / dataset)
            flagged = flagged_cells(data / dataset, Path(folder) / "project")
        right = len(wrong & flagged)
        precision, recall = right / max(len(flagged), 1), right / len(wrong)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        print(f"{dataset:<16}{len(wrong):>8}{len(flagged):>9}{right:>8}{precision:>11.3f}{recall:>8.3f}{f1:>7.3f}")
        said = f"precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}"
        lines.append(Line(f"wrong cells of {dataset}", "", said))
    return lines


if __name__ == "__main__":
    main()
