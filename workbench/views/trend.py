"""Quality over time: each dimension's score by as-of date, and a check's failures by source with its limits."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from statistics import fmean

from markupsafe import Markup

from ..anomalies import FAILING, SCORE, anomalies
from ..language import day as dated
from ..language import gettext as _
from ..language import marked
from ..published import Published
from ..reports.fragments import share
from ..store import Connection, records, rows
from ..words import told
from .svg import Scale, day_ticks, days, linear, mark, path, picture, spread, tag, text, ticks, width
from .view import View, draw, known

OVERALL = marked("overall")
WIDE, LEFT, TOP, UNDER = 760, 56, 14, 34
"""The picture's width and margins; the right one is as wide as the names of the lines need."""

FEW = 30
"""Dates up to which each value has a mark."""

# the journal's score of all sources, or of one the mean over its checks that looked at anything there
SCORES = """
    SELECT as_of, dimension, value AS score FROM published.metrics
    WHERE counts AND metric = 'score' AND as_of <= $until ORDER BY as_of, dimension"""
SCORES_OF_SOURCE = """
    SELECT as_of, dimension, avg(1 - failed / evaluated) AS score FROM (
        SELECT as_of, dimension, check_id, sum(value) FILTER (WHERE metric = 'evaluated') AS evaluated,
            coalesce(sum(value) FILTER (WHERE metric = 'failed'), 0) AS failed
        FROM published.metrics WHERE counts AND source = $source AND as_of <= $until GROUP BY ALL)
    WHERE evaluated > 0 GROUP BY ALL ORDER BY as_of, dimension"""
THRESHOLDS = """
    SELECT dimension, arg_max(value, as_of) AS threshold FROM published.metrics
    WHERE counts AND metric = 'threshold' AND as_of = (SELECT max(as_of) FROM published.runs
        WHERE counts AND as_of <= $until) GROUP BY ALL ORDER BY dimension"""
FAILED = """
    SELECT as_of, source, coalesce(sum(value) FILTER (WHERE metric = 'failed'), 0)
            / sum(value) FILTER (WHERE metric = 'evaluated') AS share
    FROM published.metrics WHERE counts AND check_id = $check AND as_of <= $until AND metric IN ('evaluated', 'failed')
    GROUP BY ALL HAVING sum(value) FILTER (WHERE metric = 'evaluated') > 0 ORDER BY as_of, source"""
MATCHING = """
    SELECT as_of, metric[10:] AS measure, value FROM published.metrics
    WHERE counts AND entity = $entity AND as_of <= $until AND metric IN ('matching precision', 'matching recall')"""
LIMITS = "SELECT min(warn) AS warn, min(fail) AS fail FROM published.qa_results WHERE check_id = $check"


@dataclass(frozen=True)
class Trend:
    """Shares by name and date, the dates all of them, the limits to hold them against, and what is usual, by name."""

    dates: list[date]
    lines: dict[str, dict[date, float]]
    limits: dict[str, float]
    bands: dict[str, tuple[float, float]] = field(default_factory=dict)


def trend_data(con: Connection, source: str | None = None, until: date = date.max) -> Trend:
    """The score of each dimension (0..1) on each date whose run counts, and their mean as `overall`, which is first.

    With a source, of its records alone, without the thresholds, which are meant for all sources together.
    Raises ConfigError for a source that no run had.
    """
    if source is not None:
        known("source", source, _all(con, "source"))
    given = {"until": until} if source is None else {"until": until, "source": source}
    found = records(con, SCORES if source is None else SCORES_OF_SOURCE, given)
    lines = _lines((line["dimension"], line["as_of"], line["score"]) for line in found)
    dates = sorted({line["as_of"] for line in found})
    overall = {day: fmean(scores[day] for scores in lines.values() if day in scores) for day in dates}
    wanted = [] if source is not None else records(con, THRESHOLDS, {"until": until})
    limits = {line["dimension"]: line["threshold"] for line in wanted}
    return Trend(dates, {OVERALL: overall} | lines if dates else {}, limits)


def check_trend_data(con: Connection, check_id: str, until: date = date.max) -> Trend:
    """The share of failing values (0..1) by source on each date whose run counts, and the check's limits of today.

    Raises ConfigError for a check that no run had.
    """
    known("check", check_id, _all(con, "check_id"))
    found = records(con, FAILED, {"check": check_id, "until": until})
    limits = records(con, LIMITS, {"check": check_id})[0]
    return Trend(
        sorted({line["as_of"] for line in found}),
        _lines((line["source"], line["as_of"], line["share"]) for line in found),
        {name: limit for name, limit in limits.items() if limit is not None},
    )


