"""The cutover window as a bar: what is done in it, what is spare, and from when on nobody goes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from babel.dates import format_datetime
from markupsafe import Markup

from ..language import gettext as _
from ..language import language
from ..words import told
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

    body = [_segment(at(cutover.begins), at(cutover.ends), "strip", _("spare"))]
    x = at(cutover.begins)
    for number, step in enumerate(cutover.steps):
        wide = max(LEAST, at(step.begins + timedelta(seconds=step.seconds)) - at(step.begins))
        kind = "fill-merged" if number else "fill-written"
        said = _("{name}: {time}").format(name=told(step.name), time=lasting(step.seconds))
        body.append(_segment(x, x + wide, kind, said))
        x += wide
    body.append(_segment(at(max(done, cutover.ends - back)), at(max(cutover.ends, done + back)), "fill-rejected",
                         _("going back: {time}").format(time=lasting(60 * cutover.fallback_minutes))))  # fmt: skip
    body += _hours(cutover.begins, last, at)
    fits = cutover.spare >= timedelta(0)
    flag = cutover.no_return if fits else cutover.ends
    said = _("point of no return {time}") if fits else _("the window ends {time}")
    body += _flag(at(flag), said.format(time=_day(flag, "%a %H:%M", "EEE HH:mm")), 12)
    needed = lasting((done - cutover.begins).total_seconds())
    legend = _("Blue, from the left: all steps {time}.").format(time=needed) + " "
    legend += _("Grey: spare {time}.").format(time=lasting(cutover.spare.total_seconds())) + " " if fits else ""
    legend += _("Amber: going back, {time}.").format(time=lasting(60 * cutover.fallback_minutes))
    body.append(text(LEFT, HIGH - 14, legend, class_="note"))
    begins, ends, last_call = (_day(t, "%Y-%m-%d %H:%M", "y年M月d日 HH:mm")
                               for t in (cutover.begins, cutover.ends, cutover.no_return))  # fmt: skip
    whole = _("From {begins} to {ends}: all steps {time}, point of no return {last}.")
    whole = whole.format(begins=begins, ends=ends, time=needed, last=last_call)
    return picture(WIDE, HIGH, _("The cutover window"), whole, body)


def _day(moment: datetime, english: str, other: str) -> str:
    """A moment as the readers of English write it, or others."""
    return f"{moment:{english}}" if language() == "en" else format_datetime(moment, other, locale=language())


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
            if day != (day := _day(hour, "%a %m-%d", "M月d日EEE")):
                marks.append(text(at(hour), TOP + BAR + 31, day, class_="tick", text_anchor=anchor))
        hour += timedelta(hours=1)
    return marks
