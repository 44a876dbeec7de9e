"""Which screen of the room an address asks for."""

from __future__ import annotations

from collections.abc import Callable

from .clusters import Cluster
from .confirmations import Confirmations
from .issues import Issues
from .mapping import MappingTables
from .pairs import Pairs
from .sample import Sample
from .sitting import Query, Screen, Sitting

PARTS: dict[str, Callable[[Sitting, Query], Screen]] = {
    "confirm": Confirmations,
    "mapping": MappingTables,
    "issues": Issues,
    "sample": Sample,
}


def review(sitting: Sitting, query: Query) -> Screen:
    """A golden record where one is named, else what waits for a decision, one after the other."""
    return Cluster(sitting, query) if query.get("golden") else Pairs(sitting, query)


def approvals(sitting: Sitting, query: Query) -> Screen:
    """What waits for a second person, for an approver, an owner, or somebody to look at: the `part` of an address."""
    return PARTS.get(query.get("part", ""), Confirmations)(sitting, query)
