"""What an extract's shape has become since the one before: said in raw.remarks, learned where certain, else asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path

from ...errors import SourceError
from ...sources import Extract, read, unpacked
from ...store import Connection, rows
from ..context import Run
from ..extracts import locate
from .asking import columns_asked, values_asked
from .known import named, names
from .learning import Change, headings, learn_codes, learn_columns, raw, remark
from .uses import Place, broken, code_columns, heading, missing

Load = Callable[[Connection, Place, list[Extract]], None]
"""Reads opened extracts into a raw table of their own."""

Older = tuple[Path, date]
"""An older extract of a table, and the date of the first one after it."""


def compare(con: Connection, run: Run, load: Load) -> None:
    """Hold each raw table against the extract before.

    Raises SourceError, with all lines to add to workbench.yml, where it is not certain what became of what is used.
    """
    places = [(source, table) for source, settings in run.config.sources.items() for table in settings.tables]
    changes = [change for place in places if (change := _compare(con, run, place, load))]
    asked = []
    for change in changes:
        asked += columns_asked(change, missing(con, run.config, change.place, change.gone))
        asked += values_asked(change, code_columns(run.config, change.place, headings(con, change.place)))
    if asked:
        raise SourceError("\n".join(asked))


def _compare(con: Connection, run: Run, place: Place, load: Load) -> Change | None:
    ((day,),) = rows(con, 'SELECT max(as_of) FROM raw.files WHERE source = ? AND "table" = ?', list(place))
    older = _older(con, run, place, day)
    if older is None:
        return None
    copy = (place[0], f"{place[1]}__older")  # no table can be called so
    change = None
    try:
        with _opened(con, run, place, older[0]) as extracts:
            before, now = _union(extracts), headings(con, place)
            found = Change(place, older[1], _without(before, now), _without(now, before))
            if (found.gone and found.came) or code_columns(run.config, place, before):
                load(con, copy, extracts)
                learn_columns(con, run.config, found, copy, before)
                learn_codes(con, run.config, found, copy, before)
        change = found
    except SourceError:
        remark(con, place, f"cannot be compared with the extract before that of {older[1]}: it cannot be read now")
    con.execute(f"DROP TABLE IF EXISTS {raw(copy)}")
    for lines in ("rejects", "repairs", "remarks"):
        con.execute(f'DELETE FROM raw.{lines} WHERE source = ? AND "table" = ?', list(copy))
    if change and day == run.as_of:
        _say(con, change, before)
    return change


def _say(con: Connection, change: Change, before: list[str]) -> None:
    """Which columns are gone, came, or stand elsewhere."""
    for name in change.gone:
        remark(con, change.place, f"is gone since {change.since}", name)
    for name in change.came:
        remark(con, change.place, f"is new since {change.since}", name)
    now = [name.casefold() for name in headings(con, change.place)]
    then = [name.casefold() for name in before]
    if [name for name in now if name in then] != [name for name in then if name in now]:
        remark(con, change.place, f"has its columns in another order since {change.since}")


def _older(con: Connection, run: Run, place: Place, day: date) -> Older | None:
    """The extract before; where columns are missing that something reads, the newest that had one of them."""
    found = list(_olders(run, place, day))
    if len(found) > 1 and any(broken(con, run.config, place)):
        now = headings(con, place)
        for older in found:
            with suppress(SourceError), _opened(con, run, place, older[0]) as extracts:
                if missing(con, run.config, place, _without(_union(extracts), now)):
                    return older
    return next(iter(found), None)


def _olders(run: Run, place: Place, day: date) -> Iterator[Older]:
    """The older extracts of a table, newest first; what has no folder of its date has none."""
    file = run.config.sources[place[0]].tables[place[1]].file
    with suppress(SourceError):
        while file and not file.startswith("${"):
            path, older = locate(run.config, day - timedelta(days=1), file)
            yield path, day
            day = older


@contextmanager
def _opened(con: Connection, run: Run, place: Place, path: Path) -> Iterator[list[Extract]]:
    """The extracts of a path under the names that their columns are known by."""
    known, table = names(con, run.config, place), run.config.sources[place[0]].tables[place[1]]
    with unpacked(path) as files:
        yield [named(read(file, table), known) for file in files.values()]


def _union(extracts: Iterable[Extract]) -> list[str]:
    """The columns of all extracts, as in the first that has them."""
    found: dict[str, str] = {}
    for extract in extracts:
        for name in extract.columns:
            found.setdefault(name.casefold(), name)
    return list(found.values())


def _without(columns: list[str], others: list[str]) -> list[str]:
    return [name for name in columns if not heading(name, others)]
