"""std -> match: candidate pairs, their weights, clusters, and a golden id for every cluster."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ..config import Config, MatchConfig
from ..matching.blocking import block_keys, candidate_pairs
from ..matching.cluster import components
from ..matching.compare import Comparisons, compare
from ..matching.model import Floats, Model, Patterns, fit
from ..store import Connection, append, blame, count, fresh_schema, ident, literal, rows
from ..types import SemanticType
from .context import Counts, Notes, Run
from .decided import LAID_OUT, decided, leave_out
from .golden_ids import assign

DRAWN = 200_000
"""About how many pairs are drawn to learn how often unrelated records agree by chance."""


def run(con: Connection, run: Run) -> Counts:
    """Match the entities that the configuration names; in the others each record is a cluster of its own."""
    fresh_schema(con, "match")
    records = clusters = 0
    for entity in run.config.entities:
        con.execute(f"""
            CREATE TEMP TABLE _records AS
            SELECT row_number() OVER (ORDER BY source, key) - 1 AS id, *, DATE '{run.as_of}' AS as_of
            FROM {ident("std", entity)}""")
        decided(con, entity)
        if entity in run.config.match:
            _match(con, run.config, entity, run.config.match[entity])
        else:
            con.execute(
                "CREATE TEMP TABLE _clusters AS SELECT id, id AS cluster, 1.0::DOUBLE AS confidence FROM _records"
            )
        assign(con, run, entity, remembered=entity in run.config.match)
        records += count(con, "SELECT count(*) FROM _records")
        clusters += count(con, f"SELECT count(DISTINCT golden_id) FROM {ident('match', f'{entity}_clusters')}")
        for table in ("_records", "_clusters", *LAID_OUT):
            con.execute(f"DROP TABLE {table}")
    leave_out(con, run.config)
    return Counts(records, clusters)


def notes(con: Connection) -> Notes:
    """The ids that were given or moved."""
    return {"golden_ids": rows(con, "SELECT entity, golden_id, source, key, founding FROM match.new_ids ORDER BY ALL")}


def _match(con: Connection, config: Config, entity: str, settings: MatchConfig) -> None:
    compared: Comparisons = {name: config.entities[entity].fields[name].kind for name in config.compared(entity)}
    never = f"({settings.never}) IS TRUE" if settings.never else "false"
    with blame(f"match.{entity}.never"):
        left = "id NOT IN (SELECT id FROM _excluded)"
        con.execute(f"CREATE TEMP TABLE _matched AS SELECT * FROM _records WHERE NOT {never} AND {left}")
    con.execute(f"CREATE TABLE {ident('match', f'{entity}_blocks')} AS {block_keys(con, '_matched', settings.block)}")
    distinct = ", ".join(literal(name) for name in settings.distinct) or "NULL"
    candidate_pairs(con, len(settings.block), f"l.source = r.source AND l.source IN ({distinct})")
    con.execute("""
        INSERT INTO _pairs SELECT l, r, NULL FROM (SELECT l, r FROM _must UNION ALL SELECT l, r FROM _cannot) AS d
        WHERE NOT EXISTS (FROM _pairs AS p WHERE p.l = d.l AND p.r = d.r)""")
    compare(con, "_records", "_pairs", "_levels", compared)
    _draw(con, compared)
    _contradict(con, compared)
    model = _fit(con, compared)
    _rank(con, compared, model, settings)
    if settings.distinct:  # knowing which candidates were outdone, the model learns what matches look like again
        con.execute("DELETE FROM _candidates WHERE (l, r) IN (SELECT (l, r) FROM _ranked WHERE outdone)")
        model = _fit(con, compared)
        _rank(con, compared, model, settings)
    _write_model(con, entity, compared, model)
    _write_pairs(con, entity, settings)
    _cluster(con, entity)
    for table in ("_matched", "_keys", "_blocks", "_pairs", "_levels", "_drawn_levels", "_candidates", "_ranked"):
        con.execute(f"DROP TABLE {table}")


def _draw(con: Connection, compared: Comparisons) -> None:
    """Compare pairs drawn by a hash, regardless of agreement: _drawn_levels."""
    size = max(count(con, "SELECT count(*) FROM _matched"), 1)
    steps = min(max(DRAWN // size, 1), max(size // 2, 1))
    con.execute(f"""
        CREATE TEMP TABLE _drawn AS
        WITH shuffled AS MATERIALIZED (
            SELECT id, row_number() OVER (ORDER BY md5(source || chr(31) || key)) - 1 AS place FROM _matched),
        steps AS (SELECT id, (place + step) % {size} AS place FROM shuffled, range(1, {steps} + 1) AS s(step))
        SELECT least(a.id, b.id) AS l, greatest(a.id, b.id) AS r
        FROM steps AS a JOIN shuffled AS b USING (place) WHERE a.id <> b.id""")
    compare(con, "_matched", "_drawn", "_drawn_levels", compared)
    con.execute("DROP TABLE _drawn")


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


def _fit(con: Connection, compared: Comparisons) -> Model:
    """Fit the model on the patterns of the candidates and of the drawn pairs."""
    size = count(con, "SELECT count(*) FROM _matched")
    levels = [len(kind.levels) + 1 for kind in compared.values()]
    blocked, drawn = _patterns(con, "_candidates", compared), _patterns(con, "_drawn_levels", compared)
    return fit(levels, *blocked, *drawn, size * (size - 1) // 2, [_same(con, name) for name in compared])


def _same(con: Connection, field: str) -> float | None:
    """The share of all pairs that have the same key in a field, counted over its values."""
    values = f"SELECT {ident(f'{field}__key')} AS v FROM _matched"
    counted = f"SELECT count(*) AS n FROM ({values}) WHERE v IS NOT NULL GROUP BY v"
    pairs = f"SELECT sum(n * (n - 1)) / nullif(sum(n) * (sum(n) - 1), 0) FROM ({counted})"
    share: float | None = rows(con, pairs)[0][0]
    return share


def _pattern(compared: Comparisons) -> str:
    """A pair's levels as one list, -1 for neutral."""
    return f"[{', '.join(f'coalesce({ident(name)}, -1)' for name in compared)}]::TINYINT[]"


