"""Reference files as they are looked up: std.<source>__<table>, a row for each of theirs.

A column that is held against a field is there as the field's type has it (`<column> as <entity>.<field>`), with its key
(`... .key`) and why it is not valid (`... .reason`); a column of words as its text.
"""

from __future__ import annotations

from ..checks import quoted
from ..config import Config
from ..config.filling import lookups
from ..store import Connection, blame, ident
from ..types import TYPES
from .cleaning import clean_values, column_of, told_of
from .edits import edited
from .relations import term

RAW = "_looked_up"


def look_up(con: Connection, config: Config) -> None:
    """Write the columns of every reference that are looked up. Raises SourceError for one that is not there."""
    for reference, held in lookups(config).items():
        once = {(column.lower(), field): (column, field) for column, field in held}
        _look_up(con, config, reference, list(once.values()))


def _look_up(con: Connection, config: Config, reference: str, held: list[tuple[str, str]]) -> None:
    source, table = reference.split(".")
    origin = edited(con, source, table)
    available = [found[0] for found in con.execute(f"FROM {origin} LIMIT 0").description or []]
    texts = [f"({term(column, available, f'the reference {reference}')})::VARCHAR" for column, _ in held]
    chosen = ", ".join(f"{text} AS c{place}" for place, text in enumerate(texts))
    with blame(f"the reference {reference}"):
        con.execute(f"CREATE TEMP TABLE {RAW} AS SELECT _row, {chosen} FROM {origin}")
    shown, joins = ["r._row"], []
    for place, (column, field) in enumerate(held):
        if not field:
            shown.append(f"nullif(trim(r.c{place}), '') AS {quoted(column, '')}")
            continue
        entity, _, name = field.partition(".")
        kind = TYPES[config.entities[entity].fields[name].type]
        values = f"SELECT c{place} AS before, count(*) AS times FROM {RAW} WHERE before IS NOT NULL GROUP BY ALL"
        told, whole = told_of(config, entity, name), column_of(con, config, (source, table), column)
        clean_values(con, kind, told, values, f"_held{place}", column=whole)
        refused = f"CASE WHEN NOT m{place}.valid THEN m{place}.{{}} END"
        value = f"coalesce(m{place}.after::VARCHAR, {refused.format('before')})"
        shown.append(f"{value} AS {quoted(column, field)}")
        shown.append(f"{refused.format('reason')} AS {quoted(column, field, 'reason')}")
        shown += [f"m{place}.__key AS {quoted(column, field, 'key')}"] if "key" in kind.parts else []
        joins.append(f"LEFT JOIN _held{place} AS m{place} ON m{place}.before = r.c{place}")
    name = ident("std", f"{source}__{table}")
    con.execute(f"CREATE TABLE {name} AS SELECT {', '.join(shown)} FROM {RAW} AS r {' '.join(joins)} ORDER BY r._row")
    for temporary in (RAW, *(f"_held{place}" for place, (_, field) in enumerate(held) if field)):
        con.execute(f"DROP TABLE {temporary}")
