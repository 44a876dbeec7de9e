"""Where each value of a golden record comes from: which record's stands, by which rule, and what lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..errors import ConfigError
from ..language import marked
from ..published import Published
from ..store import Connection, exists, records
from .pairs import golden_record
from .view import View, draw

RULES = {
    "agreed": marked("the only value there is"),
    "owner": marked("of the source that owns the field"),
    "valid": marked("valid, the others are not"),
    "most_recent": marked("changed last"),
    "most_complete": marked("of the fullest record"),
    "most_trusted": marked("of the most trusted source"),
    "most_frequent": marked("what most records say"),
    "longest": marked("the longest"),
    "largest": marked("the largest of what merged records have"),
    "sum": marked("the sum of what merged records have"),
    "first key": marked("all else equal: first by source and key"),
    "derived": marked("worked out from other fields, as no source has it"),
    "reference": marked("looked up, as no source has it"),
    "collected": marked("what a person said, as no source has it"),
    "override": marked("what a person decided"),
}
"""Why a value stands, in words."""


@dataclass(frozen=True)
class Survivor:
    """A field's value that stands, whose it is, by which rule, and the values (with source and key) that lost.

    The value is None where the record that gives a group of fields lacks this one.
    """

    field: str
    value: str | None
    source: str
    key: str
    rule: str
    losing: list[dict[str, Any]]


def provenance_data(con: Connection, entity: str, golden_id: str) -> list[Survivor]:
    """The fields of a golden record; of one of a single record those that were filled.

    Raises ConfigError for an unknown golden id.
    """
    golden_record(con, entity, golden_id)
    if not exists(con, "published", "gold_provenance"):
        raise ConfigError("The table gold_provenance is missing from this run. Run its date again.")
    found = records(con, """
        SELECT field, value, source, key, rule, stands
        FROM (SELECT *, row_number() OVER () AS place FROM published.gold_provenance)
        WHERE entity = ? AND golden_id = ?
        ORDER BY min(place) OVER (PARTITION BY field), stands DESC, source, key, value""",
        [entity, golden_id])  # fmt: skip
    survivors: list[Survivor] = []
    for line in found:
        stands = line.pop("stands")
        if stands:
            survivors.append(Survivor(**line, losing=[]))
        else:
            survivors[-1].losing.append({name: line[name] for name in ("value", "source", "key")})
    return survivors


def provenance(run: Published, entity: str, golden_id: str) -> View:
    """The fields of a golden record with whose value stands and what lost."""
    with run.session() as con:
        found = provenance_data(con, entity, golden_id)
        members, founder = golden_record(con, entity, golden_id)
    return draw("provenance", entity=entity, golden_id=golden_id, survivors=found, founder=founder, alone=members == 1,
                rules=RULES, private=run.private)  # fmt: skip
