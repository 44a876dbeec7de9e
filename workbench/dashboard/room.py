"""The room in a page and in a notebook: shows what a sitting says, and tells it what is pressed."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any

import panel as pn
import param

from ..journal import whoever
from ..reports.fragments import render
from ..room.desk import Desk, Person
from ..room.screens import review
from ..room.sitting import Query, Sitting
from .beside import beside
from .pages import href

STYLE = render("dashboard/page.css.j2") + render("room/room.css.j2")


def in_notebook(root: Path, entity: str) -> Room:
    """What waits for a decision on an entity, for who runs the notebook. Raises ConfigError or StoreError."""
    pn.extension(inline=True)  # brings its scripts along: nothing is loaded from elsewhere
    desk = Desk(root)
    return Room(Sitting(desk, Person(whoever()), review, desk.config.language), {"entity": entity})


class Room(pn.custom.JSComponent):
    """One sitting. What it draws is escaped HTML without script; the script here is all there is."""

    html = param.String(doc="what is shown")
    page = param.String(doc="the page that it stands on; empty in a notebook")
    address = param.String(doc="where that is, for the browser's address; empty in a notebook")

    _esm = Path(__file__).with_name("room.js")
    _stylesheets = [STYLE]

    def __init__(self, sitting: Sitting, query: Query, page: str = "", **params: Any):
        """Of a sitting that opens on what an address asks for, on a page of the dashboard or on none.

        It opens when a browser says that it is there: what is only drawn shows nothing to anybody.
        """
        self._sitting, self._query, self._document = sitting, query, pn.state.curdoc
        super().__init__(page=page, sizing_mode="stretch_width", margin=0, **params)  # type: ignore[no-untyped-call]
        if self._document:
            pn.state.on_session_destroyed(lambda context: sitting.leave())

    def _handle_msg(self, data: Any) -> None:
        """What the browser says: that it is there, or what somebody pressed. A server does it beside its other work."""
        document = self._document
        if document is None:
            self._take(data)
            self._show()
        else:
            beside(document, partial(self._take, data), self._taken)

    def _taken(self, done: Future[None]) -> None:
        if error := done.exception():  # a sitting says what goes wrong in it; this is past that
            logging.getLogger(__name__).error("Something in the room went wrong", exc_info=error)
        self._show()

    def _take(self, data: Any) -> None:
        if data != "here":
            self._sitting.does(data)
        elif not self._sitting.html:
            self._sitting.open(self._query)
        else:
            self._sitting.stay()

    def _show(self) -> None:
        self.param.update(html=self._sitting.html, address=self._where())

    def _where(self) -> str:
        return href(self.page, self._sitting.query) if self.page else ""
