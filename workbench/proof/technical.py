"""Technical reconciliation: one fate a record, and counts from the sources to the new system that add up."""

from __future__ import annotations

from ..store import Connection, count, ident, literal, records, rows
from .ground import expected

STAGES = ("golden", "mapped", "to go", "sent", "created", "read back")
"""How far a golden record comes. Where no load tells of an object, its files stand for what was sent and created."""

OPEN = ("lost", "missing", "extra", "doubled", "unanswered", "not read back", "unexplained")
"""Fates that need somebody; the others say where the record is or why it is not there."""

WAITING = ("refused", "written")
"""Fates of what is to go over and did not, for a reason that is known."""

_FATE = """CASE
    WHEN hits > 1 THEN ('doubled', hits || ' times in the new system')
    WHEN hits = 1 AND NOT known THEN ('extra', CASE
        WHEN led IS NOT NULL THEN 'loaded, and since then merged into ' || led
        WHEN loaded THEN 'loaded, and no golden record any more' ELSE 'never loaded by us' END)
    WHEN hits = 1 AND go AND (loaded OR event = 'sent' OR NOT told) THEN ('loaded', '')
    WHEN hits = 1 THEN ('extra', CASE WHEN event = 'refused' THEN 'refused, and yet there'
        WHEN event = 'undone' THEN 'undone, and still there' WHEN NOT go THEN 'it was not to go over'
        ELSE 'there, and no load put it there' END)
    WHEN NOT known THEN ('gone', 'no golden record any more, and not in the new system')
    WHEN loaded AND NOT read THEN ('not read back', 'the object was not read back')
    WHEN loaded THEN ('lost', 'the new system said that it took it, and it is not there')
    WHEN event = 'sent' THEN ('unanswered', 'sent, no answer, and not there: resume the load')
    WHEN event = 'refused' THEN ('refused', coalesce(reason, ''))
    WHEN go AND (told OR NOT read) THEN ('written', CASE event WHEN 'undone' THEN 'undone' ELSE 'not loaded yet' END)
    WHEN go THEN ('missing', 'in the load file, and not in the new system')
    WHEN problem THEN ('rejected', 'not sent: see target.problems')
    WHEN NOT mapped THEN ('excluded', 'not for this object')
    WHEN archive THEN ('archived', 'wave ' || wave)
    WHEN later THEN ('deferred', 'wave ' || wave)
    ELSE ('unexplained', 'no wave takes it') END"""

_STAGE = """CASE WHEN NOT known THEN NULL WHEN NOT mapped THEN 1 WHEN NOT go THEN 2
    WHEN told AND (event IS NULL OR event = 'undone') THEN 3
    WHEN NOT (loaded OR NOT told AND read OR event = 'sent' AND hits > 0) THEN 4 WHEN hits = 0 THEN 5 ELSE 6 END"""


def settle(con: Connection, target: str) -> None:
    """Fill proof.golden for each object of proof.objects, and proof.rows from recon.rows."""
    for line in records(con, "FROM proof.objects ORDER BY place"):
        con.execute(_golden(target, line["object"], line["entity"], line["read"], line["told"]))
    con.execute(f"""
        INSERT INTO proof.rows
        SELECT r.entity, source, _row, key, r.golden_id, fate[1], fate[2]
        FROM (SELECT r.*, CASE
                WHEN r.outcome NOT IN ('written', 'merged') AND g.fate IN ('extra', 'lost', 'doubled')
                    THEN (g.fate, r.outcome || ', and yet: ' || g.reason)
                WHEN r.outcome NOT IN ('written', 'merged') THEN (r.outcome, r.reason)
                WHEN g.fate = 'loaded' AND r.outcome = 'merged' THEN ('merged', r.reason || ', which is loaded')
                WHEN g.fate IS NULL THEN ('unexplained', 'no object has it') ELSE (g.fate, g.reason) END AS fate
            FROM (FROM recon.rows WHERE target = {literal(target)}) AS r
            LEFT JOIN (FROM proof.objects WHERE lead) AS o ON o.entity = r.entity
            LEFT JOIN proof.golden AS g ON g.object = o.object AND g.golden_id = r.golden_id) AS r
        ORDER BY r.entity, source, _row""")


