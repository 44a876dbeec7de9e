"""What became of every record and every amount."""

from __future__ import annotations

from functools import partial

from ...language import marked
from ...views.amounts import amounts
from ...views.differing import differing
from ...views.flow import flow
from .. import queries
from .frame import Filter, Kind, Part, Shown, nothing, own


def _reconciliation(shown: Shown) -> list[Part]:
    run, target = shown.run, shown.get("target")
    outcomes, reasons = (
        partial(own, name, query, run, target)
        for name, query in (("outcomes", queries.outcomes), ("reasons", queries.reasons))
    )
    return [outcomes, partial(flow, run, target), partial(amounts, run, target), reasons, partial(differing, run)]


PAGE = Kind(
    marked("Reconciliation"), marked("What became of every record and every amount that was read"),
    {"target": Filter(marked("Target"), queries.targets, needed=True)}, nothing, _reconciliation,
)  # fmt: skip
