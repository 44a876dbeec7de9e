"""Which fields fail which checks, and the rows that fail."""

from __future__ import annotations

from functools import partial

from ...language import gettext as _
from ...language import marked
from ...views.failures import failures, quality_matrix
from ...views.trend import check_trend
from .. import queries
from .frame import SOURCE, Filter, Kind, Part, Shown, numbered, own


def _matrix(shown: Shown) -> list[Part]:
    if shown.get("check"):
        return [partial(own, "back", link=shown.href(check=None), label=_("All checks"))]
    return [partial(quality_matrix, shown.run, link=lambda check: shown.href(check=check))]


def _failing(shown: Shown) -> list[Part]:
    entity, _, name = (shown.get("field") or "").partition(".")
    asked = {key: shown.get(key) for key in ("check", "source", "status", "search")}
    asked |= {"entity": entity or None, "field": name or None}
    rows = partial(failures, shown.run, page=shown.number(), link=numbered(shown), **asked)
    return [partial(check_trend, shown.run, asked["check"]), rows] if asked["check"] else [rows]


PAGE = Kind(
    marked("Quality"), marked("Which fields fail which checks, and every row that fails"),
    {
        "check": Filter(marked("Check"), lambda run: queries.checked(run, "check_id", "true")),
        "source": SOURCE,
        "field": Filter(marked("Field"), lambda run: queries.checked(run, "entity || '.' || field", "field <> ''")),
        "status": Filter(marked("Status"), lambda run: ["new", "persisting"], words=True),
        "search": Filter(marked("Key, value or reason contains")),
    },
    _matrix, _failing,
)  # fmt: skip
