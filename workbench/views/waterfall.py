"""Why two records are one, or are not: from the odds of any pair, field by field, to the pair's probability."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

from ..language import gettext as _
from ..published import Published
from ..reports.fragments import share
from ..store import Connection
from .pairs import Pair, find_pair
from .svg import linear
from .view import View, draw


@dataclass(frozen=True)
class Bar:
    """One weight: what it is about, how it is said, its weight in bits, and from where to where it leads."""

    title: str
    said: str
    weight: float
    start: float
    end: float


def waterfall_data(
    con: Connection, entity: str, source_l: str, key_l: str, source_r: str, key_r: str
) -> tuple[Pair, list[Bar]]:
    """The pair, and its bars: any pair, then each compared field, then what relatives have in common too; the
    last one ends at the pair's weight."""
    pair = find_pair(con, entity, source_l, key_l, source_r, key_r)
    bars = [Bar(_("any pair"), _("before looking"), pair.prior, 0.0, pair.prior)]
    for found in pair.agreements:
        start = bars[-1].end
        bars.append(Bar(found.field, found.told, found.weight, start, start + found.weight))
    if pair.relatives:
        start = bars[-1].end
        bars.append(Bar(_("(relatives)"), _("a family or a group agrees so too"), pair.relatives, start, pair.weight))
    return pair, bars


def waterfall(
    run: Published,
    entity: str,
    source_l: str,
    key_l: str,
    source_r: str,
    key_r: str,
    review: tuple[float, float] | None = None,
    *,
    beside: bool = False,
) -> View:
    """The weights of a pair as bars that add up; `review` draws the probabilities between which a person decides.

    `beside` the two records, under whose names it stands, it does not name them again.
    """
    with run.session() as con:
        pair, bars = waterfall_data(con, entity, source_l, key_l, source_r, key_r)
    total = bars[-1].end
    limits = [log2(p / (1 - p)) if 0 < p < 1 else None for p in review or ()]
    marks = [0.0, *(bar.end for bar in bars), *(bits for bits in limits if bits is not None)]
    place = linear(min(marks), max(marks), 2, 98)
    drawn = [_drawn(bar, place(bar.start), place(bar.end)) for bar in bars]
    ends = {"bar": _drawn(Bar("", "", total, 0, total), place(0), place(total)), "total": f"{total:+.1f}"}
    lines = [
        (name, bits, place(bits)) for name, bits in zip(("review", "match"), limits, strict=False) if bits is not None
    ]
    named = dict(zip(("review", "match"), review or (), strict=False))
    return draw(
        "waterfall", pair=pair, beside=beside, bars=drawn, zero=place(0), limits=lines,
        limits_said=_limits(named, [line[0] for line in lines]), odds=2**-pair.prior, **ends
    )  # fmt: skip


def _limits(review: dict[str, float], drawn: list[str]) -> str:
    """What the lines drawn stand for."""
    said = {
        ("review", "match"): _("The dashed line is where a person decides, from {review} and the solid line "
                               "where a match begins, {match}."),
        ("review",): _("The dashed line is where a person decides, from {review}."),
        ("match",): _("The dashed line is where a match begins, {match}."),
        (): "",
    }[*drawn]  # fmt: skip
    return said.format(**{name: share(value) for name, value in review.items()})


def _drawn(bar: Bar, start: float, end: float) -> dict[str, object]:
    """A bar with its place in percent of the width; what says nothing is a thin line."""
    kind = "for" if bar.weight > 0 else "against" if bar.weight < 0 else "nothing"
    return {
        "title": bar.title, "said": bar.said, "kind": kind, "bits": f"{bar.weight:+.1f}" if bar.weight else "0",
        "x": min(start, end), "width": max(abs(end - start), 0.6), "start": start, "end": end,
    }  # fmt: skip
