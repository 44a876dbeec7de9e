"""std -> match: candidate pairs, their weights, clusters, and a golden id for every cluster."""

from __future__ import annotations

import numpy as np

from ..config import Config, MatchConfig
from ..matching.blocking import candidate_pairs, column_of
from ..matching.compare import Comparisons, compare
from ..matching.drawn import draw
from ..matching.learn import Learned, Teaching, learn
from ..matching.rarity import Shares, frequent, rarity, shares
from ..matching.saved import read_model, saved
from ..store import Connection, count, fresh_schema, ident, streamed
from .context import Counts, Notes, Run
from .decided import LAID_OUT, decided, leave_out, overridden
from .golden_ids import assign
from .match_quality import measure, remembered
from .numbered import block, number, uncompared
from .verdicts import group, judge, rank, settle


def run(con: Connection, run: Run) -> Counts:
    """Match the entities that the configuration names; in the others each record is a cluster of its own."""
    fresh_schema(con, "match")
    records = clusters = 0
    for entity in run.config.entities:
        number(con, run.config, entity, run.as_of.isoformat(), ident("std", entity))
        decided(con, entity)
        if entity in run.config.match:
            _match(con, run.config, entity, run.config.match[entity])
        else:
            con.execute(
                "CREATE TEMP TABLE _clusters AS SELECT id, id AS cluster, 1.0::DOUBLE AS confidence FROM _records"
            )
        assign(con, run, entity, remembered=entity in run.config.match)
        overridden(con, entity)
        records += count(con, "SELECT count(*) FROM _records")
        clusters += count(con, f"SELECT count(DISTINCT golden_id) FROM {ident('match', f'{entity}_clusters')}")
        for table in ("_records", "_clusters", *LAID_OUT):
            con.execute(f"DROP TABLE {table}")
    leave_out(con, run.config)
    return Counts(records, clusters)


def notes(con: Connection) -> Notes:
    """The ids that were given or moved, and how good the matching is."""
    metrics = remembered(con)
    given = "SELECT entity, golden_id, source, key, founding FROM match.new_ids ORDER BY ALL"
    return {"golden_ids": streamed(con, given), "metrics": metrics}


def _match(con: Connection, config: Config, entity: str, settings: MatchConfig) -> None:
    """Block, compare, learn, judge and cluster an entity's records: _clusters, and the tables match.<entity>_..."""
    compared = comparisons(config, entity)
    _block(con, config, entity, settings)
    frequent(con, "_records", compared)
    common = shares(con, "_records", compared)
    con.executemany("INSERT INTO match.shares VALUES (?, ?, ?, ?)", [(entity, *at, n) for at, n in common.items()])
    for pairs, levels in (("_pairs", "_levels"), ("_drawn", "_chance")):
        weigh(con, pairs, levels, compared, common)
    contradict(con, settings, compared)
    if settings.model:
        rank(con, learned := read_model(config.path(settings.model), compared), settings)
    else:
        rank(con, learned := _learn(con, "_candidates", compared, settings), settings)
    if settings.distinct and not settings.model:  # knowing who was outdone, it learns what matches look like again
        best = "SELECT l, r FROM _ranked WHERE NOT outdone"
        con.execute(f"CREATE TEMP TABLE _best AS FROM _candidates SEMI JOIN ({best}) USING (l, r)")
        rank(con, learned := _learn(con, "_best", compared, settings), settings)
        con.execute("DROP TABLE _best")
    _write_model(con, entity, learned)
    judge(con, settings)
    group(con, entity, settings)
    settle(con)
    measure(con, entity, settings.block)
    con.execute(f"""
        CREATE TABLE {ident("match", f"{entity}_pairs")} AS
        SELECT l.source AS source_l, l.key AS key_l, r.source AS source_r, r.key AS key_r, weight, probability,
            verdict, decided_by, levels, rarity, proposed
        FROM _settled AS p JOIN _records AS l ON l.id = p.l JOIN _records AS r ON r.id = p.r ORDER BY p.l, p.r""")
    for view in ("_settled", "_judged", "_candidates", "_matched"):
        con.execute(f"DROP VIEW {view}")
    for table in ("_keys", "_summary", "_blocks", "_pairs", "_levels", "_drawn", "_chance", "_frequent", "_apart",
                  "_ranked"):  # fmt: skip
        con.execute(f"DROP TABLE {table}")


