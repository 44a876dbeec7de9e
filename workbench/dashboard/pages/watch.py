"""What an open page does about what happens meanwhile: it offers a newer run, and draws again what moves."""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup

from ...errors import WorkbenchError
from ...language import spoken
from ...published import Published
from .frame import Kind, Shown, drawn, own, parts


@dataclass(frozen=True)
class News:
    """What stands above the page now, and its parts, None of those that stay."""

    notice: Markup
    above: Markup | None = None
    below: Markup | None = None


class Watch:
    """Looks after one open page. A look is cheap: how files look from outside, what the journal has of loads."""

    def __init__(self, kind: Kind, shown: Shown):
        """The page as it was just drawn."""
        self._kind, self._shown, self._newest = kind, shown, shown.run
        self._newest = self._drawn()
        self._notice, self._live = Markup(), live(kind, shown)

    def look(self) -> News:
        """What is new since the last look. The filters stay as they are, also in the address that a newer run has."""
        with spoken(self._shown.visitor.language):
            newest, was_live = self._drawn(), self._live
            self._live = live(self._kind, self._shown)
            if newest is not self._newest:
                before, self._newest = self._newest.run_id, newest
                return self._changed(before)
            return News(self._notice, drawn(self._kind.above(self._shown)) if self._live or was_live else None)

    def _changed(self, before: str) -> News:
        """A run was published since, or somebody said something of an issue."""
        if self._newest.run_id not in (before, self._shown.run.run_id):
            self._notice = own("newer", run=self._newest.run_id, link=self._shown.href(run=None))
            return News(self._notice)
        if self._kind.apart:  # it says what there was when it was asked for
            return News(self._notice)
        try:
            self._shown = replace(self._shown, run=self._shown.runs.open(self._shown.run.run_id))
        except WorkbenchError:  # it cannot be read, or is gone: the page stays as it was
            return News(self._notice)
        return News(self._notice, *parts(self._kind, self._shown))

    def _drawn(self) -> Published:
        try:
            return self._shown.runs.drawn()
        except WorkbenchError:  # what is there cannot be read: the page as it stands is the best there is
            return self._newest


def live(kind: Kind, shown: Shown) -> bool:
    """Whether what a page shows is moving now."""
    try:
        return kind.live is not None and kind.live(shown)
    except WorkbenchError:  # its parts say what is wrong
        return False
