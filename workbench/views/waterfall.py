"""Why two records are one, or are not: from the odds of any pair, field by field, to the pair's probability."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

from ..published import Published
from ..store import Connection
from .pairs import Pair, find_pair
from .svg import linear
from .view import View, draw


@dataclass(frozen=True)
class Step:
    """A bar: what it is about, how it is said, its weight in bits, and from where to where it leads."""

    title: str
    said: str
    weight: float
    start: float
    end: float


def waterfall_data(
    con: Connection, entity: str, source_l: str, key_l: str, source_r: str, key_r: str
) -> tuple[Pair, list[Step]]:
    """The pair, and its steps: any pair, then each compared field; the last one ends at the pair's weight."""
    pair = find_pair(con, entity, source_l, key_l, source_r, key_r)
    steps = [Step("any pair", "before looking", pair.prior, 0.0, pair.prior)]
    for found in pair.agreements:
        start = steps[-1].end
        steps.append(Step(found.field, found.said, found.weight, start, start + found.weight))
    return pair, steps


def waterfall(
    run: Published,
    entity: str,
    source_l: str,
    key_l: str,
    source_r: str,
    key_r: str,
    review: tuple[float, float] | None = None,
) -> View:
    """The weights of a pair as bars that add up; `review` draws the probabilities between which a person decides."""
    with run.session() as con:
        pair, steps = waterfall_data(con, entity, source_l, key_l, source_r, key_r)
    total = steps[-1].end
    limits = [log2(p / (1 - p)) if 0 < p < 1 else None for p in review or ()]
    marks = [0.0, *(step.end for step in steps), *(bits for bits in limits if bits is not None)]
    place = linear(min(marks), max(marks), 2, 98)
    bars = [_bar(step, place(step.start), place(step.end)) for step in steps]
    ends = {"bar": _bar(Step("", "", total, 0, total), place(0), place(total)), "total": f"{total:+.1f}"}
    lines = [
        (name, bits, place(bits)) for name, bits in zip(("review", "match"), limits, strict=False) if bits is not None
    ]
    named = {name: share for name, share in zip(("review", "match"), review or (), strict=False)}
    return draw(
        "waterfall", pair=pair, bars=bars, zero=place(0), limits=lines, review=named, odds=2**-pair.prior, **ends
    )


def _bar(step: Step, start: float, end: float) -> dict[str, object]:
    """A step with its bar in percent of the width; what says nothing is a thin line."""
    kind = "for" if step.weight > 0 else "against" if step.weight < 0 else "nothing"
    return {
        "title": step.title, "said": step.said, "kind": kind, "bits": f"{step.weight:+.1f}" if step.weight else "0",
        "x": min(start, end), "width": max(abs(end - start), 0.6), "start": start, "end": end,
    }  # fmt: skip
