"""The whole of an erasure: what it looks at, in which order, and what it leaves to people.

Backups come first and what is derived last: until then the newest run knows who is meant, so an erasure that was killed
is just made again.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from ..backup import archives, rewrite, working
from ..config import Config, load
from ..config.roles import MAY, demand_role
from ..errors import ConfigError, SourceError, StoreError, WorkbenchError
from ..files import disk
from ..journal import Journal
from ..language import gettext as _
from ..language import marked
from ..pipeline import alone, database
from ..recipes import FOLDER as RECIPES
from ..store import session
from .archived import clear_archive
from .extracts import cut, demand_cuttable, find, outside, own_values
from .kept import CORRECTIONS, clear_corrections, clear_readbacks
from .memory import clear_journal
from .pages import Line
from .person import Person, find_person, values_of
from .published import clear_published

COLUMNS = ["place", "rows", "done"]
STAYING = ("readback", "dashboard.key", "run.pid", "*.lock")
"""What of state/ is not derived: locks may be held, and by its key the dashboard knows who signed in."""

LOADED = """SELECT DISTINCT target || ' (' || environment || ') ' || object || coalesce(' ' || target_id, '')
    FROM ledger WHERE golden_id = ? AND event IN ('created', 'updated') ORDER BY 1"""

OUT, EMPTIED, REWRITTEN = marked("rows taken out"), marked("values and notes erased"), marked("rewritten")
REREAD, RUN = marked("files deleted: read the results again"), marked("deleted: run again")
BY_HAND = marked("by hand")


def forget(
    config: Config, journal: Journal, what: Sequence[str], why: str, user: str, *, dry_run: bool = False
) -> pd.DataFrame:
    """Erase a person: an entity, source and key, or a golden id with all its records; and what is below them.

    Lists place, rows (None: not counted) and what was done there, or with `dry_run` would be. Raises ConfigError for
    who is not there, is under a legal hold or may not do it, SourceError for extracts that people have to mend first,
    StoreError for a backup that cannot be rewritten. Made again after any of these, it does what is left.
    """
    demand_role(config, user, _("Erasing a person"), *MAY["erase"])
    config = load(config.root)  # with the systems that ended, whose extracts lie here
    if not why.strip() or len(what) not in (1, 3):
        raise ConfigError("Say whom, by entity, source and key or by golden id, and why: it is written down.")
    if not database(config.root).exists():
        raise StoreError(f"{config.root} has no results to find a person by. Run it: workbench run {config.root}")
    with alone(config.root), disk("forget"):
        with session(database(config.root), read_only=True) as con:
            person = find_person(con, config, what)
            values = values_of(con, config, person)
        demand_cuttable(find(config, journal, person))
        values |= own_values(config, journal, person)  # before they are cut out
        lines: list[Line] = [*_backups(config, person, user, why, dry_run)]
        lines += clear_published(config, journal, person, values, user, dry_run=dry_run)
        lines += _clear(config, journal, person, user, why, dry_run)
        lines += _derived(config.root, dry_run)
    if not dry_run:
        journal.note(user, "forget", "; ".join(map(" ".join, person.roots)), why)
    lines += [(place, None, BY_HAND) for place in _by_hand(config, journal, person)]
    return pd.DataFrame(lines, columns=COLUMNS)


def _clear(config: Config, journal: Journal, person: Person, user: str, why: str, dry_run: bool) -> Iterator[Line]:
    """What a project keeps, a backup's too."""
    found = find(config, journal, person)
    demand_cuttable(found)
    if not dry_run:
        cut(found)
    for one in found:
        yield one.file.relative_to(config.root.resolve()).as_posix(), len(one.ordinals), OUT
    yield "state/readback", clear_readbacks(config.root, journal, person, user, dry_run=dry_run), OUT
    yield CORRECTIONS, clear_corrections(config.root, person, dry_run=dry_run), REREAD
    yield "archive", clear_archive(config, person, dry_run=dry_run), OUT
    yield journal.path.name, clear_journal(journal, person, user, why, dry_run=dry_run), EMPTIED


def _backups(config: Config, person: Person, user: str, why: str, dry_run: bool) -> Iterator[Line]:
    """Every backup, rewritten without the person and verified."""
    for archive in archives(config.root):
        done: list[Line] = []

        def change(folder: Path, done: list[Line] = done) -> None:
            done += _clear(load(folder), Journal(folder), person, user, why, dry_run=False)

        if not dry_run:
            try:
                rewrite(config.root, archive, change, user)
            except WorkbenchError as error:
                kind = SourceError if isinstance(error, SourceError) else StoreError
                raise kind(f"{archive}: {error}\nMend it, or delete this backup, and forget again.") from error
        rows = None if dry_run else sum(count or 0 for _, count, _ in done)
        yield archive.relative_to(config.root).as_posix(), rows, REWRITTEN


def _derived(root: Path, dry_run: bool) -> Iterator[Line]:
    """What a run makes again and is not masked goes whole: no row of it tells all that it was made of."""
    kept = {path for name in STAYING for path in (root / "state").glob(name)}
    for path in sorted({*(root / "state").glob("*"), root / "load"} - kept):
        if path.exists():
            if not dry_run:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            yield path.relative_to(root).as_posix(), None, RUN
    if archives(root) and not dry_run:
        with working(root):  # which takes away what killed backups left
            pass


def _by_hand(config: Config, journal: Journal, person: Person) -> Iterator[str]:
    """Where the person may be that is not for this project to change, or that it cannot look into."""
    yield from outside(config, person)
    for golden_id in person.golden_ids:
        for (place,) in journal.read(LOADED, [golden_id]):
            yield f"the new system {place}: erase it there"
    for pattern in (f"{RECIPES}/*.yml", "collect/**/*", "notebooks/*.ipynb", "*.xlsx", "*.csv"):
        for file in sorted(config.root.glob(pattern)):
            if file.is_file():
                yield f"{file.relative_to(config.root).as_posix()}: look whether it speaks of them"
