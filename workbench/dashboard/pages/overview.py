"""How good the data is, and which way it goes."""

from __future__ import annotations

from functools import partial

from ...language import marked
from ...views.changes import changes
from ...views.scores import scores
from ...views.trend import trend
from ...views.unusual import unusual
from .. import queries
from .frame import SOURCE, Kind, Part, Shown, own


def _overview(shown: Shown) -> list[Part]:
    run = shown.run
    return [partial(scores, run), partial(own, "accounted", queries.accounted, run), partial(unusual, run),
            partial(changes, run)]  # fmt: skip


def _over_time(shown: Shown) -> list[Part]:
    return [partial(trend, shown.run, shown.get("source")), partial(own, "extracts", queries.extracts, shown.run)]


PAGE = Kind(
    marked("Overview"), marked("How good the data is, what changed since the date before, and quality over time"),
    {"source": SOURCE}, _overview, _over_time,
)  # fmt: skip
