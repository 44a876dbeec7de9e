"""How good the data is: the overall score and that of each dimension, now and on the date before."""

from __future__ import annotations

from datetime import date
from statistics import fmean
from typing import Any

from ..published import Published
from ..store import Connection, records
from .changes import BEFORE, checks_by_dimension, points
from .view import View, draw

SCORES = """
    SELECT dimension, max(value) FILTER (metric = 'score' AND run_id = $1) AS score,
        max(value) FILTER (metric = 'score' AND run_id = $2) AS before,
        max(value) FILTER (metric = 'threshold' AND run_id = $1) AS threshold
    FROM published.metrics WHERE run_id IN ($1, $2) AND metric IN ('score', 'threshold')
    GROUP BY dimension ORDER BY dimension"""


def scores_data(con: Connection, run_id: str, as_of: date) -> dict[str, Any]:
    """score and before (0..1, None where there is none), since (the date before), and a line each of `dimensions`:
    dimension, score, before, threshold."""
    before = records(con, BEFORE, [as_of])
    lines = records(con, SCORES, [run_id, before[0]["run_id"] if before else None])
    now, then = ([line[name] for line in lines if line[name] is not None] for name in ("score", "before"))
    return {
        "score": fmean(now) if now else None,
        "before": fmean(then) if then else None,
        "since": before[0]["as_of"] if before else None,
        "dimensions": [line for line in lines if line["score"] is not None],
    }


def scores(run: Published) -> View:
    """The scores as cards, each with what it moved and its threshold."""
    with run.session() as con:
        found = scores_data(con, run.run_id, run.as_of)
    return draw("scores", **found, points=points, checks=checks_by_dimension(run))
