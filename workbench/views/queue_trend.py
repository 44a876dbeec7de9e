"""How many pairs waited for a person from date to date."""

from __future__ import annotations

from datetime import date
from typing import Any

from ..language import gettext as _
from ..language import marked
from ..published import Published
from ..store import Connection, records
from .burn_down import counts
from .view import View, draw

QUEUE = """
    SELECT as_of, sum(value)::BIGINT AS waiting FROM published.metrics
    WHERE counts AND metric = 'matching queue' AND entity = $entity AND as_of <= $until GROUP BY as_of ORDER BY as_of"""
LINES = {"waiting": marked("Pairs that wait for a decision")}


def queue_data(con: Connection, entity: str, until: date = date.max) -> list[dict[str, Any]]:
    """On each date whose run counts, how many pairs of an entity waited; older versions did not count them."""
    return records(con, QUEUE, {"entity": entity, "until": until})


def queue_trend(run: Published, entity: str) -> View:
    """How the review queue of an entity moves."""
    with run.session() as con:
        found = queue_data(con, entity, run.as_of)
    chart = counts(_("Review queue"), found, LINES) if found else None
    return draw("queue_trend", entity=entity, found=found, chart=chart)
