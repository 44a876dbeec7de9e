"""Where people decide, with true values: it draws itself, see `workbench/room/`."""

from __future__ import annotations

from ...config.roles import SEE
from ...language import marked
from ...room import screens
from .frame import Kind, nothing

REVIEW = Kind(
    marked("Review"), marked("Pairs and golden records with their true values, for people to decide"),
    {}, nothing, nothing, frozenset(SEE), real=SEE, screen=screens.review,
)  # fmt: skip
APPROVALS = Kind(
    marked("Approvals"), marked("What waits for a second person, an approver, an owner, or somebody to look at it"),
    {}, nothing, nothing, frozenset(SEE), real=SEE, screen=screens.approvals,
)  # fmt: skip
