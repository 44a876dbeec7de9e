"""How many golden records are made of how many records, as bars."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from ..language import gettext as _
from ..language import short as rounded
from .svg import linear, path, picture, tag, text, ticks

WIDE, LEFT, RIGHT, LINE, TOP = 760, 110, 90, 26, 8
LARGE = 10
"""Size from which on all are one bar."""


def size_bars(sizes: list[dict[str, Any]]) -> Markup | None:
    """A bar for each size (`size`, `golden_records`) from 2 on: those of one record would dwarf all others."""
    counted: dict[int, int] = {}
    for line in sizes:
        if line["size"] > 1:
            size = min(line["size"], LARGE)
            counted[size] = counted.get(size, 0) + line["golden_records"]
    if not counted:
        return None
    steps = [step for step in ticks(0, max(counted.values()), 4) if step == int(step)]
    x, bottom, body = linear(0, steps[-1], LEFT, WIDE - RIGHT), TOP + LINE * len(counted), []
    for step in steps:
        body.append(path([(x(step), TOP), (x(step), bottom)], class_="grid"))
        body.append(text(x(step), bottom + 14, rounded(step), class_="tick", text_anchor="middle"))
    for number, (size, many) in enumerate(sorted(counted.items())):
        y, end = TOP + LINE * (number + 0.5), max(x(many), LEFT + 1)
        body.append(text(LEFT - 8, y, _named(size), class_="tick", text_anchor="end"))
        body.append(tag("rect", x=LEFT, y=y - 8, width=end - LEFT, height=16, class_="fill-written"))
        body.append(text(end + 6, y, rounded(many), class_="halo"))
    said = "; ".join(f"{_named(size)}: {many:,}" for size, many in sorted(counted.items()))
    return picture(WIDE, bottom + 30, _("Golden records by the number of their records"), said, body)


def _named(size: int) -> str:
    return _("{n} or more").format(n=size) if size == LARGE else str(size)
