"""What an extract's shape has become since the one before: said in raw.remarks, learned where certain, else asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path

from ...config import Config
from ...errors import SourceError
from ...reports.fragments import share
from ...reports.masking import COMMON
from ...sources import Extract, read, unpacked
from ...store import Connection, ident, rows
from ..context import Run
from ..extracts import locate
from .alike import Likeness, alike, join, keys_alike, only, recoded, trimmed
from .asking import Change, asked
from .names import Place, code_columns, codes, heading, headings, missing, named, names, reads

Load = Callable[[Connection, Place, list[Extract]], None]
"""Reads opened extracts into a raw table of their own."""

Older = tuple[Path, date]
"""An older extract of a table, and the date of the first one after it."""


def compare(con: Connection, run: Run, load: Load) -> None:
    """Hold each raw table against the extract before.

    Raises SourceError, with the lines for workbench.yml, where it is not certain what became of what is used.
    """
    places = [(source, table) for source, settings in run.config.sources.items() for table in settings.tables]
    changes = [change for place in places if (change := _compare(con, run, place, load))]
    lines = []
    for change in changes:
        read = missing(con, run.config, change.place) if change.gone else {}
        used = {name: read[name.casefold()] for name in change.gone if name.casefold() in read}
        fields = code_columns(run.config, change.place, headings(con, change.place))
        lines += asked(change, run.config.sources[change.place[0]].tables[change.place[1]], used, fields)
    if lines:
        raise SourceError("\n".join(lines))


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
                _learn_columns(con, run.config, found, _raw(copy), before)
                _learn_codes(con, run.config, found, _raw(copy), before)
        change = found
    except SourceError:
        _remark(con, place, f"cannot be compared with the extract before that of {older[1]}: it cannot be read now")
    con.execute(f"DROP TABLE IF EXISTS {_raw(copy)}")
    for lines in ("rejects", "repairs", "remarks"):
        con.execute(f'DELETE FROM raw.{lines} WHERE source = ? AND "table" = ?', list(copy))
    if change and day == run.as_of:
        _say(con, change, before)
    return change


def _older(con: Connection, run: Run, place: Place, day: date) -> Older | None:
    """The extract before; where columns are missing that something reads, the newest that had one of them."""
    found = list(_olders(run, place, day))
    if len(found) > 1 and (read := missing(con, run.config, place)):
        for older in found:
            with suppress(SourceError), _opened(con, run, place, older[0]) as extracts:
                if any(name.casefold() in read for name in _without(_union(extracts), headings(con, place))):
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


def _learn_columns(con: Connection, config: Config, change: Change, old: str, before: list[str]) -> None:
    """Give columns their known names where it is certain, and fill _same with the records that are in both."""
    con.execute("CREATE OR REPLACE TEMP TABLE _same (_row BIGINT, _older BIGINT)")
    now, used = _raw(change.place), reads(config, change.place)
    for record in config.sources[change.place[0]].records.values():
        key = [name for text in record.key if (name := heading(text, before))]
        if change.place[1] != record.lead_table or len(key) < len(record.key):
            continue  # an expression names the records
        if len(key) == 1 and key[0] in change.gone:
            _same_columns(con, change, keys_alike(con, old, now, key[0], _free(change, used)))
        if not {*key} & {*change.gone} and join(con, old, now, key):
            if change.gone and (free := _free(change, used)):
                _same_columns(con, change, alike(con, old, now, change.gone, free))
            return


def _free(change: Change, used: set[str]) -> list[str]:
    """The columns that came and that nothing reads by their own heading."""
    return [name for name in change.came if name.casefold() not in used]


def _same_columns(con: Connection, change: Change, pairs: list[Likeness]) -> None:
    change.pairs |= {(pair.gone, pair.came): pair for pair in pairs}
    for pair in only(pairs):
        con.execute(f"ALTER TABLE {_raw(change.place)} RENAME COLUMN {ident(pair.came)} TO {ident(pair.gone)}")
        change.gone.remove(pair.gone)
        change.came.remove(pair.came)
        _learn(con, change, "column", pair.gone, pair.gone, pair.came)
        agreed = f"{share(pair.same, pair.n)} of {pair.n:,} records have the same value"
        _remark(con, change.place, f"is called {pair.came} since {change.since} ({agreed})", pair.gone)


def _learn_codes(con: Connection, config: Config, change: Change, old: str, before: list[str]) -> None:
    """Note what the new values of columns of codes stand for, over the records in _same."""
    for column in code_columns(config, change.place, headings(con, change.place)):
        if heading(column, before):
            known = codes(con, config, change.place, column)
            found = recoded(con, old, _raw(change.place), column, known)
            if found and not found.told:
                change.values[column] = found
            for met in found.told if found else ():
                _learn(con, change, "code", column, met.code, met.value)
            _say_codes(con, change.place, column)


def _learn(con: Connection, change: Change, kind: str, column: str, before: str, after: str) -> None:
    con.execute("INSERT INTO raw.learned VALUES (?, ?, ?, ?, ?, ?, ?)",
                [change.since, kind, *change.place, column, before, after])  # fmt: skip


def _say(con: Connection, change: Change, before: list[str]) -> None:
    """Which columns are gone, came, or stand elsewhere."""
    for name in change.gone:
        _remark(con, change.place, f"is gone since {change.since}", name)
    for name in change.came:
        _remark(con, change.place, f"is new since {change.since}", name)
    now = [name.casefold() for name in headings(con, change.place)]
    then = [name.casefold() for name in before]
    if [name for name in now if name in then] != [name for name in then if name in now]:
        _remark(con, change.place, f"has its columns in another order since {change.since}")


def _say_codes(con: Connection, place: Place, column: str) -> None:
    """What learned values of a column stand for, the commonest first."""
    found = rows(
        con,
        f"""
        WITH learned AS (
            SELECT * EXCLUDE (age) FROM memory.learned UNION ALL FROM raw.learned),
        held AS (SELECT {trimmed(column)} AS v, count(*) AS n FROM {_raw(place)} GROUP BY v)
        SELECT v, arg_max(before, as_of), min(as_of), n FROM held JOIN learned ON v = after
        WHERE kind = 'code' AND source = ? AND "table" = ? AND "column" = ? GROUP BY v, n ORDER BY n DESC, v""",
        [*place, column],
    )
    if found:
        shown = [f"'{value}' for '{code}'" for value, code, _, times in found[:5] if times >= COMMON]
        said = ", ".join(shown).replace("' for", "' stands for", 1) or "values stand for codes"
        more = f" and {len(found) - len(shown)} more" if 0 < len(shown) < len(found) else ""
        since = min(day for *_, day, _ in found)
        _remark(con, place, f"{said}{more} since {since}", column, sum(line[-1] for line in found))


def _remark(con: Connection, place: Place, said: str, column: str | None = None, rows: int | None = None) -> None:
    con.execute("INSERT INTO raw.remarks VALUES (?, ?, NULL, ?, ?, ?, NULL)", [*place, said, column, rows])


def _raw(place: Place) -> str:
    return ident("raw", "__".join(place))


def _union(extracts: Iterable[Extract]) -> list[str]:
    """The columns of all extracts, as in the first that has them."""
    found: dict[str, str] = {}
    for name in (name for extract in extracts for name in extract.columns):
        found.setdefault(name.casefold(), name)
    return list(found.values())


def _without(columns: list[str], others: list[str]) -> list[str]:
    there = {name.casefold() for name in others}
    return [name for name in columns if name.casefold() not in there]
