"""Verbs of the time after go-live: look at what came, and let go of what is old."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ..language import gettext as _
from ..language import spoken
from ..terminal import err, out, print_table
from .app import Folder, User, app


@app.command()
def monitor(folder: Folder = Path(), user: User = None) -> int:
    """Run the newest extracts if that was not done yet, and tell of what fell. Exit code 1 where something did."""
    from ..config import load
    from ..monitor import watch

    with spoken(load(folder).language):
        found = watch(folder, date.today(), user)
        run = found.summary.run
        state = _("was run now") if found.ran else _("was run before; nothing newer came")
        out.print(f"{run.run_id}: {state}", style="bold")
        for one in found.summary.told:
            out.print(f"{_(one.kind)}: {one.said}", style="yellow", soft_wrap=True)
        lines = [{_("Chapter"): one.title, _("State"): _(one.state), _("In short"): one.said}
                 for one in found.summary.chapters if one.name != "glossary"]  # fmt: skip
        print_table("", lines)
        if found.late:
            out.print(_("Extracts are {days} days late.").format(days=found.late), style="yellow")
        for said in found.wrong:
            err.print(said, style="red", soft_wrap=True)
        out.print(_("To pass on: {page}").format(page=folder / "reports" / run.run_id / "quality.html"))
    return 0 if found.well and not found.wrong else 1
