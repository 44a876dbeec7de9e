"""Verbs of a project's run: from a draft to what is shown of it."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Annotated

import typer

from ..errors import ConfigError
from ..language import counted, spoken
from ..language import gettext as _
from ..terminal import out, print_table, progress, show_result
from .app import AsJson, Folder, OfFolder, User, app, day, step_back

SAMPLE = 24
"""Characters shown of a sample value."""

WIDE = 8
"""Columns that a terminal shows side by side."""


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="the new project's folder", metavar="DIR")],
    source: Annotated[list[str], typer.Option(help="NAME=FILE or NAME=FOLDER; again for each further extract")],
    entity: Annotated[str, typer.Option(help="what the project is about")] = "customer",
    as_of: Annotated[str | None, typer.Option(help="YYYY-MM-DD, the date of the extracts; default today")] = None,
) -> int:
    """Draft a project from extracts alone: a workbench.yml that runs, and says what to check."""
    from ..draft import init_project

    draft = init_project(folder, _named(source), entity, day(as_of))
    print_table(_("Extracts"), draft.extracts.drop(columns="read as").to_dict("records"))
    for line in draft.remarks:
        out.print(f"- {line}")
    for found in draft.entities:
        said = counted("{entity}: {n} field from {sources}", "{entity}: {n} fields from {sources}",
                       len(found.fields()), entity=found.name, sources=", ".join(found.records))  # fmt: skip
        out.print(said)
    said = _("Matching: nothing tells doubles apart here")
    if draft.blocking:
        said = counted("Matching: {n} likely pair", "Matching: {n} likely pairs", draft.blocking.matches)
    out.print(said)
    drafted = (folder / "workbench.yml").read_text(encoding="utf-8")
    doubts = sum(re.search(r"#.*\bcheck\b", line) is not None for line in drafted.splitlines())
    said = counted("{file} is drafted; {n} line is marked 'check'. It runs as it is:",
                   "{file} is drafted; {n} lines are marked 'check'. It runs as it is:",
                   doubts, file=folder / "workbench.yml")  # fmt: skip
    out.print("\n" + said)
    out.print(f"    workbench run {shlex.quote(str(folder))}", style="bold")
    return 0


@app.command()
def inspect(
    file: Annotated[Path, typer.Argument(help="a file, a folder of files, or an archive", metavar="FILE")],
) -> int:
    """Show what would be understood of an extract, with sample values. Nothing is written."""
    from ..draft import inspect as inspect_file

    found = inspect_file(file)
    columns = found.columns
    columns["samples"] = ["\n".join(sample[:SAMPLE] for sample in text.split(" | ")) for text in columns.samples]
    columns["type"] = [f"{kind} {sure:.0%}" for kind, sure in zip(columns.type, columns.likelihood, strict=True)]
    columns = columns[["file", "column", "type", "field", "filled", "samples"]]
    for extract in found.extracts.to_dict("records"):
        for name, how in extract.items():
            out.print(f"{f'{name}:':<9} {how}")
        print_table("", columns[columns.file == extract["file"]].drop(columns="file").to_dict("records"))
    for line in found.remarks:
        out.print(f"- {line}")
    return 0


@app.command()
def run(
    folder: Folder = Path(),
    until: Annotated[str | None, typer.Option(help="stop after this stage")] = None,
    as_of: Annotated[str | None, typer.Option(help="YYYY-MM-DD; default the newest extracts'")] = None,
    user: User = None,
    as_json: AsJson = False,
) -> int:
    """Run the stages from the extracts to the reports. Nothing outside the project is touched."""
    from ..pipeline import run_project

    step_back()
    with progress() as report:
        result = run_project(folder, day(as_of), until, user, report)
    if as_json:
        print(json.dumps(result.as_json(), ensure_ascii=False))
    else:
        show_result(folder, result)
        _show_gates(folder, result.run_id)
    return 1 if result.gates else 0


@app.command()
def status(folder: Folder = Path(), as_json: AsJson = False) -> int:
    """Show the runs so far, the stages whose results stand, and how quality moved."""
    from ..project import open_project
    from ..reports.fragments import share

    found = open_project(folder).status()
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return 0
    out.print(found["project"], style="bold")
    print_table(_("Runs"), found["runs"])
    print_table(_("Results that stand"), found["stages"])
    trend = ({"as_of": day} | {name: share(score) for name, score in of.items()} for day, of in found["trend"].items())
    print_table(_("Quality by as-of date"), list(trend))
    _show_gates(folder)
    return 0


@app.command()
def table(
    folder: OfFolder,
    name: Annotated[str, typer.Argument(metavar="SCHEMA.TABLE")],
    to: Annotated[Path | None, typer.Option(help="write all rows to this .csv or .parquet file")] = None,
) -> int:
    """Show the first rows of a table, or write all of it to a file."""
    from ..project import open_project

    project = open_project(folder)
    if to is not None:
        rows = project.export(name, to)
        out.print(counted("{n} row written to {file}", "{n} rows written to {file}", rows, file=to))
    else:
        frame = project.table(name).astype(object)
        lines = frame.where(frame.notna(), "").head(20).to_dict("records")
        out.print(counted("{table}: {n} row", "{table}: {n} rows", len(frame), table=name))
        if len(frame.columns) > WIDE:  # too wide for a terminal: the first records, one below the other
            lines = [{"column": c, **{str(n): line[c] for n, line in enumerate(lines[:3], 1)}} for c in frame.columns]
        print_table("", lines)
    return 0


@app.command()
def trace(
    folder: OfFolder,
    key: Annotated[str, typer.Argument(help="a record's key or a golden id")],
    source: Annotated[str | None, typer.Option(help="which source's record")] = None,
    entity: Annotated[str, typer.Option(help="which kind of record")] = "customer",
    as_json: AsJson = False,
) -> int:
    """Follow one record: where did it go, and why."""
    from ..project import open_project

    project = open_project(folder)
    if as_json:
        with spoken("en"):  # for programs
            found = project.trace(key, source, entity).as_dict()
        print(json.dumps(found, ensure_ascii=False, default=str))
    else:
        print(project.trace(key, source, entity))
    return 0


@app.command()
def report(
    folder: Folder = Path(),
    as_of: Annotated[
        str | None, typer.Option(help="YYYY-MM-DD, the date that was run last; default the newest")
    ] = None,
) -> int:
    """Write the quality report of a published run again, and render the project's notebooks beside it."""
    from ..notebooks import published_on, render_notebooks
    from ..project import open_project
    from ..summary import write_summary

    project = open_project(folder)
    page = write_summary(project.config, project.journal, published_on(project, day(as_of)).run_id)
    out.print(f"Quality report: {page}", soft_wrap=True)
    with progress() as report:
        done = render_notebooks(project, day(as_of), report)
    state = {True: "passed", False: "failed"}
    print_table("", [{"notebook": f"{line.name}.ipynb", "title": line.title, "state": state[line.error is None],
                      "seconds": f"{line.seconds:.1f}"} for line in done])  # fmt: skip
    failed = [line for line in done if line.error]
    for line in failed:
        said = _("{file}: cell {n}: {error}") if line.cell else _("{file}: {error}")
        out.print(said.format(file=f"{line.name}.ipynb", n=line.cell, error=line.error), style="yellow")
    out.print(_("Report:     {file}").format(file=done[0].folder / "index.html"))
    return 1 if failed else 0


def _show_gates(folder: Path, run_id: str | None = None) -> None:
    """Print how the gates of a run stand (by default of the newest that counts), as its report says first."""
    from ..config import load
    from ..journal import Journal
    from ..summary import in_short

    if said := in_short(load(folder), Journal(folder), run_id):
        out.print(said, soft_wrap=True)


def _named(given: list[str]) -> dict[str, list[str]]:
    """NAME=PATH options by name, in the order given."""
    sources: dict[str, list[str]] = {}
    for text in given:
        name, equals, path = text.partition("=")
        if not (name and equals and path):
            raise ConfigError(f"--source {text}: give NAME=FILE or NAME=FOLDER, such as erp=customers.csv.")
        sources.setdefault(name, []).append(path)
    return sources
