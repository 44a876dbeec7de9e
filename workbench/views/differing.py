"""What golden records have otherwise than their records: by field and reason, and what became of money by rule."""

from __future__ import annotations

from typing import Any

from ..published import Published
from ..store import Connection, records
from .view import View, draw

SHOWN = 60

REASONS = """
    SELECT entity, field, reason, count(*) AS values, count(DISTINCT golden_id) AS golden_records,
        count(DISTINCT source) AS sources
    FROM published.recon_differences GROUP BY ALL ORDER BY values DESC, entity, field, reason"""
SURVIVAL = """
    SELECT entity, field, currency, rule, golden_records, stated, kept, kept - stated AS given_up
    FROM published.recon_survival ORDER BY entity, field, currency, rule"""


def differing_data(con: Connection) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The differences by entity, field and reason, the most values first; the money of merged records by rule."""
    return records(con, REASONS), records(con, SURVIVAL)


def differing(run: Published) -> View:
    """What sources have otherwise than the golden records, and why."""
    with run.session() as con:
        reasons, survival = differing_data(con)
    whole = sum(line["values"] for line in reasons) or 1
    lines = [line | {"share": line["values"] / whole} for line in reasons[:SHOWN]]
    return draw("differing", lines=lines, of=len(reasons), survival=survival)
