"""The little that charts need: scales, ticks, marks with escaped text, and a picture with its words.

Colours, fonts and dashes are classes of charts.css.j2, so a picture follows light, dark and print. Numbers in a
picture are of its viewBox; it shrinks to the width there is, down to where its text can be read, then it scrolls.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, TypeVar
from unicodedata import east_asian_width

from markupsafe import Markup

from ..language import day as written
from ..language import language
from ..language import short as large

T = TypeVar("T")
Scale = Callable[[float], float]
SIZE, SMALL = 13, 12
"""Height of the text in a picture, and of that at its axes."""


def linear(low: float, high: float, start: float, end: float) -> Scale:
    """A scale from values low..high to places start..end; a single value stands in the middle."""
    if low == high:
        return lambda value: (start + end) / 2
    return lambda value: start + (value - low) / (high - low) * (end - start)


def ordinal(items: Sequence[T], start: float, end: float) -> dict[T, float]:
    """The middle of each item's band, the bands side by side from start to end."""
    band = (end - start) / max(len(items), 1)
    return {item: start + (number + 0.5) * band for number, item in enumerate(items)}


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round values, about as many as wanted, the first not above low and the last not below high.

    >>> ticks(0, 10), ticks(0.931, 0.995)
    ([0.0, 2.0, 4.0, 6.0, 8.0, 10.0], [0.92, 0.94, 0.96, 0.98, 1.0])
    """
    if high <= low:
        return [low]
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(number * step, 12) for number in range(first, last + 1)]


def thinned(places: dict[T, float], gap: float) -> list[T]:
    """Those whose places stand at least `gap` apart, the last always among them.

    >>> thinned({"a": 0, "b": 10, "c": 30, "d": 45}, 20)
    ['b', 'd']
    """
    kept: list[T] = []
    for item in reversed(places):
        if not kept or places[kept[-1]] - places[item] >= gap:
            kept.append(item)
    return kept[::-1]


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """The places moved as little as needed to stand at least `gap` apart between low and high, in their order.

    Where there is no room for that, they stand evenly.
    """
    order = sorted(range(len(places)), key=lambda number: (places[number], number))
    gap = min(gap, (high - low) / max(len(places) - 1, 1))
    moved = list(places)
    least = low
    for number in order:
        moved[number] = least = max(places[number], least)
        least += gap
    most = high
    for number in reversed(order):
        moved[number] = most = min(moved[number], most)
        most -= gap
    return moved


def width(said: str, size: float = SIZE) -> float:
    """About how wide a text is; a Chinese character takes twice the room."""
    return size * sum(1.0 if east_asian_width(char) in "WF" else 0.56 for char in said)


def short(said: str, room: float, size: float = SIZE) -> str:
    """The text cut to about the room there is, with an ellipsis."""
    if width(said, size) <= room:
        return said
    taken = [number for number in range(len(said)) if width(said[:number] + "…", size) <= room]
    return said[: max(taken, default=0)] + "…"


def figure(number: float) -> str:
    """A whole number at an axis, in few characters where the language has a way of its own for large ones (万, 亿)."""
    return f"{number:,.0f}" if language() == "en" or number < 10_000 else large(number)


def tag(name: str, body: str | Iterable[str] = "", **attributes: Any) -> Markup:
    """An element. `class_` and `stroke_width` are written class and stroke-width; None is left out."""
    given = Markup("").join(
        Markup(' {}="{}"').format(key.strip("_").replace("_", "-"), _figure(value))
        for key, value in attributes.items()
        if value is not None
    )
    inner = body if isinstance(body, str) else Markup("").join(body)
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), given, inner)


def _figure(value: Any) -> Any:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else value


def text(x: float, y: float, said: str, *, room: float | None = None, **attributes: Any) -> Markup:
    """Words whose middle stands at height y; where `room` is too little they are cut, and whole on hover."""
    shown = said if room is None else short(said, room)
    hover = tag("title", said) if shown != said else ""
    return tag("text", [Markup.escape(shown), hover], x=x, y=y, dy=".35em", **attributes)


def path(points: Iterable[tuple[float, float]], **attributes: Any) -> Markup:
    """A line through points."""
    return tag("path", d="M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points), fill="none", **attributes)


MARKS = ("M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0z", "M-3.5,-3.5h7v7h-7z", "M0,-5L5,3.5H-5z", "M0,-5L5,0L0,5L-5,0z",
         "M-4,-4L4,4M-4,4L4,-4", "M0,-5V5M-5,0H5", "M0,5L5,-3.5H-5z", "M-5,0H5")  # fmt: skip
"""Shapes of marks: disc, square, triangle, diamond, cross, plus, triangle downwards, dash."""


def mark(x: float, y: float, kind: int, said: str = "", **attributes: Any) -> Markup:
    """A mark of a kind (a number, beginning again after the last shape), with words on hover."""
    place = f"translate({x:.1f},{y:.1f})"
    hover = tag("title", said) if said else Markup("")
    return tag("path", hover, d=MARKS[kind % len(MARKS)], transform=place, **attributes)


def days(dates: Sequence[date], start: float, end: float) -> dict[date, float]:
    """The place of each date, by time."""
    scale = linear(dates[0].toordinal(), dates[-1].toordinal(), start, end)
    return {day: scale(day.toordinal()) for day in dates}


def day_ticks(x: dict[date, float], bottom: float) -> list[Markup]:
    """As many of the dates as there is room for below a chart, the last always among them."""
    said = {day: written(day) for day in x}
    body = []
    for day in thinned(x, max(width(one, SMALL) for one in said.values()) + 24):
        body.append(path([(x[day], bottom), (x[day], bottom + 5)], class_="grid"))
        body.append(text(x[day], bottom + 17, said[day], class_="tick", text_anchor="middle"))
    return body


def picture(
    wide: float, high: float, title: str, description: str, body: Iterable[str], *, latest: bool = False
) -> Markup:
    """A picture, its name and what it shows in words; with `latest` a narrow screen begins at its right end."""
    svg = tag(
        "svg",
        [tag("title", title), tag("desc", description), *body],
        viewBox=f"0 0 {wide:.0f} {high:.0f}",
        role="img",
        aria_label=f"{title}. {description}",
        style=f"max-width:{wide * 1.2:.0f}px;min-width:{min(wide, 620):.0f}px",
    )
    return tag("div", svg, class_="picture latest" if latest else "picture", tabindex=0)


def strip(
    scale: tuple[float, float], band: tuple[float, float], middle: float, value: float | None, said: str
) -> Markup:  # fmt: skip
    """A band on a scale as a picture in a line of text, with what is in its middle, and a value that may be outside."""
    wide, high = 220, 22
    x = linear(*scale, 8, wide - 8)
    body = [
        tag("title", said),
        tag("rect", x=x(band[0]), y=high / 2 - 6, width=max(x(band[1]) - x(band[0]), 2.0), height=12, class_="strip"),
        path([(x(middle), high / 2 - 8), (x(middle), high / 2 + 8)], class_="median"),
    ]
    if value is not None:
        body.append(mark(x(value), high / 2, 3, class_="series1 mark"))
    svg = tag("svg", body, viewBox=f"0 0 {wide} {high}", role="img", aria_label=said)
    return tag("span", svg, class_="picture line")
