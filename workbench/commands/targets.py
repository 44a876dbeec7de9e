"""Verbs around load files: what a new system would refuse, and what it said of what was sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from ..language import gettext as _
from ..terminal import out, print_table
from ..words import told
from .app import AsJson, Folder, OfFolder, User, app

COUNTS = ("sent", "created", "updated", "refused", "unprocessed", "never_sent")

Target = Annotated[str | None, typer.Option(help="a name under `targets`; default all")]


@app.command()
def preflight(
    folder: Folder = Path(),
    target: Target = None,
    to: Annotated[Path | None, typer.Option(help="write each problem, with its value, to this new .xlsx")] = None,
    as_json: AsJson = False,
) -> int:
    """Show what the new systems would refuse, and what they would take though it is wrong: all of it, before a load."""
    from ..preflight import write_preflight
    from ..project import open_project
    from ..reports.masking import demand_plain

    project = open_project(folder)
    found = project.preflight(target)
    columns = ["kind", "target", "object", "field", "problem"]
    counts = found.groupby(columns, sort=False)["golden_id"].nunique().reset_index(name="records")
    if to is not None:
        demand_plain(project.masked)
        write_preflight(found, to)
    if as_json:
        print(json.dumps(counts.to_dict("records"), ensure_ascii=False))
    else:
        print_table(_("Preflight"), counts.to_dict("records"))
        nothing = found.empty or "refused" not in set(found["kind"])
        mend = _("What is refused does not go over until it is mended.")
        out.print(_("The new systems refuse nothing.") if nothing else mend)
    return int((found["kind"] == "refused").any())


@app.command()
def results(
    folder: OfFolder,
    files: Annotated[list[Path], typer.Argument(help="result files as the new system gave them", metavar="FILE...")],
    target: Annotated[str, typer.Option(help="whose they are")],
    wave: Annotated[str | None, typer.Option(help="the wave that was sent")] = None,
    user: User = None,
) -> int:
    """Read what a new system says became of each row into the ledger; what it refused becomes a file to mend."""
    from ..project import open_project

    found = open_project(folder).results(target, files, wave=wave, user=user)
    for line in found.to_dict("records"):
        counts = (_("{n} {what}").format(n=f"{line[name]:,}", what=told(name.replace("_", " "))) for name in COUNTS)
        out.print(_("{object}: {counts}.").format(object=line["object"], counts=_(", ").join(counts)), soft_wrap=True)
        if line["corrections"]:
            said = _("What was refused, to mend and send again: {file}").format(file=line["corrections"])
            out.print(f"  {said}", soft_wrap=True)
    return int(found[["refused", "unprocessed", "never_sent"]].sum().sum() > 0)