def _patterns(con: Connection, table: str, compared: Comparisons) -> tuple[Patterns, Floats]:
    """The distinct patterns of a table of levels, sorted, and how often each occurs."""
    found = rows(con, f"SELECT {_pattern(compared)} AS levels, count(*) FROM {table} GROUP BY ALL ORDER BY ALL")
    patterns = np.array([levels for levels, _ in found], dtype=np.int8).reshape(len(found), len(compared))
    return patterns, np.array([times for _, times in found], dtype=np.float64)


def _write_model(con: Connection, entity: str, compared: Comparisons, model: Model) -> None:
    """match.<entity>_weights: what each level of each field says, in bits, and how often it occurs."""
    lines = [
        {"field": field, "level": level, "name": name, "m": float(m), "u": float(u), "weight": float(weight)}
        for number, (field, kind) in enumerate(compared.items())
        for level, (name, m, u, weight) in enumerate(
            zip(_level_names(kind), model.m[number], model.u[number], model.level_weights(number), strict=True)
        )
    ]
    lines.append({"field": "(prior)", "level": 0, "name": "any pair", "m": model.prior, "u": 1 - model.prior,
                  "weight": float(np.log2(model.prior / (1 - model.prior)))})  # fmt: skip
    con.execute(f"""CREATE TABLE {ident("match", f"{entity}_weights")}
        (field VARCHAR, level INTEGER, name VARCHAR, m DOUBLE, u DOUBLE, weight DOUBLE)""")
    append(con, ident("match", f"{entity}_weights"), pa.Table.from_pylist(lines))


def _level_names(kind: SemanticType) -> list[str]:
    return ["different", *(level.name for level in reversed(kind.levels))]


