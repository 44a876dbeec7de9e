"""std -> match: candidate pairs, their weights, clusters, and a golden id for every cluster."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ..config import Config, MatchConfig
from ..matching.blocking import block_keys, candidate_pairs
from ..matching.cluster import Pairs, cluster
from ..matching.compare import Comparisons, compare
from ..matching.drawn import draw
from ..matching.learn import Learned, learn, score
from ..matching.rarity import rarity
from ..store import Connection, append, blame, count, fresh_schema, ident, literal, rows
from .context import Counts, Notes, Run
from .golden_ids import assign


def run(con: Connection, run: Run) -> Counts:
    """Match the entities that the configuration names; in the others each record is a cluster of its own."""
    fresh_schema(con, "match")
    records = clusters = 0
    for entity in run.config.entities:
        con.execute(f"""
            CREATE TEMP TABLE _records AS
            SELECT row_number() OVER (ORDER BY source, key) - 1 AS id, *, DATE '{run.as_of}' AS as_of
            FROM {ident("std", entity)}""")
        if entity in run.config.match:
            _match(con, run.config, entity, run.config.match[entity])
        else:
            con.execute(
                "CREATE TEMP TABLE _clusters AS SELECT id, id AS cluster, 1.0::DOUBLE AS confidence FROM _records"
            )
        assign(con, run, entity, remembered=entity in run.config.match)
        records += count(con, "SELECT count(*) FROM _records")
        clusters += count(con, f"SELECT count(DISTINCT golden_id) FROM {ident('match', f'{entity}_clusters')}")
        con.execute("DROP TABLE _records; DROP TABLE _clusters")
    return Counts(records, clusters)


def notes(con: Connection) -> Notes:
    """The ids that were given or moved."""
    return {"golden_ids": rows(con, "SELECT entity, golden_id, source, key, founding FROM match.new_ids ORDER BY ALL")}


def _match(con: Connection, config: Config, entity: str, settings: MatchConfig) -> None:
    compared: Comparisons = {name: config.entities[entity].fields[name].kind for name in config.compared(entity)}
    never = f"({settings.never}) IS TRUE" if settings.never else "false"
    with blame(f"match.{entity}.never"):
        con.execute(f"CREATE TEMP TABLE _matched AS SELECT * FROM _records WHERE NOT {never}")
    further = [f"{name}__key" for name in compared]
    blocks = block_keys(con, "_matched", settings.block, further, settings.budget)
    con.execute(f"CREATE TABLE {ident('match', f'{entity}_blocks')} AS {blocks}")
    distinct = ", ".join(literal(name) for name in settings.distinct) or "NULL"
    candidate_pairs(con, settings.block, f"l.source = r.source AND l.source IN ({distinct})")
    draw(con, "_matched", "_drawn")
    for pairs, levels in (("_pairs", "_levels"), ("_drawn", "_chance")):
        compare(con, "_matched", pairs, levels, compared)
        rarity(con, "_matched", levels, f"{levels}_rarity", compared)
    _contradict(con, compared)
    learned = learn(con, "_matched", "_candidates", "_chance", compared)
    _rank(con, learned, settings)
    if settings.distinct:  # knowing which candidates were outdone, the model learns what matches look like again
        con.execute("DELETE FROM _candidates WHERE (l, r) IN (SELECT (l, r) FROM _ranked WHERE outdone)")
        learned = learn(con, "_matched", "_candidates", "_chance", compared)
        _rank(con, learned, settings)
    _write_model(con, entity, learned)
    _write_pairs(con, entity, settings)
    _cluster(con, entity, settings)
    for table in ("_matched", "_keys", "_summary", "_blocks", "_pairs", "_levels", "_levels_rarity", "_drawn", "_chance",
                  "_chance_rarity", "_candidates", "_ranked"):  # fmt: skip
        con.execute(f"DROP TABLE {table}")
    con.execute("DROP VIEW _candidates_rarity")


def _contradict(con: Connection, compared: Comparisons) -> None:
    """_candidates: the compared pairs without those that a distinctive field tells apart, which are no matches."""
    apart = [
        f"(p.{ident(name)} = 0 AND l.{ident(f'{name}__valid')} AND r.{ident(f'{name}__valid')})"
        for name, kind in compared.items()
        if kind.distinctive
    ]
    con.execute(f"""
        CREATE TEMP TABLE _candidates AS
        SELECT p.* FROM _levels AS p JOIN _matched AS l ON l.id = p.l JOIN _matched AS r ON r.id = p.r
        WHERE ({" OR ".join(apart) or "false"}) IS NOT TRUE""")
    con.execute("CREATE TEMP VIEW _candidates_rarity AS FROM _levels_rarity")


def _write_model(con: Connection, entity: str, learned: Learned) -> None:
    """match.<entity>_weights: what each level of each field says, in bits, and how often it occurs."""
    model = learned.model
    lines = [
        {"field": title, "level": level, "name": name, "m": float(m), "u": float(u), "weight": float(weight)}
        for group, title in enumerate(learned.titles)
        for level, (name, m, u, weight) in enumerate(
            zip(learned.level_names(group), model.m[group], model.u[group], model.level_weights(group), strict=True)
        )
    ]
    lines.append({"field": "(prior)", "level": 0, "name": "any pair", "m": model.prior, "u": 1 - model.prior,
                  "weight": float(np.log2(model.prior / (1 - model.prior)))})  # fmt: skip
    con.execute(f"""CREATE TABLE {ident("match", f"{entity}_weights")}
        (field VARCHAR, level INTEGER, name VARCHAR, m DOUBLE, u DOUBLE, weight DOUBLE)""")
    append(con, ident("match", f"{entity}_weights"), pa.Table.from_pylist(lines))


def _rank(con: Connection, learned: Learned, settings: MatchConfig) -> None:
    """_ranked: every compared pair with its weight, and whether a rule forbids it.

    In a source without duplicates only a record's best candidate can be the same; the others are outdone.
    """
    score(con, "_levels", learned, "_scored")
    distinct = ", ".join(literal(name) for name in settings.distinct) or "NULL"
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE _ranked AS
        WITH scored AS (
            SELECT s.*, l.source AS source_l, l.key AS key_l, r.source AS source_r, r.key AS key_r,
                c.l IS NULL AS forbidden
            FROM _scored AS s JOIN _matched AS l ON l.id = s.l JOIN _matched AS r ON r.id = s.r
            LEFT JOIN _candidates AS c ON c.l = s.l AND c.r = s.r)
        SELECT *, coalesce(source_l IN ({distinct}) AND row_number() OVER in_left > 1
            OR source_r IN ({distinct}) AND row_number() OVER in_right > 1, false) AS outdone
        FROM scored WINDOW in_left AS (PARTITION BY r, source_l ORDER BY forbidden, weight DESC, l),
            in_right AS (PARTITION BY l, source_r ORDER BY forbidden, weight DESC, r)""")
    con.execute("DROP TABLE _scored")


