"""Who looks at what: several people at one queue are given different lines of it, for a while."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable
from threading import Lock
from typing import NamedTuple, TypeVar

SECONDS = 120.0
"""How long a thing stays with who looks at it without a sign of them."""

MOST = 1_000
"""Sittings remembered at once; of more those without a sign for longest are forgotten."""

Thing = TypeVar("Thing", bound=Hashable)


class _Place(NamedTuple):
    person: str
    thing: Hashable | None
    until: float


class Reservations:
    """What each sitting (an open page of a person) looks at. In memory of one process, safe in several threads.

    It only keeps people from looking at the same: what they decide is held against each other by the journal.
    """

    def __init__(self, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic):
        """With a clock that never goes back, whatever the computer's does."""
        self._seconds, self._clock = seconds, clock
        self._places: dict[str, _Place] = {}
        self._lock = Lock()

    def first(self, sitting: str, person: str, things: Iterable[Thing]) -> Thing | None:
        """Reserve the first thing that no other sitting looks at, in place of what this one had; None for none."""
        with self._lock:
            taken = self._taken(sitting)
            found = next((thing for thing in things if thing not in taken), None)
            self._put(sitting, person, found)
            return found

    def look(self, sitting: str, person: str, thing: Hashable) -> str | None:
        """Look at a certain thing: None where it is reserved now, else who looks at it already."""
        with self._lock:
            other = self._taken(sitting).get(thing)
            self._put(sitting, person, None if other else thing)
            return other

    def renew(self, sitting: str) -> None:
        """A sign of them: what they look at stays theirs for a while, where it still is."""
        with self._lock:
            self._taken(sitting)
            if mine := self._places.get(sitting):
                self._put(sitting, mine.person, mine.thing)

    def leave(self, sitting: str) -> None:
        """They have gone: others may have what they looked at."""
        with self._lock:
            self._places.pop(sitting, None)

    def others(self, sitting: str) -> list[str]:
        """The persons of all other sittings, by name."""
        with self._lock:
            self._taken(sitting)
            return sorted({place.person for other, place in self._places.items() if other != sitting})

    def _taken(self, sitting: str) -> dict[Hashable, str]:
        """What other sittings look at, and who; what is over is forgotten."""
        at = self._clock()
        self._places = {name: place for name, place in self._places.items() if place.until > at}
        return {
            place.thing: place.person
            for name, place in self._places.items()
            if name != sitting and place.thing is not None
        }

    def _put(self, sitting: str, person: str, thing: Hashable | None) -> None:
        self._places.pop(sitting, None)  # the latest sign stands last
        self._places[sitting] = _Place(person, thing, self._clock() + self._seconds)
        for oldest in list(self._places)[:-MOST]:
            del self._places[oldest]
