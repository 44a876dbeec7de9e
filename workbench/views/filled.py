"""The gaps of golden records: what was filled, in which way, and what is still missing."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from ..errors import ConfigError
from ..published import Published
from ..store import Connection, exists, records
from .view import View, draw, known


def filled_data(con: Connection, entity: str | None = None) -> list[dict[str, Any]]:
    """The entities (`name`, golden `records`) with their `fields` that a source does not always have.

    Each field has `stated`, `derived`, `reference`, `collected`, `override` and `missing`, which add up to the records.
    Raises ConfigError for an unknown entity, and for a run of an older version.
    """
    if not exists(con, "published", "gold_filled"):
        raise ConfigError("The table gold_filled is missing from this run. Run its date again.")
    found = [{"override": 0} | line for line in records(con, "FROM published.gold_filled")]  # an older run has none
    if entity is not None:
        known("entity", entity, list(dict.fromkeys(line["entity"] for line in found)))
        found = [line for line in found if line["entity"] == entity]
    entities = [(name, list(lines)) for name, lines in groupby(found, key=lambda line: line["entity"])]
    return [
        {
            "name": name,
            "records": lines[0]["records"],
            "fields": [line for line in lines if line["stated"] < line["records"]],
        }
        for name, lines in entities
    ]


def filled(run: Published, entity: str | None = None) -> View:
    """How the gaps of golden records were filled, of one entity or of all."""
    with run.session() as con:
        return draw("filled", entities=filled_data(con, entity))
