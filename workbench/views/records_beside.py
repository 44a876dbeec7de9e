"""The records of a golden record side by side, each held against the founding one, differing characters marked."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from ..config import Config
from ..decisions.records import Golden, Record
from ..reports.fragments import money
from ..store import Connection, ident, records
from .side_by_side import LONGEST, Pieces, marked

MOST = 24
"""Records that stand side by side."""


class Beside(NamedTuple):
    """Records, and of each field a cell a record: its value cut into pieces, each with whether it differs."""

    members: list[Record]
    fields: dict[str, list[Pieces]]


def records_beside(con: Connection, config: Config, of: Golden) -> Beside:
    """The first MOST records of a golden record, the founding one first, with all fields of its entity."""
    names = list(config.entities[of.entity].fields)
    shown = of.members[:MOST]
    columns = ", ".join(map(ident, names))
    query = f"""SELECT source, key, {columns} FROM {ident("std", of.entity)}
        WHERE (source, key) IN (SELECT (unnest($1::VARCHAR[]), unnest($2::VARCHAR[])))"""
    lines = records(con, query, [[source for source, _ in shown], [key for _, key in shown]])
    found = {(line["source"], line["key"]): line for line in lines}
    members = [record for record in shown if record in found]
    return Beside(members, {name: _cells([found[record][name] for record in members]) for name in names})


def written(value: Any) -> str:
    """A value of a record as text, none as ""; an amount without the noughts behind its second decimal."""
    return money(value, thousands="") if isinstance(value, Decimal) else str("" if value is None else value)


def _cells(values: Sequence[Any]) -> list[Pieces]:
    """Each value held against the first: [] where there is none."""
    texts = [written(value)[:LONGEST] or None for value in values]
    first = texts[0] if texts else None
    cells: list[Pieces] = []
    for place, text in enumerate(texts):
        if text is None:
            cells.append([])
        elif first is None:
            cells.append([(text, place > 0)])
        else:
            cells.append(marked(first, text)[1])
    return cells
