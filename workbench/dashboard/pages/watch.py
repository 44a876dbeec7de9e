"""What an open page does about what happens meanwhile: it offers a newer run, and draws again what moves."""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup

from ...errors import WorkbenchError
from ...language import spoken
from .frame import Kind, Shown, drawn, own, parts


@dataclass(frozen=True)
class News:
    """What stands above the page now, and its parts, None of those that stay."""

    notice: Markup
    above: Markup | None = None
    below: Markup | None = None


class Watch:
    """Looks after one open page. A look is cheap: how two files look from outside, what the journal has of loads."""

    def __init__(self, kind: Kind, shown: Shown):
        """The page as it was just drawn."""
        self._kind, self._shown, self._stamp = kind, shown, shown.runs.stamp()
        self._newest, self._notice, self._live = _newest(shown), Markup(), live(kind, shown)

    def look(self) -> News:
        """What is new since the last look. The filters stay as they are, also in the address that a newer run has."""
        with spoken(self._shown.visitor.language):
            stamp, was_live = self._shown.runs.stamp(), self._live
            self._live = live(self._kind, self._shown)
            if stamp != self._stamp:
                self._stamp = stamp
                return self._changed()
            return News(self._notice, drawn(self._kind.above(self._shown)) if self._live or was_live else None)

    def _changed(self) -> News:
        """A run was published since, or somebody said something of an issue."""
        newest = _newest(self._shown)
        if newest != self._newest:
            self._newest = newest
            self._notice = own("newer", run=newest, link=self._shown.href(run=None))
            return News(self._notice)
        if self._kind.apart:  # it says what there was when it was asked for
            return News(self._notice)
        try:
            self._shown = replace(self._shown, run=self._shown.runs.open(self._shown.run.run_id))
        except WorkbenchError:  # it cannot be read, or is gone: the page stays as it was
            return News(self._notice)
        return News(self._notice, *parts(self._kind, self._shown))


def live(kind: Kind, shown: Shown) -> bool:
    """Whether what a page shows is moving now."""
    try:
        return kind.live is not None and kind.live(shown)
    except WorkbenchError:  # its parts say what is wrong
        return False


def _newest(shown: Shown) -> str:
    try:
        return shown.runs.open().run_id
    except WorkbenchError:  # what is there cannot be read: the page as it stands is the best there is
        return shown.run.run_id