def matching_trend_data(con: Connection, entity: str, until: date = date.max) -> Trend:
    """Precision and recall (0..1) of matching on each date whose run counts and that enough was decided for."""
    found = rows(con, MATCHING, {"entity": entity, "until": until})
    return Trend(sorted({day for day, _, _ in found}), _lines((name, day, value) for day, name, value in found), {})


def trend(run: Published, source: str | None = None) -> View:
    """The score of each dimension over the dates up to the run's, the overall score bolder."""
    with run.session() as con:
        found = trend_data(con, source, run.as_of)
    if source is None:
        found = replace(found, bands=_bands(run, SCORE, {name: name for name in found.lines}))
    title = _("Quality over time: {source}").format(source=source) if source else _("Quality over time")
    meaning = _("Score: the share of values that pass, as a mean of checks.")
    if found.limits:
        meaning += " " + _("Dotted: its threshold.")
    return _draw(title, found, {}, meaning, zero=False)


def check_trend(run: Published, check_id: str) -> View:
    """The share of values that fail a check, by source, over the dates up to the run's, with the check's limits."""
    with run.session() as con:
        found = check_trend_data(con, check_id, run.as_of)
    named = {source: f"{check_id} ({source})" for source in found.lines}
    found = replace(found, bands=_bands(run, FAILING, named))
    words = {"warn": _("warns above {share}"), "fail": _("fails above {share}")}
    limits = {words[name].format(share=share(limit)): limit for name, limit in found.limits.items()}
    title = _("Failing over time: {check}").format(check=check_id)
    return _draw(title, found, limits, _("Share of the values looked at that fail."), zero=True)


def matching_trend(run: Published, entity: str) -> View:
    """Precision and recall of matching over the dates up to the run's, as people's decisions tell them."""
    with run.session() as con:
        found = matching_trend_data(con, entity, run.as_of)
    meaning = _("Of rules and model alone, without what people decided, which tells it.")
    return _draw(_("Matching over time: {entity}").format(entity=entity), found, {}, meaning, zero=False)


def _bands(run: Published, kind: str, names: dict[str, str]) -> dict[str, tuple[float, float]]:
    """By line the band in which the run's value would be usual, where there is history enough to tell; `names` are what
    the lines are called among the measures of the run."""
    known = {reading.name: reading for reading in anomalies(run) if reading.kind == kind}
    found = {line: known[name] for line, name in names.items() if name in known}
    return {line: (one.low, one.high) for line, one in found.items() if one.low is not None and one.high is not None}


def _all(con: Connection, column: str) -> list[str]:
    query = f"SELECT DISTINCT {column} FROM published.metrics WHERE {column} IS NOT NULL ORDER BY 1"
    return [name for (name,) in rows(con, query)]


def _lines(found: Iterable[tuple[str, date, float]]) -> dict[str, dict[date, float]]:
    lines: dict[str, dict[date, float]] = {}
    for name, day, value in sorted(found):
        lines.setdefault(name, {})[day] = value
    return lines


def _draw(title: str, found: Trend, limits: dict[str, float], meaning: str, *, zero: bool) -> View:
    names = list(found.lines)
    table = [
        {"as_of": day} | {str(n): found.lines[name].get(day) for n, name in enumerate(names)}
        for day in reversed(found.dates)
    ]
    columns = [("as_of", "moment", _("As of")), *((str(n), "share", told(name)) for n, name in enumerate(names))]
    steps = _steps(found, limits, zero=zero) if names else [0.0]
    chart = _chart(title, found, limits, steps) if names else None
    if found.bands:
        meaning += " " + _("Shaded at the end: where a value is usual, after the runs before.")
    if steps[0]:
        meaning += " " + _("The scale begins at {share}, not at 0%.").format(share=share(steps[0]))
    return draw("trend", title=title, meaning=meaning, chart=chart, dates=found.dates, rows=table, columns=columns)


def _steps(found: Trend, limits: dict[str, float], *, zero: bool) -> list[float]:
    """Round shares that cover what is drawn: from 0 or from near the lowest."""
    drawn = [value for line in found.lines.values() for value in line.values()]
    drawn += [*limits.values(), *found.limits.values()]
    low, high = (0.0 if zero else min(drawn)), max(drawn)
    return ticks(max(0.0, min(low, high - 0.005)), min(1.0, max(high, low + 0.005)))


