"""Where the records went: from each source to each outcome, as ribbons as wide as they are many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ..language import gettext as _
from ..published import OUTCOMES, Published
from ..reports.fragments import share
from ..store import Connection, records, rows
from ..words import told
from .svg import picture, tag, text, width
from .view import View, draw, known

WIDE, HIGH, TOP, LEFT, RIGHT, NODE = 760, 300, 8, 200, 560, 10
LINE, GAP, LEAST = 18, 10, 2.0
"""Height of a line of text, room between the ends of ribbons, width of the narrowest ribbon."""

MOST = 12
"""Ends on the left up to which each entity of a source has one of its own."""

Ribbons = dict[tuple[str, str], int]
"""(where from, outcome) -> records."""

FLOW = """
    SELECT source, entity, outcome, count(*) AS records FROM published.recon_rows
    WHERE target = $target AND ($entity IS NULL OR entity = $entity) GROUP BY ALL ORDER BY source, entity, outcome"""


def targets(con: Connection) -> list[str]:
    """The targets in the order of workbench.yml, in which their rows are written: the first one's outcomes count."""
    order = "SELECT target, row_number() OVER () AS place FROM published.recon_rows"
    return [name for (name,) in rows(con, f"SELECT target FROM ({order}) GROUP BY target ORDER BY min(place)")]


def target_named(con: Connection, given: str | None) -> str:
    """The target given, else the first ("" where there is none). Raises ConfigError for an unknown one."""
    found = targets(con)
    if given and found:
        known("target", given, found)
    return given or next(iter(found), "")


def flow_data(con: Connection, target: str | None = None, entity: str | None = None) -> list[dict[str, Any]]:
    """How many records of each source and entity had each outcome in a target (by default the first).

    Rows of source, entity, outcome and records, in the order of their names and of OUTCOMES.
    Raises ConfigError for an unknown target or entity.
    """
    target = target_named(con, target)
    if entity is not None:
        known("entity", entity, _names(con, "entity"))
    found = records(con, FLOW, {"target": target, "entity": entity})
    return sorted(found, key=lambda line: (line["source"], line["entity"], OUTCOMES.index(line["outcome"])))


def flow(run: Published, target: str | None = None, entity: str | None = None) -> View:
    """The records of each source and entity by outcome; see `flow_data`."""
    with run.session() as con:
        found = flow_data(con, target, entity)
        target = target_named(con, target)
    title = _title(entity, target)
    outcomes = [outcome for outcome in OUTCOMES if any(line["outcome"] == outcome for line in found)]
    lines: dict[tuple[str, str], dict[str, Any]] = {}
    for line in found:
        first = {"source": line["source"], "entity": line["entity"], "sum": 0} | dict.fromkeys(outcomes, 0)
        row = lines.setdefault((line["source"], line["entity"]), first)
        row[line["outcome"]] += line["records"]
        row["sum"] += line["records"]
    chart = _chart(title, _ribbons(found, by_entity=len(lines) <= MOST), outcomes) if found else None
    return draw("flow", title=title, chart=chart, lines=list(lines.values()), outcomes=outcomes, most=MOST)


def _title(entity: str | None, target: str | None) -> str:
    title = _("Where the records of {entity} went").format(entity=entity) if entity else _("Where the records went")
    return _("{title}: {target}").format(title=title, target=target) if target else title


def _names(con: Connection, column: str) -> list[str]:
    return [name for (name,) in rows(con, f"SELECT DISTINCT {column} FROM published.recon_rows ORDER BY 1")]


def _ribbons(found: list[dict[str, Any]], *, by_entity: bool) -> Ribbons:
    ribbons: Ribbons = {}
    for line in found:
        ribbon = (f"{line['source']} {line['entity']}" if by_entity else line["source"], line["outcome"])
        ribbons[ribbon] = ribbons.get(ribbon, 0) + line["records"]
    return dict(sorted(ribbons.items(), key=lambda item: (item[0][0], OUTCOMES.index(item[0][1]))))


def _chart(title: str, ribbons: Ribbons, outcomes: list[str]) -> Markup:
    total = sum(ribbons.values())
    origins = list(dict.fromkeys(origin for origin, _ in ribbons))
    wide = {ribbon: max(LEAST, HIGH * many / total) for ribbon, many in ribbons.items()}
    sides = [_stacked(origins, 0, wide), _stacked(outcomes, 1, wide)]
    high = max(side.high for side in sides)
    body = []
    for ribbon, many in ribbons.items():
        y = [side.place[ribbon] + (high - side.high) / 2 for side in sides]
        words = _("{origin}: {n} {outcome}").format(origin=ribbon[0], n=f"{many:,}", outcome=told(ribbon[1]))
        body.append(_ribbon(y[0], y[1], wide[ribbon], words, class_=f"ribbon fill-{ribbon[1]}"))
    for number, side in enumerate(sides):
        for name, (top, end) in side.ends.items():
            shift, many = (high - side.high) / 2, sum(n for ribbon, n in ribbons.items() if ribbon[number] == name)
            kind = f"fill-{name}" if number else "node"
            at = RIGHT if number else LEFT - NODE
            body.append(tag("rect", x=at, y=top + shift, width=NODE, height=end - top, class_=kind))
            figure = f"{many:,}" + (f" ({share(many, total)})" if number else "")
            body += _label(told(name) if number else name, figure, (top + end) / 2 + shift, right=bool(number))
    counted = {o: sum(n for ribbon, n in ribbons.items() if ribbon[1] == o) for o in outcomes}
    said = _(", ").join(_("{n} {outcome}").format(n=f"{n:,}", outcome=told(name)) for name, n in counted.items())
    return picture(WIDE, high + TOP, title, _("Of {n} records: {said}.").format(n=f"{total:,}", said=said), body)


@dataclass(frozen=True)
class Side:
    """Where on one side each end begins and ends, where each ribbon begins, and how high all is together."""

    ends: dict[str, tuple[float, float]]
    place: dict[tuple[str, str], float]
    high: float


def _stacked(names: list[str], number: int, wide: dict[tuple[str, str], float]) -> Side:
    """Ends one below the other, their ribbons in the order of the other side, at least a line of text apart."""
    ends, place, y = {}, {}, float(TOP)
    for name in names:
        its = [ribbon for ribbon in wide if ribbon[number] == name]
        high = sum(wide[ribbon] for ribbon in its)
        at = top = y + max(0.0, LINE - GAP - high) / 2
        for ribbon in its:
            place[ribbon] = at
            at += wide[ribbon]
        ends[name] = (top, at)
        y += max(high, LINE - GAP) + GAP
    return Side(ends, place, y)


def _ribbon(left: float, right: float, wide: float, words: str, **attributes: Any) -> Markup:
    middle = (LEFT + RIGHT) / 2
    drawn = (
        f"M{LEFT},{left:.1f}C{middle},{left:.1f} {middle},{right:.1f} {RIGHT},{right:.1f}v{wide:.1f}"
        f"C{middle},{right + wide:.1f} {middle},{left + wide:.1f} {LEFT},{left + wide:.1f}z"
    )
    return tag("path", tag("title", words), d=drawn, **attributes)


def _label(name: str, figure: str, y: float, *, right: bool) -> list[Markup]:
    """A name and its count in two columns outside of the ribbons."""
    start, end = (RIGHT + NODE + 8, WIDE) if right else (0, LEFT - NODE - 8)
    room = end - start - width(figure) - 8
    return [text(start, y, name, room=room), text(end, y, figure, class_="note", text_anchor="end")]
