"""Replay the demo's six extract dates, render the notebooks, then say what was found and where to look.

python data/demo/replay.py [project folder]
"""

from __future__ import annotations

import csv
import shutil
import sys
from os.path import relpath
from pathlib import Path

import pyarrow as pa
from rich.console import Console
from rich.table import Table

import workbench as wb
from workbench.checks import DIMENSIONS
from workbench.demo import approve_mappings
from workbench.draft.notebooks import lay_notebooks
from workbench.matching.evaluate import Scores, score
from workbench.notebooks import render_notebooks
from workbench.pipeline import Result
from workbench.stages.extracts import dates
from workbench.store import session
from workbench.summary import BOOK, PAGE

HERE = Path(__file__).parent


def against_truth(project: wb.Project) -> Scores:
    """How well the customers of the newest run agree with the truth."""
    with (HERE / "truth" / "customer.csv").open(encoding="utf-8", newline="") as lines:
        truth = pa.Table.from_pylist(list(csv.DictReader(lines)))
    with session(None) as con:
        for name, table in (
            ("truth", truth),
            ("found", pa.Table.from_pandas(project.table("match.customer_clusters"))),
        ):
            con.register("_it", table)
            con.execute(f"CREATE TABLE {name} AS FROM _it")
        return score(con, "(SELECT source, key, golden_id AS cluster FROM found)", "truth")


def replay(project: wb.Project, out: Console) -> tuple[Result, Scores]:
    """Run every date in order and show each as a line."""
    headings = ("as of", "records", "customers", "complete", "valid", "unique", "consist.", "timely", "gates", "F1")
    story = Table(*headings, title="Six weeks of extracts", box=None, padding=(0, 1, 0, 0), title_justify="left")
    for day in dates(project.root):
        with out.status(f"as of {day}"):
            result = project.run(as_of=day)
        scores = (f"{result.quality[name]:.1%}" for name in DIMENSIONS)
        records, customers = sum(result.outcomes.values()), len(project.table("gold.customer"))
        found = against_truth(project)
        story.add_row(str(day), f"{records:,}", f"{customers:,}", *scores, str(len(result.gates)), f"{found.f1:.3f}")
    out.print(story)
    out.print("\nGates are the checks past their limit; F1 is that of the pairs joined, against the truth.")
    return result, found


def tell(result: Result, found: Scores, out: Console) -> None:
    """What became of the newest date's records and amounts."""
    out.print(f"Pairs: precision {found.precision:.3f}, recall {found.recall:.3f}, F1 {found.f1:.3f}; ", end="")
    out.print(f"{found.exact:.1%} of the real customers are found exactly.")
    told = ", ".join(f"{count:,} {outcome}" for outcome, count in result.outcomes.items() if count)
    out.print(f"Every record has one outcome: {told}.")
    out.print("Pairs too near to call, for a person to decide: " + f"{sum(result.for_review.values()):,}.")
    out.print("Amounts not accounted for: " + ", ".join(f"{d} {c}" for c, d in result.differences.items()) + ".")
    for gate in result.gates:
        out.print(f"Gate not met: {gate}")


def render(project: wb.Project, out: Console) -> bool:
    """Lay the notebooks into the project and render them; whether all of them ran."""
    lay_notebooks(project.root / "notebooks")
    with out.status("the notebooks"):
        failed = [page for page in render_notebooks(project) if page.error]
    for page in failed:
        out.print(f"Notebook {page.name} failed: {page.error}")
    return not failed


def point(root: Path, result: Result, out: Console) -> None:
    """Where to look next."""
    reports = root / "reports"
    if root == HERE:  # the bundled project's reports are laid where people look for reports
        reports = Path(shutil.copytree(reports, HERE.parents[1] / "reports" / "demo", dirs_exist_ok=True))
        for name in (PAGE, BOOK):  # the example that is kept with the code
            shutil.copyfile(reports / result.run_id / name, reports / name)
    command, folder = relpath(Path(sys.executable).with_name("workbench")), relpath(root)
    out.print("\nWhere to look")
    out.print(f"  the report       {relpath(reports / result.run_id / 'index.html')}")
    out.print(f"  to pass on       {relpath(reports / result.run_id / PAGE)}")
    out.print(f"  the notebooks    {relpath(reports / result.run_id / 'notebooks' / 'index.html')}")
    out.print(f"  the dashboard    {command} dashboard {folder}")
    out.print(f"  the load files   {folder}/load/{result.as_of}/")
    out.print(f"  one customer     {command} trace {folder} 0000100014")
    out.print(f"  any table        {command} table {folder} gold.customer --to customers.csv")


def main() -> None:
    """Print the story of the project in a folder, by default of the bundled one."""
    out = Console(soft_wrap=True, highlight=False)
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    project = wb.open_project(root)
    approve_mappings(root)
    result, found = replay(project, out)
    tell(result, found, out)
    rendered = render(project, out)
    point(root, result, out)
    sys.exit(1 if result.gates or not rendered else 0)


if __name__ == "__main__":
    main()
