"""Verbs of going over: the migration plan, and what is archived instead."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..language import gettext as _
from ..language import speak
from ..terminal import out, print_table
from ..words import told
from .app import Folder, app


@app.command()
def plan(folder: Folder = Path()) -> int:
    """Write the migration plan to reports/plan.html: waves, gates, and whether the cutover window is long enough."""
    from ..project import open_project
    from ..readiness import write_plan
    from ..views.plan import PASSED, lasting

    project = open_project(folder)
    found = project.plan()
    left = [line | {"wave": told(line["wave"])} for line in found.left]
    print_table(_("Waves"), [
        {"wave": wave["wave"], "goes": wave["goes"], "on": wave["day"] or ""}
        | {entity: f"{n:,}" for entity, n in wave["counts"].items()} | {"note": wave["note"]}
        for wave in (*found.waves, *left)
    ])  # fmt: skip
    print_table(_("Gates that are not passed"), [
        {name: line[name] for name in ("wave", "gate", "state", "what", "next")}
        for line in found.gates if line["state"] != PASSED
    ])  # fmt: skip
    if cut := found.cutover:
        spare = cut.spare.total_seconds()
        out.print(_("Point of no return: {time}").format(time=f"{cut.no_return:%Y-%m-%d %H:%M}"), style="bold")
        said = _("Spare: {time}") if spare >= 0 else _("The window is too short by {time}.")
        out.print(said.format(time=lasting(abs(spare))), style="" if spare >= 0 else "yellow")
    out.print(_("Plan:       {file}").format(file=write_plan(project.config, project.journal, found)))
    return 0


@app.command()
def archive(
    folder: Folder = Path(),
    check: Annotated[bool, typer.Option("--check", help="read every file, and say which are not as written")] = False,
) -> int:
    """List what was archived instead of migrated, with its retention dates; or check it against its manifests."""
    from ..config import load
    from ..stages.archive import archives, check_archive, read_manifest

    speak(load(folder).language)
    found = archives(folder)
    manifests = [read_manifest(one) for one in found]
    print_table(_("Archives"), [
        {"as of": one["as_of"], "run": one["run"], "files": len(one["files"]),
         "rows": f"{sum(line['rows'] for line in one['files']):,}", "retain until": one["retain_until"]}
        for one in manifests
    ])  # fmt: skip
    if not found:
        out.print(_("Nothing is archived: no wave says `archive: true`, or no run has written one."))
    faults = [f"{one.name}/{fault}" for one in found for fault in check_archive(one)] if check else []
    for fault in faults:
        out.print(fault, style="yellow")
    if check and not faults and found:
        out.print(_("All files are as they were written."))
    return 1 if faults else 0
