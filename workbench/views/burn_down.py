"""The burn-down: how many issues were open on each as-of date, and how many rows failed in them."""

from __future__ import annotations

from datetime import date
from typing import Any

from markupsafe import Markup

from ..language import day as written
from ..language import gettext as _
from ..language import marked
from ..published import Published
from ..store import Connection, records
from .svg import day_ticks, days, figure, linear, mark, path, picture, text, ticks
from .view import View, draw

WIDE, LEFT, RIGHT, TOP, HIGH, BETWEEN, UNDER = 760, 64, 44, 30, 110, 46, 34
"""The picture's width, its margins, the height of each of its two charts and what is between them."""

LINES = {"issues": marked("Open issues"), "rows": marked("Failing rows")}

COUNTED = """
    SELECT as_of, count(*) FILTER (failing > 0) AS issues, coalesce(sum(failing), 0)::BIGINT AS rows
    FROM (SELECT as_of, check_id, sum(value) AS failing FROM published.metrics
        WHERE counts AND metric = 'failed' AND as_of <= $until GROUP BY ALL)
    GROUP BY as_of ORDER BY as_of"""


def burn_down_data(con: Connection, until: date = date.max) -> list[dict[str, Any]]:
    """Of each date whose run counts: as_of, the issues that were open, the rows that failed."""
    return records(con, COUNTED, {"until": until})


def burn_down(run: Published) -> View:
    """Open issues and failing rows over the dates up to the run's, each on a scale of its own that begins at 0."""
    with run.session() as con:
        found = burn_down_data(con, run.as_of)
    return draw("burn_down", found=found, chart=counts(_("Burn-down"), found, LINES) if found else None)


def counts(title: str, found: list[dict[str, Any]], lines: dict[str, str]) -> Markup:
    """Counts by as_of, each of the `lines` (column -> its name) in a chart of its own, one below the other."""
    x = days([line["as_of"] for line in found], LEFT + 8, WIDE - RIGHT - 8)
    body, top = [], float(TOP)
    for number, (column, name) in enumerate(lines.items()):
        body += _counts(_(name), {line["as_of"]: line[column] for line in found}, x, top, number)
        top += HIGH + BETWEEN
    bottom = top - BETWEEN
    body += day_ticks(x, bottom)
    last = found[-1]
    said = "; ".join(f"{_(name)} {last[column]:,}" for column, name in lines.items())
    told = _("On {day}: {said}").format(day=written(last["as_of"]), said=said)
    return picture(WIDE, bottom + UNDER, title, told, body, latest=True)


def _counts(title: str, values: dict[date, int], x: dict[date, float], top: float, number: int) -> list[Markup]:
    """One chart: its name above it, whole steps from 0, a line with a mark on each date."""
    steps = [step for step in ticks(0, max(1, *values.values()), 4) if step == int(step)]
    y = linear(0, steps[-1], top + HIGH, top)
    body = [text(LEFT, top - 16, title, class_=f"series{number}")]
    for step in steps:
        body.append(path([(LEFT, y(step)), (WIDE - RIGHT, y(step))], class_="grid"))
        body.append(text(LEFT - 8, y(step), figure(step), class_="tick", text_anchor="end"))
    places = {day: (x[day], y(value)) for day, value in values.items()}
    body.append(path(places.values(), class_=f"series{number}"))
    for day, place in places.items():
        said = _("{name} on {day}: {value}").format(name=title, day=written(day), value=f"{values[day]:,}")
        body.append(mark(*place, number, said, class_=f"series{number} mark"))
    return body
