"""Clusters: components, planted partitions, what people decided, and bridges."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.matching.cluster import UNSEEN, Clusters, Pair, Pairs, cluster, components

SIZE = 25
NODE = st.integers(0, SIZE - 1)
EDGES = st.lists(st.tuples(NODE, NODE))
WEIGHTED = st.dictionaries(
    st.tuples(NODE, NODE).filter(lambda ends: ends[0] < ends[1]), st.floats(-20, 20), max_size=60
)
DECIDED = st.lists(st.tuples(NODE, NODE).filter(lambda ends: ends[0] != ends[1]), max_size=8)


def pairs(weights: dict[Pair, float], least: float = 0.0) -> Pairs:
    """Pairs with these weights, links from `least` on."""
    ends = np.array(list(weights), dtype=np.int64).reshape(-1, 2)
    weight = np.array(list(weights.values()), dtype=np.float64)
    return Pairs(ends[:, 0], ends[:, 1], weight, weight > least)


def groups(found: Clusters) -> set[frozenset[int]]:
    """The clusters as sets of records."""
    return {frozenset(np.flatnonzero(found.labels == label).tolist()) for label in set(found.labels.tolist())}


def connected(size: int, edges: list[Pair]) -> set[frozenset[int]]:
    """The components as networkx has them."""
    graph = nx.empty_graph(size)
    graph.add_edges_from(edges)
    return {frozenset(part) for part in nx.connected_components(graph)}


@given(EDGES)
def test_components_are_the_same_as_those_of_networkx(edges: list[Pair]) -> None:
    left, right = (np.array([edge[side] for edge in edges], dtype=np.int64) for side in (0, 1))
    labels = components(SIZE, left, right)
    found = {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels.tolist())}
    assert found == connected(SIZE, edges)


@given(st.lists(st.integers(0, 7), min_size=1, max_size=SIZE), st.floats(0.1, 50))
def test_where_all_in_a_component_are_linked_clusters_are_the_components(places: list[int], weight: float) -> None:
    links = {ends: weight for ends in combinations(range(len(places)), 2) if places[ends[0]] == places[ends[1]]}
    found = cluster(len(places), pairs(links))
    assert groups(found) == connected(len(places), list(links)) and not found.contradicted
    assert all(found.labels <= np.arange(len(places))), "a cluster is named by its first record"


@given(WEIGHTED)
def test_clusters_are_parts_of_components_and_never_worth_less_than_records_alone(weights: dict[Pair, float]) -> None:
    found = cluster(SIZE, pairs(weights))
    wholes = connected(SIZE, [ends for ends, weight in weights.items() if weight > 0])
    for group in groups(found):
        assert any(group <= whole for whole in wholes)
        worth = sum(weights.get(ends, UNSEEN) for ends in combinations(sorted(group), 2))
        assert worth > 0 or len(group) == 1


@pytest.mark.parametrize("seed", range(5))
def test_a_planted_partition_is_found_again_through_noise(seed: int) -> None:
    """Forty things of one to eight records: those of one say +6 bits on average, others -6, one in 40 is wrong."""
    dice = np.random.default_rng(seed)
    truth = np.repeat(np.arange(40), dice.integers(1, 9, 40))
    weights = {
        (a, b): float(dice.normal(6 if truth[a] == truth[b] else -6, 3))
        for a, b in combinations(range(len(truth)), 2)
        if truth[a] == truth[b] or dice.random() < 0.2
    }
    wrong = sum((weight > 0) != (truth[a] == truth[b]) for (a, b), weight in weights.items())
    assert wrong > 20, "there is noise"
    labels = cluster(len(truth), pairs(weights)).labels
    same, said = (np.equal.outer(x, x)[np.triu_indices(len(truth), 1)] for x in (truth, labels))
    assert (same & said).sum() / said.sum() > 0.98 and (same & said).sum() / same.sum() > 0.98


def test_a_weak_bridge_between_two_things_is_cut() -> None:
    strong = {ends: 10.0 for part in ((0, 1, 2, 3), (4, 5, 6, 7)) for ends in combinations(part, 2)}
    unseen = cluster(8, pairs(strong | {(3, 4): 2.0}))  # 15 pairs between the two were not compared: 2 - 15 bits
    assert groups(unseen) == {frozenset(range(4)), frozenset(range(4, 8))}
    against = cluster(8, pairs(strong | {(3, 4): 8.0, (2, 5): -15.0}))
    assert groups(against) == {frozenset(range(4)), frozenset(range(4, 8))}
    strongly = cluster(8, pairs(strong | {(3, 4): 16.0}))  # 16 - 15 bits
    assert groups(strongly) == {frozenset(range(8))}


def test_a_chain_is_cut_where_its_ends_are_different() -> None:
    found = cluster(3, pairs({(0, 1): 5.0, (1, 2): 4.0, (0, 2): -9.0}))
    assert groups(found) == {frozenset({0, 1}), frozenset({2})}


@given(WEIGHTED, DECIDED, DECIDED, st.lists(st.integers(-1, 3), min_size=SIZE, max_size=SIZE))
def test_decisions_and_sources_without_duplicates_are_respected(
    weights: dict[Pair, float], must: list[Pair], cannot: list[Pair], sources: list[int]
) -> None:
    found = cluster(SIZE, pairs(weights), must, cannot, np.array(sources, dtype=np.int64))
    for a, b in cannot:
        assert found.labels[a] != found.labels[b]
    for a, b in must:
        assert found.labels[a] == found.labels[b] or (a, b) in found.contradicted
    assert set(found.contradicted) <= set(must)
    decided = connected(SIZE, must)  # only what people join may have a source twice
    for group in groups(found):
        of = [one for one in decided if one & group]
        held = [{sources[record] for record in one & group} - {-1} for one in of]
        assert sum(map(len, held)) == len(set().union(*held)), "a source is in one joined part at most"


@given(DECIDED, DECIDED)
def test_what_contradicts_nothing_is_carried_out(must: list[Pair], cannot: list[Pair]) -> None:
    apart = [ends for ends in cannot if not any(set(ends) <= part for part in connected(SIZE, must))]
    found = cluster(SIZE, pairs({}), must, apart)
    assert found.contradicted == [] and groups(found) == connected(SIZE, must)


def test_decisions_that_deny_each_other_are_told() -> None:
    found = cluster(3, pairs({(0, 1): 9.0}), must=[(0, 1), (1, 2)], cannot=[(0, 2)])
    assert found.contradicted == [(1, 2)] and groups(found) == {frozenset({0, 1}), frozenset({2})}


def test_a_source_that_has_each_thing_once_is_in_a_cluster_once() -> None:
    links = {(0, 2): 9.0, (1, 2): 8.0}
    single = np.array([5, 5, -1], dtype=np.int64)
    assert groups(cluster(3, pairs(links), single=single)) == {frozenset({0, 2}), frozenset({1})}
    joined = cluster(3, pairs(links), must=[(0, 1)], single=single)
    assert groups(joined) == {frozenset({0, 1, 2})}, "unless people say that it is not so"


def test_support_by_hand() -> None:
    found = cluster(6, pairs({(0, 1): 5.0, (1, 2): 7.0, (2, 3): -4.0, (1, 3): -6.0}))
    assert groups(found) == {frozenset({0, 1, 2}), frozenset({3}), frozenset({4}), frozenset({5})}
    assert found.support[:4] == pytest.approx([5 + UNSEEN, 12, 7 + UNSEEN, 4])  # 0 and 2 were not compared
    assert np.isnan(found.support[4:]).all()


def test_ten_thousand_records_of_one_thing_are_one_cluster() -> None:
    """A star with chords, as blocking finds a thing that is there ten thousand times: few of its pairs are compared."""
    size = 10_000
    left = np.concatenate([np.zeros(size - 1, dtype=np.int64), np.arange(size - 5)])
    right = np.concatenate([np.arange(1, size), np.arange(5, size)])
    weight = np.full(len(left), 20_000.0)
    found = cluster(size, Pairs(left, right, weight, weight > 0))
    assert (found.labels == 0).all()


def test_ten_thousand_records_in_a_chain_end() -> None:
    size = 10_000
    left = np.arange(size - 1)
    weight = np.full(size - 1, 3.0)
    sizes = np.bincount(cluster(size, Pairs(left, left + 1, weight, weight > 0)).labels)
    assert sizes.sum() == size and 1 < sizes.max() < 10, "a chain alone makes nothing one"


@pytest.mark.parametrize("size", [0, 1, 2])
def test_hardly_any_records_and_no_pairs(size: int) -> None:
    found = cluster(size, pairs({}))
    assert found.labels.tolist() == list(range(size)) and np.isnan(found.support).all() and not found.contradicted