def _rank(con: Connection, compared: Comparisons, model: Model, settings: MatchConfig) -> None:
    """_ranked: every compared pair with its weight, and whether a rule forbids it.

    In a source without duplicates only a record's best candidate can be the same; the others are outdone.
    """
    patterns, _ = _patterns(con, "_levels", compared)
    con.execute("CREATE OR REPLACE TEMP TABLE _scores (levels TINYINT[], weight DOUBLE, probability DOUBLE)")
    scored = {"levels": pa.array(patterns.tolist(), pa.list_(pa.int8())), "weight": model.weights(patterns),
              "probability": model.probabilities(patterns)}  # fmt: skip
    append(con, "_scores", pa.table(scored))
    distinct = ", ".join(literal(name) for name in settings.distinct) or "NULL"
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE _ranked AS
        WITH scored AS (
            SELECT p.l, p.r, l.source AS source_l, l.key AS key_l, r.source AS source_r, r.key AS key_r,
                s.weight, s.probability, s.levels, c.l IS NULL AS forbidden
            FROM _levels AS p JOIN _scores AS s ON s.levels = {_pattern(compared)}
            JOIN _records AS l ON l.id = p.l JOIN _records AS r ON r.id = p.r
            LEFT JOIN _candidates AS c ON c.l = p.l AND c.r = p.r)
        SELECT *, coalesce(source_l IN ({distinct}) AND row_number() OVER in_left > 1
            OR source_r IN ({distinct}) AND row_number() OVER in_right > 1, false) AS outdone
        FROM scored WINDOW in_left AS (PARTITION BY r, source_l ORDER BY forbidden, weight DESC, l),
            in_right AS (PARTITION BY l, source_r ORDER BY forbidden, weight DESC, r)""")
    con.execute("DROP TABLE _scores")


def _write_pairs(con: Connection, entity: str, settings: MatchConfig) -> None:
    """match.<entity>_pairs: every candidate pair with its weight and verdict, and who gave it."""
    low, high = settings.review
    con.execute(f"""
        CREATE TABLE {ident("match", f"{entity}_pairs")} AS
        WITH persons AS (
            SELECT l, r, verdict, "user" FROM (
                SELECT *, 'match' AS verdict FROM _must UNION ALL SELECT *, 'no_match' FROM _cannot)
            JOIN (SELECT DISTINCT act, "user" FROM memory.decisions) USING (act))
        SELECT source_l, key_l, source_r, key_r, weight, probability,
            CASE WHEN d.verdict IS NOT NULL THEN d.verdict WHEN forbidden OR outdone THEN 'no_match'
                 WHEN probability >= {high} THEN 'match' WHEN probability >= {low} THEN 'review'
                 ELSE 'no_match' END AS verdict,
            coalesce(d."user", CASE WHEN forbidden OR outdone THEN 'rule' ELSE 'model' END) AS decided_by, levels
        FROM _ranked LEFT JOIN persons AS d USING (l, r) ORDER BY l, r""")


def _cluster(con: Connection, entity: str) -> None:
    """Fill _clusters (id, cluster, confidence): the confidence of a link, or of standing alone; a person is sure."""
    pairs = ident("match", f"{entity}_pairs")
    con.execute(f"""
        CREATE TEMP TABLE _edges AS
        SELECT l.id AS l, r.id AS r, p.verdict,
            CASE WHEN decided_by IN ('model', 'rule') THEN p.probability ELSE (verdict = 'match')::DOUBLE
                END AS probability
        FROM {pairs} AS p
        JOIN _records AS l ON l.source = p.source_l AND l.key = p.key_l
        JOIN _records AS r ON r.source = p.source_r AND r.key = p.key_r""")
    matched = con.execute("SELECT l, r FROM _edges WHERE verdict = 'match' ORDER BY l, r").fetchnumpy()
    size = count(con, "SELECT count(*) FROM _records")
    labels = components(size, np.asarray(matched["l"]), np.asarray(matched["r"]))
    con.execute("CREATE TEMP TABLE _labels (id BIGINT, cluster BIGINT)")
    append(con, "_labels", pa.table({"id": np.arange(size), "cluster": labels}))
    con.execute("""
        CREATE TEMP TABLE _clusters AS
        WITH sides AS (
            SELECT l AS id, probability, verdict FROM _edges UNION ALL SELECT r, probability, verdict FROM _edges),
        best AS (
            SELECT id, max(probability) FILTER (WHERE verdict = 'match') AS linked, max(probability) AS near
            FROM sides GROUP BY id)
        SELECT id, cluster, coalesce(linked, 1 - near, 1.0) AS confidence FROM _labels LEFT JOIN best USING (id)""")
    con.execute("DROP TABLE _labels; DROP TABLE _edges")
