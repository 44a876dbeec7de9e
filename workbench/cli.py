"""The command line: one short function a verb. Exit codes: 0 done, 1 a gate was not met, 2 input was wrong,
3 a fault of ours, 130 interrupted.

A verb imports what it needs itself, so that none waits for what another needs.
"""

from __future__ import annotations

import io
import json
import re
import shlex
import sys
import tempfile
import traceback
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from .errors import ConfigError, StageError, WorkbenchError
from .terminal import out, print_table, progress, say, show_issues, show_result

app = typer.Typer(help="Data Quality Workbench: move and join customer master data and prove that nothing was lost.",
                  no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)  # fmt: skip
SAMPLE = 24
"""Characters shown of a sample value."""

WIDE = 8
"""Columns that a terminal shows side by side."""

Folder = Annotated[Path, typer.Argument(help="the project's folder", metavar="[DIR]")]
AsJson = Annotated[bool, typer.Option("--json", help="print one JSON object and nothing else")]


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="the new project's folder", metavar="DIR")],
    source: Annotated[list[str], typer.Option(help="NAME=FILE or NAME=FOLDER; again for each further extract")],
    entity: Annotated[str, typer.Option(help="what the project is about")] = "customer",
    as_of: Annotated[str | None, typer.Option(help="YYYY-MM-DD, the date of the extracts; default today")] = None,
) -> int:
    """Draft a project from extracts alone: a workbench.yml that runs, and says what to check."""
    from .draft import init_project

    draft = init_project(folder, _named(source), entity, _day(as_of))
    print_table("Extracts", draft.extracts.drop(columns="read as").to_dict("records"))
    for line in draft.remarks:
        out.print(f"- {line}")
    for found in draft.entities:
        out.print(f"{found.name}: {len(found.fields())} fields from {', '.join(found.records)}")
    found_pairs = f"{draft.blocking.matches:,} likely pairs" if draft.blocking else "nothing tells doubles apart here"
    out.print(f"Matching: {found_pairs}")
    drafted = (folder / "workbench.yml").read_text(encoding="utf-8")
    doubts = sum(re.search(r"#.*\bcheck\b", line) is not None for line in drafted.splitlines())
    out.print(f"\n{folder / 'workbench.yml'} is drafted; {doubts} lines are marked 'check'. It runs as it is:")
    out.print(f"    workbench run {shlex.quote(str(folder))}", style="bold")
    return 0


@app.command()
def inspect(
    file: Annotated[Path, typer.Argument(help="a file, a folder of files, or an archive", metavar="FILE")],
) -> int:
    """Show what would be understood of an extract, with sample values. Nothing is written."""
    from .draft import inspect as inspect_file

    found = inspect_file(file)
    columns = found.columns
    columns["samples"] = ["\n".join(sample[:SAMPLE] for sample in text.split(" | ")) for text in columns.samples]
    columns["type"] = [f"{kind} {sure:.0%}" for kind, sure in zip(columns.type, columns.likelihood, strict=True)]
    columns = columns[["file", "column", "type", "field", "filled", "samples"]]
    for extract in found.extracts.to_dict("records"):
        for name, told in extract.items():
            out.print(f"{f'{name}:':<9} {told}")
        print_table("", columns[columns.file == extract["file"]].drop(columns="file").to_dict("records"))
    for line in found.remarks:
        out.print(f"- {line}")
    return 0


@app.command()
def run(
    folder: Folder = Path(),
    until: Annotated[str | None, typer.Option(help="stop after this stage")] = None,
    as_of: Annotated[str | None, typer.Option(help="YYYY-MM-DD; default the newest extracts'")] = None,
    user: Annotated[str | None, typer.Option(help="who runs; default WORKBENCH_USER or the login name")] = None,
    as_json: AsJson = False,
) -> int:
    """Run the stages from the extracts to the reports. Nothing outside the project is touched."""
    from .pipeline import run_project

    with progress() as report:
        result = run_project(folder, _day(as_of), until, user, report)
    if as_json:
        print(json.dumps(result.as_json(), ensure_ascii=False))
    else:
        show_result(folder, result)
    return 1 if result.gates else 0


