"""Which records are the same, and what waits for a person."""

from __future__ import annotations

from functools import partial
from typing import Any

from markupsafe import Markup

from ...language import gettext as _
from ...language import marked
from ...published import Published
from ...views.blocking import blocking
from ...views.cluster_graph import cluster_graph
from ...views.pairs import Pair, clusters, pairs
from ...views.provenance import provenance
from ...views.queue_trend import queue_trend
from ...views.review import Item, review
from ...views.side_by_side import side_by_side
from ...views.trend import matching_trend
from ...views.waterfall import waterfall
from .. import queries
from .frame import Filter, Kind, Part, Shown, drawn, nothing, own

WAITING = 10
"""Lines of the review queue that are listed."""


def _picked(shown: Shown) -> list[Part]:
    """The pair that was picked, by `left` and `right` (each source:key), or the golden record, by `golden`."""
    run, entity, golden = shown.run, shown.get("entity") or "", shown.query.get("golden", "")
    ends: list[Any] = [shown.query[side].partition(":")[::2] for side in ("left", "right") if shown.get(side)]
    if not golden and len(ends) < 2:
        return []
    link = shown.href(left=None, right=None, golden=None)
    parts: list[Part] = [partial(own, "back", link=link, label=_("All pairs"))]
    if len(ends) == 2:
        both = run, entity, *ends[0], *ends[1]
        parts += [partial(side_by_side, *both), partial(waterfall, *both, beside=True)]
    return [*parts, partial(_golden, run, entity, golden, ends)]


def _golden(run: Published, entity: str, golden: str, ends: list[tuple[str, str]]) -> Markup:
    """The golden record that was picked, or those that the records of a pair are in."""
    ids = [golden] if golden else queries.golden_ids(run, entity, ends)
    return drawn([partial(view, run, entity, one) for one in ids for view in (cluster_graph, provenance)])


def _pair(shown: Shown, pair: Pair | Item) -> str:
    return shown.href(golden=None, left=f"{pair.source_l}:{pair.key_l}", right=f"{pair.source_r}:{pair.key_r}")


def _matching(shown: Shown) -> list[Part]:
    run, entity = shown.run, shown.get("entity") or ""
    if not entity:
        return [partial(own, "unmatched")]
    verdict = shown.get("verdict") or "review"
    waiting = partial(review, run, entity, limit=WAITING, shown=0, link=partial(_pair, shown))
    listed = partial(pairs, run, entity, verdict, link=partial(_pair, shown))
    golden = partial(clusters, run, entity, link=lambda golden_id: shown.href(golden=golden_id, left=None, right=None))
    good = partial(own, "matching_quality", queries.matching_quality, run, entity)
    moves, over_time, blocks = (partial(view, run, entity) for view in (queue_trend, matching_trend, blocking))
    return [*_picked(shown), waiting, moves, good, listed, golden, over_time, blocks]


PAGE = Kind(
    marked("Matching"), marked("Which records are the same, and the pairs that wait for a person to decide"),
    {
        "entity": Filter(marked("Entity"), queries.matched, needed=True),
        "verdict": Filter(marked("Verdict"), lambda run: ["review", "match", "no_match"], needed=True, words=True),
    },
    nothing, _matching,
)  # fmt: skip
