"""What the command line prints: tables, a bar while it works, what a run did."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from .language import gettext as _

if TYPE_CHECKING:
    from .pipeline import Progress as Report
    from .pipeline import Result

# what is shown are values: brackets and colons in them are no markup
out, err = Console(markup=False, emoji=False), Console(markup=False, emoji=False, stderr=True)


def say(text: str) -> None:
    """Print words about what went wrong, beside what was asked for."""
    err.print(f"workbench: {text}", style="red", highlight=False, soft_wrap=True)


@contextmanager
def progress() -> Iterator[Report]:
    """A progress bar on a terminal, nothing elsewhere."""
    bar = Progress(TextColumn("{task.description:<12}"), BarColumn(), TimeElapsedColumn(), console=err,
                   transient=True, disable=not err.is_terminal)  # fmt: skip
    with bar:
        task = bar.add_task("", total=None)
        yield lambda name, place, total: bar.update(task, description=name, completed=place, total=total)


def show_result(folder: Path, result: Result) -> None:
    """Print what a run did, and what a person should do next."""
    from .reports.fragments import share

    out.print(f"Run {result.run_id} as of {result.as_of}", style="bold")
    print_table("Stages", result.stages)
    print_table("Quality", [{"dimension": name, "score": share(score)} for name, score in result.quality.items()])
    print_table("Records", [{"outcome": name, "rows": f"{n:,}"} for name, n in result.outcomes.items() if n])
    print_table("Amounts not accounted for", [{"currency": c, "difference": d} for c, d in result.differences.items()])
    print_table("Remarks", [{key: "" if said is None else said for key, said in r.items()} for r in result.remarks])
    for entity, pairs in result.for_review.items():
        if pairs:
            ask = f"workbench decisions {shlex.quote(str(folder))} --review FILE"
            out.print(f"For review: {pairs:,} pairs of {entity}. {ask} asks people.", soft_wrap=True)
    for gate in result.gates:
        out.print(f"Gate not met: {gate}", style="yellow")
    if result.files:
        out.print(f"Load files: {len(result.files)} under {folder / 'load' / str(result.as_of)}/")
    if (report := folder / "reports" / result.run_id / "index.html").exists():
        out.print(f"Report:     {report}")
    if (quality := folder / "reports" / result.run_id / "quality.html").exists():
        out.print(_("To pass on: {page}").format(page=quality))
    if late := _unread(folder, result.as_of):
        run = f"workbench run {shlex.quote(str(folder))} --as-of"
        said = f"No run has read {len(late):,} older folder{'s' * (len(late) > 1)} of sources/, the newest {late[-1]}:"
        out.print(f"{said} {run} {late[-1]}, then {run} {result.as_of}", style="yellow", soft_wrap=True)


def _unread(folder: Path, as_of: date) -> list[date]:
    """Deliveries before a date that no run has read, such as one that came late: only `--as-of` asks for them."""
    from .journal import Journal
    from .stages.extracts import dates

    read = {day for (day,) in Journal(folder).read("SELECT DISTINCT as_of FROM inputs")}
    return [day for day in dates(folder) if day < as_of and str(day) not in read]


def print_table(title: str, lines: Sequence[Mapping[Any, Any]]) -> None:
    """Print lines as a table with the first one's keys above it; nothing where there are none. None and NaN are ''."""
    if not lines:
        return
    shown = Table(title=title or None, title_justify="left", header_style="bold")
    for name in lines[0]:
        shown.add_column(str(name), overflow="fold")
    for line in lines:
        shown.add_row(*("" if value is None or value != value else str(value) for value in line.values()))
    out.print(shown)


def show_issues(issues: Sequence[Mapping[Hashable, Any]]) -> None:
    """Print what is known of the issues that are not closed, and how many there are in each state."""
    print_table("Issues", [{
        "no": line["number"], "check": line["check"], "rows": f"{line['failing']:,}", "owner": line["owner"],
        "due": line["due"] or "", "priority": line["priority"],
        "state": "overdue" if line["overdue"] else line["state"],
    } for line in issues if line["state"] != "closed"])  # fmt: skip
    states = Counter(line["state"] for line in issues)
    out.print(", ".join(f"{times:,} {state}" for state, times in states.items()) or "There are no issues.")