@app.command()
def status(folder: Folder = Path(), as_json: AsJson = False) -> int:
    """Show the runs so far, the stages whose results stand, and how quality moved."""
    from .project import open_project
    from .reports.fragments import share

    found = open_project(folder).status()
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return 0
    out.print(found["project"], style="bold")
    print_table("Runs", found["runs"])
    print_table("Results that stand", found["stages"])
    trend = ({"as_of": day} | {name: share(score) for name, score in of.items()} for day, of in found["trend"].items())
    print_table("Quality by as-of date", list(trend))
    return 0


@app.command()
def table(
    folder: Annotated[Path, typer.Argument(help="the project's folder", metavar="DIR")],
    name: Annotated[str, typer.Argument(metavar="SCHEMA.TABLE")],
    to: Annotated[Path | None, typer.Option(help="write all rows to this .csv or .parquet file")] = None,
) -> int:
    """Show the first rows of a table, or write all of it to a file."""
    from .project import open_project

    project = open_project(folder)
    if to is not None:
        out.print(f"{project.export(name, to):,} rows written to {to}")
    else:
        frame = project.table(name).astype(object)
        lines = frame.where(frame.notna(), "").head(20).to_dict("records")
        out.print(f"{name}: {len(frame):,} rows")
        if len(frame.columns) > WIDE:  # too wide for a terminal: the first records, one below the other
            lines = [{"column": c, **{str(n): line[c] for n, line in enumerate(lines[:3], 1)}} for c in frame.columns]
        print_table("", lines)
    return 0


@app.command()
def trace(
    folder: Annotated[Path, typer.Argument(help="the project's folder", metavar="DIR")],
    key: Annotated[str, typer.Argument(help="a record's key or a golden id")],
    source: Annotated[str | None, typer.Option(help="which source's record")] = None,
    entity: Annotated[str, typer.Option(help="which kind of record")] = "customer",
    as_json: AsJson = False,
) -> int:
    """Follow one record: where did it go, and why."""
    from .project import open_project

    found = open_project(folder).trace(key, source, entity)
    print(json.dumps(found.as_dict(), ensure_ascii=False, default=str) if as_json else found)
    return 0


@app.command()
def suggest(
    folder: Folder = Path(),
    take: Annotated[list[int] | None, typer.Option(help="a number of the list: that check into workbench.yml")] = None,
    as_json: AsJson = False,
) -> int:
    """Propose checks from the data of the last run, with their evidence and what would fail them."""
    from .project import open_project

    project = open_project(folder)
    found = project.suggest()
    if take and not all(1 <= number <= len(found) for number in take):
        raise ConfigError(f"--take: give numbers from 1 to {len(found)}, as workbench suggest lists them.")
    for number in take or ():
        project.take(found[number - 1].check)
        out.print(f"Taken into workbench.yml: {_line(found[number - 1].check)}")
    if as_json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False))
    elif not take:
        lines = [[n, _line(one.check), one.evidence, f"{one.failing:,} of {one.evaluated:,}"]
                 for n, one in enumerate(found, 1)]  # fmt: skip
        print_table(
            "Suggested checks", [dict(zip(("no", "check", "because", "fail"), ln, strict=True)) for ln in lines]
        )
        out.print(
            "Take some into workbench.yml with --take 1 --take 2 ..." if found else "There is nothing to suggest."
        )
    return 0


