"""The failures of a run to explore in a running notebook."""

from __future__ import annotations

from typing import Any

import panel as pn

from ..published import Published
from ..views.failures import STATUSES, failures
from . import queries


def explorer(run: Published) -> pn.Column:
    """The failing rows beside filters for check, source, status and any word; changing one changes the table."""
    pn.extension(inline=True)  # brings its scripts along: nothing is loaded from elsewhere

    def filter_by(title: str, values: list[str]) -> Any:
        return pn.widgets.Select(name=title, options={"All": None} | {value: value for value in values}, width=220)

    filters = {
        "check": filter_by("Check", queries.checked(run, "check_id", "true")),
        "source": filter_by("Source", queries.checked(run, "source", "true")),
        "status": filter_by("Status", list(STATUSES)),
        "search": pn.widgets.TextInput(name="Key, value or reason contains", width=220),
    }
    table = pn.bind(lambda **chosen: pn.pane.HTML(failures(run, **chosen)._repr_html_()), **filters)
    return pn.Column(pn.FlexBox(*filters.values()), table)
