"""Which screen of the room an address asks for."""

from __future__ import annotations

from .clusters import Cluster
from .pairs import Pairs
from .sitting import Query, Screen, Sitting


def review(sitting: Sitting, query: Query) -> Screen:
    """A golden record where one is named, else what waits for a decision, one after the other."""
    return Cluster(sitting, query) if query.get("golden") else Pairs(sitting, query)
