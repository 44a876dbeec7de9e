"""What waits for a decision, one after the other, to be decided in a running notebook."""

from __future__ import annotations

from typing import Any

import panel as pn
from markupsafe import Markup, escape

from ..decisions.decisions import Decisions
from ..errors import WorkbenchError
from ..published import Published
from ..stages.queue import LONGEST
from ..views.review import item_view, review_data

TAKEN_BACK = "taken back in the review"


class Reviewer:
    """The queue of an entity without what was decided since its run; `panel` is what a notebook shows."""

    def __init__(self, run: Published, decisions: Decisions, entity: str):
        """Lay out the first line. Raises ConfigError for an entity that was not matched."""
        pn.extension(inline=True)  # brings its scripts along: nothing is loaded from elsewhere
        self.run, self.decisions, self.entity = run, decisions, entity
        decided = decisions.decided(entity)
        with run.session() as con:
            found = review_data(con, entity, LONGEST)
        self.items = [item for item in found if tuple(sorted((item.ends[:2], item.ends[2:]))) not in decided]
        self.place = 0
        self.acts: list[tuple[int, int]] = []  # the place in the queue, and the act, of what was decided here
        self.why = pn.widgets.TextInput(name="Why", placeholder="it stands beside the decision", width=420)
        self.told, self.shown = pn.pane.HTML(), pn.pane.HTML()
        buttons = {
            "Match": lambda event: self._decide("match"), "No match": lambda event: self._decide("no_match"),
            "Skip": lambda event: self._go(self.place + 1), "Undo": lambda event: self._undo(),
        }  # fmt: skip
        row = pn.FlexBox(*(pn.widgets.Button(name=name, on_click=does) for name, does in buttons.items()), self.why)
        self.panel = pn.Column(self.told, row, self.shown)
        self._go(0)

    def _decide(self, kind: str) -> None:
        if self.place >= len(self.items):
            return
        item = self.items[self.place]
        try:
            says = getattr(self.decisions, kind)
            act = says(item.ends[:2], item.ends[2:], why=self.why.value, entity=self.entity)
        except WorkbenchError as error:
            self._say(str(error))
            return
        self.acts.append((self.place, act))
        self.why.value = ""
        self._go(self.place + 1)

    def _undo(self) -> None:
        """Take back what was decided here last, and show it again."""
        if not self.acts:
            self._say("Nothing was decided here yet.")
            return
        place, act = self.acts[-1]
        try:
            self.decisions.undo(act, why=TAKEN_BACK)
        except WorkbenchError as error:
            self._say(str(error))
            return
        self.acts.pop()
        self._go(place)

    def _go(self, place: int) -> None:
        self.place = min(place, len(self.items))
        self._say("")
        here = self.items[self.place : self.place + 1]
        self.shown.object = "".join(item_view(self.run, self.entity, item)._repr_html_() for item in here)

    def _say(self, said: str) -> None:
        left = len(self.items) - self.place
        where = f"{left:,} of {len(self.items):,} lines left" if left else "That was the last line"
        done = f"; {len(self.acts):,} decided, which the next run carries out" if self.acts else ""
        self.told.object = Markup("<p>{}{}.</p><p><b>{}</b></p>").format(where, done, escape(said))


def reviewer(run: Published, decisions: Decisions, entity: str) -> Any:
    """The queue of an entity with buttons to decide; see `Reviewer`."""
    return Reviewer(run, decisions, entity).panel
