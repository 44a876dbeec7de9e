"""Serves the pages on this computer alone. The only module that knows Panel."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import panel as pn
import param
from markupsafe import Markup
from tornado.web import RedirectHandler

from ..config import Config, load
from ..errors import ConfigError
from ..journal import whoever
from ..language import gettext as _
from ..language import spoken
from ..reports.fragments import render
from .pages import PAGES, Choice, Page, Query, build, href
from .runs import Runs
from .visitor import Visitor, visitor

Draw = Callable[[str, Query, Visitor], Page]

HERE = "127.0.0.1"
PICKED = dict.fromkeys(("page", "left", "right", "golden"), "")
"""What was picked goes when a filter changes."""

STYLE, WIDGET = render("dashboard/page.css.j2"), render("dashboard/widget.css.j2")


class Frame(pn.template.BootstrapTemplate):
    """Panel's Bootstrap page in the look of the reports."""

    _template = Path(__file__).parents[1] / "reports/templates/dashboard/page.html.j2"
    around = param.Dict(doc="what stands around the page's parts, by its name in the template")

    def _update_vars(self, *args: Any) -> None:
        super()._update_vars(*args)
        self._render_variables |= self.around


def serve(root: Path, port: int, say: Callable[[str], None]) -> None:
    """Serve a project's pages until interrupted; `say` is told the address.

    Raises ConfigError for a folder that is no project and for a port that is taken.
    """
    config, runs = load(root.resolve()), Runs(root.resolve())
    draw = partial(build, runs, config.project)
    apps = {name: lambda name=name: _page(config, draw, name) for name in PAGES}
    try:
        server = pn.serve(
            apps, port=port, address=HERE, websocket_origin=[f"{HERE}:{port}", f"localhost:{port}"],
            show=False, start=False, verbose=False, use_index=False,
            warm=True,  # draws each page once, so that who comes first does not wait
            extra_patterns=[("/", RedirectHandler, {"url": "/overview", "permanent": False})],
        )  # fmt: skip
    except OSError as error:
        raise ConfigError(f"Port {port} is taken or not allowed. Choose another: --port {port + 1}") from error
    say(f"http://{HERE}:{port}/")
    try:
        server.start()
        server.io_loop.start()
    except KeyboardInterrupt:
        server.stop()


def _page(config: Config, draw: Draw, name: str) -> Frame:
    """A page as somebody opens it: its address says what it shows, and the filters change the address."""
    location: Any = pn.state.location
    query = dict(parse_qsl(location.search.removeprefix("?")))
    person = visitor(config, whoever(), query.get("language"))
    page = draw(name, query, person)
    above, below = _pane(page.above), _pane(page.below)
    with spoken(person.language):
        widgets = {choice.name: _widget(choice) for choice in page.choices}
        around = {part: render(f"dashboard/{part}.html.j2") for part in ("noscript", "foot")}

    def choose(event: Any) -> None:
        query.update({key: widget.value for key, widget in widgets.items()}, **PICKED)
        location.search = href("", query)
        drawn = draw(name, query, person)
        above.object, below.object = _html(drawn.above), _html(drawn.below)

    for widget in widgets.values():
        widget.param.watch(choose, "value")
    filters = pn.FlexBox(*widgets.values(), gap="8px 16px", margin=(20, 0, 0, 0))
    main = [above, filters, below] if widgets else [above, below]
    around |= {"masthead": page.masthead, "language": person.language}
    frame = Frame(title=page.title, around=around, main=main, busy_indicator=None)
    frame.config.raw_css = [STYLE]
    return frame


def _pane(html: Markup) -> pn.pane.HTML:
    return pn.pane.HTML(_html(html), stylesheets=[STYLE], sizing_mode="stretch_width", margin=0)


def _html(html: Markup) -> str:
    return f'<div class="wb">{html}</div>' if html else ""


def _widget(choice: Choice) -> pn.widgets.Widget:
    look: dict[str, Any] = {"name": choice.title, "value": choice.value, "stylesheets": [WIDGET], "margin": 0}
    if choice.values is None:
        return pn.widgets.TextInput(**look, width=346)
    all_values = {} if choice.needed else {_("All"): ""}
    return pn.widgets.Select(**look, options=all_values | {value: value for value in choice.values}, width=165)
