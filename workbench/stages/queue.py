"""What waits for a person to decide, the most important first."""

from __future__ import annotations

from ..config import Config
from ..store import ident, literal

LONGEST = 10_000
"""Lines of a queue that are published: more is no list that people work through."""

SURE = 0.999
"""A link with this probability needs nobody's eye."""


def queue(config: Config, entity: str) -> str:
    """The SELECT of an entity's review queue, over std, match and gold.

    A line is a pair for review, or the weakest link of a golden record that is less than sure: place, what, source_l,
    key_l, source_r, key_r, golden_l, golden_r, probability, records, children, amounts (by currency, as text).

    What a decision would change comes first: uncertainty * stake, where uncertainty is 1 - |2 * probability - 1|, and
    stake the records of the golden records on both sides, their children, and their money, in which an amount counts
    as often as it has the mean absolute amount of its field and currency, so that currencies can be added.
    """
    pairs, clusters = ident("match", f"{entity}_pairs"), ident("match", f"{entity}_clusters")
    return f"""
        WITH links AS (
            SELECT p.source_l, p.key_l, p.source_r, p.key_r, p.probability, p.verdict, p.decided_by,
                l.golden_id AS golden_l, r.golden_id AS golden_r
            FROM (FROM {pairs} WHERE verdict IN ('match', 'review')) AS p
            JOIN {clusters} AS l ON l.source = p.source_l AND l.key = p.key_l
            JOIN {clusters} AS r ON r.source = p.source_r AND r.key = p.key_r),
        inside AS (
            SELECT *, CASE decided_by WHEN 'model' THEN probability ELSE 1 END AS sure FROM links
            WHERE verdict = 'match' AND golden_l = golden_r),
        sides AS (
            SELECT source_l AS source, key_l AS key, * FROM inside UNION ALL SELECT source_r, key_r, * FROM inside),
        loose AS (           -- records whose strongest link is not sure
            SELECT source, key, max(sure) AS sure FROM sides GROUP BY source, key HAVING max(sure) < {SURE}),
        weakest AS (         -- of these links the weakest of each golden record
            SELECT * EXCLUDE (source, key, sure) FROM sides JOIN loose USING (source, key, sure)
            QUALIFY row_number() OVER (PARTITION BY golden_l ORDER BY sure, source_l, key_l, source_r, key_r) = 1),
        waiting AS MATERIALIZED (
            SELECT 'pair' AS what, * FROM links WHERE verdict = 'review'
            UNION ALL SELECT 'golden record', * FROM weakest),
        members AS MATERIALIZED (
            SELECT source, key, golden_id FROM {clusters}
            WHERE golden_id IN (SELECT golden_l FROM waiting UNION SELECT golden_r FROM waiting)),
        below AS MATERIALIZED ({_children(config, entity)}),
        sizes AS (
            SELECT golden_id, records, coalesce(children, 0) AS children, coalesce(typical, 0) AS typical
            FROM (SELECT golden_id, count(*) AS records FROM members GROUP BY golden_id)
            LEFT JOIN (SELECT golden_id, sum(children)::BIGINT AS children, sum(typical) AS typical FROM below
                GROUP BY golden_id) USING (golden_id)),
        weighed AS (
            SELECT w.*, l.records + CASE WHEN golden_l = golden_r THEN 0 ELSE r.records END AS records,
                l.children + CASE WHEN golden_l = golden_r THEN 0 ELSE r.children END AS children,
                l.typical + CASE WHEN golden_l = golden_r THEN 0 ELSE r.typical END AS typical
            FROM waiting AS w JOIN sizes AS l ON l.golden_id = golden_l JOIN sizes AS r ON r.golden_id = golden_r),
        placed AS MATERIALIZED (
            SELECT *, row_number() OVER (
                ORDER BY round((1 - abs(2 * probability - 1)) * (records + children + typical), 12) DESC,
                    source_l, key_l, source_r, key_r) AS place
            FROM weighed),
        told AS (
            SELECT place, string_agg(amount || ' ' || currency, ', ' ORDER BY currency) AS amounts
            FROM (SELECT place, currency, sum(amount) AS amount
                FROM (SELECT place, unnest(list_distinct([golden_l, golden_r])) AS golden_id FROM placed)
                JOIN below USING (golden_id) WHERE amount > 0 GROUP BY place, currency)
            GROUP BY place)
        SELECT place, what, source_l, key_l, source_r, key_r, golden_l, golden_r, probability,
            records, children, amounts
        FROM placed LEFT JOIN told USING (place) ORDER BY place"""


def _children(config: Config, entity: str) -> str:
    """Lines of the golden records of members: how many children, or amounts and how many typical ones these make."""
    found = [
        """SELECT NULL::VARCHAR AS golden_id, 0 AS children, '' AS currency, 0::DECIMAL(38, 2) AS amount,
        0::DOUBLE AS typical WHERE false"""
    ]
    for child, settings in config.entities.items():
        if settings.parent != entity:
            continue
        std, ours = ident("std", child), "JOIN members AS m ON m.source = s.source AND m.key = s.parent_key"
        found.append(f"SELECT golden_id, count(*), '', 0, 0 FROM {std} AS s {ours} GROUP BY golden_id")
        for name, field in settings.fields.items():
            if field.type != "money":
                continue
            currency, amount = literal(field.currency or ""), f"abs(s.{ident(name)})"
            if field.currency in settings.fields:
                currency = f"coalesce(s.{ident(field.currency)}::VARCHAR, '')"
            found.append(f"""
                SELECT golden_id, 0, currency, amount, amount / mean FROM (
                    SELECT golden_id, {currency} AS currency, sum({amount})::DECIMAL(38, 2) AS amount
                    FROM {std} AS s {ours} WHERE {amount} > 0 GROUP BY ALL)
                JOIN (SELECT {currency} AS currency, avg({amount}::DOUBLE) AS mean FROM {std} AS s GROUP BY ALL)
                USING (currency)""")
    return " UNION ALL ".join(found)