def _golden(target: str, title: str, entity: str, read: bool, told: bool) -> str:
    """What became of each golden id of an object."""
    back = f"(FROM {ident('readback', title)} WHERE _golden_id IS NOT NULL)"
    nothing = "(SELECT NULL::VARCHAR AS _golden_id, NULL::VARCHAR AS _target_id LIMIT 0)"
    place = f"target = {literal(target)} AND object = {literal(title)}"
    return f"""
        INSERT INTO proof.golden
        WITH planned AS (
            SELECT g.golden_id, true AS known, t._golden_id IS NOT NULL AS mapped, m.wave, m.later, m.archive
            FROM gold.{ident(entity)} AS g LEFT JOIN {expected(target, title)} AS t ON t._golden_id = g.golden_id
            LEFT JOIN wave.members AS m ON m.entity = {literal(entity)} AND m.golden_id = g.golden_id),
        there AS (
            SELECT _golden_id AS golden_id, count(*) AS hits, min(_target_id) AS target_id
            FROM {back if read else nothing} GROUP BY ALL),
        said AS (SELECT * RENAME (target_id AS told_id) FROM proof.ledger WHERE object = {literal(title)}),
        ids AS (
            SELECT golden_id, coalesce(known, false) AS known, coalesce(mapped, false) AS mapped, wave, later, archive,
                coalesce(mapped AND NOT later AND NOT archive, false) AS go, coalesce(hits, 0) AS hits, event, reason,
                coalesce(target_id, told_id) AS target_id, coalesce(loaded, false) AS loaded,
                {read} AS read, {told} AS told, r.redirects_to AS led, p.golden_id IS NOT NULL AS problem
            FROM planned FULL JOIN there USING (golden_id) FULL JOIN said USING (golden_id)
            LEFT JOIN (FROM gold.redirects WHERE entity = {literal(entity)}) AS r USING (golden_id)
            LEFT JOIN (SELECT DISTINCT golden_id FROM target.problems WHERE {place}) AS p USING (golden_id)),
        fated AS (SELECT *, {_STAGE} AS stage, {_FATE} AS fate FROM ids)
        SELECT {literal(title)}, {literal(entity)}, golden_id, hits, target_id, stage, fate[1], fate[2]
        FROM fated ORDER BY golden_id"""


def flow(con: Connection) -> list[dict[str, object]]:
    """The counts by stage of each object: object, stage, rows, less, why.

    A line with `rows` is a stage; the lines below it say what does not come to the next, and why. The last stage is
    followed by what else is in the new system. So each stage is the one before without its `less`.
    """
    lines: list[dict[str, object]] = []
    for place in records(con, "FROM proof.objects ORDER BY place"):
        title, entity = place["object"], literal(place["entity"])
        here = f"FROM proof.golden WHERE object = {literal(title)}"
        if place["lead"]:
            found = f"FROM proof.rows WHERE entity = {entity}"
            lines.append(_stage(title, "records", count(con, f"SELECT count(*) {found}")))
            merged = count(con, f"SELECT count(golden_id) - count(DISTINCT golden_id) {found}")
            left = rows(con, f"SELECT fate, count(*) {found} AND golden_id IS NULL GROUP BY ALL ORDER BY ALL")
            lines += [_less(title, why, n) for why, n in [*left, ("merged", merged)] if n]
        for stage, name in enumerate(STAGES, 1):
            lines.append(_stage(title, name, count(con, f"SELECT count(*) {here} AND stage >= {stage}")))
            if stage < len(STAGES):
                left = rows(con, f"SELECT fate, count(*) {here} AND stage = {stage} GROUP BY ALL ORDER BY ALL")
                lines += [_less(title, why, n) for why, n in left]
        if place["read"]:
            beside = rows(con, f"""
                SELECT why, sum(n)::BIGINT FROM (
                    SELECT 'extra' AS why, hits AS n {here} AND coalesce(stage, 0) < {len(STAGES)}
                    UNION ALL SELECT 'doubled', hits - 1 {here} AND stage = {len(STAGES)}
                    UNION ALL SELECT 'without our key', 1 FROM {ident("readback", title)} WHERE _golden_id IS NULL)
                GROUP BY ALL HAVING sum(n) > 0 ORDER BY ALL""")  # fmt: skip
            lines += [_less(title, why, -n) for why, n in beside]
            there = count(con, f"SELECT count(*) FROM {ident('readback', title)}")
            lines.append(_stage(title, "rows in the new system", there))
    return lines


def _stage(title: str, stage: str, found: int) -> dict[str, object]:
    return {"object": title, "stage": stage, "rows": found, "less": None, "why": ""}


def _less(title: str, why: str, less: int) -> dict[str, object]:
    return {"object": title, "stage": "", "rows": None, "less": less, "why": why}


def open_findings(con: Connection) -> dict[str, int]:
    """How many golden ids (of records that are in none, rows) have a fate that is open, and rows without our key."""
    fates = ", ".join(map(literal, OPEN))
    found = rows(con, f"""
        SELECT fate, count(*) FROM (
            SELECT fate FROM proof.golden UNION ALL SELECT fate FROM proof.rows WHERE golden_id IS NULL)
        WHERE fate IN ({fates}) GROUP BY ALL ORDER BY ALL""")  # fmt: skip
    foreign = sum(
        count(con, f"SELECT count(*) FROM {ident('readback', title)} WHERE _golden_id IS NULL")
        for (title,) in rows(con, "SELECT object FROM proof.objects WHERE read ORDER BY place")
    )
    return dict(found) | ({"without our key": foreign} if foreign else {})
