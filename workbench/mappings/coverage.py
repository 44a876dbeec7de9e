"""What a mapping covers: fields of the target, golden fields, and values; with what the newest run knows of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import pandas as pd

from ..config import Config
from ..store import Connection, blame, exists, ident, records, rows
from .lines import Line

RANK = ("missing", "open", "default", "mapped")
FOUND = 200
"""Different values of a field that are shown at most; more is no code."""


class Coverage(NamedTuple):
    """Fields of the target (object, field, title, takes, mandatory, status, from), the missing ones first; golden
    fields that nothing takes (entity, field, filled, records); and values without a new code (object, field, codes,
    value, rows). Counts are of the newest run, None before the first."""

    fields: pd.DataFrame
    unused: pd.DataFrame
    unmapped: pd.DataFrame

    @property
    def missing(self) -> list[str]:
        """The fields that the target demands and nothing fills."""
        found = self.fields[self.fields.status == "missing"]
        return [f"{title}.{field}" for title, field in zip(found.object, found.field, strict=True)]

    @property
    def whole(self) -> bool:
        """Whether nothing that is demanded is missing and every value has its new code."""
        return not self.missing and self.unmapped.empty


def coverage(con: Connection | None, config: Config, target: str, lines: Sequence[Line]) -> Coverage:
    """What the lines of a target cover; without a connection nothing is known of records."""
    found = sorted(lines, key=lambda line: (RANK.index(line.status), not line.mandatory, not line.used))
    fields = [{
        "object": line.object, "field": line.field, "title": line.limits.title, "takes": line.takes,
        "mandatory": line.mandatory, "status": line.status, "from": line.row["from"],
    } for line in found]  # fmt: skip
    unmapped: list[dict[str, Any]] = []
    if con and exists(con, "target", "unmapped"):
        query = """SELECT object, field, codes, value, rows FROM target.unmapped WHERE target = ?
            ORDER BY object, field, rows DESC, value"""
        unmapped = records(con, query, [target])
    return Coverage(
        pd.DataFrame(fields, columns=["object", "field", "title", "takes", "mandatory", "status", "from"]),
        pd.DataFrame(_unused(con, config, lines), columns=["entity", "field", "filled", "records"], dtype=object),
        pd.DataFrame(unmapped, columns=["object", "field", "codes", "value", "rows"], dtype=object),
    )


def _unused(con: Connection | None, config: Config, lines: Iterable[Line]) -> list[tuple[Any, ...]]:
    """The golden fields that no line reads, of each entity those with the most values first."""
    read = {(line.entity, name) for line in lines for name in line.golden}
    found: list[tuple[Any, ...]] = []
    for entity, settings in config.entities.items():
        names = [name for name in settings.fields if (entity, name) not in read]
        counts = filled(con, "gold", entity) if con else {}
        its = [(entity, name, counts.get(name), counts.get("golden_id")) for name in names]
        found += sorted(its, key=lambda line: -(line[2] or 0))
    return found


def filled(con: Connection, schema: str, table: str) -> dict[str, int]:
    """How many rows of a table have a value in each column; nothing for a table that is not there."""
    if not exists(con, schema, table):
        return {}
    names = [name for name, *_ in rows(con, f"DESCRIBE {ident(schema, table)}")]
    counts = rows(con, f"SELECT {', '.join(f'count({ident(name)})' for name in names)} FROM {ident(schema, table)}")
    return dict(zip(names, counts[0], strict=True))


def times_used(con: Connection | None, lines: Iterable[Line], path: str) -> dict[str, int]:
    """How often each value occurs where a code list is used; nothing before the first run."""
    times: dict[str, int] = {}
    for line in lines:
        if con and line.row["codes"] == path and line.golden and exists(con, "gold", line.entity):
            with blame(f"{line.object}.{line.field}"):
                for value, n in found_values(con, line.entity, line.row["from"]).items():
                    times[value] = times.get(value, 0) + n
    return times


def found_values(con: Connection, entity: str, expression: str) -> dict[str, int]:
    """The commonest values of an expression over golden records, at most FOUND, with how many have each."""
    values = f"SELECT ({expression})::VARCHAR AS v FROM {ident('gold', entity)} AS {ident(entity)}"
    query = f"SELECT v, count(*) AS n FROM ({values}) WHERE v IS NOT NULL GROUP BY v ORDER BY n DESC, v LIMIT {FOUND}"
    return dict(rows(con, query))