@app.command()
def collect(
    folder: Folder = Path(),
    to: Annotated[Path | None, typer.Option(help="where the workbooks go; default DIR/collect")] = None,
    read: Annotated[Path | None, typer.Option(help="take what this workbook came back with")] = None,
    user: Annotated[str | None, typer.Option(help="who filled it in; default WORKBENCH_USER or the login name")] = None,
) -> int:
    """Ask stewards, in a workbook each, for what golden records lack; or read one back for the next run."""
    from .project import open_project

    project = open_project(folder)
    if read is not None:
        out.print(f"{len(project.collect(read, user)):,} new values taken; the next run fills them in.")
        return 0
    written = project.collection(to or folder / "collect")
    print_table("Collection sheets", written.to_dict("records"))
    if written.empty:
        out.print("There is nothing to ask for: no golden record lacks a required field.")
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
    user: Annotated[str | None, typer.Option(help="who filled it in; default WORKBENCH_USER or login name")] = None,
    as_json: AsJson = False,
) -> int:
    """Show what failures are open, whose they are and until when; by workbook to those who mend them, and back."""
    from .project import open_project

    project = open_project(folder)
    if read is not None:
        out.print(f"{project.read_issues(read, user):,} changes taken from {read}")
    if to is not None:
        out.print(f"{project.export_issues(to, owner, source):,} failing rows written to {to}")
    if as_json:
        found = project.issues(owner, source).to_dict("records")
        print(json.dumps(found, ensure_ascii=False, default=str))
    elif read is None and to is None:
        show_issues(project.issues(owner, source).to_dict("records"))
    return 0


@app.command()
def report(
    folder: Folder = Path(),
    as_of: Annotated[
        str | None, typer.Option(help="YYYY-MM-DD, the date that was run last; default the newest")
    ] = None,
) -> int:
    """Run the project's notebooks on a published run and render them beside its report."""
    from .notebooks import render_notebooks
    from .project import open_project

    project = open_project(folder)
    with progress() as report:
        done = render_notebooks(project, _day(as_of), report)
    state = {True: "passed", False: "failed"}
    print_table("", [{"notebook": f"{line.name}.ipynb", "title": line.title, "state": state[line.error is None],
                      "seconds": f"{line.seconds:.1f}"} for line in done])  # fmt: skip
    failed = [line for line in done if line.error]
    for line in failed:
        where = f"cell {line.cell}: " if line.cell else ""
        out.print(f"{line.name}.ipynb: {where}{line.error}", style="yellow")
    out.print(f"Report:     {done[0].folder / 'index.html'}")
    return 1 if failed else 0


@app.command()
def dashboard(
    folder: Folder = Path(),
    port: Annotated[int, typer.Option(help="where on this computer")] = 5006,
) -> int:
    """Serve what was published to a browser on this computer, until Ctrl-C."""
    from .config import load

    load(folder)  # a mistake there is told before Panel is imported, which takes seconds
    from .dashboard.app import serve

    serve(folder, port, lambda address: out.print(f"Dashboard: {address}  (Ctrl-C ends it)"))
    return 0


def main() -> None:
    """The entry point: every outcome becomes words and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")  # Windows would write files in a code page without Chinese
    sys.exit(_guarded())


def _guarded() -> int:
    try:
        code = int(app(standalone_mode=False) or 0)
        if code == 130:  # typer has made an exit code of the interrupt
            raise KeyboardInterrupt
        return code
    except typer.TyperException as error:
        say(f"{error.format_message()} See: workbench --help")
        return 2
    except (KeyboardInterrupt, typer.Abort):
        say("Interrupted. The last good result of each stage stands; run again when you like.")
        return 130
    except StageError as error:
        say(f"A fault of ours: {error}")
        return 3
    except WorkbenchError as error:
        say(str(error))
        return 2
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has stopped reading
        return 0
    except Exception as error:
        note = Path(tempfile.gettempdir()) / "workbench-fault.txt"
        note.write_text(traceback.format_exc(), encoding="utf-8")
        say(f"A fault of ours ({type(error).__name__}). Please report it with {note}, after a look for personal data.")
        return 3


def _named(given: list[str]) -> dict[str, list[str]]:
    """NAME=PATH options by name, in the order given."""
    sources: dict[str, list[str]] = {}
    for text in given:
        name, equals, path = text.partition("=")
        if not (name and equals and path):
            raise ConfigError(f"--source {text}: give NAME=FILE or NAME=FOLDER, such as erp=customers.csv.")
        sources.setdefault(name, []).append(path)
    return sources


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ConfigError(f"--as-of {text}: a date is written YYYY-MM-DD.") from error
