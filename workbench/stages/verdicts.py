"""From weights to verdicts and clusters: people first, then rules, then the model."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ..config import MatchConfig
from ..matching.cluster import Pairs, cluster
from ..matching.learn import Learned, score
from ..store import Connection, append, count, literal

DECIDED = 1000.0
"""Bits that a person's decision counts for or against two records: more than any model says."""


def rank(con: Connection, learned: Learned, settings: MatchConfig) -> None:
    """_ranked: every compared pair with its weight, and whether a rule forbids it.

    In a source without duplicates only a record's best candidate can be the same; the others are outdone.
    """
    score(con, "_levels", learned, "_scored")
    distinct = ", ".join(literal(name) for name in settings.distinct) or "NULL"
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE _ranked AS
        WITH ruled AS (
            SELECT s.*, a.l IS NOT NULL AS forbidden
            FROM _scored AS s LEFT JOIN _apart AS a ON a.l = s.l AND a.r = s.r),
        alone AS (SELECT id, source FROM _records WHERE source IN ({distinct})),
        outdone AS (
            SELECT l, r FROM ruled JOIN alone ON id = l
            QUALIFY row_number() OVER (PARTITION BY r, source ORDER BY forbidden, weight DESC, l) > 1
            UNION SELECT l, r FROM ruled JOIN alone ON id = r
            QUALIFY row_number() OVER (PARTITION BY l, source ORDER BY forbidden, weight DESC, r) > 1)
        SELECT p.*, o.l IS NOT NULL AS outdone FROM ruled AS p LEFT JOIN outdone AS o ON o.l = p.l AND o.r = p.r""")
    con.execute("DROP TABLE _scored")


def judge(con: Connection, settings: MatchConfig) -> None:
    """_judged: the pairs of _ranked with a verdict and who gave it: a person, a rule or the model.

    What rules and model `propose` stands beside it, also where a person says otherwise.
    """
    low, high = settings.review
    con.execute(f"""
        CREATE TEMP VIEW _judged AS
        WITH persons AS (
            SELECT l, r, said, "user" FROM (
                SELECT *, 'match' AS said FROM _must UNION ALL SELECT *, 'no_match' FROM _cannot)
            JOIN (SELECT DISTINCT act, "user" FROM memory.decisions) USING (act))
        SELECT p.*, CASE WHEN forbidden OR outdone THEN 'ruled out' WHEN probability >= {high} THEN 'match'
                WHEN probability >= {low} THEN 'review' ELSE 'no_match' END AS proposed,
            coalesce(said, replace(proposed, 'ruled out', 'no_match')) AS verdict,
            coalesce("user", CASE WHEN forbidden OR outdone THEN 'rule' ELSE 'model' END) AS decided_by,
            said IS NOT NULL AS personal
        FROM _ranked AS p LEFT JOIN persons USING (l, r)""")


def settle(con: Connection) -> None:
    """_settled: the pairs of _judged as they are after _clusters: a match between two clusters is one to look at."""
    con.execute("""
        CREATE TEMP VIEW _settled AS
        SELECT p.* REPLACE (CASE WHEN cut THEN 'review' ELSE verdict END AS verdict,
            CASE WHEN cut THEN 'cluster' ELSE decided_by END AS decided_by)
        FROM (SELECT j.*, a.cluster <> b.cluster AND verdict = 'match' AND NOT personal AS cut
            FROM _judged AS j JOIN _clusters AS a ON a.id = j.l JOIN _clusters AS b ON b.id = j.r) AS p""")


def group(con: Connection, entity: str, settings: MatchConfig) -> None:
    """_clusters (id, cluster, confidence), and match.contradictions."""
    edges = con.execute(f"""
        SELECT l, r, verdict = 'match' AS link, personal AND verdict = 'match' AS must,
            CASE WHEN NOT personal THEN weight WHEN verdict = 'match' THEN {DECIDED} ELSE -{DECIDED} END AS weight,
            (personal OR forbidden) AND verdict = 'no_match' AS never FROM _judged ORDER BY l, r""").fetchnumpy()
    left, right, weight, link = (np.asarray(edges[name]) for name in ("l", "r", "weight", "link"))
    size = count(con, "SELECT count(*) FROM _records")
    once = ", ".join(literal(name) for name in settings.distinct) or "NULL"
    single = con.execute(f"""
        SELECT CASE WHEN source IN ({once}) THEN dense_rank() OVER (ORDER BY source) ELSE -1 END AS place
        FROM _records ORDER BY id""").fetchnumpy()["place"]
    must, cannot = (
        list(zip(left[which].tolist(), right[which].tolist(), strict=True))
        for which in (np.asarray(edges["must"]), np.asarray(edges["never"]))
    )
    found = cluster(size, Pairs(left, right, weight, link), must, cannot, np.asarray(single, dtype=np.int64))
    confidence = np.where(np.isnan(found.support), 1.0, 1 / (1 + np.exp2(-np.clip(found.support, -1000, 1000))))
    con.execute("CREATE TEMP TABLE _clusters (id BIGINT, cluster BIGINT, confidence DOUBLE)")
    append(con, "_clusters", pa.table({"id": np.arange(size), "cluster": found.labels, "confidence": confidence}))
    _contradicted(con, entity, found.contradicted)


def _contradicted(con: Connection, entity: str, pairs: list[tuple[int, int]]) -> None:
    """match.contradictions: decisions that two records are one which others, taken together, deny."""
    con.execute("CREATE TEMP TABLE _denied (l BIGINT, r BIGINT)")
    if pairs:
        con.executemany("INSERT INTO _denied VALUES (?, ?)", pairs)
    con.execute(f"""
        INSERT INTO match.contradictions
        SELECT DISTINCT d.* FROM match.decisions AS d JOIN _said AS s USING (act, source_l, key_l, source_r, key_r)
        JOIN _denied AS n ON n.l = s.l AND n.r = s.r
        WHERE d.entity = {literal(entity)} AND d.kind = 'match' ORDER BY d.act, d.source_l, d.key_l""")
    con.execute("DROP TABLE _denied")
