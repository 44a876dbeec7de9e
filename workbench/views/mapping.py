"""The mapping of a target at a glance: its lines, what they do not cover, and whether it is approved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .view import View, draw

Row = Mapping[Any, Any]
SHOWN = 40
"""Lines of a list that the view shows."""


def mapping_view(status: Row, lines: Sequence[Row], unused: Sequence[Row], unmapped: Sequence[Row]) -> View:
    """Draw `status`, `lines` and the coverage of mappings.Mapping; open fields of the target are only counted."""
    filled = [line for line in lines if line["status"] != "open"]
    return draw("mapping", status=status, lines=filled, open=len(lines) - len(filled), unused=list(unused)[:SHOWN],
                unmapped=list(unmapped)[:SHOWN], of=len(unmapped))  # fmt: skip
