"""reports/index.html, the way to all that is published, and the pages beside it that tell of the whole project."""

from __future__ import annotations

from pathlib import Path

from ..config import Config
from ..files import disk, new_file
from ..journal import Journal
from ..language import marked, spoken
from ..published import REPORTS
from ..words import told
from .pages import front_page

INDEX, QUALITY = "index.html", "quality"
TITLES = {"plan": marked("Migration plan"), "mapping": marked("Mapping {target}"),
          "proof": marked("Reconciliation with {target}")}  # fmt: skip
"""The pages of the whole project by the first word of their file's name; its second, if any, is a target."""


def list_pages(config: Config, journal: Journal) -> None:
    """Write reports/index.html: the project's own pages, and the published runs: which of them count, and what of each
    there is."""
    folder = config.root / REPORTS
    runs = {f.name: _has(f) for f in folder.iterdir() if f.is_dir() and not f.name.startswith(".")}
    with spoken(config.language):
        pages = {f.name: _title(f) for f in sorted(folder.glob("*.html")) if f.stem.partition("_")[0] in TITLES}
        page = front_page(config.project, pages, runs, journal.counting())
    with new_file(folder / INDEX) as file:
        file.write_text(page, encoding="utf-8")


def write_page(config: Config, journal: Journal, name: str, page: str) -> Path:
    """Write a page of the whole project to reports/, in place of the one before, and list it; returns the file.
    Raises StoreError."""
    file = config.root / REPORTS / name
    with disk(f"{REPORTS}/{name}"):
        file.parent.mkdir(parents=True, exist_ok=True)
        with new_file(file) as new:
            new.write_text(page, encoding="utf-8")
        list_pages(config, journal)
    return file


def _has(run: Path) -> set[str]:
    """What of a run there is to look at: its pages, its quality report, rendered notebooks."""
    found = {name for name in ("index", QUALITY) if (run / f"{name}.html").exists()}
    return found | ({"notebooks"} if len(list((run / "notebooks").glob("*.html"))) > 1 else set())


def _title(file: Path) -> str:
    kind, _, target = file.stem.partition("_")
    return told(TITLES[kind]).format(target=target)
