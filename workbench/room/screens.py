"""Which screen of the room an address asks for."""

from __future__ import annotations

from .pairs import Pairs
from .sitting import Query, Screen, Sitting


def review(sitting: Sitting, query: Query) -> Screen:
    """What waits for a decision, one after the other."""
    return Pairs(sitting, query)
