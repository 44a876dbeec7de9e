"""Verbs of mapping tables: suggest, send out, take back, approve, look at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..language import counted
from ..language import gettext as _
from ..terminal import err, out, print_table
from ..words import told
from .app import AsJson, OfFolder, User, app

if TYPE_CHECKING:
    from ..mappings import Mapping

mapping = typer.Typer(help="Which golden field fills which field of the new system, and who agreed to it.",
                      no_args_is_help=True)  # fmt: skip
app.add_typer(mapping, name="mapping")
Target = Annotated[str | None, typer.Option(help="which target; default the first with a mapping")]


@mapping.command()
def suggest(
    folder: OfFolder,
    target: Target = None,
    write: Annotated[bool, typer.Option("--write", help="add them to the table, author: suggested")] = False,
    as_json: AsJson = False,
) -> int:
    """Suggest lines for fields of the target that nothing fills yet, with the evidence."""
    its = _mapping(folder, target)
    found = its.suggest(write).to_dict("records")
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        print_table(_("Suggested"), [line | {"confidence": f"{line['confidence']:.0%}"} for line in found])
        if write:
            said = counted("{n} line added to the table.", "{n} lines added to the table.", len(found))
        else:
            said = counted("{n} line suggested; --write adds it.",
                           "{n} lines suggested; --write adds them.", len(found))  # fmt: skip
        out.print(said)
    return 0


@mapping.command()
def export(folder: OfFolder, file: Annotated[Path, typer.Argument(metavar="FILE")], target: Target = None) -> int:
    """Write the table, its code lists and what is not covered to a new .xlsx for people."""
    lines = _mapping(folder, target).export(file)
    said = counted("{n} line written to {file}; workbench mapping import {folder} {file} shows what people change",
                   "{n} lines written to {file}; workbench mapping import {folder} {file} shows what people change",
                   lines, file=file, folder=folder)  # fmt: skip
    out.print(said)
    return 0


@mapping.command("import")
def import_(
    folder: OfFolder,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    target: Target = None,
    take: Annotated[bool, typer.Option("--take", help="write the changes to the CSV files")] = False,
    user: User = None,
    as_json: AsJson = False,
) -> int:
    """Show what a colleague changed in such a workbook (exit 1 where anything), or take it."""
    found = _mapping(folder, target).read(file, take, user).to_dict("records")
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        print_table(_("Changes"), found)
    said = counted("{n} change found; --take writes it to the table.",
                   "{n} changes found; --take writes them to the table.", len(found))  # fmt: skip
    if take:
        said = counted("{n} change taken; the mapping has to be approved anew.",
                       "{n} changes taken; the mapping has to be approved anew.", len(found))  # fmt: skip
    (err if as_json else out).print(said if found else _("Nothing was changed."))
    return 1 if found and not take else 0


@mapping.command()
def approve(
    folder: OfFolder,
    target: Target = None,
    note: Annotated[str, typer.Option(help="it stands beside the approval")] = "",
    user: User = None,
) -> int:
    """Approve a table that others wrote, as it is now; from the next run its load files are no drafts."""
    its = _mapping(folder, target)
    given = its.approve(note, user)
    said = _("The mapping of {target} is approved by {person}, until it is changed. Authors: {authors}.")
    out.print(said.format(target=its.target, person=given.user, authors=given.author))
    return 0


@mapping.command()
def status(folder: OfFolder, target: Target = None, as_json: AsJson = False) -> int:
    """Show what the mapping covers and whether it is approved; exit 1 where something blocks."""
    its = _mapping(folder, target)
    known_as, known = its.status(), its.coverage()
    if as_json:
        print(json.dumps(known_as, ensure_ascii=False))
    else:
        said = counted("{target}: {n} line of {table}, {approval}", "{target}: {n} lines of {table}, {approval}",
                       known_as["lines"], target=known_as["target"], table=known_as["table"],
                       approval=told(known_as["approval"]))  # fmt: skip
        out.print(said, soft_wrap=True)
        print_table(_("Demanded and not filled"), [{"field": name} for name in known.missing])
        print_table(_("Values without a new code"), known.unmapped.to_dict("records"))
        print_table(_("Golden fields that go nowhere"), known.unused.to_dict("records"))
    return 0 if known.whole and its.approval() else 1


@mapping.command()
def document(folder: OfFolder, target: Target = None) -> int:
    """Write the mapping document, reports/mapping_<target>.html, with lineage and masked samples."""
    out.print(_("Written to {file}").format(file=_mapping(folder, target).document()), soft_wrap=True)
    return 0


def _mapping(folder: Path, target: str | None) -> Mapping:
    from ..project import open_project

    return open_project(folder).mapping(target)
