"""Verbs of reconciliation with a new system: hold it against what was expected, have people look, sign."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..errors import ConfigError
from ..language import counted
from ..language import gettext as _
from ..terminal import out, print_table
from ..words import told
from .app import Folder, OfFolder, User, app

Target = Annotated[str | None, typer.Option(help="which new system; default the first of the project")]
SHOWN = 20
"""Findings that a terminal shows."""


@app.command()
def reconcile(
    folder: Folder = Path(),
    target: Target = None,
    user: User = None,
) -> int:
    """Hold what was read back of a new system against what was expected of it. Exit code 1 where something is open."""
    from ..project import open_project

    found = open_project(folder).reconcile(target, user)
    print_table(_("Rows"), [
        {"object": line.object if line.stage else "", "stage": line.stage, "rows": _count(line.rows),
         "less": _count(line.less), "why": line.why} for line in found.counts.astype(object).itertuples()])  # fmt: skip
    print_table(_("Findings"), found.findings.head(SHOWN).to_dict("records"))
    out.print(str(found), soft_wrap=True)
    page = found.config.root / "reports" / f"proof_{found.target}.html"
    out.print(_("Page: {file}").format(file=page), soft_wrap=True)
    return 1 if found.open else 0


@app.command()
def sample(
    folder: OfFolder,
    target: Target = None,
    to: Annotated[Path | None, typer.Option(help="write records to look at to this new .xlsx")] = None,
    read: Annotated[Path | None, typer.Option(help="take the verdicts of such a file")] = None,
    user: User = None,
) -> int:
    """Have people look at records of the new system, old and new side by side; take their verdicts."""
    from ..project import open_project

    if (to is None) == (read is None):
        raise ConfigError("Give either --to FILE, to write a worksheet, or --read FILE, to take one that is filled in.")
    project = open_project(folder)
    if to is not None:
        lines = project.proofs.write_sample(to, target)
        said = counted("{n} record to look at written to {file}", "{n} records to look at written to {file}", lines,
                       file=to)  # fmt: skip
        out.print(said)
    if read is not None:
        lines = project.proofs.read_sample(read, target, user)
        said = counted("Verdicts on {n} record taken from {file}", "Verdicts on {n} records taken from {file}", lines,
                       file=read)  # fmt: skip
        out.print(said)
        out.print(project.reconcile(target, user).said, soft_wrap=True)
    return 0


@app.command()
def sign(
    part: Annotated[str, typer.Argument(help="technical, logical, business or readiness", metavar="PART")],
    folder: Folder = Path(),
    target: Target = None,
    wave: Annotated[str | None, typer.Option(help="the wave whose readiness is signed")] = None,
    note: Annotated[str, typer.Option(help="it stands on the page beside the signature")] = "",
    user: User = None,
) -> int:
    """Sign a part of the reconciliation, or that a wave is ready. It lapses when what it was given for changes."""
    from ..project import open_project

    project = open_project(folder)
    if (part == "readiness") != (wave is not None):
        raise ConfigError("readiness and --wave go together: each wave is signed by itself.")
    if wave is not None:
        project.sign_ready(wave, target, note, user)
        out.print(_("The wave {wave} is signed to be ready.").format(wave=wave))
        return 0
    found = project.reconcile(target, user)
    found.sign(part, user, note)
    said = _("The {part} reconciliation of {target} is signed.")
    out.print(said.format(part=told(part), target=found.target))
    return 0


@app.command()
def signatures(
    folder: Folder = Path(),
    target: Annotated[str | None, typer.Option(help="which new system; default all")] = None,
) -> int:
    """Show who signed which part of the reconciliation, and what changed since."""
    from ..project import open_project

    lines = open_project(folder).proofs.signatures(target)
    print_table(_("Signatures"), [
        {"target": s.target, "part": s.part, "by": s.user, "on": s.at[:16].replace("T", " "), "status": s.status,
         "changed": ", ".join(s.changed), "note": s.note} for s in lines])  # fmt: skip
    if not lines:
        out.print(_("Nothing is signed. `workbench sign` signs a part."))
    return 0


@app.command()
def rounds(folder: Folder = Path(), target: Target = None) -> int:
    """Show the rounds of a new system side by side."""
    from ..project import open_project

    found = open_project(folder).proofs.rounds(target)
    print_table(_("Rounds"), found.to_dict("records"))
    if found.columns.size == 1:
        out.print(_("There is none yet. `workbench reconcile` makes one of each read-back."))
    return 0


def _count(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else ""
