"""Verbs of what people decide of records: who is who, which value stands, what is left out."""

from __future__ import annotations

import csv
import json
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import ConfigError
from ..language import counted
from ..language import gettext as _
from ..terminal import err, out, print_table
from .app import AsJson, Folder, OfFolder, User, app

KINDS = {
    "match": "RECORD RECORD", "no_match": "RECORD RECORD", "split": 'GOLDEN_ID "RECORD, RECORD" ...',
    "override": "GOLDEN_ID FIELD VALUE", "exclude": "RECORD", "relate": "RECORD RECORD RELATION",
    "unrelate": "RECORD RECORD RELATION", "confirm": "ACT", "undo": "ACT",
}  # fmt: skip
"""What each kind of decision is of."""

WHAT = (
    'a record is "erp K01"; golden id, field and value; or an act. Split: golden id and groups, whose records commas '
    """part, one with a comma in its key in double quotes: '"erp K,01", crm C07'"""
)


@app.command()
def decide(
    folder: OfFolder,
    kind: Annotated[str, typer.Argument(help=", ".join(KINDS))],
    what: Annotated[list[str], typer.Argument(help=WHAT)],
    why: Annotated[str, typer.Option(help="it stands beside the decision")] = "",
    entity: Annotated[str | None, typer.Option(help="which kind of record, where several are matched")] = None,
    user: User = None,
) -> int:
    """Decide who is who, a value, what is left out; confirm or undo an act. The next run carries it out."""
    from ..project import open_project

    if kind not in KINDS:
        raise ConfigError(f"There is no decision {kind!r}. There are: {', '.join(KINDS)}.")
    few = len(KINDS[kind].split())
    if kind != "split" and len(what) != few:
        raise ConfigError(f"{kind}: give {KINDS[kind]}, a record in quotes with its source, such as 'erp K01'.")
    decisions = open_project(folder).decisions
    if kind in ("confirm", "undo"):
        if not what[0].isdecimal():
            raise ConfigError(f"{kind} {what[0]}: an act is a number that workbench decisions lists.")
        act = getattr(decisions, kind)(int(what[0]), why=why, user=user)
    elif kind == "split":
        groups = [[record.strip() for record in line] for line in csv.reader(what[1:], skipinitialspace=True)]
        act = decisions.split(what[0], groups, why=why, user=user)
    elif kind == "override":
        act = decisions.override(*what, why=why, user=user)
    else:
        act = getattr(decisions, kind)(*what, why=why, entity=entity, user=user)
    said = _("Act {n} is written down; the next run carries it out. Undo: workbench decide {folder} undo {n}")
    out.print(said.format(n=act, folder=folder))
    return 0


@app.command()
def decisions(
    folder: Folder = Path(),
    export: Annotated[Path | None, typer.Option(help="write all of them to this new .csv or .xlsx")] = None,
    review: Annotated[Path | None, typer.Option(help="write what waits for an answer to this .csv or .xlsx")] = None,
    read: Annotated[Path | None, typer.Option(help="take answers, or decisions, from such a file")] = None,
    entity: Annotated[str | None, typer.Option(help="which kind of record, where several are matched")] = None,
    user: User = None,
    as_json: AsJson = False,
) -> int:
    """Show what people decided and what became of it; by file to people, and back."""
    from ..project import open_project

    made = open_project(folder).decisions
    beside = err if as_json else out
    if read is not None:
        taken = made.read(read, user)
        said = counted("{n} new decision taken from {file}", "{n} new decisions taken from {file}", taken, file=read)
        beside.print(said)
    if export is not None:
        lines = made.export(export)
        beside.print(counted("{n} line written to {file}", "{n} lines written to {file}", lines, file=export))
    if review is not None:
        asked = made.export_review(review, entity)
        said = counted(
            "{n} line to decide, a pair or a golden record on a weak link, written to {file}",
            "{n} lines to decide, each a pair or a golden record on a weak link, written to {file}", asked, file=review,
        )  # fmt: skip
        beside.print(said)
    known = made.frame().to_dict("records")
    if as_json:
        print(json.dumps(known, ensure_ascii=False))
    elif read is None and export is None and review is None:
        print_table(_("Decisions"), [{
            "act": line["act"], "on": line["at"][:10], "by": line["user"], "kind": line["kind"],
            "of": _of(line), "why": line["why"], "status": line["status"],
        } for line in known])  # fmt: skip
        if not known:
            out.print(_("There are none. `workbench decide` makes one."))
    return 0


def _of(line: Mapping[Hashable, Any]) -> str:
    """What a decision is about, in a line."""
    if line["of"]:
        return _("act {n}").format(n=line["of"])
    ends = [f"{line[f'source_{side}']} {line[f'key_{side}']}" for side in "lr" if line[f"key_{side}"]]
    value = f"{line['field']} = {line['value']}" if line["value"] else line["field"]
    return " / ".join(ends) + (f": {value}" if value else "")
