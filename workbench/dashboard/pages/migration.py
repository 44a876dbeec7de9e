"""What goes over when, whether it may, and how far it has come."""

from __future__ import annotations

from functools import partial
from typing import Any

from markupsafe import Markup

from ...language import gettext as _
from ...language import marked
from ...proof.rounds import rounds
from ...readiness import migration_plan
from ...signatures import hashes, standing
from ...snapshot import snapshot
from ...views.plan import lasting, show_plan
from ...views.view import View
from .. import queries
from .frame import Filter, Kind, Part, Shown, own

EVENTS = (marked("sent"), marked("created"), marked("updated"), marked("refused"), marked("undone"))
ROUNDS = 8
"""Rounds side by side, the newest."""


def _loads(shown: Shown) -> list[Part]:
    return [partial(_progress, shown)]


def _progress(shown: Shown) -> Markup:
    """The newest loads as the journal has them now."""
    planned = queries.planned(shown.run)

    def expected(load: dict[str, Any], name: str) -> int:
        return sum(planned.get((wave, load["target"], name), 0) for wave in load["wave"].split(", "))

    loads = shown.runs.progress().loads()
    return own("loads", loads=loads, events=EVENTS, expected=expected, lasting=lasting)


def going(shown: Shown) -> bool:
    """Whether a load is going, so that the page is drawn again every few seconds."""
    return any(load.state == "going" for load in shown.runs.progress().loads())


def _migration(shown: Shown) -> list[Part]:
    return [partial(_rounds, shown), partial(_plan, shown)]


def _plan(shown: Shown) -> View:
    return show_plan(migration_plan(shown.run, shown.runs.config(), shown.runs.journal(), shown.get("target")))


def _rounds(shown: Shown) -> Markup:
    """The rounds of a target side by side, and who signed what."""
    config, journal, target = shown.runs.config(), shown.runs.journal(), shown.get("target") or ""
    if not target:
        return own("no_target")
    table = rounds(journal, target)
    names = list(table.columns)[:1] + list(table.columns)[1:][-ROUNDS:]
    columns = [("figure", "word", _("Figure")), *((n, "text", _("Round {n}").format(n=n)) for n in names[1:])]
    with snapshot(shown.run.root, shown.run.run_id) as con:
        signed = standing(journal, target, hashes(con, config, journal, target))
    return own("rounds", target=target, rounds=table.to_dict("records") if len(names) > 1 else [], columns=columns,
               signatures=signed)  # fmt: skip


PAGE = Kind(
    marked("Migration"), marked("What goes over when, whether it may, and how far it has come"),
    {"target": Filter(marked("Target"), queries.targets, needed=True)}, _loads, _migration, live=going, apart=True,
)  # fmt: skip
