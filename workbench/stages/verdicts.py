"""From weights to verdicts and clusters: people first, then rules, then the model."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ..config import MatchConfig
from ..matching.cluster import Pairs, cluster, components
from ..matching.learn import Learned, score
from ..store import Connection, append, count, literal
from .decided import deny

DECIDED = 1000.0
"""Bits that a person's decision counts for or against two records: more than any model says."""


def rank(con: Connection, learned: Learned, settings: MatchConfig) -> None:
    """_ranked: every compared pair with its weight, and whether a rule forbids it.

    In a source without duplicates only a record's best candidate can be the same: the others are outdone, by what rules
    and model say. Where people say who is the same, or is not, others are `behind`.
    """
    score(con, "_levels", learned, "_scored")
    distinct = ", ".join(literal(name) for name in settings.distinct) or "NULL"
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE _ranked AS
        WITH ruled AS (
            SELECT s.*, a.l IS NOT NULL AS forbidden,
                CASE WHEN m.l IS NOT NULL THEN 0 WHEN c.l IS NOT NULL OR forbidden THEN 2 ELSE 1 END AS said
            FROM _scored AS s LEFT JOIN _apart AS a ON a.l = s.l AND a.r = s.r
            LEFT JOIN _must AS m ON m.l = s.l AND m.r = s.r LEFT JOIN _cannot AS c ON c.l = s.l AND c.r = s.r),
        alone AS (SELECT id, source FROM _records WHERE source IN ({distinct})),
        sides AS (
            SELECT s.*, r AS other, source FROM ruled AS s JOIN alone ON id = l
            UNION ALL SELECT s.*, l, source FROM ruled AS s JOIN alone ON id = r),
        placed AS (
            SELECT l, r, row_number() OVER (PARTITION BY other, source ORDER BY forbidden, weight DESC, l, r) AS place,
                row_number() OVER (PARTITION BY other, source ORDER BY said, weight DESC, l, r) AS said_place
            FROM sides),
        beaten AS (
            SELECT l, r, max(place) > 1 AS outdone, max(said_place) > 1 AS behind FROM placed GROUP BY l, r)
        SELECT p.* EXCLUDE (said), coalesce(outdone, false) AS outdone, coalesce(behind, false) AS behind
        FROM ruled AS p LEFT JOIN beaten AS b ON b.l = p.l AND b.r = p.r""")
    con.execute("DROP TABLE _scored")


def judge(con: Connection, settings: MatchConfig) -> None:
    """_judged: the pairs of _ranked with a verdict and who gave it: a person, a rule or the model.

    What rules and model `propose` stands beside it, also where a person says otherwise of this pair or another.
    """
    low, high = settings.review
    con.execute(f"""
        CREATE TEMP VIEW _judged AS
        WITH persons AS (
            SELECT l, r, said, "user" FROM (
                SELECT *, 'match' AS said FROM _must UNION ALL SELECT *, 'no_match' FROM _cannot)
            JOIN (SELECT DISTINCT act, "user" FROM memory.decisions) USING (act)),
        likely AS (
            SELECT *, CASE WHEN probability >= {high} THEN 'match' WHEN probability >= {low} THEN 'review'
                ELSE 'no_match' END AS likely FROM _ranked)
        SELECT p.* EXCLUDE (likely), CASE WHEN forbidden OR outdone THEN 'ruled out' ELSE likely END AS proposed,
            coalesce(said, CASE WHEN forbidden OR behind THEN 'no_match' ELSE likely END) AS verdict,
            coalesce("user", CASE WHEN forbidden OR behind THEN 'rule' ELSE 'model' END) AS decided_by,
            said IS NOT NULL AS personal
        FROM likely AS p LEFT JOIN persons USING (l, r)""")


def settle(con: Connection) -> None:
    """_settled: the pairs of _judged as they are after _clusters: a match between two clusters is one to look at."""
    con.execute("""
        CREATE TEMP VIEW _settled AS
        SELECT p.* REPLACE (CASE WHEN cut THEN 'review' ELSE verdict END AS verdict,
            CASE WHEN cut THEN 'cluster' ELSE decided_by END AS decided_by)
        FROM (SELECT j.*, a.cluster <> b.cluster AND verdict = 'match' AND NOT personal AS cut
            FROM _judged AS j JOIN _clusters AS a ON a.id = j.l JOIN _clusters AS b ON b.id = j.r) AS p""")


def group(con: Connection, entity: str, settings: MatchConfig) -> None:
    """_clusters (id, cluster, confidence), and which decisions others deny, taken together.

    What rules forbid holds, but not among records that people's decisions make one, be it over others.
    """
    edges = con.execute(f"""
        SELECT l, r, verdict = 'match' AS link, personal AND verdict = 'match' AS must,
            CASE WHEN NOT personal THEN weight WHEN verdict = 'match' THEN {DECIDED} ELSE -{DECIDED} END AS weight,
            personal, forbidden FROM _judged ORDER BY l, r""").fetchnumpy()
    left, right, weight, link, said = (np.asarray(edges[name]) for name in ("l", "r", "weight", "link", "personal"))
    size = count(con, "SELECT count(*) FROM _records")
    joined = np.asarray(edges["must"])
    one = components(size, left[joined], right[joined])
    ruled = np.asarray(edges["forbidden"]) & ~said & (one[left] != one[right])
    once = ", ".join(literal(name) for name in settings.distinct) or "NULL"
    single = con.execute(f"""
        SELECT CASE WHEN source IN ({once}) THEN dense_rank() OVER (ORDER BY source) ELSE -1 END AS place
        FROM _records ORDER BY id""").fetchnumpy()["place"]
    must, cannot = (
        list(zip(left[which].tolist(), right[which].tolist(), strict=True))
        for which in (joined, said & ~joined | ruled)
    )
    found = cluster(size, Pairs(left, right, weight, link), must, cannot, np.asarray(single, dtype=np.int64))
    confidence = np.where(np.isnan(found.support), 1.0, 1 / (1 + np.exp2(-np.clip(found.support, -1000, 1000))))
    con.execute("CREATE TEMP TABLE _clusters (id BIGINT, cluster BIGINT, confidence DOUBLE)")
    append(con, "_clusters", pa.table({"id": np.arange(size), "cluster": found.labels, "confidence": confidence}))
    con.execute("CREATE TEMP TABLE _denied (l BIGINT, r BIGINT)")
    if found.contradicted:
        con.executemany("INSERT INTO _denied VALUES (?, ?)", found.contradicted)
    deny(con, "_denied")
    con.execute("DROP TABLE _denied")
