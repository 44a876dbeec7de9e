"""The pages and the report of a run, made again of its tables without a person; what cannot be made again goes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from ..config import Config
from ..faults import safely
from ..files import discard, new_file
from ..journal import Journal
from ..language import marked, spoken
from ..published import Published
from ..reports.pages import NOTEBOOKS, PAGES, run_pages
from ..store import ident
from ..summary import BOOK, PAGE, read_summary, write_summary
from ..words import sentence

AGAIN = marked("deleted: make it again")
UNDRAWN = marked("deleted: it cannot be drawn any more")
CLEARED = marked("rows and pseudonyms taken out, pages made again")
BARE = sentence("rows and pseudonyms taken out; pages deleted, as they cannot be drawn any more: {word}")
LACKING = marked("a table that they need is damaged")

OWN = (*(f"{name}.html" for name in PAGES), NOTEBOOKS)
"""What `run_pages` draws; notebooks and profiler pages are made of more than published tables."""

Line = tuple[str, int | None, str]


def renew_pages(
    config: Config, journal: Journal, run: Path, gone: int, damaged: Collection[str], *, dry_run: bool = False
) -> Iterator[Line]:
    """Make the pages and the report of a run again after `gone` rows were taken out of its tables, `damaged` ones lost.

    An old run may fit neither the tables that it still has nor today's workbench.yml. Pages that cannot be drawn for
    that, or for any other reason, go and are listed: nobody can tell whether they speak of the person.
    """
    pages, why = _drawn(config, run.name, damaged)
    yield run.relative_to(config.root).as_posix(), gone, BARE.format(word=why) if why else CLEARED
    old = [*run.glob("*.html"), *run.glob("notebooks/*")]
    left = {file.relative_to(run).as_posix() for file in old} - {PAGE, *pages}
    yield from _deleted(config, run, sorted(left), dry_run)
    if not dry_run:
        _put(run, pages)
    report = [name for name in (PAGE, BOOK) if (run / name).exists()]
    if report and not _reported(config, journal, run.name, dry_run):
        yield from _deleted(config, run, report, dry_run)


def _drawn(config: Config, run_id: str, damaged: Collection[str]) -> tuple[dict[str, str], str]:
    """The pages by file name; or none, and why not."""
    return safely(lambda: (_draw(config, run_id, damaged), ""), lambda why: ({}, LACKING if damaged else why))


def _draw(config: Config, run_id: str, damaged: Collection[str]) -> dict[str, str]:
    found = Published(config.root, run_id)
    with found.session() as con, spoken(config.language):
        for name in damaged:  # a dry run has left them there
            con.execute(f"DROP VIEW IF EXISTS {ident('published', name)}")
        return run_pages(con, config.on(found.as_of), run_id, found.as_of)


def _put(run: Path, pages: dict[str, str]) -> None:
    discard(run / "notebooks")
    for name, text in pages.items():
        (run / name).parent.mkdir(exist_ok=True)
        with new_file(run / name) as new:
            new.write_text(text, encoding="utf-8")


def _reported(config: Config, journal: Journal, run_id: str, dry_run: bool) -> bool:
    """Whether the quality report and its workbook are made again, or in a dry run would be."""
    make = read_summary if dry_run else write_summary
    return safely(lambda: bool(make(config, journal, run_id)), lambda why: False)


def _deleted(config: Config, run: Path, names: list[str], dry_run: bool) -> Iterator[Line]:
    for name in names:
        if not dry_run:
            (run / name).unlink()
        place = (run / name).relative_to(config.root).as_posix()
        yield place, None, UNDRAWN if name in (*OWN, PAGE, BOOK) else AGAIN
