"""Business reconciliation: how accurate the new system is, as people found who looked at records.

The unit is the record: one that is wrong in any field is wrong. Records are drawn by strata without putting back, so
the limits of a stratum are exact for a finite population (J. P. Buonaccorsi, 1987; of a very large one they are those
of C. Clopper and E. Pearson, 1934). Strata are combined by their size as G. Y. Zou, W. Huang and X. Zhang do (2009).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt
from typing import NamedTuple


class Stratum(NamedTuple):
    """Records of one kind: how many there are, how many people looked at, how many of these are wrong."""

    stratum: str
    records: int
    looked: int
    wrong: int


class Accuracy(NamedTuple):
    """The share of right records, with limits that hold with the agreed confidence each; None where nobody looked.

    `more` is how many further records, all right, it takes until the lower limit reaches what was agreed; None where
    that cannot be any more.
    """

    value: float | None
    low: float
    high: float
    more: int | None
    looked: int
    records: int


def accuracy(strata: Sequence[Stratum], agreed: float, confidence: float) -> Accuracy:
    """What the strata tell together, against the agreed accuracy (0 to 1) at a confidence (0 to 1)."""
    found = [s for s in strata if s.records]
    whole, looked = sum(s.records for s in found), sum(s.looked for s in found)
    low, high = _limits(found, confidence)
    value = None
    if whole and all(s.looked for s in found):
        value = sum(s.records * (1 - s.wrong / s.looked) for s in found) / whole
    return Accuracy(value, low, high, _more(found, agreed, confidence), looked, whole)


def least_right(records: int, looked: int, wrong: int, confidence: float) -> float:
    """The lower limit of the share of right ones among so many records, of which some were looked at.

    With more wrong ones among all, so few among those looked at would be less likely than 1 - confidence.

    >>> least_right(10**9, 2994, 0, 0.95) < 0.999 <= least_right(10**9, 2995, 0, 0.95)
    True
    >>> least_right(100, 100, 3, 0.95)
    0.97
    """
    few, many = wrong, wrong + records - looked
    while few < many:  # the largest number of wrong ones that is still likely enough
        middle = (few + many + 1) // 2
        likely = _at_most(wrong, records, middle, looked) > 1 - confidence
        few, many = (middle, many) if likely else (few, middle - 1)
    return 1 - few / records


def most_right(records: int, looked: int, wrong: int, confidence: float) -> float:
    """The upper limit, as `least_right`: with fewer wrong ones among all, so many would be too unlikely."""
    few, many = wrong, wrong + records - looked
    while few < many:
        middle = (few + many) // 2
        likely = _at_most(wrong - 1, records, middle, looked) < confidence
        few, many = (few, middle) if likely else (middle + 1, many)
    return 1 - few / records


def _at_most(found: int, records: int, wrong: int, looked: int) -> float:
    """How likely at most so many wrong ones are among those looked at, if so many are wrong among all."""
    from scipy.stats import hypergeom  # takes most of a second to import, so only where a sample is judged

    return float(hypergeom.cdf(found, records, wrong, looked))


def _limits(found: Sequence[Stratum], confidence: float) -> tuple[float, float]:
    """The limits of all: each stratum's distance from its share, weighed by its size."""
    whole, value, below, above = sum(s.records for s in found), 0.0, 0.0, 0.0
    for s in found:
        share = 1 - s.wrong / s.looked if s.looked else 0.5
        weight = s.records / whole
        value += weight * share
        below += (weight * (share - least_right(s.records, s.looked, s.wrong, confidence))) ** 2
        above += (weight * (most_right(s.records, s.looked, s.wrong, confidence) - share)) ** 2
    return (value - sqrt(below), value + sqrt(above)) if found else (0.0, 1.0)


def _more(found: Sequence[Stratum], agreed: float, confidence: float) -> int | None:
    """By bisection over the records not looked at yet, taken from every stratum alike."""

    def after(more: int) -> list[Stratum]:
        left = sum(s.records - s.looked for s in found)
        return [s._replace(looked=s.looked + ceil(more * (s.records - s.looked) / left)) if left else s for s in found]

    few, many = 0, sum(s.records - s.looked for s in found)
    if not found or _limits(after(many), confidence)[0] < agreed:
        return None
    while few < many:
        middle = (few + many) // 2
        few, many = (few, middle) if _limits(after(middle), confidence)[0] >= agreed else (middle + 1, many)
    return sum(s.looked for s in after(few)) - sum(s.looked for s in found)
