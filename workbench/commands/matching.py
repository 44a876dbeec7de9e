"""Verbs of how good the matching is: what blocking does, a sample for people and what it tells, a truth file."""

from __future__ import annotations

import json
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..language import counted
from ..language import gettext as _
from ..terminal import err, out, print_table
from .app import AsJson, Folder, OfFolder, app

if TYPE_CHECKING:
    from pandas import DataFrame  # it takes a while, and help should not wait for it

SIDE_BY_SIDE = ("rule", "blocks", "records", "pairs", "new", "largest", "split")
Entity = Annotated[str | None, typer.Option(help="which kind of record, where several are matched")]


@app.command()
def matching(
    folder: Folder = Path(),
    sample: Annotated[Path | None, typer.Option(help="write pairs to decide to this new .csv or .xlsx")] = None,
    pairs: Annotated[int, typer.Option(help="about how many")] = 200,
    classifiers: Annotated[bool, typer.Option("--classifiers", help="hold others, taught by people, beside")] = False,
    teach: Annotated[Path | None, typer.Option(help="write a model taught by people to this new .json")] = None,
    entity: Entity = None,
    as_json: AsJson = False,
) -> int:
    """Show how good the matching is, as people's decisions on a sample tell; or write such a sample."""
    from ..project import open_project

    known = open_project(folder).matching
    if sample is not None:
        lines = known.sample(sample, pairs, entity)
        beside = err if as_json else out
        said = counted("{n} pair to decide written to {file}; workbench decisions {folder} --read takes it",
                       "{n} pairs to decide written to {file}; workbench decisions {folder} --read takes them",
                       lines, file=sample, folder=folder)  # fmt: skip
        beside.print(said)
    if teach is not None:
        known.teach(teach, entity)
        beside = err if as_json else out
        file, root = teach.resolve(), folder.resolve()
        inside = file.is_relative_to(root)
        outside = _("{file}, copied into the project,").format(file=file.name)
        name = file.relative_to(root).as_posix() if inside else outside
        said = _("Written to {file}; match.<entity>.model: {name} in workbench.yml puts it in charge.")
        beside.print(said.format(file=teach, name=name), soft_wrap=True)
    found = known.classifiers(entity) if classifiers else known.quality(entity)
    if as_json:
        print(found.to_json(orient="records", double_precision=15))
    elif classifiers:
        print_table(_("On decisions held back"), found.round(4).to_dict("records"))
    elif sample is None and teach is None:
        print_table(_("Matching"), _shown(found))
        strata = known.strata(entity)
        print_table(_("Sample"), strata.drop(columns=["proposed", "expected"]).to_dict("records"))
        if not strata["reviewed"].sum():
            out.print(_("Nobody has decided a sample of the pairs yet. --sample FILE draws one."))
        elif found["value"].isna().any():
            said = _("Where nothing stands, too little of the sample is decided. --sample FILE writes what is open.")
            out.print(said)
    return 0


@app.command()
def blocking(folder: Folder = Path(), entity: Entity = None) -> int:
    """Show what each blocking rule does with the records of the newest run, before anything is compared."""
    from ..project import open_project
    from ..reports.fragments import share

    known = open_project(folder).matching
    found, recall = known.blocking(entity), known.blocking_recall(entity)
    left = _("{blocks} of {records} records")
    print_table(_("Blocking"), [
        {name: line[name] if name == "rule" else f"{line[name]:,}" for name in SIDE_BY_SIDE}
        | {"left out": left.format(blocks=f"{line['left_out']:,}", records=f"{line['records_left_out']:,}")}
        for line in found.to_dict("records")
    ])  # fmt: skip
    whole, new, most = (found[name].sum() for name in ("pairs", "new", "budget"))
    said = _("{pairs} pairs, {new} of them different, of {most} that all rules may give.")
    out.print(said.format(pairs=f"{whole:,}", new=f"{new:,}", most=f"{most:,}"), soft_wrap=True)
    said = _("Matches that blocking finds: not known before a run has matched by the rules of several fields.")
    if recall:
        said = _("Matches that blocking finds: about {share} of all, as the newest run that matched tells.")
    out.print(said.format(share=share(recall or 0)), soft_wrap=True)
    return 0


@app.command()
def score(
    folder: OfFolder,
    truth: Annotated[Path, typer.Argument(help="with the columns source, key, cluster", metavar="TRUTH")],
    entity: Entity = None,
    as_json: AsJson = False,
) -> int:
    """Hold the golden records against a truth file."""
    from ..project import open_project

    found = open_project(folder).matching.score(truth, entity)
    if as_json:
        print(json.dumps(found.to_dict("records")))
    else:
        print_table(_("Matching against the truth"), _shown(found))
    return 0


def _shown(found: DataFrame) -> list[dict[str, str]]:
    """Measures as people read them: shares in percent, nothing where nothing is known."""
    return [
        {str(name): _said(value, line["unit"]) if name in ("value", "low", "high") else str(value)
         for name, value in line.items() if name != "unit"}
        for line in found.to_dict("records")
    ]  # fmt: skip


def _said(value: float | None, unit: str) -> str:
    from ..reports.fragments import share

    if value is None or isnan(value):
        return ""
    return share(value) if unit == "share" else f"{value:,.0f}"
