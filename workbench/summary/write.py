"""Write both files of a run, in place of those before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..config import Config
from ..errors import StoreError
from ..faults import safely
from ..files import disk, new_file
from ..journal import Journal, now
from ..language import gettext as _
from ..language import spoken
from ..published import REPORTS, Published
from ..reports.front import list_pages
from .book import write_book
from .chapter import UNKNOWN, Chapter, Ground, ground
from .fallen import Fallen, fallen
from .glossary import glossary
from .going_over import reconciliation, waves
from .headline import headline
from .joined import matching
from .open_ends import decisions
from .page import page
from .quality import changed, over_time, worst_fields

PAGE, BOOK = "quality.html", "quality.xlsx"

CHAPTERS: tuple[Callable[[Ground], Chapter], ...] = (
    over_time, changed, worst_fields, matching, waves, reconciliation, decisions, glossary,
)  # fmt: skip


@dataclass(frozen=True)
class Summary:
    """What the report of a run says: how its gates stand in a sentence, what fell, and the chapters."""

    run: Published
    headline: str
    told: list[Fallen]
    chapters: list[Chapter]


def read_summary(config: Config, journal: Journal, run_id: str | None = None) -> Summary:
    """What is to be said of a published run (by default of the newest that counts), in the language spoken now, masked.

    Readiness, signatures and issues are as they are now. A chapter whose tables are damaged, or of an older version,
    says so, and the others stand. Raises StoreError for no such run.
    """
    run = Published(config.root, run_id)
    given = ground(run, config.on(run.as_of), journal)
    told = fallen(run)
    said = headline(run, given.config, journal, told)
    return Summary(run, said, told, [_chapter(chapter, given) for chapter in CHAPTERS])


def write_summary(config: Config, journal: Journal, run_id: str | None = None) -> Path:
    """Write the report of a published run, as `read_summary` has it, in the project's language; returns the page.

    Raises StoreError as `read_summary`, and for a disk that does not take it.
    """
    with spoken(config.language):
        found = read_summary(config, journal, run_id)
        folder = config.root / REPORTS / found.run.run_id
        html = page(config.project, found.run, found.headline, found.told, found.chapters, now())
        with disk(f"{REPORTS}/{found.run.run_id}/{PAGE}"):
            with new_file(folder / PAGE) as new:
                new.write_text(html, encoding="utf-8")
            with new_file(folder / BOOK) as new:
                write_book(new, config.project, found.run, found.headline, found.told, found.chapters)
            list_pages(config, journal)
    return folder / PAGE


def renew_summary(config: Config, journal: Journal) -> None:
    """Write the report of the newest run again, after people or a new system said something; none where there is no
    run to report of."""
    try:
        newest = Published(config.root).run_id
    except StoreError:
        return
    write_summary(config, journal, newest)


def _chapter(chapter: Callable[[Ground], Chapter], given: Ground) -> Chapter:
    """A chapter, or in its place why it cannot be shown: the others stand."""

    def instead(why: str) -> Chapter:
        name, said = chapter.__name__, _("Cannot be shown: {why}").format(why=why)
        return Chapter(name, name.replace("_", " ").capitalize(), UNKNOWN, said)

    return safely(lambda: chapter(given), instead)
