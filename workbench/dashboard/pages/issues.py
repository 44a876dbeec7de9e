"""Whose failures are to be mended until when."""

from __future__ import annotations

from functools import partial

from ...issues.listed import STATES
from ...language import marked
from ...views.burn_down import burn_down
from ...views.issues import by_owner, issues
from .. import queries
from .frame import Filter, Kind, Part, Shown


def _burn_down(shown: Shown) -> list[Part]:
    return [partial(burn_down, shown.run), partial(by_owner, shown.run, link=lambda owner: shown.href(owner=owner))]


def _issues(shown: Shown) -> list[Part]:
    return [partial(issues, shown.run, shown.get("owner"), shown.get("state"), link=partial(_rows_of, shown))]


def _rows_of(shown: Shown, check: str) -> str:
    return shown.to("quality", check=check)


PAGE = Kind(
    marked("Issues"), marked("Whose failures are to be mended until when, and how many are left"),
    {
        "owner": Filter(marked("Owner"), queries.owners),
        "state": Filter(marked("State"), lambda run: list(STATES), words=True),
    },
    _burn_down, _issues,
)  # fmt: skip
