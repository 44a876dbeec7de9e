"""What is told of arrivals: a row for each record of the file."""

from __future__ import annotations

from ..store import ident


def answers(entity: str) -> str:
    """The SELECT of the answers, in the order of the file: see `Project.arrivals`."""
    now, before = ident("match", f"{entity}_clusters"), ident("work", "match", f"{entity}_clusters")
    return f"""
        WITH placed AS (
            SELECT r.id, source, key, cluster, a.id AS arrival FROM _records AS r JOIN _clusters USING (id)
            LEFT JOIN _arrived AS a USING (source, key)),
        sides AS (SELECT l AS id, r AS other, * FROM _settled UNION ALL SELECT r, l, * FROM _settled),
        ranked AS (     -- before others: who is there in its golden record, then who is for review
            SELECT s.id, o.source, o.key, probability, weight, verdict = 'review' AS near,
                o.arrival IS NULL AND o.cluster = p.cluster AS joined
            FROM sides AS s JOIN placed AS p ON p.id = s.id JOIN placed AS o ON o.id = other
            WHERE p.arrival IS NOT NULL AND (proposed <> 'ruled out' OR verdict = 'match')
            QUALIFY row_number() OVER (
                PARTITION BY s.id ORDER BY joined DESC, near DESC, o.arrival IS NULL DESC, weight DESC, other) = 1),
        told AS (
            SELECT _row AS row, key, CASE WHEN was.key IS NOT NULL THEN 'changed'
                    WHEN p.cluster IN (SELECT cluster FROM placed WHERE arrival IS NULL) THEN 'known'
                    WHEN near THEN 'review' ELSE 'new' END AS what,
                now.golden_id, was.golden_id AS before, probability, weight, b.source AS best_source, b.key AS best_key
            FROM _arrived JOIN placed AS p USING (source, key) JOIN {now} AS now USING (source, key)
            LEFT JOIN {before} AS was USING (source, key) LEFT JOIN ranked AS b ON b.id = p.id)
        SELECT *, NULL AS reason FROM told
        UNION ALL BY NAME SELECT row, key, 'rejected' AS what, reason FROM _refused ORDER BY row"""
