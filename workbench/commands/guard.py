"""Verbs that guard a project: backups, what changed after the freeze, erasure of a person, who did what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ConfigError
from ..language import counted
from ..language import gettext as _
from ..terminal import err, out, print_table
from .app import AsJson, Folder, OfFolder, User, app

if TYPE_CHECKING:
    from pandas import DataFrame  # it takes a while, and help should not wait for it

To = Annotated[Path | None, typer.Option(help="write all lines to this new .csv or .xlsx")]
SHOWN = 20


@app.command()
def backup(folder: Folder = Path(), user: User = None) -> int:
    """Write a backup of all that cannot be made again, restored and compared before it counts."""
    from ..backup import back_up

    archive = back_up(folder, user)
    said = _("{file} is written, was restored and is the same. Keep a copy of it on another disk.")
    out.print(said.format(file=archive))
    return 0


@app.command()
def restore(
    archive: Annotated[Path, typer.Argument(help="a backup", metavar="ARCHIVE")],
    folder: Annotated[Path, typer.Argument(help="a new or an empty folder", metavar="DIR")],
    user: User = None,
) -> int:
    """Make a project of a backup, in a new or an empty folder."""
    from ..backup import restore

    said = counted("{n} file restored and compared. Go on with: workbench run {folder}",
                   "{n} files restored and compared. Go on with: workbench run {folder}",
                   restore(archive, folder, user), folder=folder)  # fmt: skip
    out.print(said)
    return 0


@app.command()
def changes(
    folder: Folder = Path(),
    since: Annotated[str | None, typer.Option(help="a run or YYYY-MM-DD; default the freeze")] = None,
    to: To = None,
    as_json: AsJson = False,
) -> int:
    """List what changed in the old systems since the freeze: new, changed and gone records. Exit 1 where any did."""
    from ..changes import NOTE
    from ..project import open_project

    found = open_project(folder).changes(since)
    beside = err if as_json else out
    said = counted("Run {until} against {since}: {n} record differs.",
                   "Run {until} against {since}: {n} records differ.", len(found),
                   until=found.attrs["until"], since=found.attrs["since"])  # fmt: skip
    beside.print(said)
    if not found.attrs["configuration"]:
        said = _("workbench.yml is another one than then: part of this may come from its settings.")
        beside.print(said, style="yellow")
    _show(found, "changes", NOTE, to, as_json)
    return 1 if len(found) else 0


@app.command()
def forget(
    folder: OfFolder,
    what: Annotated[list[str], typer.Argument(help="a golden id, or entity, source and key", metavar="WHOM")],
    why: Annotated[str, typer.Option(help="it stands beside the erasure; name nobody in it")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="list what would be done, and do nothing")] = False,
    user: User = None,
) -> int:
    """Erase a person from all that the project keeps, backups included. It cannot be undone."""
    from ..erasure import forget
    from ..journal import whoever
    from ..project import open_project
    from ..reports.masking import demand_plain

    project = open_project(folder)
    demand_plain(project.masked)
    found = forget(project.config, project.journal, what, why, user or whoever(), dry_run=dry_run)
    lines = found.astype(object).where(found.notna(), "").to_dict("records")
    print_table(_("Would be done") if dry_run else _("Done"), lines)
    out.print(_("Copies elsewhere, of backups and of reports that went round, are yours to replace."))
    return 0


@app.command()
def audit(folder: Folder = Path(), to: To = None, as_json: AsJson = False) -> int:
    """List who did what when: runs, decisions, approvals, signatures, loads, erasures."""
    from ..project import open_project

    _show(open_project(folder).audit(), "audit", _("Who did what when; times are UTC."), to, as_json)
    return 0


def _show(found: DataFrame, name: str, note: str, to: Path | None, as_json: bool) -> None:
    """The last lines, all of them as JSON, or all of them to a file."""
    if to is not None:
        from ..decisions.book import write_sheet
        from ..workbook import MOST, Sheet

        if len(found) > MOST and to.suffix.lower() == ".xlsx":
            raise ConfigError(f"{to}: {len(found):,} lines are more than a sheet takes ({MOST:,}). Write a .csv.")
        lines = write_sheet(to, Sheet(name, note, found.mask(found == ""), ()))
        said = counted("{n} line written to {file}", "{n} lines written to {file}", lines, file=to)
        (err if as_json else out).print(said)
    if as_json:
        print(found.to_json(orient="records", force_ascii=False))
    elif to is None and len(found):
        title = _("The last {n}").format(n=SHOWN) if len(found) > SHOWN else ""
        print_table(title, found.tail(SHOWN).to_dict("records"))
