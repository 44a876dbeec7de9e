"""The migration plan of a project, with gates and measured loads, and its page."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from ..config import Config
from ..journal import Journal
from ..language import gettext as _
from ..language import spoken
from ..published import Published
from ..reports.fragments import render
from ..reports.front import write_page
from ..views.plan import Plan, plan_data, show_plan
from .gates import readiness_rows

PAGE = "plan.html"

LOADS = """
    SELECT wave, max(unixepoch(finished_at) - unixepoch(started_at)) FROM loads
    WHERE target = ? AND outcome IN ('done', 'rows refused') AND backup <> '' GROUP BY wave"""
"""Of loads of a wave that came to their end the longest: one that was resumed had less to do. Reading results makes
no backup, and does not say how long people's import took."""


def migration_plan(run: Published, config: Config, journal: Journal, target: str | None = None) -> Plan:
    """The plan of a published run for a target (by default the first): see `views.plan.Plan`."""
    target = target or next(iter(config.targets))
    going = [wave.name for wave in config.waves if not wave.deferred]
    gates = [gate._asdict() for wave in going for gate in readiness_rows(run, config, journal, wave, target)]
    return plan_data(run, gates, measured_loads(journal, target))


def measured_loads(journal: Journal, target: str) -> dict[str, float]:
    """The seconds that loading each wave into a target took."""
    return {wave: float(seconds) for wave, seconds in journal.read(LOADS, [target])}


def write_plan(config: Config, journal: Journal, plan: Plan) -> Path:
    """Write the plan to reports/plan.html, in place of the one before; returns the file. Raises StoreError."""
    with spoken(config.language):
        body = Markup(show_plan(plan).body)
        page = render("plan.html.j2", project=config.project, heading=_("Migration plan"), body=body)
    return write_page(config, journal, PAGE, page)
