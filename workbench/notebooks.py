"""Notebooks made for reading: a project's, as pages beside the report of a run; the package's own, saved with outputs.

python -m workbench.notebooks FOLDER runs those of a folder in place.
"""

from __future__ import annotations

import json
import re
import sys
import time
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import nbformat

from .demo import open_demo
from .errors import ConfigError, StoreError
from .files import disk, new_file, new_folder
from .kernel import execute, read_notebook
from .language import gettext as _
from .language import spoken
from .pipeline import Progress
from .project import Project
from .published import REPORTS, Published
from .reports.fragments import render
from .reports.front import list_pages
from .reports.notebook import is_live, notebook_page, title
from .reports.pages import page_links

FOLDER = "notebooks"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
VARYING = re.compile(r"\d{4}-\d\d-\d\d[T ][\d:.+]+|\d\d:\d\d(:\d\d)?|\d+\.\d+|workbench-demo-\w+|0x[0-9a-f]+")
"""What is another every time in outputs that tests are told to ignore: times, and names of the moment."""


@dataclass(frozen=True)
class Rendered:
    """What became of a notebook: the folder of the pages and its own page in it (None: it is no notebook), and where it
    failed the error in one line with the number of the code cell."""

    name: str
    title: str
    folder: Path
    page: str | None = None
    seconds: float = 0.0
    cell: int | None = None
    error: str | None = None


def render_notebooks(
    project: Project, as_of: date | None = None, progress: Progress = lambda name, place, total: None
) -> list[Rendered]:
    """Run a project's notebooks on what its newest run, or that of a date, published, masked, and write their pages.

    A cell that fails ends its own notebook only. Raises ConfigError when there are no notebooks, StoreError when there
    is no such run, the project's tables are of another one, or the run's folder under reports/ cannot be written; what
    was rendered before then stands.
    """
    files = _notebooks(project.root / FOLDER)
    if not files:
        raise ConfigError(f"There are no notebooks in {project.root / FOLDER}. Put .ipynb files there and try again.")
    run = published_on(project, as_of)
    standing = {line["run_id"] for line in project.status()["stages"]}
    if standing != {run.run_id}:
        raise StoreError(
            f"The project's tables are of {', '.join(sorted(standing)) or 'no run'}, not of {run.run_id}. "
            f"Run its date again first: workbench run {project.root} --as-of {run.as_of}"
        )
    folder = project.root / REPORTS / run.run_id / FOLDER
    done: list[tuple[Rendered, Any]] = []
    with disk("report"):
        with new_folder(folder) as part:
            for place, file in enumerate(files):
                progress(file.stem, place, len(files))
                done.append(_run(file, folder, run.run_id))
            for name, text in _pages(project, run, done).items():
                (part / name).write_text(text, encoding="utf-8")
        list_pages(project.config, project.journal)
    return [line for line, _ in done]


def regenerate(file: Path) -> str | None:
    """Run a notebook and save it with its outputs, the same bytes as long as these are the same.

    Returns the error of the cell that failed, in one line; the file is then as it was.
    """
    before, notebook = nbformat.read(file, as_version=4), read_notebook(file)
    failed = execute(notebook, file.parent)
    if failed:
        return failed.error
    _normalise(notebook)
    if len(before.cells) == len(notebook.cells):
        for old, new in zip(before.cells, notebook.cells, strict=True):
            if _is_ignored(new) and _settled(old) == _settled(new):
                new.outputs = old.outputs
    with new_file(file) as part:
        nbformat.write(notebook, part)
    return None


def _notebooks(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("*.ipynb") if not file.name.startswith("."))


def published_on(project: Project, as_of: date | None) -> Published:
    """The newest published run, or the one that counts for a date. Raises StoreError where there is none."""
    newest = Published(project.root)
    if as_of is None:
        return newest
    found = newest.records("SELECT run_id FROM published.runs WHERE as_of = ? AND counts", [as_of])
    if not found:
        raise StoreError(f"{project.root} has no published run of {as_of}. Run it: workbench run --as-of {as_of}")
    return Published(project.root, found[0]["run_id"])


def _run(file: Path, folder: Path, run_id: str) -> tuple[Rendered, Any]:
    """Run a notebook; what comes back ends with the cell that failed."""
    try:
        notebook = read_notebook(file)
    except ValueError as error:
        return Rendered(file.stem, file.stem, folder, error=str(error)), None
    page = f"{file.stem}.html" if file.stem.lower() != "index" else f"{file.stem}_.html"
    line = Rendered(file.stem, title(notebook) or file.stem, folder, page)
    started = time.monotonic()
    failed = execute(notebook, file.parent, masked_run=run_id)
    line = replace(line, seconds=time.monotonic() - started)
    if failed:
        notebook.cells = notebook.cells[: failed.place + 1]
        line = replace(line, cell=failed.number, error=failed.error)
    return line, notebook


def _pages(project: Project, run: Published, done: list[tuple[Rendered, Any]]) -> dict[str, str]:
    """The files to write: the list, each notebook's page, and those that failed as they were run."""
    facts: dict[str, Any] = {
        "project": project.config.project, "run_id": run.run_id, "as_of": run.as_of, "links": _links(project, run),
        "notebooks": [line for line, _ in done],
    }  # fmt: skip
    with spoken(project.config.language):
        files = {"index.html": render("notebooks.html.j2", heading=_("Notebooks"), **facts)}
        files |= {line.page: notebook_page(notebook, heading=line.title, line=line, **facts)
                  for line, notebook in done if line.page}  # fmt: skip
    for line, notebook in done:
        if line.page and line.error:
            files[f"{line.name}.ipynb"] = nbformat.writes(notebook)
    return files


def _links(project: Project, run: Published) -> dict[str, str]:
    """The run's own pages."""
    folder = project.root / REPORTS / run.run_id
    return {file: name for file, name in page_links(project.config).items() if (folder / file).exists()}


def _normalise(notebook: Any) -> None:
    """Nothing of the moment or the machine, no widgets; cells numbered 1, 2, 3 ..."""
    notebook.metadata = nbformat.from_dict(METADATA)
    number = 0
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({name: cell.metadata[name] for name in ("tags",) if name in cell.metadata})
        if cell.cell_type != "code":
            continue
        number += bool(cell.source.strip())
        cell.execution_count = number if cell.source.strip() else None
        cell.outputs = [output for output in cell.outputs if not is_live(output)]
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number


def _is_ignored(cell: Any) -> bool:
    return "NBVAL_IGNORE_OUTPUT" in cell.source or "nbval-ignore-output" in cell.metadata.get("tags", [])


def _settled(cell: Any) -> str:
    """A code cell with its outputs, without what varies."""
    return VARYING.sub("", json.dumps([cell.source, cell.get("outputs")], sort_keys=True))


def main() -> int:
    """Run the notebooks of a folder on the demo and save them with their outputs."""
    open_demo()  # runs where it never did, so that no notebook has to show how that goes
    errors = {file.name: regenerate(file) for file in _notebooks(Path(sys.argv[1]))}
    for name, error in errors.items():
        print(f"{name}: {error or 'saved'}")
    return int(any(errors.values()))


if __name__ == "__main__":
    sys.exit(main())
