"""Arrivals and the golden records that they meet, matched as a run matches, with the model of the newest run."""

from __future__ import annotations

from ..errors import ConfigError
from ..matching.learn import Learned
from ..matching.rarity import frequent
from ..matching.saved import model_of
from ..stages.context import Run
from ..stages.decided import decided
from ..stages.golden_ids import assign
from ..stages.match import add_decided, comparisons, contradict, weigh
from ..stages.numbered import may_match, number
from ..stages.verdicts import group, judge, rank, settle
from ..store import Connection, ident, rows


def learned_model(con: Connection, run: Run, entity: str) -> Learned:
    """The model of the newest run. Raises ConfigError where workbench.yml compares otherwise than that did."""
    ((text,),) = rows(con, "SELECT model FROM work.match.models WHERE entity = ?", [entity])
    try:
        return model_of(text, comparisons(run.config, entity), "What the newest run learned")
    except ConfigError as error:
        raise ConfigError(f"{error} Run the project again.") from error


def judge_again(con: Connection, run: Run, entity: str, learned: Learned) -> None:
    """_settled, _clusters and match.<entity>_clusters of the records of std.<entity>."""
    settings, compared = run.config.match[entity], learned.compared
    number(con, run.config, entity, run.as_of.isoformat(), ident("std", entity))
    decided(con, entity)
    may_match(con)
    _pair(con, entity)
    add_decided(con)
    frequent(con, "_everyone", compared, "_records")
    common = {(field, part): share for field, part, share in rows(
        con, "SELECT field, part, share FROM work.match.shares WHERE entity = ?", [entity])}  # fmt: skip
    weigh(con, "_pairs", "_levels", compared, common, "_everyone")
    contradict(con, settings, compared)
    rank(con, learned, settings)
    judge(con, settings)
    group(con, entity, settings)
    settle(con)
    assign(con, run, entity, remembered=True)


def _pair(con: Connection, entity: str) -> None:
    """_pairs (l, r, rule): those of _found, and those of the newest run between records that are there still."""
    con.execute(f"""
        CREATE TEMP TABLE _pairs AS
        WITH placed AS (SELECT e.id AS place, r.id FROM _ends AS e JOIN _records AS r USING (source, key)),
        there AS (FROM _records ANTI JOIN _arrived USING (source, key)),
        compared AS (
            SELECT least(a.id, b.id) AS l, greatest(a.id, b.id) AS r, rule
            FROM _found AS f JOIN placed AS a ON a.place = f.l JOIN placed AS b ON b.place = f.r
            UNION ALL SELECT a.id, b.id, NULL FROM {ident("work", "match", f"{entity}_pairs")}
            JOIN there AS a ON (a.source, a.key) = (source_l, key_l)
            JOIN there AS b ON (b.source, b.key) = (source_r, key_r))
        FROM compared WHERE l IN (SELECT id FROM _matched) AND r IN (SELECT id FROM _matched)""")