def comparisons(config: Config, entity: str) -> Comparisons:
    """The fields by which an entity's records are compared, with their types."""
    return {name: config.entities[entity].fields[name].kind for name in config.compared(entity)}


def _block(con: Connection, config: Config, entity: str, settings: MatchConfig) -> None:
    """_matched: the records that may match; _pairs: those of them to compare, and what people decided; _drawn."""
    block(con, config, entity)
    con.execute(f"CREATE TABLE {ident('match', f'{entity}_blocks')} AS FROM _summary")
    candidate_pairs(con, settings.block, uncompared(settings))
    add_decided(con)
    draw(con, "_matched", "_drawn")


def add_decided(con: Connection) -> None:
    """Add to _pairs those that people decided."""
    con.execute("""
        INSERT INTO _pairs SELECT l, r, NULL FROM (SELECT l, r FROM _must UNION ALL SELECT l, r FROM _cannot) AS d
        WHERE NOT EXISTS (FROM _pairs AS p WHERE p.l = d.l AND p.r = d.r)""")


def weigh(
    con: Connection, pairs: str, levels: str, compared: Comparisons, common: Shares, among: str | None = None
) -> None:
    """The temp table `levels`: pairs of _records with their levels, and the bits that rarity adds, by _frequent."""
    compare(con, "_records", pairs, "_compared", compared, among)
    rarity(con, "_records", "_compared", levels, compared, common)
    con.execute("DROP TABLE _compared")


def contradict(con: Connection, settings: MatchConfig, compared: Comparisons) -> None:
    """_apart: pairs that a distinctive field or a rule tells apart, no matches; _candidates: the others compared."""
    apart = [
        f"(p.{ident(name)} = 0 AND l.{ident(f'{name}__valid')} AND r.{ident(f'{name}__valid')})"
        for name, kind in compared.items()
        if kind.distinctive
    ]
    apart += [f"l.{column} <> r.{column}" for column in map(ident, map(column_of, settings.apart))]
    con.execute(f"""
        CREATE TEMP TABLE _apart AS
        SELECT p.l, p.r FROM _levels AS p JOIN _records AS l ON l.id = p.l JOIN _records AS r ON r.id = p.r
        WHERE {" OR ".join(apart) or "false"}""")
    con.execute("CREATE TEMP VIEW _candidates AS FROM _levels ANTI JOIN _apart USING (l, r)")


def _learn(con: Connection, candidates: str, compared: Comparisons, settings: MatchConfig) -> Learned:
    teaching = Teaching("_matched", candidates, "_chance")
    return learn(con, teaching, compared, settings.compare or [], settings.shared)


def _write_model(con: Connection, entity: str, learned: Learned) -> None:
    """match.<entity>_weights: how often each level of each field occurs among matches (m), relatives (r) and others
    (u), and what it says for a match against others, in bits; match.models: the whole as JSON."""
    con.execute("INSERT INTO match.models VALUES (?, ?)", [entity, saved(learned)])
    model, lines = learned.model, []
    for place, fields in enumerate(learned.groups):
        related = model.r[place] if model.related else [None] * len(fields.levels)
        weights = model.level_weights(place)
        for level, said in enumerate(zip(model.m[place], model.u[place], related, weights, strict=True)):
            lines.append((fields.title, level, fields.levels[level], *(None if x is None else float(x) for x in said)))
    prior = float(np.log2(model.prior / (1 - model.prior)))
    lines.append(("(prior)", 0, "any pair", model.prior, 1 - model.prior, model.related or None, prior))
    table = ident("match", f"{entity}_weights")
    columns = "field VARCHAR, level INTEGER, name VARCHAR, m DOUBLE, u DOUBLE, r DOUBLE, weight DOUBLE"
    con.execute(f"CREATE TABLE {table} ({columns})")
    con.executemany(f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?, ?)", lines)
