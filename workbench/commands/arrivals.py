"""The verb of records that came since the newest run: who they are, without another run."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from math import isnan
from pathlib import Path
from typing import Annotated, Any

import typer

from ..language import counted
from ..language import gettext as _
from ..terminal import err, out, print_table
from ..words import told
from .app import AsJson, Folder, app

SHOWN = 50
"""Answers that a terminal shows."""

NOTE = "Who the records of the file are, as the newest run has it; nothing of this is written down anywhere else."


@app.command()
def arrivals(
    file: Annotated[Path, typer.Argument(help="records with the columns of the source's table", metavar="FILE")],
    source: Annotated[str, typer.Option(help="the source that they came to")],
    folder: Folder = Path(),
    to: Annotated[Path | None, typer.Option("--out", help="write all answers to this new .csv or .xlsx")] = None,
    entity: Annotated[str | None, typer.Option(help="which kind of record, where several are matched")] = None,
    as_json: AsJson = False,
) -> int:
    """Tell who new or changed records are, without a run: known, for review, new, changed or rejected."""
    from ..decisions.book import write_sheet
    from ..project import open_project
    from ..workbook import Sheet

    found = open_project(folder).arrivals(file, source, entity)
    beside = err if as_json else out
    if to is not None:
        lines = write_sheet(to, Sheet("arrivals", NOTE, found, ()))
        said = counted("{n} answer written to {file}", "{n} answers written to {file}", lines, file=to)
        beside.print(said)
    if as_json:
        print(found.to_json(orient="records", force_ascii=False, double_precision=15))
        return 0
    if to is None:
        print_table(_("Arrivals"), [_shown(line) for line in found.head(SHOWN).to_dict("records")])
    if to is None and len(found) > SHOWN:
        out.print(_("and {n} more: --out FILE writes all").format(n=f"{len(found) - SHOWN:,}"))
    found_counts = found["what"].value_counts().items()
    counts = _(", ").join(_("{n} {what}").format(n=f"{times:,}", what=told(str(what))) for what, times in found_counts)
    out.print(counts or _("There is no record in the file."))
    return 0


def _shown(line: Mapping[Hashable, Any]) -> dict[str, Any]:
    """An answer as people read it."""
    from ..reports.fragments import share

    moved = line["before"] not in (None, line["golden_id"])
    best = f"{line['best_source']} {line['best_key']}" if line["best_key"] else ""
    return {
        "row": line["row"],
        "key": line["key"] or "",
        "what": line["what"],
        "golden record": f"{line['before']} → {line['golden_id']}" if moved else line["golden_id"] or "",
        "probability": "" if isnan(line["probability"]) else share(line["probability"]),
        "best candidate": best,
        "reason": line["reason"] or "",
    }
