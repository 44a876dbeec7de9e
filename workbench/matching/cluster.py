"""Clusters: which records are one, by what people decided first, then by the pairs.

Components of linked records are where to look; a chain of links alone does not make one thing of its ends. Within a
component the two groups that all their pairs together speak most for are joined, again and again, as long as these
speak for it at all (correlation clustering after N. Bansal, A. Blum and S. Chawla, 2004, by greedy joining). Pairs
that were not compared, as no key brought them together, speak against it a little. So weak bridges are cut.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Pair = tuple[int, int]

UNSEEN = -1.0
"""Bits that a pair counts which was not compared."""


@dataclass(frozen=True)
class Pairs:
    """Compared pairs of records numbered from 0: weights in bits, and which of them are links."""

    left: Ints
    right: Ints
    weight: Floats
    link: NDArray[np.bool_]


@dataclass(frozen=True)
class Clusters:
    """The cluster of each record (named by its first record), its confidence in bits, and decisions that could not be
    carried out, as others say that the two are different."""

    labels: Ints
    support: Floats
    contradicted: list[Pair]


def components(size: int, left: Ints, right: Ints) -> Ints:
    """The connected component of each of `size` nodes numbered from 0, given the edges left[i] - right[i]."""
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(size, size))
    labels: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels


def cluster(
    size: int, pairs: Pairs, must: Sequence[Pair] = (), cannot: Sequence[Pair] = (), single: Ints | None = None
) -> Clusters:
    """The best partition of `size` records.

    must, cannot    pairs that people have decided; where they contradict each other, `cannot` holds
    single          for each record the number of its source if that has each thing once, else -1
    """
    single = np.full(size, -1, dtype=np.int64) if single is None else single
    joined = np.array(must, dtype=np.int64).reshape(-1, 2)
    left, right = (np.concatenate([side[pairs.link], joined[:, n]]) for n, side in enumerate((pairs.left, pairs.right)))
    component = components(size, left, right)
    contradicted: list[Pair] = []
    open_ = _open(component, pairs, joined, np.array(cannot, dtype=np.int64).reshape(-1, 2), single)
    order = np.argsort(component, kind="stable")
    starts = np.flatnonzero(np.diff(component[order], prepend=-1))
    first = order[starts]  # the sort is stable: the first record of each component
    labels = first[component]
    inside = np.flatnonzero((component[pairs.left] == component[pairs.right]) & open_[component[pairs.left]])
    inside = inside[np.argsort(component[pairs.left[inside]], kind="stable")]
    by_component = {
        int(label): [int(n) for n in found] for label, found in groupby(inside, key=lambda n: component[pairs.left[n]])
    }
    decided: list[dict[int, list[Pair]]] = [{}, {}]
    for kind, given in enumerate((must, cannot)):
        for pair in given:
            decided[kind].setdefault(int(component[pair[0]]), []).append(pair)
    ends = np.append(starts[1:], size)
    for label in np.flatnonzero(open_):
        group = _Greedy(order[starts[label] : ends[label]].tolist(), single)
        contradicted += group.decide(decided[0].get(int(label), ()), decided[1].get(int(label), ()))
        group.weigh(pairs, by_component.get(int(label), ()))
        for record, head in group.join():
            labels[record] = head
    return Clusters(labels, _support(size, pairs, labels), contradicted)


def _open(component: Ints, pairs: Pairs, must: Ints, cannot: Ints, single: Ints) -> NDArray[np.bool_]:
    """Which components must be looked at: all but those of one record, and those whose every pair is a link."""
    sizes = np.bincount(component)
    links = np.bincount(component[pairs.left[pairs.link]], minlength=len(sizes))
    found = (sizes > 1) & (links < sizes * (sizes - 1) // 2)
    for decided in (must, cannot):
        found[component[decided[:, 0]]] |= sizes[component[decided[:, 0]]] > 1
    of_one = np.flatnonzero(single >= 0)
    where, times = np.unique(np.stack([component[of_one], single[of_one]]), axis=1, return_counts=True)
    found[where[0][times > 1]] = True
    return found


@dataclass
class _Greedy:
    """The groups of one component."""

    records: list[int]
    single: Ints
    groups: dict[int, list[int]] = field(default_factory=dict)
    head: dict[int, int] = field(default_factory=dict)
    near: dict[int, dict[int, list[float]]] = field(default_factory=dict)  # weight, pairs compared, links
    apart: dict[int, set[int]] = field(default_factory=dict)
    once: dict[int, set[int]] = field(default_factory=dict)  # its sources that have each thing once

    def __post_init__(self) -> None:
        for record in self.records:
            self.groups[record], self.head[record] = [record], record
            self.near[record], self.apart[record] = {}, set()
            self.once[record] = {int(self.single[record])} - {-1}

    def decide(self, must: Iterable[Pair], cannot: Iterable[Pair]) -> list[Pair]:
        """Carry out decisions; returns those to join that others contradict."""
        for a, b in cannot:
            if a in self.head and b in self.head:
                self.apart[a].add(b)
                self.apart[b].add(a)
        refused = []
        for a, b in must:
            one, other = sorted((self.head[a], self.head[b]))
            if other in self.apart[one]:
                refused.append((a, b))
            elif one != other:
                self._merge(one, other)
        return refused

    def weigh(self, pairs: Pairs, inside: Iterable[int]) -> None:
        """Add up what the pairs say between the groups."""
        for n in inside:
            a, b = self.head[int(pairs.left[n])], self.head[int(pairs.right[n])]
            if a != b:
                for one, other in ((a, b), (b, a)):
                    said = self.near[one].setdefault(other, [0.0, 0.0, 0.0])
                    said[0] += float(pairs.weight[n])
                    said[1] += 1
                    said[2] += float(pairs.link[n])

    def join(self) -> list[Pair]:
        """Join while it gains; each record with the first record of its group."""
        heap = [(-gain, a, b) for a in self.groups for b in self.near[a] if a < b and (gain := self._gain(a, b)) > 0]
        heapq.heapify(heap)
        while heap:
            gain, a, b = heapq.heappop(heap)
            if a not in self.groups or b not in self.groups:
                continue
            beside = {b}
            if -gain == self._gain(a, b):
                beside = self.near[b].keys() - {a}
                self._merge(a, b)
            # the gain of other neighbours can only have become less: that shows when their turn comes
            for other in beside:
                if (now := self._gain(a, other)) > 0:
                    heapq.heappush(heap, (-now, min(a, other), max(a, other)))
        return list(self.head.items())

    def _gain(self, a: int, b: int) -> float:
        """What all pairs between two groups say together, in bits; nothing for what must or may not be joined."""
        weight, compared, links = self.near[a].get(b, (0.0, 0.0, 0.0))
        if not links or b in self.apart[a] or not self.once[a].isdisjoint(self.once[b]):
            return 0.0
        return weight + UNSEEN * (len(self.groups[a]) * len(self.groups[b]) - compared)

    def _merge(self, a: int, b: int) -> None:
        """The group b becomes part of a."""
        for record in self.groups[b]:
            self.head[record] = a
        self.groups[a] += self.groups.pop(b)
        self.once[a] |= self.once.pop(b)
        for other in self.apart.pop(b):
            self.apart[other].discard(b)
            self.apart[other].add(a)
            self.apart[a].add(other)
        for other, said in self.near.pop(b).items():
            del self.near[other][b]
            if other != a:
                sums = [x + y for x, y in zip(said, self.near[a].get(other, (0.0, 0.0, 0.0)), strict=True)]
                self.near[a][other], self.near[other][a] = sums, list(sums)


def _support(size: int, pairs: Pairs, labels: Ints) -> Floats:
    """For each record what its pairs with the rest of its cluster say together; of a record alone, the opposite of what
    its best pair says; not a number where it has none."""
    inside = labels[pairs.left] == labels[pairs.right]
    said, seen = np.zeros(size), np.zeros(size)
    best = np.full(size, -np.inf)
    for side in (pairs.left, pairs.right):
        np.add.at(said, side[inside], pairs.weight[inside])
        np.add.at(seen, side[inside], 1)
        np.maximum.at(best, side[~inside], pairs.weight[~inside])
    others = np.bincount(labels, minlength=size)[labels] - 1
    alone = np.where(np.isneginf(best), np.nan, -best)
    return np.where(others > 0, said + UNSEEN * (others - seen), alone)
