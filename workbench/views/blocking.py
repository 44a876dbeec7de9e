"""Which records were compared at all: what each blocking rule gave, and what was too large."""

from __future__ import annotations

from typing import Any

from ..published import Published
from ..store import Connection, records
from .pairs import part
from .view import View, draw


def blocking_data(con: Connection, entity: str) -> list[dict[str, Any]]:
    """The rules in their order: shared (in words), blocks, records, pairs, largest, split, left_out, records_left_out.

    Raises ConfigError for an entity that was not matched.
    """
    found = records(con, f"FROM {part(con, entity, 'blocks')} ORDER BY rule")
    return [{"split": 0, "records_left_out": 0} | line for line in found]  # an older run split none


def blocking(run: Published, entity: str) -> View:
    """The blocking rules of an entity with the pairs that each gave."""
    with run.session() as con:
        found = blocking_data(con, entity)
    return draw("blocking", entity=entity, rules=found, whole=sum(line["pairs"] for line in found))
