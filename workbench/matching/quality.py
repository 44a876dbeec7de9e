"""How good the matching is without a truth: a stratified sample of the compared pairs, judged by people.

Judged is what rules and model propose of a pair, whatever people said of it. Strata are what is proposed and the
model's probability, so each has one proposal. In a stratum pairs stand in the order of a hash of their keys (the
permanent random numbers of E. Ohlsson, 1995), and the sample is those that come first: so it needs no record of what
was drawn, and a later run, in which some pairs are new or others, goes on with the decisions there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import sqrt
from typing import NamedTuple

from ..store import Connection, literal, rows

BANDS = (0.01, 0.2, 0.5, 0.8, 0.99)
"""Probabilities at which strata part."""

FEW, TOLD = 10, 5
"""Pairs of a stratum that are drawn at least, and decided at least before anything is said."""

ENOUGH = 30
"""Pairs that must be decided before a measure is said."""

ANSWERED = 0.9
"""The sample goes as far as at least this share of it is decided. The rest is taken to be like it."""

MOST = 500_000
"""Pairs of a stratum that a sample has at most."""

Z = 1.959964
"""Intervals hold 95%."""

ENDS = "source_l, key_l, source_r, key_r"

_BAND = " ".join(f"WHEN probability < {high} THEN 'below {high:g}'" for high in BANDS)
STRATUM = f"""proposed || CASE WHEN proposed = 'ruled out' THEN ''
    ELSE ', ' || CASE {_BAND} ELSE 'from {BANDS[-1]:g}' END END"""


class Stratum(NamedTuple):
    """Pairs of which the same is proposed, at like probability: how many, the mean probability, how many of the
    sample are decided, and how many of these are matches."""

    stratum: str
    proposed: str
    pairs: int
    expected: float
    reviewed: int
    matches: int


class Measure(NamedTuple):
    """A measure with its 95% interval, each None where too little is decided; by how many decisions."""

    measure: str
    value: float | None
    low: float | None
    high: float | None
    reviewed: int
    unit: str


class Estimate(NamedTuple):
    """A number of matches, with its interval."""

    value: float
    low: float
    high: float


_HASH = f"md5(concat_ws(chr(31), {ENDS}))"


def placed(pairs: str, most: int) -> str:
    """SELECT of the first pairs of each stratum: the columns of `pairs`, stratum and place (from 1).

    `pairs` has source_l, key_l, source_r, key_r, probability, proposed (match, review, no_match, ruled out) and same,
    what a person says of it or NULL.
    """
    # those beyond the last hash that counts are not worth ordering
    hashed = f"(SELECT *, {STRATUM} AS stratum, {_HASH} AS hash FROM {pairs})"
    most = min(max(most, 1), MOST)
    return f"""SELECT *, row_number() OVER (PARTITION BY stratum ORDER BY hash, {ENDS}) AS place FROM {hashed}
        JOIN (SELECT stratum, min(hash, {most})[-1] AS last FROM {hashed} GROUP BY stratum) USING (stratum)
        WHERE hash <= last QUALIFY place <= {most}"""


def strata(con: Connection, pairs: str) -> list[Stratum]:
    """The strata of `pairs` (as in `placed`), with what people decided of the sample."""
    decided = rows(con, f"SELECT count(same) FROM {pairs}")[0][0]
    found = rows(con, f"""
        WITH first AS ({placed(f"(FROM {pairs} WHERE {decided > 0})", int(decided / ANSWERED) + 1)}),
        counted AS (
            SELECT stratum, place, same, count(same) OVER so_far AS reviewed,
                count(*) FILTER (same) OVER so_far AS matches
            FROM first WINDOW so_far AS (PARTITION BY stratum ORDER BY place)),
        sample AS (
            SELECT stratum, max(reviewed) AS reviewed, max(matches) AS matches FROM counted
            WHERE reviewed >= {ANSWERED} * place GROUP BY stratum),
        sizes AS (
            SELECT {STRATUM} AS stratum, proposed, count(*) AS pairs, avg(probability) AS expected
            FROM {pairs} GROUP BY ALL)
        SELECT stratum, proposed, pairs, expected, coalesce(reviewed, 0), coalesce(matches, 0)
        FROM sizes LEFT JOIN sample USING (stratum)
        ORDER BY proposed = 'ruled out', expected, stratum""")  # fmt: skip
    return [Stratum(*line) for line in found]


def allocate(found: Sequence[Stratum], pairs: int) -> dict[str, int]:
    """About how many pairs to review of each stratum: half among those called matches, half among the others.

    Within a half by J. Neyman's rule (1934), size times standard deviation as the model expects it, which is taken to
    be at least 0.1 for a model may be too sure; and a few of each.
    """
    drawn: dict[str, int] = {}
    for half in ([s for s in found if s.proposed == "match"], [s for s in found if s.proposed != "match"]):
        spread = {s: s.pairs * sqrt(p * (1 - p)) for s in half for p in [min(max(s.expected, 0.01), 0.99)]}
        whole = sum(spread.values())
        drawn |= {s.stratum: min(s.pairs, max(FEW, round(pairs / 2 * spread[s] / whole))) for s in half}
    return drawn


def sample(con: Connection, pairs: str, size: int) -> str:
    """SELECT of the sample of about so many pairs, as people are asked: the columns of `pairs`, place.

    The strata are mixed, so that nobody who answers is led.
    """
    drawn = allocate(strata(con, pairs), size)
    sizes = " ".join(f"WHEN {literal(name)} THEN {n}" for name, n in {"": 0, **drawn}.items())
    return f"""SELECT * REPLACE (row_number() OVER (ORDER BY hash, {ENDS}) AS place)
        FROM ({placed(pairs, max(drawn.values(), default=0))}) WHERE place <= CASE stratum {sizes} END"""


def measures(found: Sequence[Stratum], blocking: float) -> list[Measure]:
    """What the decided sample says; `blocking` is the share of all matches that are compared, 0 for unknown.

    precision             of the pairs called matches, the share that are
    recall                of the matches among compared pairs, the share called matches
    recall with review    the share called matches or for review
    blocking recall       of all matches the share that is compared, by capture and recapture
    recall of all         recall times blocking recall, which is taken as it is
    matches               the number of matches among compared pairs
    """
    called = [s for s in found if s.proposed == "match"]
    seen = [s for s in found if s.proposed in ("match", "review")]
    recall = _share("recall", called, found)
    known = blocking or None
    times = [value * blocking if value is not None and blocking else None for value in recall[1:4]]
    return [
        _precision(called),
        recall,
        _share("recall with review", seen, found),
        Measure("blocking recall", known, None, None, 0, "share"),
        Measure("recall of all", times[0], times[1], times[2], recall.reviewed, "share"),
        _said("matches", _matches(found), found, "pairs"),
    ]


def wilson(hits: int, n: int, of: int) -> tuple[float, float]:
    """E. B. Wilson's interval (1927) of a share, of n drawn from `of` without putting back: all seen, nothing open.

    The finite population correction is that of W. G. Cochran, "Sampling Techniques" (1977).
    """
    if n == 0:
        return 0.0, 1.0
    z2 = Z * Z * (of - n) / (of - 1) / n if of > 1 else 0.0
    p = hits / n
    middle, half = p + z2 / 2, sqrt(z2 * (p * (1 - p) + z2 / 4))
    return max((middle - half) / (1 + z2), 0.0), min((middle + half) / (1 + z2), 1.0)


def _matches(found: Iterable[Stratum]) -> Estimate:
    """The matches in strata: intervals of the parts are combined as G. Y. Zou, W. Huang and X. Zhang do (2009)."""
    value = below = above = 0.0
    for s in found:
        share, (low, high) = s.matches / s.reviewed if s.reviewed else 0.5, wilson(s.matches, s.reviewed, s.pairs)
        value += s.pairs * share
        below += (s.pairs * (share - low)) ** 2
        above += (s.pairs * (high - share)) ** 2
    return Estimate(value, value - sqrt(below), value + sqrt(above))


def _precision(called: Sequence[Stratum]) -> Measure:
    size, matches = sum(s.pairs for s in called), _matches(called)
    share = Estimate(*(value / size for value in matches)) if size else None
    return _said("precision", share, called, "share")


def _share(name: str, called: Sequence[Stratum], found: Sequence[Stratum]) -> Measure:
    """Of all matches the share in some strata: a ratio's interval after A. Donner and G. Y. Zou (2012)."""
    ours, missed = _matches(called), _matches(s for s in found if s not in called)
    whole = ours.value + missed.value
    if not whole:
        return _said(name, None, found, "share")
    odds = _least_ratio(ours, missed)
    low = odds / (1 + odds) if odds is not None else 1.0
    against = _least_ratio(missed, ours)
    high = 1 / (1 + against) if against is not None else 0.0
    return _said(name, Estimate(ours.value / whole, low, high), found, "share")


def _least_ratio(one: Estimate, other: Estimate) -> float | None:
    """The lower limit of one / other; None where it is beyond all bounds, as the other is certainly none."""
    if one.low <= 0:
        return 0.0
    above, below = one.low * (2 * one.value - one.low), other.high * (2 * other.value - other.high)
    product = one.value * other.value
    divisor = product + sqrt(max(product**2 - above * below, 0.0))
    return above / divisor if divisor else None


def _said(name: str, found: Estimate | None, by: Sequence[Stratum], unit: str) -> Measure:
    """A measure, if enough was decided of the strata that it is about."""
    reviewed, size = sum(s.reviewed for s in by), sum(s.pairs for s in by)
    enough = reviewed >= min(ENOUGH, size) and all(s.reviewed >= min(TOLD, s.pairs) for s in by)
    if found is None or not enough:
        return Measure(name, None, None, None, reviewed, unit)
    return Measure(name, *found, reviewed, unit)
