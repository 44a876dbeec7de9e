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
from ..reports.fragments import render
from ..stages.relations import terms
from ..store import Connection, exists, ident, literal, records, rows
from .steps import STEPS, Record, Step

WIDTH = 110


@dataclass(frozen=True)
class Trace:
    """The steps of a record's way, in their order. `golden_id` is None for a record that went nowhere."""

    entity: str
    source: str
    key: str
    golden_id: str | None
    steps: list[Step]

    def as_dict(self) -> dict[str, Any]:
        """The trace as plain JSON values."""
        return asdict(self)

    def __str__(self) -> str:
        """Plain text for a terminal; Chinese characters take two places."""
        out = Console(file=io.StringIO(), width=WIDTH, color_system=None, legacy_windows=False)
        out.print(Text(f"{self.entity} {self.key} of {self.source}"))
        for number, step in enumerate(self.steps, start=1):
            out.print(Text(f"\n{number}. {step.title}"))
            for sentence in step.sentences:
                out.print(Text(sentence))
            if step.rows:
                out.print(_text_table(step.rows))
        text: str = out.file.getvalue()  # type: ignore[attr-defined]
        return "\n".join(line.rstrip() for line in text.splitlines())

    def _repr_html_(self) -> str:
        return render("trace.html.j2", trace=self)


def _text_table(lines: list[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style=None)
    for name in lines[0]:
        table.add_column(Text(name), overflow="fold")
    for line in lines:
        table.add_row(*(Text("-" if value is None else str(value)) for value in line.values()))
    return table


def follow(con: Connection, config: Config, entity: str, key: str, source: str | None = None) -> Trace:
    """Follow a record, given by its key or by the golden id of the record it founded or is part of.

    Raises StoreError when there is none, or when several sources hold the key and `source` names none.
    """
    if not exists(con, "std", entity):
        raise StoreError(f"There are no records of {entity} yet. Run the project first.")
    found = _with_key(con, entity, key) or _with_golden_id(con, entity, key, source) or _left_out(con, config, entity, key)
    found = [record for record in found if source in (None, record[0])]
    holders = sorted({record[0] for record in found})
    if not found:
        raise StoreError(f"No {entity} has the key {key!r}" + (f" in {source}." if source else " in any source."))
    if len(holders) > 1:
        raise StoreError(f"The key {key!r} is in several sources: {', '.join(holders)}. Name the one you mean.")
    record = Record(con, config, entity, *found[0], _golden_id(con, entity, *found[0]))
    steps = [step for build in STEPS for step in build(record)]
    return Trace(entity, record.source, record.key, record.golden_id, steps)


Found = list[tuple[str, int, str]]
"""The source, ordinal and key of records."""


def _with_key(con: Connection, entity: str, key: str) -> Found:
    return rows(con, f"SELECT source, _row, key FROM {ident('std', entity)} WHERE key = ? ORDER BY ALL", [key])


def _with_golden_id(con: Connection, entity: str, key: str, source: str | None) -> Found:
    """The founding record of a golden record (an id that was merged away leads to the one it is part of now)."""
    if not exists(con, "gold", "xref"):
        return []
    return rows(con, f"""
        WITH wanted AS (
            SELECT ?::VARCHAR AS golden_id
            UNION SELECT redirects_to FROM gold.redirects WHERE entity = {literal(entity)} AND golden_id = ?)
        SELECT s.source, s._row, s.key FROM gold.xref AS x JOIN wanted USING (golden_id)
        JOIN {ident("std", entity)} AS s ON s.source = x.source AND s.key = x.key
        WHERE x.entity = {literal(entity)} AND x.source = coalesce(?, x.source)
        ORDER BY x.founding DESC, s.source, s.key LIMIT 1""", [key, key, source])  # fmt: skip


def _left_out(con: Connection, config: Config, entity: str, key: str) -> Found:
    """Records that never were standardised: those that a view left out, and unreadable lines that hold the key."""
    found: Found = []
    for source, record in config.records(entity).items():
        raw = ident("raw", f"{source}__{record.lead_table}")
        columns = [column[0] for column in con.execute(f"FROM {raw} LIMIT 0").description or []]
        try:
            made = terms(record.key, columns, "key")
        except SourceError:  # the key is made by the view
            made = "NULL"
        unreadable = """SELECT _row FROM raw.rejects WHERE source = ? AND "table" = ? AND
            list_has_all(regexp_split_to_array(text, '[",;\\t]+'), string_split(?, '|'))"""
        lines = rows(con, f"SELECT _row FROM {raw} WHERE {made} = ? UNION ALL {unreadable} ORDER BY ALL",
                     [key, source, record.lead_table, key])  # fmt: skip
        found += [(source, line[0], key) for line in lines]
    return found


def _golden_id(con: Connection, entity: str, source: str, row: int, key: str) -> str | None:
    if not exists(con, "gold", "xref"):
        return None
    found = records(con, f"""SELECT golden_id FROM gold.xref JOIN {ident("std", entity)} AS s USING (source, key)
        WHERE entity = ? AND source = ? AND s._row = ?""", [entity, source, row])  # fmt: skip
    return found[0]["golden_id"] if found else None
