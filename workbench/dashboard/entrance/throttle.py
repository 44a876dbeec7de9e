"""Wrong tries are answered ever more slowly."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil

MOST = 10_000
"""Names and addresses that are remembered; of more the oldest go."""

FORGET = 900
"""Seconds without a try after which all is forgotten."""

LONGEST = 60
"""Seconds to wait at most."""


class Throttle:
    """Counts tries: the first few are free, each further one waits twice as long as the one before."""

    def __init__(self, free: int, clock: Callable[[], float] = time.monotonic):
        """So many tries are free. The clock is one that nobody sets."""
        self._free, self._clock = free, clock
        self._tries: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait(self, key: str) -> int:
        """Seconds to wait before the next try; 0 lets it through and counts it."""
        now = self._clock()
        count, last = self._tries.pop(key, (0, now))
        if now - last > FORGET:
            count = 0
        left = last + min(2.0 ** min(count - self._free, 10), LONGEST) - now if count >= self._free else 0
        self._tries[key] = (count, last) if left > 0 else (count + 1, now)
        while len(self._tries) > MOST:
            self._tries.popitem(last=False)
        return max(0, ceil(left))

    def forget(self, key: str) -> None:
        """The try was right."""
        self._tries.pop(key, None)
