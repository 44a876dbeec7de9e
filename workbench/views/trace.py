"""The way of one record through the project: where did it go, and why."""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..config import Config
from ..errors import SourceError, StoreError
from ..journal import Journal
from ..language import gettext as _
from ..reports.fragments import render
from ..stages.relations import terms
from ..store import Connection, exists, ident, rows
from ..words import OURS, told
from .over_there import golden_ids_of, over_there
from .steps import STEPS, Record, Step

WIDTH = 110
Found = list[tuple[str, int, str, str | None]]
"""The source, ordinal, key and golden id of records."""


@dataclass(frozen=True, repr=False)
class Trace:
    """The steps of a record's way, in their order. `golden_id` is None for a record that got into none."""

    entity: str
    source: str
    key: str
    golden_id: str | None
    steps: list[Step]

    def as_dict(self) -> dict[str, Any]:
        """The trace as plain JSON values."""
        return asdict(self)

    def __str__(self) -> str:
        """Plain text for a terminal, in which a Chinese character takes two places."""
        text = io.StringIO()
        out = Console(file=text, width=WIDTH, color_system=None)
        named = _("{entity} {key} of {source}").format(entity=self.entity, key=self.key, source=self.source)
        out.print(Text(named))
        for number, step in enumerate(self.steps, start=1):
            out.print(Text("\n".join([f"\n{number}. {step.title}", *step.sentences])))
            if step.rows:
                table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
                for name in step.rows[0]:
                    table.add_column(Text(told(name)), overflow="fold")
                for line in step.rows:
                    table.add_row(*(Text(_said(name, value)) for name, value in line.items()))
                out.print(table)
        return "\n".join(line.rstrip() for line in text.getvalue().splitlines())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return render("trace.html.j2", trace=self, ours=OURS)


def _said(name: str, value: Any) -> str:
    if value is None:
        return ""
    return told(str(value)) if name in OURS else str(value)


def follow(
    con: Connection, config: Config, entity: str, key: str, source: str | None = None, journal: Journal | None = None
) -> Trace:
    """Follow a record, given by its key, by the golden id of the record it founded, or by a new system's id of that.

    What loads did is told where the journal is given. Raises StoreError when there is none, or when several sources
    hold the key and `source` names none.
    """
    if not exists(con, "gold", "xref"):
        raise StoreError("There are no golden records yet. Run the project first.")
    found = _by_key(con, entity, key) or _by_golden_id(con, entity, key) or _left_out(con, config, entity, key)
    if not found and journal:
        ids = golden_ids_of(con, config, journal, entity, key)
        found = [record for golden_id in ids for record in _by_golden_id(con, entity, golden_id)]
    found = [record for record in found if source in (None, record[0])]
    holders = sorted({record[0] for record in found})
    if not found:
        raise StoreError(f"No {entity} has the key {key!r}" + (f" in {source}." if source else " in any source."))
    if len(holders) > 1:
        raise StoreError(f"The key {key!r} is in several sources: {', '.join(holders)}. Name the one you mean.")
    record = Record(con, config, entity, *found[0])
    steps = [step for build in STEPS for step in build(record)]
    steps += over_there(record, journal) if journal else []
    return Trace(entity, record.source, record.key, record.golden_id, steps)


def _by_key(con: Connection, entity: str, key: str) -> Found:
    return rows(con, f"""SELECT s.source, s._row, s.key, x.golden_id FROM {ident("std", entity)} AS s
        LEFT JOIN gold.xref AS x ON x.entity = ? AND x.source = s.source AND x.key = s.key
        WHERE s.key = ? ORDER BY ALL""", [entity, key])  # fmt: skip


def _by_golden_id(con: Connection, entity: str, golden_id: str) -> Found:
    """The founding record of a golden record; an id that was merged away leads to where its record is now."""
    return rows(con, f"""
        SELECT s.source, s._row, s.key, x.golden_id FROM gold.xref AS x
        JOIN {ident("std", entity)} AS s ON s.source = x.source AND s.key = x.key
        WHERE x.entity = $1 AND (x.golden_id = $2 OR x.golden_id IN (
            SELECT redirects_to FROM gold.redirects AS r WHERE r.entity = $1 AND r.golden_id = $2))
        ORDER BY x.founding DESC, s.source, s.key LIMIT 1""", [entity, golden_id])  # fmt: skip


def _left_out(con: Connection, config: Config, entity: str, key: str) -> Found:
    """Records that were never standardised: left out by a view, or on an unreadable line that holds the key."""
    found: Found = []
    for source, record in config.records(entity).items():
        raw = ident("raw", f"{source}__{record.lead_table}")
        names = [column[0] for column in con.execute(f"FROM {raw} LIMIT 0").description or []]
        try:
            made = terms(record.key, names, "key")
        except SourceError:  # only the view knows how to make the key
            made = "NULL"
        lines = rows(con, f"""
            SELECT _row FROM {raw} WHERE {made} = $1
            UNION ALL SELECT _row FROM raw.rejects WHERE source = $2 AND "table" = $3
                AND list_has_all(regexp_split_to_array(text, '[",;\t]+'), string_split($1, '|'))
            ORDER BY ALL""", [key, source, record.lead_table])  # fmt: skip
        found += [(source, line[0], key, None) for line in lines]
    return found
