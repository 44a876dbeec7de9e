"""What waits for a person's decision, the most important first, each with what speaks for and against it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ..published import Published
from ..store import Connection, count, exists, records
from .cluster_graph import cluster_graph
from .pairs import chance, part
from .side_by_side import side_by_side
from .view import View, draw
from .waiting import waiting_data
from .waterfall import waterfall

SEEN, SHOWN = 50, 3


@dataclass(frozen=True)
class Item:
    """A pair for review, or the weakest link of a golden record: who, how likely one, and what a decision touches.

    `records`, `children` and `amounts` are those of the golden records on both sides; see `stages/queue.py`.
    """

    place: int
    what: str
    source_l: str
    key_l: str
    source_r: str
    key_r: str
    golden_l: str
    golden_r: str
    probability: float
    records: int
    children: int
    amounts: str | None

    @property
    def ends(self) -> tuple[str, str, str, str]:
        """Source and key of both records."""
        return self.source_l, self.key_l, self.source_r, self.key_r

    @property
    def chance(self) -> str:
        """The probability as a percentage."""
        return chance(self.probability)


def review_data(con: Connection, entity: str, limit: int = SEEN) -> list[Item]:
    """The queue of an entity. Raises ConfigError for one that was not matched."""
    query = f"FROM {part(con, entity, 'review')} ORDER BY place LIMIT $limit"
    return [Item(**line) for line in records(con, query, {"limit": limit})]


def held_up(con: Connection, entity: str) -> list[dict[str, Any]]:
    """Decisions that are not carried out: contradicted, unconfirmed, waiting for a record, or denied by others."""
    query = """FROM published.match_decisions
        WHERE entity = $entity AND status IN ('contradicted', 'unconfirmed', 'waits') ORDER BY act"""
    found = records(con, query, {"entity": entity})
    if exists(con, "published", "match_contradictions"):  # chains of decisions over several records
        query = "SELECT * REPLACE ('denied' AS status) FROM published.match_contradictions WHERE entity = $entity"
        found += records(con, query, {"entity": entity})
    return found


def item_view(run: Published, entity: str, item: Item) -> View:
    """A line of the queue: its records side by side, what their agreement weighs, and a golden record's graph."""
    views = [side_by_side(run, entity, *item.ends), waterfall(run, entity, *item.ends, beside=True)]
    if item.what != "pair":
        views.append(cluster_graph(run, entity, item.golden_l))
    return View(Markup("\n").join(view.body for view in views))


def review(
    run: Published, entity: str, limit: int = SEEN, shown: int = SHOWN, link: Callable[[Item], str] | None = None
) -> View:
    """The queue as a table, its first lines (`shown`) in full; `link` is the address of what there is to see of one.

    Amounts are shown only where values are true: a pseudonym of one is no amount.
    """
    with run.session() as con:
        found = review_data(con, entity, limit)
        total = count(con, f"SELECT count(*) FROM {part(con, entity, 'review')}")
        waiting = waiting_data(con, entity)
        stuck = held_up(con, entity)
    table = draw("review", entity=entity, items=found, total=total, waiting=waiting, stuck=stuck, link=link,
                 private=run.private)  # fmt: skip
    return View(Markup("\n").join([table.body, *(item_view(run, entity, item).body for item in found[:shown])]))
