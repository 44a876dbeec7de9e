"""Decisions that wait for a second person, and those in which people say different things."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from ..decisions.standing import all_decisions
from ..language import gettext as _
from ..reports.fragments import render
from .sitting import Form, Query, Screen, Sitting, number, one

WAITING = ("unconfirmed", "contradicted")
MOST = 200
"""Acts that are listed."""


class Confirmations(Screen):
    """What waits for a second person, the oldest first."""

    def __init__(self, sitting: Sitting, query: Query):
        """Of the whole project."""
        super().__init__(sitting)
        self.query = {"part": "confirm"}
        self.does = {"confirm": self._confirm, "undo": self._undo}

    def draw(self) -> Markup:
        """Each act with who said what, of what, and why."""
        waiting = self._waiting()
        for line in waiting[:MOST]:
            keys = " | ".join(f"{line[f'source_{s}']} {line[f'key_{s}']}" for s in "lr" if line[f"key_{s}"])
            self.sitting.unmask(line["entity"], f"act {line['act']}: {keys} {line['field'] or ''}".strip())
        return Markup(render("room/confirmations.html.j2", waiting=waiting[:MOST], all=len(waiting),
                             me=self.sitting.person.name))  # fmt: skip

    def _waiting(self) -> list[dict[str, Any]]:
        """A line an act, with how many pairs or values it says."""
        acts: dict[int, dict[str, Any]] = {}
        for line in all_decisions(self.desk.journal, self.desk.config):
            if line["status"] in WAITING:
                acts.setdefault(line["act"], line | {"lines": 0})["lines"] += 1
        return list(acts.values())

    def _confirm(self, form: Form) -> None:
        act = number(form, "act")
        self.act("confirm", number=act, why=one(form, "why"))
        self.sitting.say(_("Act {act} is confirmed; the next run carries it out.").format(act=act))

    def _undo(self, form: Form) -> None:
        act = number(form, "act")
        self.act("undo", number=act, why=one(form, "why"))
        self.sitting.say(_("Act {act} is taken back.").format(act=act))
