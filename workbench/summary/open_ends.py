"""What waits for people: decisions, approvals, signatures, issues that are overdue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..approvals import approved
from ..language import gettext as _
from ..signatures import PARTS, READY
from ..store import Connection, count, exists, records
from ..views.waiting import waiting_data
from ..words import told
from .chapter import ACT, FINE, WATCH, Chapter, Ground, Row, Table
from .columns import columns

Line = tuple[str, str, int, str, bool]
"""What waits, of what, how many, what to do next, whether it presses."""

HELD_UP = """
    SELECT entity, status, count(DISTINCT act) AS n FROM published.match_decisions
    WHERE status IN ('contradicted', 'unconfirmed', 'waits') GROUP BY ALL ORDER BY ALL"""
OVERDUE = """
    SELECT coalesce(nullif(owner, ''), '–') AS owner, count(*) AS n FROM published.issues WHERE overdue
    GROUP BY ALL ORDER BY ALL"""
URGENT = "SELECT count(*) FROM published.issues WHERE priority = 'high' AND state <> 'closed' AND NOT overdue"


def decisions(ground: Ground) -> Chapter:
    """Everything that waits for a person, with what to do."""
    with ground.run.session() as con:
        lines = [*_matching(con, ground), *_issues(con), *_approvals(ground), *_signatures(ground)]
    rows: list[Row] = [dict(zip(("what", "of", "n", "next"), line, strict=False)) for line in lines]
    counts = Counter[str]()
    for what, _of, n, *_rest in lines:
        counts[what] += n
    said = "; ".join(f"{what}: {n:,}" for what, n in counts.items()) if lines else _("Nothing waits.")
    state = ACT if any(line[-1] for line in lines) else WATCH if lines else FINE
    table = Table(_("Open decisions"), columns("what of n next"), rows)
    return Chapter("decisions", _("Open decisions"), state, said, [], [table])


def _matching(con: Connection, ground: Ground) -> Iterator[Line]:
    for entity in ground.config.match:
        waiting = waiting_data(con, entity)
        if waiting.pairs:
            yield _("Pairs too near to call"), entity, waiting.pairs, _("decide them in the review room"), False
        if waiting.golden:
            yield _("Golden records on a weak link"), entity, waiting.golden, _("decide them in the review room"), False
    meant = {
        "contradicted": (_("Decisions that others deny"), _("agree, and undo one of each"), True),
        "unconfirmed": (_("Decisions without a second person"), _("another person confirms them"), False),
        "waits": (_("Decisions about records that are not there"), _("look whether the extract lacks them"), False),
    }
    for line in records(con, HELD_UP):
        what, then, presses = meant[line["status"]]
        yield what, line["entity"], line["n"], then, presses
    if exists(con, "published", "match_contradictions"):
        query = "SELECT entity, count(*) AS n FROM published.match_contradictions GROUP BY ALL ORDER BY ALL"
        for line in records(con, query):
            yield _("Decisions that deny each other over several records"), line["entity"], line["n"], \
                _("undo one of each"), True  # fmt: skip


def _issues(con: Connection) -> Iterator[Line]:
    for line in records(con, OVERDUE):
        yield _("Issues overdue"), line["owner"], line["n"], _("mend them, or agree on another day"), True
    if urgent := count(con, URGENT):
        yield _("Issues of high priority"), "", urgent, _("see the page Issues of the dashboard"), False


def _approvals(ground: Ground) -> Iterator[Line]:
    for target, settings in ground.config.targets.items():
        if settings.mapping and not approved(ground.config, target, ground.journal):
            yield _("Mapping not approved"), target, 1, _("another person than its author approves it"), False


def _signatures(ground: Ground) -> Iterator[Line]:
    """Readiness of the waves that go now, and the parts of what was reconciled: not signed, or lapsed since."""
    signed = {(one.target, one.part): one.status for one in ground.signatures or ()}
    known = {(target, part) for target, part in ground.journal.read("SELECT DISTINCT target, part FROM signatures")}
    first = next(iter(ground.config.targets))
    asked = [(first, f"{READY}{wave.name}") for wave in ground.config.waves if not wave.deferred]
    if not ground.config.says("waves"):  # nobody is asked to sign what is not planned
        asked = [one for one in asked if one in known]
    rounds = ground.journal.read("SELECT DISTINCT target FROM rounds ORDER BY target")
    asked += [(target, part) for (target,) in rounds for part in PARTS]
    for target, part in asked:
        named = f"{target}: {told(part)}"
        if (target, part) not in known:
            yield _("Signature missing"), named, 1, _("an approver signs it once it is ready"), False
        elif signed.get((target, part)) == "lapsed":
            yield _("Signature lapsed"), named, 1, _("something changed since: sign it again"), True
