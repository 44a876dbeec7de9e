"""What merged records entail: their several values of a field, what was made of these, what a person must decide."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from ..errors import ConfigError
from ..published import Published
from ..store import Connection, exists, records
from .view import View, draw

SHOWN = 50


def consequences_data(con: Connection, entity: str | None = None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """How many consequences there are by entity, field, rule and status; and each, those for review first.

    Each has `chosen`, what the golden record has, and its `values` with source and key. Raises ConfigError for a run of
    an older version.
    """
    if not exists(con, "published", "gold_consequences"):
        raise ConfigError("The table gold_consequences is missing from this run. Run its date again.")
    found = records(con, """FROM published.gold_consequences
        ORDER BY status = 'review' DESC, entity, field, golden_id, source, key""")  # fmt: skip
    if entity is not None:
        found = [line for line in found if line["entity"] == entity]
    told = ("entity", "golden_id", "field", "rule", "status", "chosen")
    one_by_one = [
        {name: line[name] for name in told} | {"values": [line, *more]}
        for (line, *more) in (list(lines) for _, lines in groupby(found, key=lambda line: [line[n] for n in told]))
    ]
    counts: dict[tuple[str, ...], int] = {}
    for line in one_by_one:
        place = tuple(line[name] for name in ("entity", "field", "rule", "status"))
        counts[place] = counts.get(place, 0) + 1
    summed = [dict(zip(("entity", "field", "rule", "status"), place, strict=True)) | {"golden_records": n}
              for place, n in sorted(counts.items())]  # fmt: skip
    return summed, one_by_one


def consequences(run: Published, entity: str | None = None) -> View:
    """What merges bring up, counted and listed."""
    with run.session() as con:
        summed, found = consequences_data(con, entity)
    return draw("consequences", summed=summed, found=found[:SHOWN], of=len(found), private=run.private)
