"""How many matches blocking lets through, estimated by capture and recapture (C. G. J. Petersen, 1896)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..config.terms import bare


def field_of(rule: list[str] | tuple[str, ...]) -> str:
    """The field that a blocking rule is about, its first.

    >>> field_of(["tokens(name.words)", "city"])
    'name'
    """
    return bare(rule[0]).split(".")[0]


def blocking_recall(by: NDArray[np.bool_], times: NDArray[np.int64]) -> float:
    """The share (0 to 1) of all matches that some field's rules find.

    by      (combinations, fields): which fields find a match
    times   how many matches each combination finds

    Each field's share is read off the matches that the other fields find; what all of them miss is as likely as
    the product, if they miss independently. 0 where but one field blocks, and nothing can be told.
    """
    missed = 1.0
    for field in range(by.shape[1]):
        elsewhere = np.delete(by, field, axis=1).any(axis=1)
        both = times[elsewhere & by[:, field]].sum()
        missed *= 1 - float(both) / float(times[elsewhere].sum() + 1)
    return 1 - missed
