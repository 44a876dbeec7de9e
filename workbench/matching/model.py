"""The matching model: Fellegi-Sunter with several levels a field, fitted by EM on distinct patterns.

After I. P. Fellegi and A. B. Sunter, "A Theory for Record Linkage", JASA 64 (1969), and W. E. Winkler's use of EM
for it (1988). Patterns are weighted by how often they occur; a neutral (missing) field has no say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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

HALVINGS = 4
"""How often the share of a level is halved, from the strongest down, before anything is known."""

MISTAKEN = 0.05
"""Of the pairs that agree in a field at least this share is taken to be different things all the same."""

TINY = 1e-300

SETTLED = 1e-7
"""Largest change of any probability at which the EM stops."""


class Patterns(NamedTuple):
    """Distinct patterns of levels, how often each occurs, and the bits that the rarity of its values adds: of all
    fields, and of those in which relatives do not agree for being relatives."""

    levels: Levels
    times: Floats
    rarity: Floats
    own: Floats


class Counted(NamedTuple):
    """Of a field's values: the share of the pairs with the same one, None where nothing was counted, and the number of
    pairs in which both have one."""

    same: float | None
    pairs: int


@dataclass(frozen=True)
class Model:
    """Pairs are matches, relatives (others that have something in common, as a family its address) or neither.

    `prior` and `related` are the shares of matches and of relatives among *all* pairs; m[f][level], r[f][level] and
    u[f][level] are the probabilities of a level in field f given a match, relatives, and neither.
    """

    prior: float
    m: list[Floats]
    u: list[Floats]
    related: float = 0.0
    r: Sequence[Floats] = ()

    def weights(self, levels: Levels) -> Floats:
        """What speaks for a match against a pair that is neither, by pattern, in bits, the prior included."""
        return self._summed(levels, np.log2(self.prior / (1 - self.prior)), self.u)

    def against_relatives(self, levels: Levels) -> Floats:
        """What speaks for a match against relatives, by pattern, in bits; infinite where there are none."""
        if not self.related:
            return np.full(len(levels), np.inf)
        return self._summed(levels, np.log2(self.prior / self.related), self.r)

    def _summed(self, levels: Levels, start: float, others: Sequence[Floats]) -> Floats:
        weight = np.full(len(levels), start)
        for column, m, other in zip(levels.T, self.m, others, strict=True):
            weight += np.append(ordered(m, other), 0.0)[column]  # -1 picks the last: neutral
        return weight

    def level_weights(self, field: int) -> Floats:
        """What each level of a field says, in bits: see `ordered`."""
        return ordered(self.m[field], self.u[field])

    def shares(self, patterns: Patterns) -> tuple[Floats, Floats]:
        """The probabilities that a pair of each pattern is a match, and that it is of relatives."""
        neither = np.exp2(-np.clip(self.weights(patterns.levels) + patterns.rarity, -1000, 1000))
        relatives = np.exp2(-np.clip(self.against_relatives(patterns.levels) + patterns.own, -1000, 1000))
        match = 1 / (1 + neither + relatives)
        return match, match * relatives


def ordered(m: Floats, other: Floats) -> Floats:
    """What each level says, in bits: log2(m / other), never less for a stronger level than for a weaker.

    Neighbours that would break this order are pooled, as in isotonic regression (pool adjacent violators).
    """
    pools: list[tuple[float, float, int]] = []  # m, other and how many levels share them
    for one, two in zip(m, other, strict=True):
        pools.append((one, two, 1))
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] > pools[-1][0] / pools[-1][1]:
            high, low = pools.pop(), pools.pop()
            pools.append((low[0] + high[0], low[1] + high[1], low[2] + high[2]))
    return np.repeat([np.log2(one / two) for one, two, _ in pools], [size for _, _, size in pools])


def fit(
    levels: Sequence[int], blocked: Patterns, chance: Patterns, all_pairs: int, counted: Sequence[Counted] = (),
    reached: Sequence[NDArray[np.bool_]] = (),
) -> Model:  # fmt: skip
    """Fit the model.

    levels        the number of levels of each field, disagreement included
    blocked       the patterns of the candidate pairs
    chance        the patterns of pairs drawn regardless of agreement
    all_pairs     how many pairs there are, candidates or not: the prior is a share of these
    counted       for each field what was counted over its values, where it was: a value that hardly repeats is not met
                  among pairs that are drawn
    reached       for each field which levels relatives reach for being relatives; no relatives where they reach none
    """
    drawn = [
        _frequencies(column, chance.times, np.full(n, 0.5)) for column, n in zip(chance.levels.T, levels, strict=True)
    ]
    least = 0.5 / max(all_pairs, 1)
    counted = counted or [Counted(None, all_pairs)] * len(levels)
    drawn = [d if c.same is None else _strongest(d, float(np.clip(c.same, least, 1 - least)))
             for d, c in zip(drawn, counted, strict=True)]  # fmt: skip
    m = [_start(n) for n in levels]
    relatives = any(levels.any() for levels in reached)
    prior = _prior(min(float(blocked.times.sum()), all_pairs**0.5) / 2, all_pairs)
    model = Model(prior, m, drawn, prior if relatives else 0.0, _related(m, m, drawn, reached))
    for _ in range(ROUNDS):
        matching, related = (share * blocked.times for share in model.shares(blocked))
        m = _fitted(blocked, matching, levels)
        prior = _prior(float(matching.sum()), all_pairs)
        share = _prior(float(related.sum()), all_pairs) if relatives else 0.0
        r = _related(_fitted(blocked, related, levels), m, model.u, reached)
        known = _among(counted, blocked, [(matching, m), (related, r)] if relatives else [(matching, m)])
        u = [_normal(np.maximum(d - k, d * MISTAKEN)) for d, k in zip(drawn, known, strict=True)]
        change = max(float(np.abs(new - old).max()) for new, old in zip(m, model.m, strict=True))
        model = Model(prior, m, u, share, r)
        if change < SETTLED:
            break
    return model


def _among(
    counted: Sequence[Counted], blocked: Patterns, kinds: Sequence[tuple[Floats, Sequence[Floats]]]
) -> list[Floats]:
    """What matches and relatives add to the levels of pairs drawn by chance, which hold them too, by field.

    Of the pairs in which a field is known they may be many more than of all.
    """
    known = (blocked.levels >= 0).T
    return [
        sum((times[here].sum() / max(field.pairs, 1) * said[place] for times, said in kinds), np.zeros(1))
        for place, (field, here) in enumerate(zip(counted, known, strict=True))
    ]


def _fitted(patterns: Patterns, times: Floats, levels: Sequence[int]) -> list[Floats]:
    """The shares of each field's levels among some pairs."""
    columns = zip(patterns.levels.T, levels, strict=True)
    return [_frequencies(column, times, EXPECTED * _start(n)) for column, n in columns]


def _related(
    found: Sequence[Floats], m: Sequence[Floats], u: Sequence[Floats], reached: Sequence[NDArray[np.bool_]]
) -> list[Floats]:
    """The probabilities of levels among relatives, by field.

    In a field that they share they agree as matches do; in another they reach the levels that relatives may as often
    as is `found`, and else agree as others do.
    """
    related = []
    for f, matching, other, may in zip(found, m, u, reached, strict=bool(reached)):
        rest = (1 - f[may].sum()) * other / max(other[~may].sum(), TINY)
        related.append(matching if may.all() else np.where(may, f, rest))
    return related


def _frequencies(column: NDArray[np.int8], times: Floats, expected: Floats) -> Floats:
    """The share of each level among the pairs where the field is not neutral, `expected` pairs added to them."""
    known = column >= 0
    return _normal(np.bincount(column[known], weights=times[known], minlength=len(expected)) + expected)


def _strongest(drawn: Floats, strongest: float) -> Floats:
    """Shares of the levels with that of the strongest as it was counted."""
    return np.append(_normal(drawn[:-1]) * (1 - strongest), strongest)


def _start(levels: int) -> Floats:
    """Matches agree more often the stronger the level; none is out of the question."""
    return _normal(np.exp2(np.maximum(np.arange(levels, dtype=np.float64), levels - 1 - HALVINGS)))


def _prior(matches: float, all_pairs: int) -> float:
    return min(max(matches, 0.5) / max(all_pairs, 1), 0.5)


def _normal(counts: NDArray[Any]) -> Floats:
    share: Floats = counts / counts.sum()
    return share
