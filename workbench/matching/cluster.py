"""Clusters: which records, linked by pairs, are one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Ints = NDArray[np.int64]


def components(size: int, left: Ints, right: Ints) -> Ints:
    """The connected component of each of `size` nodes numbered from 0, given the edges left[i] - right[i]."""
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(size, size))
    labels: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels
