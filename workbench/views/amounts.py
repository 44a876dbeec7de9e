"""The control totals: what came from the sources in money, and where all of it went."""

from __future__ import annotations

from typing import Any

from ..language import gettext as _
from ..published import Published
from ..reports import pages
from ..store import Connection
from .flow import target_named
from .view import View, draw


def amounts_data(con: Connection, target: str | None = None) -> list[dict[str, Any]]:
    """The equation of each measure of a source in a currency, for a target (by default the first).

    `title`, `currency`, `status`, and `by`: line -> rows, amount, debit, credit, unreadable_rows; amounts are exact.
    Raises ConfigError for an unknown target.
    """
    return pages.amounts(con, target_named(con, target))


def amounts(run: Published, target: str | None = None) -> View:
    """Source = target + deferred + archived + excluded + rejected + difference, by measure and currency."""
    with run.session() as con:
        target = target_named(con, target)
        title = _("Where the money went: {target}").format(target=target) if target else _("Where the money went")
        return draw("amounts", title=title, target=target, amounts=amounts_data(con, target))
