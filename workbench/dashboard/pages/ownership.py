"""Who owns which field, and who says otherwise."""

from __future__ import annotations

from functools import partial

from ...language import marked
from ...views.ownership import compared_sources, deviating, owned, ownership
from .. import queries
from .frame import Filter, Kind, Part, Shown, nothing, own


def _ownership(shown: Shown) -> list[Part]:
    entity = shown.get("entity")
    if not entity:
        return [partial(own, "no_owners")]
    return [partial(view, shown.run, entity, shown.get("source")) for view in (deviating, ownership)]


PAGE = Kind(
    marked("Ownership"), marked("Which system owns which field, and who deviates from it"),
    {
        "entity": Filter(marked("Entity"), partial(queries.asked, owned), needed=True),
        "source": Filter(marked("Source"), partial(queries.asked, compared_sources)),
    },
    nothing, _ownership,
)  # fmt: skip
