"""Who is the same as whom, and how full the golden records are."""

from __future__ import annotations

from ..language import counted
from ..language import gettext as _
from ..reports.fragments import share
from ..store import Connection, exists, ident, literal, records, rows
from ..views.filled import filled, filled_data
from ..views.waiting import Waiting, waiting_data
from .chapter import FINE, WATCH, Chapter, Ground, Row, Table
from .columns import columns

PAIRS = """
    SELECT {0} AS entity, count(*) FILTER (verdict = 'match') AS joined FROM {1}"""

REVIEWED = "SELECT sum(reviewed) FROM published.match_strata HAVING sum(reviewed) > 0"

SIZES = """
    SELECT {0} AS entity, CASE WHEN size > 4 THEN '5+' ELSE size::VARCHAR END AS size, count(*) AS clusters,
        sum(size)::BIGINT AS records
    FROM (SELECT count(*) AS size FROM {1} GROUP BY golden_id) GROUP BY ALL ORDER BY size"""

MEASURES = "SELECT * FROM published.match_quality WHERE unit = 'share' ORDER BY entity, measure"

KEPT = "stated derived reference collected override missing"


def matching(ground: Ground) -> Chapter:
    """The queue, how good the matching is with its intervals, the sizes of golden records, their gaps."""
    config = ground.config
    with ground.run.session() as con:
        queue = {entity: waiting_data(con, entity) for entity in config.match}
        pairs = [line | {"waiting": queue[entity].pairs, "weak": queue[entity].golden}
                 for entity in config.match for line in _of(con, PAIRS, entity, "pairs")]  # fmt: skip
        sizes = [line for entity in config.match for line in _of(con, SIZES, entity, "clusters")]
        measures = records(con, MEASURES) if exists(con, "published", "match_quality") else []
        gaps = [line for entity in filled_data(con) for line in entity["fields"]]
        golden = _golden(con)
        sampled = exists(con, "published", "match_strata") and bool(rows(con, REVIEWED))
    waiting = Waiting(sum(one.pairs for one in queue.values()), sum(one.golden for one in queue.values()))
    said = counted("{n} golden record.", "{n} golden records.", golden)
    said += " " + _("For a person to decide: {what}.").format(what=waiting.said)
    unsampled = _("Nobody has decided a sample of the pairs: `workbench matching PROJECT --sample FILE` draws one.")
    precise = [line for line in measures if line["measure"] == "precision" and line["value"] is not None]
    for line in precise:
        said += " " + _("{entity}: {value} of what was joined is right ({low} to {high}).").format(
            entity=line["entity"], value=share(line["value"]), low=share(line["low"]), high=share(line["high"])
        )
    if pairs and not precise:
        little = _("Too little of the sample is decided to say how many joins are right.")
        said += " " + (little if sampled else unsampled)
    told = _("Of rules and model alone, with 95% intervals; where nothing stands, too little of the sample is decided.")
    told = told if sampled else _("Of rules and model alone.") + " " + unsampled
    tables = [
        Table(_("Pairs"), columns("entity joined waiting weak"), pairs),
        Table(_("How good the matching is"), columns("entity measure value low high reviewed", value="share"), measures,
              told),
        Table(_("Golden records by size"), columns("entity size clusters records"), sizes),
        Table(_("Gaps of golden records"), columns(f"entity field records {KEPT}"), gaps, drawn=True),
    ]  # fmt: skip
    state = WATCH if any(waiting) or (pairs and not precise) else FINE
    return Chapter("matching", _("Matching and golden records"), state, said, [filled(ground.run)], tables)


def _of(con: Connection, query: str, entity: str, part: str) -> list[Row]:
    return records(con, query.format(literal(entity), ident("published", f"match_{entity}_{part}")))


def _golden(con: Connection) -> int:
    """All golden records, of what is matched and of what follows it."""
    counted = "SELECT any_value(records) AS n FROM published.gold_filled GROUP BY entity"
    return sum(n for (n,) in rows(con, counted))
