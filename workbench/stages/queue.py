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
        WITH members AS (SELECT source, key, golden_id FROM {clusters}),
        below AS (
            SELECT golden_id, sum(children)::BIGINT AS children, sum(typical) AS typical
            FROM ({_children(config, entity)}) GROUP BY golden_id),
        money AS (
            SELECT golden_id, currency, sum(amount) AS amount FROM ({_children(config, entity)})
            WHERE amount <> 0 GROUP BY golden_id, currency),
        sizes AS (
            SELECT golden_id, count(*) AS records, coalesce(any_value(children), 0) AS children,
                coalesce(any_value(typical), 0) AS typical
            FROM members LEFT JOIN below USING (golden_id) GROUP BY golden_id),
        links AS (
            SELECT p.source_l, p.key_l, p.source_r, p.key_r, p.probability, p.verdict, p.decided_by,
                l.golden_id AS golden_l, r.golden_id AS golden_r
            FROM {pairs} AS p JOIN members AS l ON l.source = p.source_l AND l.key = p.key_l
            JOIN members AS r ON r.source = p.source_r AND r.key = p.key_r),
        inside AS (
            SELECT *, CASE decided_by WHEN 'model' THEN probability ELSE 1 END AS sure FROM links
            WHERE verdict = 'match' AND golden_l = golden_r),
        strongest AS (       -- of each record the link that holds it
            FROM (SELECT source_l AS source, key_l AS key, * FROM inside
                UNION ALL SELECT source_r, key_r, * FROM inside)
            QUALIFY row_number() OVER (
                PARTITION BY source, key ORDER BY sure DESC, source_l, key_l, source_r, key_r) = 1),
        weakest AS (         -- of these the weakest of each golden record
            SELECT * EXCLUDE (source, key, sure) FROM strongest WHERE sure < {SURE}
            QUALIFY row_number() OVER (
                PARTITION BY golden_l ORDER BY sure, source_l, key_l, source_r, key_r) = 1),
        waiting AS (
            SELECT 'pair' AS what, * FROM links WHERE verdict = 'review'
            UNION ALL SELECT 'golden record', * FROM weakest),
        weighed AS (
            SELECT w.*, l.records + CASE WHEN golden_l = golden_r THEN 0 ELSE r.records END AS records,
                l.children + CASE WHEN golden_l = golden_r THEN 0 ELSE r.children END AS children,
                l.typical + CASE WHEN golden_l = golden_r THEN 0 ELSE r.typical END AS typical
            FROM waiting AS w JOIN sizes AS l ON l.golden_id = golden_l JOIN sizes AS r ON r.golden_id = golden_r),
        placed AS (
            SELECT *, row_number() OVER (
                ORDER BY round((1 - abs(2 * probability - 1)) * (records + children + typical), 12) DESC,
                    source_l, key_l, source_r, key_r) AS place
            FROM weighed),
        told AS (
            SELECT place, string_agg(amount || ' ' || currency, ', ' ORDER BY currency) AS amounts
            FROM (SELECT place, currency, sum(amount) AS amount FROM placed JOIN money AS m
                ON m.golden_id IN (golden_l, golden_r) GROUP BY place, currency)
            GROUP BY place)
        SELECT place, what, source_l, key_l, source_r, key_r, golden_l, golden_r, probability,
            records, children, amounts
        FROM placed LEFT JOIN told USING (place) ORDER BY place"""


def _children(config: Config, entity: str) -> str:
    """Lines of golden records: how many children, or by currency their amounts and how many typical ones these are."""
    found = [
        """SELECT NULL::VARCHAR AS golden_id, 0 AS children, '' AS currency, 0::DECIMAL(38, 2) AS amount,
        0::DOUBLE AS typical WHERE false"""
    ]
    for child, settings in config.entities.items():
        if settings.parent != entity:
            continue
        below = f"""{ident("std", child)} AS s JOIN members AS m ON m.source = s.source AND m.key = s.parent_key"""
        found.append(f"SELECT golden_id, count(*), '', 0, 0.0 FROM {below} GROUP BY golden_id")
        for name, field in settings.fields.items():
            if field.type == "money":
                currency = literal(field.currency or "")
                if field.currency in settings.fields:
                    currency = f"coalesce(s.{ident(field.currency)}::VARCHAR, '')"
                found.append(f"""
                    SELECT golden_id, 0, currency, sum(amount)::DECIMAL(38, 2), sum(amount / mean) FROM (
                        SELECT m.golden_id, {currency} AS currency, abs(s.{ident(name)}) AS amount,
                            avg(abs(s.{ident(name)})::DOUBLE) OVER (PARTITION BY {currency}) AS mean
                        FROM {below})
                    WHERE amount <> 0 GROUP BY golden_id, currency""")
    return " UNION ALL ".join(found)
