"""The way of one record through the project: where did it go, and why."""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..config import Config
from ..errors import StoreError
from ..journal import Journal
from ..language import gettext as _
from ..reports.fragments import render
from ..store import Connection
from ..words import OURS, told
from .found import by_golden_id, by_key, by_target_id, demand_golden, left_out
from .over_there import over_there
from .steps import STEPS, Record, Step

WIDTH = 110


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
    demand_golden(con)
    found = by_key(con, entity, key) or by_golden_id(con, entity, key)
    found = found or left_out(con, config, entity, key, values=True)
    if not found and journal:
        found = by_target_id(con, config, journal, entity, key)
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
