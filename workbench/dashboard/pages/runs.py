"""All runs."""

from __future__ import annotations

from functools import partial

from ...language import marked
from .. import queries
from .frame import Kind, Part, Shown, nothing, numbered, own


def _runs(shown: Shown) -> list[Part]:
    page, link = shown.number(), numbered(shown)
    return [partial(own, "runs", queries.runs, shown.run, page, page=page, shown=shown, link=link)]


PAGE = Kind(marked("Runs"), marked("All runs, to look at an older one"), {}, nothing, _runs)  # fmt: skip