def _chart(title: str, found: Trend, limits: dict[str, float], steps: list[float]) -> Markup:
    last = {name: max(line) for name, line in found.lines.items()}
    said = {name: _said(name, found, last[name]) for name in found.lines}
    right = WIDE - min(240.0, max(width(label) for label in said.values()) + 30)
    bottom = TOP + max(270.0, 17.0 * len(said))
    x, y = days(found.dates, LEFT + 8, right - 8), linear(steps[0], steps[-1], bottom, TOP)
    ends = spread([y(found.lines[name][last[name]]) for name in said], 17, TOP, bottom)
    body, marks = _axes(x, y, steps, right, bottom), []
    for number, (name, label) in reversed(list(enumerate(said.items()))):  # the overall line, the first, on top
        if name in found.limits:
            level = y(found.limits[name])
            body.append(path([(LEFT, level), (right, level)], class_=f"{_kind(name, number)} limit"))
        if name in found.bands:
            body.append(_band(found.bands[name], y, x[last[name]] - 7 + 2 * (number % 4), bottom, _kind(name, number)))
        parts = [list(part) for has, part in groupby(x, key=found.lines[name].__contains__) if has]
        body += [path([(x[day], y(found.lines[name][day])) for day in part], class_=_kind(name, number))
                 for part in parts if len(part) > 1]  # fmt: skip
        marks += _marks(name, found.lines[name], parts, x, y, number)
        tip = (x[last[name]], y(found.lines[name][last[name]]))
        end = ends[number]
        body.append(path([(tip[0] + 6, tip[1]), (right + 4, end), (right + 12, end)], class_="lead-in"))
        body.append(text(right + 16, end, label, room=WIDE - right - 16, class_=_kind(name, number)))
    body += _limits(limits, y, right, bottom) + marks
    return picture(WIDE, bottom + UNDER, title, "; ".join(said.values()), body, latest=True)


def _band(band: tuple[float, float], y: Scale, place: float, bottom: float, kind: str) -> Markup:
    """What is usual, as far as the chart reaches."""
    high, low = (min(max(y(value), TOP), bottom) for value in reversed(band))
    return tag("rect", x=place, y=high, width=8, height=max(low - high, 1.0), class_=f"{kind} usual")


def _said(name: str, found: Trend, last: date) -> str:
    until = "" if last == found.dates[-1] else f" ({dated(last)})"
    wanted = f" (≥ {share(found.limits[name])})" if name in found.limits else ""
    return f"{told(name)} {share(found.lines[name][last])}{wanted}{until}"


def _axes(x: dict[date, float], y: Scale, steps: list[float], right: float, bottom: float) -> list[Markup]:
    decimals = max(0, -math.floor(math.log10(steps[1] - steps[0])) - 2)
    body = []
    for step in steps:
        body.append(path([(LEFT, y(step)), (right, y(step))], class_="grid"))
        body.append(text(LEFT - 8, y(step), f"{step:.{decimals}%}", class_="tick", text_anchor="end"))
    return body + day_ticks(x, bottom)


def _limits(limits: dict[str, float], y: Scale, right: float, bottom: float) -> list[Markup]:
    """Dashed lines; those of one height share a line and its words."""
    heights = sorted(set(limits.values()), reverse=True)
    places = spread([y(limit) - 9 for limit in heights], 15, TOP + 4, bottom - 6)
    body = []
    for limit, place in zip(heights, places, strict=True):
        words = ", ".join(name for name, value in limits.items() if value == limit)
        body.append(path([(LEFT, y(limit)), (right, y(limit))], class_="limit"))
        body.append(text(LEFT + 6, place, words, room=right - LEFT - 12, class_="tick halo"))
    return body


def _marks(
    name: str, line: dict[date, float], parts: list[list[date]], x: dict[date, float], y: Scale, number: int
) -> list[Markup]:
    """A mark at each value when they are few, else at the last one and at those that no line leads to."""
    few = [max(line), *(part[0] for part in parts if len(part) == 1)]
    kind, said = f"{_kind(name, number)} mark", _("{name} on {day}: {value}")
    shown = line if len(x) <= FEW else sorted(set(few))
    words = {day: said.format(name=told(name), day=dated(day), value=share(line[day])) for day in shown}
    return [mark(x[day], y(line[day]), number, words[day], class_=kind) for day in shown]


def _kind(name: str, number: int) -> str:
    return "lead" if name == OVERALL else f"series{number % 8}"
