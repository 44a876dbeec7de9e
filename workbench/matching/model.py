"""The matching model: Fellegi-Sunter with several levels a field, fitted by EM on distinct patterns.

After I. P. Fellegi and A. B. Sunter, "A Theory for Record Linkage", JASA 64 (1969), and W. E. Winkler's use of EM
for it (1988). Patterns are weighted by how often they occur; a neutral (missing) field has no say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Levels = NDArray[np.int8]
"""(patterns, fields): levels, 0 disagreement, -1 neutral."""
Floats = NDArray[np.float64]

ROUNDS = 500
EXPECTED = 4
"""Pairs that match as one would expect, added to those seen: they carry a project of a few records, and vanish in a
larger one."""

MISTAKEN = 0.05
"""Of the pairs that agree in a field at least this share is taken to be different things all the same."""

SETTLED = 1e-7
"""Largest change of any probability at which the EM stops."""


class Patterns(NamedTuple):
    """Distinct patterns of levels, how often each occurs, and the bits that the rarity of its values adds."""

    levels: Levels
    times: Floats
    rarity: Floats


@dataclass(frozen=True)
class Model:
    """`prior` is the share of matches among *all* pairs; m[f][level] and u[f][level] are the probabilities of a
    level in field f given a match, and given none."""

    prior: float
    m: list[Floats]
    u: list[Floats]

    def weights(self, levels: Levels) -> Floats:
        """The match weight of each pattern in bits, the prior included."""
        weight = np.full(len(levels), np.log2(self.prior / (1 - self.prior)))
        for field, column in enumerate(levels.T):
            weight += np.append(self.level_weights(field), 0.0)[column]  # -1 picks the last: neutral
        return weight

    def level_weights(self, field: int) -> Floats:
        """What each level of a field says, in bits: log2(m / u), never less for a stronger level than for a weaker.

        Neighbours that would break this order are pooled, as in isotonic regression (pool adjacent violators).
        """
        pools: list[tuple[float, float, int]] = []  # m, u and how many levels share them
        for m, u in zip(self.m[field], self.u[field], strict=True):
            pools.append((m, u, 1))
            while len(pools) > 1 and pools[-2][0] / pools[-2][1] > pools[-1][0] / pools[-1][1]:
                high, low = pools.pop(), pools.pop()
                pools.append((low[0] + high[0], low[1] + high[1], low[2] + high[2]))
        return np.repeat([np.log2(m / u) for m, u, _ in pools], [size for _, _, size in pools])

    def probabilities(self, patterns: Patterns) -> Floats:
        """The probability that a pair of each pattern is a match."""
        weights = self.weights(patterns.levels) + patterns.rarity
        return 1 / (1 + np.exp2(-np.clip(weights, -1000, 1000)))


def fit(
    levels: Sequence[int], blocked: Patterns, chance: Patterns, all_pairs: int, same: Sequence[float | None] = ()
) -> Model:
    """Fit the model.

    levels        the number of levels of each field, disagreement included
    blocked       the patterns of the candidate pairs
    chance        the patterns of pairs drawn regardless of agreement
    all_pairs     how many pairs there are, candidates or not: the prior is a share of these
    same          for each field the share of all pairs that reach the strongest level, where it was counted: a value
                  that hardly repeats is not met among pairs that are drawn
    """
    drawn = [
        _frequencies(column, chance.times, np.full(n, 0.5)) for column, n in zip(chance.levels.T, levels, strict=True)
    ]
    least = 0.5 / max(all_pairs, 1)
    drawn = [d if s is None else _counted(d, float(np.clip(s, least, 1 - least))) for d, s in zip_longest(drawn, same)]
    m = [_start(n) for n in levels]
    model = Model(_prior(min(float(blocked.times.sum()), all_pairs**0.5) / 2, all_pairs), m, drawn)
    for _ in range(ROUNDS):
        matching = model.probabilities(blocked) * blocked.times
        prior = _prior(float(matching.sum()), all_pairs)
        m = [_frequencies(c, matching, EXPECTED * _start(n)) for c, n in zip(blocked.levels.T, levels, strict=True)]
        # the drawn pairs hold matches too, in the prior's share
        u = [_normal(np.maximum(d - prior * s, d * MISTAKEN)) for d, s in zip(drawn, m, strict=True)]
        change = max(float(np.abs(new - old).max()) for new, old in zip(m, model.m, strict=True))
        model = Model(prior, m, u)
        if change < SETTLED:
            break
    return model


def _frequencies(column: NDArray[np.int8], times: Floats, expected: Floats) -> Floats:
    """The share of each level among the pairs where the field is not neutral, `expected` pairs added to them."""
    known = column >= 0
    return _normal(np.bincount(column[known], weights=times[known], minlength=len(expected)) + expected)


def _counted(drawn: Floats, strongest: float) -> Floats:
    """Shares of the levels with that of the strongest as it was counted."""
    return np.append(_normal(drawn[:-1]) * (1 - strongest), strongest)


def _start(levels: int) -> Floats:
    """Matches agree more often the stronger the level."""
    return _normal(np.exp2(np.arange(levels, dtype=np.float64)))


def _prior(matches: float, all_pairs: int) -> float:
    return min(max(matches, 0.5) / max(all_pairs, 1), 0.5)


def _normal(counts: NDArray[Any]) -> Floats:
    share: Floats = counts / counts.sum()
    return share
