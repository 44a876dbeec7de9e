"""Verbs of going over for real: load into the new system, and read back what it holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..errors import ConfigError
from ..language import counted
from ..language import gettext as _
from ..terminal import out, print_table, progress
from .app import OfFolder, User, app

SHOWN = 20
"""Rows of a list that a terminal shows."""
Target = Annotated[str, typer.Option(help="which of the targets in workbench.yml")]


@app.command()
def load(
    folder: OfFolder,
    target: Target,
    wave: Annotated[str | None, typer.Option(help="which wave; default all that go now")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would be done, send nothing")] = False,
    corrections: Annotated[Path | None, typer.Option(help="the mended file of rows that were refused")] = None,
    undo: Annotated[int | None, typer.Option(help="take back what this load created, and nothing else")] = None,
    user: User = None,
) -> int:
    """Load into the new system what is new or changed since the last load. Exit 1 if rows did not arrive."""
    from ..project import open_project

    project = open_project(folder)
    if undo is not None:
        if wave is not None or dry_run or corrections is not None:
            raise ConfigError("--undo takes back one whole load: give it alone.")
        done = project.undo_load(target, undo, user)
        said = counted("{n} row that load {id} created was deleted in {target}.",
                       "{n} rows that load {id} created were deleted in {target}.",
                       done.rows, id=undo, target=target)  # fmt: skip
        out.print(said)
        _list(_("Kept"), [dict(zip(("object", "golden_id", "reason"), line, strict=True)) for line in done.kept])
        return 1 if done.kept else 0
    with progress() as report:
        loaded = project.load(target, wave, dry_run=dry_run, corrections=corrections, user=user, tick=report)
    if loaded.settled:
        said = counted("{n} row that an earlier load had sent without an answer is in the target.",
                       "{n} rows that an earlier load had sent without an answer are in the target.",
                       loaded.settled)  # fmt: skip
        out.print(said)
    title = _("Load {id}").format(id=loaded.load_id) if loaded.load_id else _("What would be done")
    print_table(title, loaded.table.to_dict("records"))
    gone = [dict(zip(("object", "golden_id", "target_id"), line, strict=True)) for line in loaded.gone]
    _list(_("Loaded before, and among what goes over no longer: decide in the new system what becomes of them"), gone)
    if loaded.backup:
        out.print(_("Backup before: {file}").format(file=loaded.backup), soft_wrap=True)
    for file in loaded.corrections:
        out.print(_("Refused rows, to be mended: {file}").format(file=file), style="yellow", soft_wrap=True)
    return 1 if loaded.refused else 0


@app.command()
def readback(
    folder: OfFolder,
    target: Target,
    file: Annotated[Path | None, typer.Argument(help="an export of the new system; none for a live target")] = None,
    name: Annotated[str | None, typer.Option("--object", help="the object that the file holds")] = None,
    user: User = None,
) -> int:
    """Read back what the new system holds, whole, for the reconciliation."""
    from ..project import open_project

    if (file is None) != (name is None):
        raise ConfigError("--object and FILE go together: an export is of one object.")
    found = open_project(folder).readback(target, name, file, user)
    print_table(_("Read back"), [{"object": name, "rows": f"{rows:,}"} for name, rows in found.items()])
    return 0


def _list(title: str, lines: list[dict[str, str]]) -> None:
    print_table(title, lines[:SHOWN])
    if len(lines) > SHOWN:
        out.print(_("and {n} more").format(n=f"{len(lines) - SHOWN:,}"))
