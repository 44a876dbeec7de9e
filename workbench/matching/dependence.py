"""Fields that say the same thing: found, and compared as one, so that nothing is counted twice.

A full name beside its parts, a postcode beside its city: records that agree in the one agree in the other, whether they
are the same or not. How often pairs that are not the same agree in both is counted among pairs drawn by chance; where
it is most of what could be, the two (and what else hangs on them) become one field. Its levels are steps of how
unlikely all their agreements are by chance.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse.csgraph import connected_components

from .model import Floats, Levels, Patterns

SHARED = 0.5
"""The share of what two fields could agree in by chance from which on they are one."""

SEEN = 20
"""Pairs that must have been seen to agree in both, beyond those that are matches."""

WORTH = 5.0
"""Bits that the lesser field must say for it to matter that they are counted twice: a city is also in a firm's name."""

STEPS = 12
"""Levels of a field made of several, beside disagreement and the strongest."""


def dependent(
    chance: Patterns, matches: float, bits: Sequence[float], together: Sequence[Sequence[int]] = ()
) -> list[list[int]]:
    """The fields in groups that depend on each other; most fields are a group of their own.

    `chance` holds drawn pairs, of which about `matches` are the same; `bits` is what each field says at its strongest;
    `together` are fields that are one in any case.
    """
    agree = chance.levels > 0
    fields = agree.shape[1]
    linked = np.zeros((fields, fields), dtype=np.int8)
    for group in together:
        linked[group[0], group] = 1
    for one in range(fields):
        for other in range(one):
            known = (chance.levels[:, one] >= 0) & (chance.levels[:, other] >= 0)
            times = chance.times * known
            both = float(times[agree[:, one] & agree[:, other]].sum())
            single = [float(times[agree[:, field]].sum()) for field in (one, other)]
            expected = single[0] * single[1] / max(float(times.sum()), 1.0)
            most = min(single) - expected - matches
            much = both - expected - matches > max(SEEN, SHARED * most)
            linked[one, other] |= much and min(bits[one], bits[other]) >= WORTH
    labels = connected_components(linked, directed=False)[1]
    return [[int(field) for field in np.flatnonzero(labels == label)] for label in dict.fromkeys(labels)]


class Joint:
    """Several fields as one: its levels are steps of the bits by which their agreements are unlikely, all together."""

    def __init__(self, fields: Sequence[int], chance: Sequence[Floats]) -> None:
        """`chance` has the probabilities of each of these fields' levels among unrelated pairs."""
        self.fields, self.chance = list(fields), list(chance)
        # how unlikely it is to agree at least so well; -1 picks the last: neutral
        self._bits = [np.append(-np.log2(np.cumsum(p[::-1])[::-1].clip(max=1)), 0.0) for p in self.chance]
        self._most = sum(bits[-2] for bits in self._bits)
        self.names = ("different", *(f"step {n} of {STEPS + 1}" for n in range(1, STEPS + 1)), "all the same")

    def of(self, levels: Levels) -> Levels:
        """The joint level of each pattern: the strongest where all agree best, -1 where nothing is known."""
        own = levels[:, self.fields]
        bits = sum(bits[column] for bits, column in zip(self._bits, own.T, strict=True))
        found = np.ceil(bits / self._most * STEPS)
        best = np.array([len(bits) - 2 for bits in self._bits])
        found[(own == best).all(axis=1)] = STEPS + 1
        return np.where((own < 0).all(axis=1), -1, found).astype(np.int8)
