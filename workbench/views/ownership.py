"""The ownership matrix: who is the system of record of which field in which life stage, and who says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..errors import ConfigError
from ..published import Published
from ..store import Connection, exists, records, rows
from .view import View, draw, known

SHOWN = 50
ANY = "any"
"""What the stage is called where the owner is the same in every one."""


@dataclass(frozen=True)
class Cell:
    """The owners of a field in a life stage, how many values of other sources were compared, and how many agree."""

    owners: str
    compared: int
    agreeing: int


def ownership_data(
    con: Connection, entity: str, source: str | None = None
) -> tuple[list[str], dict[str, dict[str, Cell]], list[dict[str, Any]]]:
    """The life stages, for each field its cells by stage, and the deviations (of a source), in the order of the fields.

    Raises ConfigError for an entity without owners, a source that was not compared, and a run of an older version.
    """
    _demand(con)
    found = records(con, "FROM published.gold_ownership")
    known("owner of fields of", entity, list(dict.fromkeys(line["entity"] for line in found)))
    found = [line for line in found if line["entity"] == entity]
    if source is not None:
        known("source", source, list(dict.fromkeys(line["source"] for line in found)))
        found = [line for line in found if line["source"] == source]
    matrix: dict[str, dict[str, Cell]] = {}
    for line in found:
        cells, stage = matrix.setdefault(line["field"], {}), line["stage"] or ANY
        before = cells.get(stage, Cell(line["owners"], 0, 0))
        agreeing = line["compared"] - line["deviating"]
        cells[stage] = Cell(line["owners"], before.compared + line["compared"], before.agreeing + agreeing)
    stages = list(dict.fromkeys(stage for cells in matrix.values() for stage in cells))
    deviations = records(con, """FROM published.gold_deviations WHERE entity = $1 AND coalesce(source = $2, true)
        ORDER BY field, source, key""", [entity, source])  # fmt: skip
    return stages, matrix, deviations


WHO = """
    SELECT source, field, sum(compared)::BIGINT AS compared, sum(deviating)::BIGINT AS deviating,
        string_agg(DISTINCT owners, '; ' ORDER BY owners) AS owners, sum(deviating) / sum(compared) AS share
    FROM published.gold_ownership WHERE entity = $1 AND coalesce(source = $2, true)
    GROUP BY ALL HAVING sum(compared) > 0 ORDER BY deviating DESC, source, field"""


def deviating_data(con: Connection, entity: str, source: str | None = None) -> list[dict[str, Any]]:
    """By source and field: the owners, values compared with theirs, and those that deviate; the most first."""
    _demand(con)
    return records(con, WHO, [entity, source])


def deviating(run: Published, entity: str, source: str | None = None) -> View:
    """Who deviates from the system of record, in which field, and how much."""
    with run.session() as con:
        found = deviating_data(con, entity, source)
    return draw("deviating", entity=entity, lines=found)


def owned(con: Connection) -> list[str]:
    """The entities that have owners of fields."""
    if not exists(con, "published", "gold_ownership"):
        return []
    return [name for (name,) in rows(con, "SELECT DISTINCT entity FROM published.gold_ownership ORDER BY entity")]


def compared_sources(con: Connection) -> list[str]:
    """The sources whose values were held against an owner's."""
    if not exists(con, "published", "gold_ownership"):
        return []
    query = "SELECT DISTINCT source FROM published.gold_ownership WHERE compared > 0 ORDER BY source"
    return [name for (name,) in rows(con, query)]


def _demand(con: Connection) -> None:
    if not exists(con, "published", "gold_ownership"):
        raise ConfigError("The table gold_ownership is missing from this run. Run its date again.")


def ownership(run: Published, entity: str, source: str | None = None) -> View:
    """Fields by life stage with their owners and the share that agrees; and what deviates, of a source or of all."""
    with run.session() as con:
        stages, matrix, deviations = ownership_data(con, entity, source)
    return draw("ownership", entity=entity, stages=stages, matrix=matrix, deviations=deviations[:SHOWN],
                of=len(deviations), private=run.private)  # fmt: skip
