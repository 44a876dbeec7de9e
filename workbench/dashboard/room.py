"""The room in a page and in a notebook: shows what a sitting says, and tells it what is pressed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import panel as pn
import param

from ..reports.fragments import render
from ..room.sitting import Sitting

STYLE = render("dashboard/page.css.j2") + render("room/room.css.j2")


class Room(pn.custom.JSComponent):
    """One sitting. What it draws is escaped HTML without script; the script here is all there is."""

    html = param.String(doc="what is shown")
    address = param.String(doc="where that is, for the browser's address; empty in a notebook")

    _esm = Path(__file__).with_name("room.js")
    _stylesheets = [STYLE]

    def __init__(self, sitting: Sitting, page: str = "", **params: Any):
        """Of a sitting, on a page of the dashboard or on none."""
        self._sitting, self._page = sitting, page
        super().__init__(html=sitting.html, address=self._where(), sizing_mode="stretch_width", margin=0, **params)

    def _handle_msg(self, data: Any) -> None:
        """What the browser says: that somebody pressed something, or is still there."""
        if data == "here":
            if self._sitting.stay():
                self._show()
            return
        self._sitting.does(data)
        self._show()

    def _show(self) -> None:
        self.param.update(html=self._sitting.html, address=self._where())

    def _where(self) -> str:
        from .pages import href

        return href(self._page, self._sitting.query) if self._page else ""
