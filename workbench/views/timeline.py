"""The cutover window as a bar: what is done in it, what is spare, and from when on nobody goes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from markupsafe import Markup

from .svg import linear, path, picture, tag, text, width

if TYPE_CHECKING:
    from .plan import Cutover

WIDE, LEFT, TOP, BAR, HIGH = 900, 12, 40, 34, 142
LEAST = 3.0
"""Width of the shortest step."""


def timeline(cutover: Cutover, lasting: Callable[[float], str]) -> Markup:
    """The window from its beginning to its end, or beyond where it is too short; `lasting` writes a duration."""
    done = cutover.steps[-1].begins + timedelta(seconds=cutover.steps[-1].seconds)
    back = timedelta(minutes=cutover.fallback_minutes)
    last = max(cutover.ends, done + back)
    scale = linear(cutover.begins.timestamp(), last.timestamp(), LEFT, WIDE - LEFT)

    def at(moment: datetime) -> float:
        return scale(moment.timestamp())

    body = [_segment(at(cutover.begins), at(cutover.ends), "strip", "spare")]
    x = at(cutover.begins)
    for number, step in enumerate(cutover.steps):
        wide = max(LEAST, at(step.begins + timedelta(seconds=step.seconds)) - at(step.begins))
        kind = "fill-merged" if number else "fill-written"
        body.append(_segment(x, x + wide, kind, f"{step.name}: {lasting(step.seconds)}"))
        x += wide
    body.append(_segment(at(max(done, cutover.ends - back)), at(max(cutover.ends, done + back)), "fill-rejected",
                         f"going back: {lasting(60 * cutover.fallback_minutes)}"))  # fmt: skip
    body += _hours(cutover.begins, last, at)
    fits = cutover.spare >= timedelta(0)
    flag, said = (cutover.no_return, "point of no return") if fits else (cutover.ends, "the window ends")
    body += _flag(at(flag), f"{said} {flag:%a %H:%M}", 12)
    needed = f"all steps {lasting((done - cutover.begins).total_seconds())}"
    left = f"Grey: spare {lasting(cutover.spare.total_seconds())}. " if fits else ""
    legend = f"Blue, from the left: {needed}. {left}Amber: going back, {lasting(60 * cutover.fallback_minutes)}."
    body.append(text(LEFT, HIGH - 14, legend, class_="note"))
    whole = f"From {cutover.begins:%Y-%m-%d %H:%M} to {cutover.ends:%Y-%m-%d %H:%M}: {needed}"
    return picture(
        WIDE, HIGH, "The cutover window", f"{whole}, point of no return {cutover.no_return:%Y-%m-%d %H:%M}.", body
    )


def _segment(start: float, end: float, kind: str, said: str) -> Markup:
    return tag("rect", tag("title", said), x=start, y=TOP, width=max(end - start, 0.0), height=BAR, class_=kind)


def _flag(x: float, said: str, y: int) -> list[Markup]:
    """A line through the bar with its words above, kept inside the picture."""
    half = width(said) / 2
    middle = min(max(x, LEFT + half), WIDE - LEFT - half)
    return [path([(x, y + 14), (x, TOP + BAR + 4)], class_="lead"),
            text(middle, y, said, class_="lead", text_anchor="middle")]  # fmt: skip


def _hours(first: datetime, last: datetime, at: Callable[[datetime], float]) -> list[Markup]:
    """Whole hours below the bar, at most about a dozen, the day where it begins."""
    step = next((n for n in (1, 2, 3, 4, 6, 12) if (last - first) <= timedelta(hours=12 * n)), 24)
    hour = first.replace(minute=0, second=0)
    marks, day = [], ""
    while hour <= last:
        if hour >= first and hour.hour % step == 0:
            marks.append(path([(at(hour), TOP + BAR), (at(hour), TOP + BAR + 6)], class_="grid"))
            anchor = "start" if at(hour) < LEFT + 30 else "end" if at(hour) > WIDE - LEFT - 30 else "middle"
            marks.append(text(at(hour), TOP + BAR + 16, f"{hour:%H:%M}", class_="tick", text_anchor=anchor))
            if day != (day := f"{hour:%a %m-%d}"):
                marks.append(text(at(hour), TOP + BAR + 31, day, class_="tick", text_anchor=anchor))
        hour += timedelta(hours=1)
    return marks
