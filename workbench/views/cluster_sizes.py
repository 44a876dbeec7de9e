"""How many records golden records are made of, as bars, and how many pairs waited for a person from date to date."""

from __future__ import annotations

from datetime import date
from typing import Any

from markupsafe import Markup

from ..language import gettext as _
from ..language import marked
from ..language import short as rounded
from ..published import Published
from ..store import Connection, records
from .burn_down import counts
from .pairs import part
from .svg import linear, path, picture, tag, text, ticks
from .view import View, draw

WIDE, LEFT, RIGHT, LINE, TOP = 760, 110, 90, 26, 8
LARGE = 10
"""Sizes from which on all are one bar."""

SIZES = """
    SELECT least(records, $large) AS size, count(*) AS golden, sum(records)::BIGINT AS records
    FROM (SELECT golden_id, count(*) AS records FROM {} WHERE golden_id IS NOT NULL GROUP BY golden_id)
    GROUP BY ALL ORDER BY size"""
QUEUE = """
    SELECT as_of, sum(value)::BIGINT AS waiting FROM published.metrics
    WHERE counts AND metric = 'matching queue' AND entity = $entity AND as_of <= $until GROUP BY as_of ORDER BY as_of"""
LINES = {"waiting": marked("Pairs that wait for a decision")}


def cluster_sizes_data(con: Connection, entity: str) -> list[dict[str, Any]]:
    """By size (records of a golden record, from LARGE on together): golden records, and their records."""
    return records(con, SIZES.format(part(con, entity, "clusters")), {"large": LARGE})


def cluster_sizes(run: Published, entity: str) -> View:
    """How many golden records have how many records."""
    with run.session() as con:
        found = cluster_sizes_data(con, entity)
    chart = _bars(_("Sizes of golden records"), [line for line in found if line["size"] > 1])
    return draw("cluster_sizes", entity=entity, sizes=found, chart=chart, named=_named, large=LARGE)


def queue_data(con: Connection, entity: str, until: date = date.max) -> list[dict[str, Any]]:
    """On each date whose run counts, how many pairs of an entity waited; older versions did not count them."""
    return records(con, QUEUE, {"entity": entity, "until": until})


def queue_trend(run: Published, entity: str) -> View:
    """How the review queue of an entity moves."""
    with run.session() as con:
        found = queue_data(con, entity, run.as_of)
    chart = counts(_("Review queue"), found, LINES) if found else None
    return draw("queue_trend", entity=entity, found=found, chart=chart)


def _named(size: int) -> str:
    return _("{n} or more").format(n=size) if size == LARGE else str(size)


def _bars(title: str, found: list[dict[str, Any]]) -> Markup | None:
    """A bar for each size; a golden record of one record is none of them, as it would dwarf all others."""
    if not found:
        return None
    steps = [step for step in ticks(0, max(line["golden"] for line in found), 4) if step == int(step)]
    x, bottom = linear(0, steps[-1], LEFT, WIDE - RIGHT), TOP + LINE * len(found)
    body = []
    for step in steps:
        body.append(path([(x(step), TOP), (x(step), bottom)], class_="grid"))
        body.append(text(x(step), bottom + 14, rounded(step), class_="tick", text_anchor="middle"))
    for number, line in enumerate(found):
        y = TOP + LINE * (number + 0.5)
        body.append(text(LEFT - 8, y, _named(line["size"]), class_="tick", text_anchor="end"))
        body.append(tag("rect", x=LEFT, y=y - 8, width=max(x(line["golden"]) - LEFT, 1.0), height=16, class_="bar"))
        body.append(text(x(line["golden"]) + 6, y, rounded(line["golden"]), class_="halo"))
    said = "; ".join(f"{_named(line['size'])}: {line['golden']:,}" for line in found)
    return picture(WIDE, bottom + 30, title, said, body)
