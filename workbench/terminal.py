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

from .language import day, ngettext, pgettext
from .language import gettext as _
from .words import OURS, told

if TYPE_CHECKING:
    from .pipeline import Progress as Report
    from .pipeline import Result
    from .views.waiting import Waiting

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
        yield lambda name, place, total: bar.update(task, description=told(name), completed=place, total=total)


def show_result(folder: Path, result: Result) -> None:
    """Print what a run did, and what a person should do next."""
    from .reports.fragments import share

    said = _("Run {id} as of {day}").format(id=result.run_id, day=day(result.as_of))
    out.print(said, style="bold")
    print_table(_("Stages"), result.stages)
    print_table(_("Quality"), [{"dimension": name, "score": share(score)} for name, score in result.quality.items()])
    print_table(_("Records"), [{"outcome": name, "rows": f"{n:,}"} for name, n in result.outcomes.items() if n])
    print_table(_("Amounts not accounted for"),
                [{"currency": c, "difference": d} for c, d in result.differences.items()])  # fmt: skip
    print_table(_("Remarks"), [{key: "" if said is None else said for key, said in r.items()} for r in result.remarks])
    for entity, waiting in _waiting(folder, result).items():
        if any(waiting):
            ask = f"workbench decisions {shlex.quote(str(folder))} --review FILE"
            asked = _("For review of {entity}: {what}. {command} asks people.")
            out.print(asked.format(what=waiting.said, entity=entity, command=ask), soft_wrap=True)
    for gate in result.gates:
        out.print(_("Gate not met: {gate}").format(gate=told(gate)), style="yellow")
    if result.files:
        place = folder / "load" / str(result.as_of)
        out.print(_("Load files: {n} under {folder}/").format(n=len(result.files), folder=place))
    if (report := folder / "reports" / result.run_id / "index.html").exists():
        out.print(_("Report:     {file}").format(file=report))
    if (quality := folder / "reports" / result.run_id / "quality.html").exists():
        out.print(_("To pass on: {page}").format(page=quality))
    if late := _unread(folder, result.as_of):
        run = f"workbench run {shlex.quote(str(folder))} --as-of"
        said = ngettext("No run has read {n} older folder of sources/, the newest {day}: {first}, then {second}",
                        "No run has read {n} older folders of sources/, the newest {day}: {first}, then {second}",
                        len(late))  # fmt: skip
        said = said.format(n=f"{len(late):,}", day=late[-1], first=f"{run} {late[-1]}", second=f"{run} {result.as_of}")
        out.print(said, style="yellow", soft_wrap=True)


def _waiting(folder: Path, result: Result) -> dict[str, Waiting]:
    """What waits of each entity; of a run that was not published its pairs."""
    from .errors import StoreError
    from .published import Published
    from .views.waiting import Waiting, waiting

    try:
        run = Published(folder, result.run_id)
        return {entity: waiting(run, entity) for entity in result.for_review}
    except StoreError:
        return {entity: Waiting(pairs, 0) for entity, pairs in result.for_review.items()}


def _unread(folder: Path, as_of: date) -> list[date]:
    """Deliveries before a date that no run has read, such as one that came late: only `--as-of` asks for them."""
    from .journal import Journal
    from .stages.extracts import dates

    read = {day for (day,) in Journal(folder).read("SELECT DISTINCT as_of FROM inputs")}
    return [day for day in dates(folder) if day < as_of and str(day) not in read]


def print_table(title: str, lines: Sequence[Mapping[Any, Any]]) -> None:
    """Print lines as a table with the first one's keys above it; nothing where there are none. None and NaN are ''.

    Headings, and cells of the columns that hold words of ours, are in the language spoken now.
    """
    if not lines:
        return
    shown = Table(title=title or None, title_justify="left", header_style="bold")
    for name in lines[0]:
        shown.add_column(told(str(name)), overflow="fold")
    for line in lines:
        shown.add_row(*(_cell(name, value) for name, value in line.items()))
    out.print(shown)


def _cell(name: Any, value: Any) -> str:
    if value is None or value != value:
        return ""
    return told(str(value)) if name in OURS else str(value)


def show_issues(issues: Sequence[Mapping[Hashable, Any]]) -> None:
    """Print what is known of the issues that are not closed, and how many there are in each state."""
    print_table(_("Issues"), [{
        _("No"): line["number"], "check": line["check"], "rows": f"{line['failing']:,}",
        pgettext("person", "owner"): line["owner"],
        "due": line["due"] or "", "priority": line["priority"],
        "state": "overdue" if line["overdue"] else line["state"],
    } for line in issues if line["state"] != "closed"])  # fmt: skip
    states = Counter(line["state"] for line in issues)
    counted = (_("{n} {state}").format(n=f"{times:,}", state=told(state)) for state, times in states.items())
    out.print(_(", ").join(counted) or _("There are no issues."))
