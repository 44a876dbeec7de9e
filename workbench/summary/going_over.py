"""Whether the waves may go over, and whether everything that was read arrived."""

from __future__ import annotations

import json

from ..language import counted, marked
from ..language import gettext as _
from ..readiness import migration_plan
from ..store import exists, records
from ..views.amounts import amounts, amounts_data
from ..views.flow import flow, flow_data
from ..views.plan import MISSED, NOT_SET_UP, gates_said, show_plan
from .chapter import ACT, FINE, WATCH, Chapter, Ground, Row, Table
from .columns import columns

NOTHING = marked("nothing to compare")

SUMS = ("source", "target", "deferred", "archived", "excluded", "rejected", "difference")

DIFFERENCES = """
    SELECT entity, field, source, reason, count(*) AS "values", count(DISTINCT golden_id) AS records
    FROM published.recon_differences GROUP BY ALL ORDER BY "values" DESC, entity, field, source, reason"""

REJECTED = """
    SELECT entity, source, reason, count(*) AS records FROM published.recon_rows
    WHERE target = ? AND outcome IN ('rejected', 'excluded', 'unexplained') GROUP BY ALL
    ORDER BY records DESC, entity, source, reason LIMIT 50"""

ROUNDS = """
    SELECT target, environment, run_id, at, figures FROM rounds
    WHERE round IN (SELECT max(round) FROM rounds GROUP BY target, environment) ORDER BY target, environment"""


def waves(ground: Ground) -> Chapter:
    """The waves, what they come to, and their gates."""
    plan = migration_plan(ground.run, ground.config, ground.journal)
    states = {gate["state"] for gate in plan.gates}
    going = sum(wave["goes"] == "now" for wave in plan.waves)
    said = counted("{n} wave goes now.", "{n} waves go now.", going) + " " + gates_said(plan.gates)
    lines = [wave | {"records": sum(wave["counts"].values())} for wave in plan.waves]
    tables = [
        Table(_("Waves"), columns("wave goes day owner records"), lines, drawn=True),
        Table(_("Readiness"), columns("wave gate state what next"), plan.gates, drawn=True),
    ]
    state = ACT if MISSED in states else NOT_SET_UP if NOT_SET_UP in states else FINE
    return Chapter("waves", _("Waves and readiness"), state, said, [show_plan(plan)], tables)


def reconciliation(ground: Ground) -> Chapter:
    """Where records and amounts went, and what the newest round with each new system showed."""
    target = next(iter(ground.config.targets))
    with ground.run.session() as con:
        moved, sums = flow_data(con, target), amounts_data(con, target)
        reasons = records(con, REJECTED, [target])
        differing = records(con, DIFFERENCES) if exists(con, "published", "recon_differences") else []
    lost = sum(line["records"] for line in moved if line["outcome"] == "unexplained")
    wrong = sum(line["status"] != "balanced" for line in sums)
    rounds = _rounds(ground)
    read = sum(line["records"] for line in moved)
    if not read:
        said = _("Nothing to compare: no record was read.")
    else:
        said = counted("{lost} of {n} record unaccounted for;", "{lost} of {n} records unaccounted for;", read,
                       lost=f"{lost:,}")  # fmt: skip
        said += " " + _sums(len(sums), wrong)
    still = sum(line["open"] for line in rounds)
    if rounds:
        said += " " + _("Open in the newest rounds with new systems: {count}.").format(count=f"{still:,}")
    money = [(name, "money", _(name)) for name in SUMS]
    tables = [
        Table(_("Where the records went"), columns("source entity outcome records"), moved, drawn=True),
        Table(_("Control totals"), [*columns("title currency"), *money, *columns("status")], sums, drawn=True),
        Table(_("Why records did not go"), columns("entity source reason records"), reasons),
        Table(_("Values unlike their source"), columns("entity field source reason values"), differing),
        Table(_("Newest rounds with new systems"), columns("target environment run_id at read open"), rounds),
    ]
    state = ACT if lost or wrong else WATCH if still else FINE if read else NOTHING
    views = [flow(ground.run, target), amounts(ground.run, target)]
    return Chapter("reconciliation", _("Reconciliation"), state, said, views, tables)


def _sums(sums: int, wrong: int) -> str:
    """How many sums of money balance; where there are none, that is no good sign and no bad one."""
    if not sums:
        return _("nothing to compare in money, as no amounts go there.")
    return counted("{balanced} of {n} sum of money balances to the cent.",
                   "{balanced} of {n} sums of money balance to the cent.", sums, balanced=sums - wrong)  # fmt: skip


def _rounds(ground: Ground) -> list[Row]:
    """The newest round of each target: rows read back, and findings that are open."""
    lines = []
    for target, environment, run_id, at, figures in ground.journal.read(ROUNDS):
        found: dict[str, int] = json.loads(figures)
        lines.append({
            "target": target, "environment": environment, "run_id": run_id, "at": at,
            "read": sum(n for name, n in found.items() if name.endswith(" read back")),
            "open": sum(n for name, n in found.items() if ": " in name)})  # fmt: skip
    return lines
