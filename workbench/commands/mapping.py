"""Verbs of mapping tables: suggest, send out, take back, approve, look at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..terminal import err, out, print_table
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
        print_table("Suggested", [line | {"confidence": f"{line['confidence']:.0%}"} for line in found])
        out.print(f"{len(found)} lines {'added to the table' if write else 'suggested; --write adds them'}.")
    return 0


@mapping.command()
def export(folder: OfFolder, file: Annotated[Path, typer.Argument(metavar="FILE")], target: Target = None) -> int:
    """Write the table, its code lists and what is not covered to a new .xlsx for people."""
    lines = _mapping(folder, target).export(file)
    out.print(f"{lines:,} lines written to {file}; workbench mapping import {folder} {file} shows what people change")
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
        print_table("Changes", found)
    told = "taken; the mapping has to be approved anew" if take else "found; --take writes them to the table"
    (err if as_json else out).print(f"{len(found)} changes {told}." if found else "Nothing was changed.")
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
    out.print(f"The mapping of {its.target} is approved by {given.user}, until it is changed. Authors: {given.author}.")
    return 0


@mapping.command()
def status(folder: OfFolder, target: Target = None, as_json: AsJson = False) -> int:
    """Show what the mapping covers and whether it is approved; exit 1 where something blocks."""
    its = _mapping(folder, target)
    told, known = its.status(), its.coverage()
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        out.print(f"{told['target']}: {told['lines']} lines of {told['table']}, {told['approval']}", soft_wrap=True)
        print_table("Demanded and not filled", [{"field": name} for name in known.missing])
        print_table("Values without a new code", known.unmapped.to_dict("records"))
        print_table("Golden fields that go nowhere", [
            {name: "" if value is None else value for name, value in line.items()}
            for line in known.unused.to_dict("records")
        ])  # fmt: skip
    return 0 if known.whole and its.approval() else 1


@mapping.command()
def document(folder: OfFolder, target: Target = None) -> int:
    """Write the mapping document, reports/mapping_<target>.html, with lineage and masked samples."""
    out.print(f"Written to {_mapping(folder, target).document()}", soft_wrap=True)
    return 0


def _mapping(folder: Path, target: str | None) -> Mapping:
    from ..project import open_project

    return open_project(folder).mapping(target)
