"""What a table's extract has in other shape than the one before: columns get their known names, codes are noted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from ...config import Config
from ...reports.fragments import share
from ...store import Connection, ident, rows
from .known import codes
from .recoded import Recoded, recoded
from .renamed import Likeness, alike, join, keys_alike, only, trimmed
from .uses import Place, code_columns, heading, keys, reads


@dataclass
class Change:
    """How a table differs from its older extract, since a date: columns gone and come that are not known to be the
    same, how alike they are, and columns of codes with new values of which it is not certain what they stand for."""

    place: Place
    since: date
    gone: list[str]
    came: list[str]
    pairs: list[Likeness] = field(default_factory=list)
    values: dict[str, Recoded] = field(default_factory=dict)


def raw(place: Place) -> str:
    """The table of a place, quoted."""
    return ident("raw", "__".join(place))


def headings(con: Connection, place: Place) -> list[str]:
    """The columns of a raw table."""
    return [column[0] for column in con.execute(f"FROM {raw(place)} LIMIT 0").description or []][1:]


def remark(con: Connection, place: Place, said: str, column: str | None = None, rows: int | None = None) -> None:
    """Say something to a person about a table."""
    con.execute("INSERT INTO raw.remarks VALUES (?, ?, NULL, ?, ?, ?, NULL)", [*place, said, column, rows])


def learn_columns(con: Connection, config: Config, change: Change, older: Place, before: list[str]) -> None:
    """Give columns their known names where it is certain, and fill _same with the records that are in both."""
    con.execute("CREATE OR REPLACE TEMP TABLE _same (_row BIGINT, _older BIGINT)")
    free = [name for name in change.came if not reads(config, change.place, name)]
    for texts in keys(config, change.place):
        key = [name for text in texts if (name := heading(text, before))]
        lost = [name for name in key if name in change.gone]
        if len(key) < len(texts):
            continue  # an expression names the records
        if lost and len(key) == 1:
            _same_columns(con, change, keys_alike(con, raw(older), raw(change.place), lost[0], free))
        if not set(key) & set(change.gone) and join(con, raw(older), raw(change.place), key):
            free = [name for name in free if name in change.came]
            if change.gone and free:
                _same_columns(con, change, alike(con, raw(older), raw(change.place), change.gone, free))
            return


def _same_columns(con: Connection, change: Change, pairs: list[Likeness]) -> None:
    change.pairs += pairs
    for pair in only(pairs):
        con.execute(f"ALTER TABLE {raw(change.place)} RENAME COLUMN {ident(pair.came)} TO {ident(pair.gone)}")
        change.gone.remove(pair.gone)
        change.came.remove(pair.came)
        _learn(con, change, "column", pair.gone, pair.gone, pair.came)
        agreed = f"{share(pair.same, pair.n)} of {pair.n:,} records have the same value"
        remark(con, change.place, f"is called {pair.came} since {change.since} ({agreed})", pair.gone)


def learn_codes(con: Connection, config: Config, change: Change, older: Place, before: list[str]) -> None:
    """Note what the new values of columns of codes stand for, over the records in _same."""
    now = headings(con, change.place)
    for column in code_columns(config, change.place, now):
        if heading(column, before):
            known = codes(con, config, change.place, column)
            found = recoded(con, raw(older), raw(change.place), column, known)
            if found and not found.told:
                change.values[column] = found
            for met in found.told if found else ():
                _learn(con, change, "code", column, met.code, met.value)
            _say_codes(con, change.place, column)


def _learn(con: Connection, change: Change, kind: str, column: str, before: str, after: str) -> None:
    con.execute("INSERT INTO raw.learned VALUES (?, ?, ?, ?, ?, ?, ?)",
                [change.since, kind, *change.place, column, before, after])  # fmt: skip


def _say_codes(con: Connection, place: Place, column: str) -> None:
    """What learned values of a column stand for, the commonest first."""
    found = rows(
        con,
        f"""
        WITH learned AS (
            SELECT * EXCLUDE (age) FROM memory.learned UNION ALL FROM raw.learned),
        held AS (SELECT {trimmed(ident(column))} AS v, count(*) AS n FROM {raw(place)} GROUP BY v)
        SELECT v, arg_max(before, as_of), min(as_of), n FROM held JOIN learned ON v = after
        WHERE kind = 'code' AND source = ? AND "table" = ? AND "column" = ? GROUP BY v, n ORDER BY n DESC, v""",
        [*place, column],
    )
    if found:
        said = ", ".join(f"'{value}' for '{code}'" for value, code, *_ in found[:5]).replace("' for", "' stands for", 1)
        more = f" and {len(found) - 5} more" if len(found) > 5 else ""
        since = min(day for *_, day, _ in found)
        remark(con, place, f"{said}{more} since {since}", column, sum(line[-1] for line in found))
