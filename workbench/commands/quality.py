"""Verbs of what is wrong with the data: checks to take, edits to agree to, gaps and failures to give to people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import ConfigError
from ..language import counted
from ..language import gettext as _
from ..terminal import err, out, print_table, show_issues
from .app import AsJson, Folder, OfFolder, User, app

SHOWN = 20
"""Changed values that are printed."""


@app.command()
def suggest(
    folder: Folder = Path(),
    take: Annotated[list[int] | None, typer.Option(help="a number of the list: that check into workbench.yml")] = None,
    as_json: AsJson = False,
) -> int:
    """Propose checks from the data of the last run, with their evidence and what would fail them."""
    from ..project import open_project

    project = open_project(folder)
    found = project.suggest()
    beside = err if as_json else out
    if take and not all(1 <= number <= len(found) for number in take):
        raise ConfigError(f"--take: give numbers from 1 to {len(found)}, as workbench suggest lists them.")
    for number in take or ():
        project.take(found[number - 1].check)
        said = _("Taken into workbench.yml: {check}")
        beside.print(said.format(check=_line(found[number - 1].check)))
    if as_json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False))
    elif not take:
        of = _("{n} of {all}")
        lines = [[n, _line(one.check), one.evidence, of.format(n=f"{one.failing:,}", all=f"{one.evaluated:,}")]
                 for n, one in enumerate(found, 1)]  # fmt: skip
        print_table(
            _("Suggested checks"), [dict(zip(("no", "check", "because", "fail"), ln, strict=True)) for ln in lines]
        )
        out.print(
            _("Take some into workbench.yml with --take 1 --take 2 ...") if found else _("There is nothing to suggest.")
        )
    return 0


@app.command()
def collect(
    folder: Folder = Path(),
    to: Annotated[Path | None, typer.Option(help="where the workbooks go; default DIR/collect")] = None,
    read: Annotated[Path | None, typer.Option(help="take what this workbook came back with")] = None,
    user: User = None,
) -> int:
    """Ask stewards, in a workbook each, for what golden records lack; or read one back for the next run."""
    from ..project import open_project

    project = open_project(folder)
    if read is not None:
        found = project.collect(read, user)
        late = found[found["known"].notna()]
        print_table(_("Not taken: known by now"), late.to_dict("records"))
        said = counted("{n} new value taken; the next run fills it in.",
                       "{n} new values taken; the next run fills them in.", len(found) - len(late))  # fmt: skip
        out.print(said)
        return 0
    written = project.collection(to or folder / "collect")
    print_table(_("Collection sheets"), written.to_dict("records"))
    if written.empty:
        out.print(_("There is nothing to ask for: no golden record lacks a required field."))
    return 0


@app.command()
def corrections(
    folder: OfFolder,
    to: Annotated[Path, typer.Argument(help="a new .xlsx", metavar="FILE")],
    source: Annotated[str | None, typer.Option(help="only what this source has otherwise")] = None,
) -> int:
    """Write what systems have otherwise than a field's owner to a workbook, for those who correct it there."""
    from ..project import open_project

    lines = open_project(folder).export_corrections(to, source)
    said = counted("{n} value to correct written to {file}", "{n} values to correct written to {file}", lines, file=to)
    out.print(said)
    return 0


def _line(check: Mapping[str, Any]) -> str:
    """A check as a line of workbench.yml."""
    plain = {n: v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for n, v in check.items()}
    return "{" + ", ".join(f"{name}: {value}" for name, value in plain.items()) + "}"


@app.command()
def issues(
    folder: Folder = Path(),
    to: Annotated[Path | None, typer.Option(help="write the open ones to this .xlsx, for people to answer")] = None,
    read: Annotated[Path | None, typer.Option(help="take what people changed in such a workbook")] = None,
    owner: Annotated[str | None, typer.Option(help="only those of this person")] = None,
    source: Annotated[str | None, typer.Option(help="only those with rows that fail in this source")] = None,
    user: User = None,
    as_json: AsJson = False,
) -> int:
    """Show what failures are open, whose they are and until when; by workbook to those who mend them, and back."""
    from ..project import open_project

    project = open_project(folder)
    beside = err if as_json else out
    if read is not None:
        changes = project.read_issues(read, user)
        beside.print(counted("{n} change taken from {file}", "{n} changes taken from {file}", changes, file=read))
    if to is not None:
        lines = project.export_issues(to, owner, source)
        beside.print(counted("{n} failing row written to {file}", "{n} failing rows written to {file}", lines, file=to))
    if as_json:
        found = project.issues(owner, source).to_dict("records")
        print(json.dumps(found, ensure_ascii=False, default=str))
    elif read is None and to is None:
        show_issues(project.issues(owner, source).to_dict("records"))
    return 0


@app.command()
def edit(
    folder: OfFolder,
    table: Annotated[str, typer.Argument(help="such as erp.kna1", metavar="TABLE")],
    column: Annotated[str, typer.Argument(metavar="COLUMN")],
    why: Annotated[str, typer.Option(help="why this is right: it stands beside each change")],
    put: Annotated[list[str] | None, typer.Option("--set", help="OLD=NEW; again for each further value")] = None,
    expression: Annotated[str | None, typer.Option(help="instead: SQL that computes it of `value`")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show what would change, write nothing")] = False,
    user: User = None,
) -> int:
    """Add a step to a table's recipe, which every run makes from now on."""
    from ..project import open_project

    values = dict(_pair(text) for text in put) if put else None
    changed = open_project(folder).edit(
        table, column, why=why, values=values, expression=expression, user=user, dry_run=dry_run
    )
    print_table("", changed.head(SHOWN).to_dict("records"))
    said = _("{values} values in {rows} rows change from the next run on ({file}).")
    if dry_run:
        said = _("{values} values in {rows} rows would change.")
    rows = f"{changed['rows'].sum():,}"
    out.print(said.format(values=f"{len(changed):,}", rows=rows, file=f"recipes/{table}.yml"))
    return 0


@app.command()
def recipes(
    folder: Folder = Path(),
    undo: Annotated[str | None, typer.Option(help="take the last step of this table's recipe back")] = None,
) -> int:
    """Show the edits that were agreed to, with who and why."""
    from ..project import open_project

    project = open_project(folder)
    if undo is not None:
        step = project.undo(undo)
        said = _("Taken back: {table}, {column}: {why}")
        out.print(said.format(table=undo, column=step.column, why=step.why))
        return 0
    steps = project.recipes()
    print_table(_("Recipes"), steps.to_dict("records"))
    if steps.empty:
        out.print(_("There are none. `workbench edit` adds a step."))
    return 0


def _pair(text: str) -> tuple[str, str]:
    old, equals, new = text.partition("=")
    if not equals:
        raise ConfigError(f"--set {text}: give OLD=NEW, such as Dalian=大连.")
    return old, new