def _write_pairs(con: Connection, entity: str, settings: MatchConfig) -> None:
    """match.<entity>_pairs: every candidate pair with its weight and verdict."""
    low, high = settings.review
    con.execute(f"""
        CREATE TABLE {ident("match", f"{entity}_pairs")} AS
        SELECT source_l, key_l, source_r, key_r, weight, probability,
            CASE WHEN forbidden OR outdone THEN 'no_match' WHEN probability >= {high} THEN 'match'
                 WHEN probability >= {low} THEN 'review' ELSE 'no_match' END AS verdict,
            CASE WHEN forbidden OR outdone THEN 'rule' ELSE 'model' END AS decided_by, levels, rarity
        FROM _ranked ORDER BY l, r""")


def _cluster(con: Connection, entity: str, settings: MatchConfig) -> None:
    """Fill _clusters (id, cluster, confidence); links that were cut, and what clusters decide, go back into the pairs."""
    pairs = ident("match", f"{entity}_pairs")
    con.execute(f"""
        CREATE TEMP TABLE _edges AS
        SELECT l.id AS l, r.id AS r, p.weight, p.verdict = 'match' AS link, p.decided_by = 'rule' AS never FROM {pairs} AS p
        JOIN _records AS l ON l.source = p.source_l AND l.key = p.key_l
        JOIN _records AS r ON r.source = p.source_r AND r.key = p.key_r ORDER BY ALL""")
    edges = con.execute("FROM _edges").fetchnumpy()
    size = count(con, "SELECT count(*) FROM _records")
    found = Pairs(*(np.asarray(edges[name]) for name in ("l", "r", "weight", "link")))
    once = ", ".join(literal(name) for name in settings.distinct) or "NULL"
    single = con.execute(f"""SELECT CASE WHEN source IN ({once}) THEN dense_rank() OVER (ORDER BY source) ELSE -1 END AS s
        FROM _records ORDER BY id""").fetchnumpy()["s"]
    never = np.asarray(edges["never"])
    apart = list(zip(found.left[never].tolist(), found.right[never].tolist(), strict=True))
    done = cluster(size, found, cannot=apart, single=np.asarray(single))
    confidence = np.where(np.isnan(done.support), 1.0, 1 / (1 + np.exp2(-np.clip(done.support, -1000, 1000))))
    con.execute("CREATE TEMP TABLE _clusters (id BIGINT, cluster BIGINT, confidence DOUBLE)")
    append(con, "_clusters", pa.table({"id": np.arange(size), "cluster": done.labels, "confidence": confidence}))
    con.execute("DROP TABLE _edges")
