"""The pages as Panel shows them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import panel as pn
import param
from markupsafe import Markup

from ..errors import WorkbenchError
from ..language import pgettext, spoken
from ..reports.fragments import render
from ..room.desk import Desk, Person
from ..room.sitting import Sitting
from ..words import told
from .beside import beside
from .known import Known
from .pages import PAGES, Choice, Page, Query, href
from .pages.frame import message
from .room import Room
from .visitor import Visitor

Draw = Callable[..., Page]

PICKED = dict.fromkeys(("page", "left", "right", "golden"), "")
"""What was picked goes when a filter changes."""

EVERY = 4000
"""Milliseconds after which an open page looks whether anything is new."""

STYLE, WIDGET = render("dashboard/page.css.j2"), render("dashboard/widget.css.j2")


class Frame(pn.template.BootstrapTemplate):
    """Panel's Bootstrap page in the look of the reports."""

    _template = Path(__file__).parents[1] / "reports/templates/dashboard/page.html.j2"
    around = param.Dict(doc="what stands around the page's parts, by its name in the template")

    def _update_vars(self, *args: Any) -> None:
        super()._update_vars(*args)
        self._render_variables |= self.around


def page(known: Known, desk: Desk, draw: Draw, name: str) -> Frame:
    """A page as somebody opens it: its address says what it shows, and the filters change the address."""
    location: Any = pn.state.location
    query = dict(parse_qsl(location.search.removeprefix("?")))
    document: Any = pn.state.curdoc
    carried = document.session_context.token_payload  # sealed: see entrance/gate.py
    kind = PAGES[name]
    person, drawn = _drawn(known, draw, name, query, carried, kind.apart)
    news, above, below = _pane(Markup()), _pane(drawn.above), _pane(drawn.below)
    watch, hidden, turn = drawn.watch, False, 0
    with spoken(person.language):
        widgets = {choice.name: _widget(choice) for choice in drawn.choices}
        around = {part: render(f"dashboard/{part}.html.j2", real=drawn.real) for part in ("noscript", "foot")}

    def take(given: tuple[Visitor, Page]) -> None:
        nonlocal person, watch
        person, anew = given
        news.object, above.object, below.object = "", _html(anew.above), _html(anew.below)
        watch = anew.watch

    def show() -> None:
        """Draw it again, for who they are now; of what is drawn beside only what was asked for last is shown."""
        nonlocal turn
        turn += 1
        mine = turn
        again = partial(_drawn, known, draw, name, dict(query), carried)
        if kind.apart:
            beside(document, again, lambda done: take(done.result()) if mine == turn else None)
        else:
            take(again())

    def choose(event: Any) -> None:
        query.update({key: widget.value for key, widget in widgets.items()}, **PICKED)
        location.search = href("", query)
        show()

    def look() -> None:
        """See whether anything is new, for who may still look: who may not sees nothing until they may again."""
        nonlocal person, hidden, turn
        try:
            now = known.current(person) if person.roles else person
        except WorkbenchError as error:
            hidden, news.object, above.object, below.object = True, _html(message(str(error))), "", ""
            turn += 1  # what is being drawn is not for them any more
            return
        if hidden or now != person:
            person, hidden = now, False
            show()
        elif watch:
            found = watch.look()
            news.object = _html(found.notice)
            for pane, part in ((above, found.above), (below, found.below)):
                if part is not None:
                    pane.object = _html(part)

    for widget in widgets.values():
        widget.param.watch(choose, "value")
    # Panel's FlexBox would do, were it not evaluated from text in the browser, which the pages forbid
    wrapped = {"flex-wrap": "wrap", "gap": "8px 16px", "min-width": "0"}
    filters = pn.Row(*widgets.values(), styles=wrapped, margin=(20, 0, 0, 0), sizing_mode="stretch_width")
    main: list[Any] = [news, above, filters, below] if widgets else [news, above, below]
    pn.state.add_periodic_callback(look, period=EVERY)
    if kind.apart:
        show()
    if (screen := kind.screen) and kind.open_to(person):
        sitter = Person(person.name, lambda: known.current(person))
        main.append(Room(Sitting(desk, sitter, screen, person.language), query, name))
    around |= {"masthead": drawn.masthead, "language": person.language, "nonce": carried.get("nonce", "")}
    frame = Frame(title=drawn.title, around=around, main=main, busy_indicator=None)
    frame.config.raw_css = [STYLE]
    return frame


def _drawn(
    known: Known, draw: Draw, name: str, query: Query, carried: dict[str, Any], bare: bool = False
) -> tuple[Visitor, Page]:  # fmt: skip
    """A page for who asked for it, as they are known now."""
    try:
        person = _known(known, query, carried)
    except WorkbenchError as error:
        return Visitor("", frozenset(), "en"), Page(name, Markup(), message(str(error)), [], Markup())
    return person, draw(name, query, person, bare=bare)


def _known(known: Known, query: Query, carried: dict[str, Any]) -> Visitor:
    return known.visitor(carried.get("name", ""), query.get("language"), carried.get("since"), carried.get("mark", ""))


def _pane(html: Markup) -> pn.pane.HTML:
    return pn.pane.HTML(_html(html), stylesheets=[STYLE], sizing_mode="stretch_width", margin=0)


def _html(html: Markup) -> str:
    return f'<div class="wb">{html}</div>' if html else ""


def _widget(choice: Choice) -> pn.widgets.Widget:
    look: dict[str, Any] = {"name": choice.title, "value": choice.value, "stylesheets": [WIDGET], "margin": 0}
    if choice.values is None:
        return pn.widgets.TextInput(**look, width=346)
    all_values = {} if choice.needed else {pgettext("filter", "All"): ""}
    said = {told(value.replace("_", " ")) if choice.words else value: value for value in choice.values}
    return pn.widgets.Select(**look, options=all_values | said, width=165)
