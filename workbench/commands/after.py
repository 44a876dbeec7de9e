"""Verbs of the time after go-live: look at what came, and let go of what is old."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from ..language import counted, spoken
from ..language import gettext as _
from ..terminal import err, out, print_table
from .app import Folder, User, app, step_back


@app.command()
def monitor(folder: Folder = Path(), user: User = None) -> int:
    """Run the newest extracts if that was not done yet, and tell of what fell. Exit code 1 where something did."""
    from ..config import load
    from ..monitor import watch

    step_back()
    with spoken(load(folder).language):
        found = watch(folder, date.today(), user)
        run = found.summary.run
        state = _("was run now") if found.ran else _("was run before; nothing newer came")
        out.print(f"{run.run_id}: {state}", style="bold")
        out.print(found.summary.headline)
        for one in found.summary.told:
            out.print(f"{_(one.kind)}: {one.said}", style="yellow", soft_wrap=True)
        lines = [{_("Chapter"): one.title, _("State"): _(one.state), _("In short"): one.said}
                 for one in found.summary.chapters if one.state]  # fmt: skip
        print_table("", lines)
        if found.late:
            late = counted("Extracts are {n} day late.", "Extracts are {n} days late.", found.late)
            out.print(late, style="yellow")
        for said in found.wrong:
            err.print(said, style="red", soft_wrap=True)
        out.print(_("To pass on: {page}").format(page=folder / "reports" / run.run_id / "quality.html"))
    return 0 if found.well and not found.wrong else 1


@app.command()
def compact(
    folder: Folder = Path(),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="list what would be deleted, and do nothing")] = False,
    user: User = None,
) -> int:
    """Delete tables and pages of old runs, as `keep` in workbench.yml says; their reports and the history stay."""
    from ..config import load
    from ..journal import Journal, whoever
    from ..retention import compact

    config = load(folder)
    with spoken(config.language):
        found = compact(config, Journal(folder), user or whoever(), dry_run=dry_run)
        print_table("", found.to_dict("records"))
        if found.empty:
            out.print(_("No run is older than that, or what is older is referred to."))
    return 0
