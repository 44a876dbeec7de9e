"""Components against networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workbench.matching.cluster import components

SIZE = 25
NODE = st.integers(0, SIZE - 1)


@given(st.lists(st.tuples(NODE, NODE)))
def test_the_same_as_networkx(edges: list[tuple[int, int]]) -> None:
    left, right = (np.array([edge[side] for edge in edges], dtype=np.int64) for side in (0, 1))
    labels = components(SIZE, left, right)
    graph = nx.empty_graph(SIZE)
    graph.add_edges_from(edges)
    found = {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels.tolist())}
    assert found == {frozenset(part) for part in nx.connected_components(graph)}
