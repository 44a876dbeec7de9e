"""match -> gold: one record a cluster, each value with where it came from, by which rule, and what lost."""

from __future__ import annotations

from ..config import Config
from ..config.model import GoldenConfig
from ..store import Connection, count, fresh_schema, ident, literal
from .context import Counts, Run
from .fill import fill

RULES = {
    "valid": "valid DESC NULLS LAST",
    "most_recent": "updated DESC NULLS LAST",
    "most_complete": "filled DESC",
    "most_trusted": "trust DESC",
}
"""How each survivorship rule orders the contenders for a field."""


def run(con: Connection, run: Run) -> Counts:
    """Build gold.<entity> for every entity, parents first, with gold.xref and gold.provenance; then fill gaps."""
    fresh_schema(con, "gold")
    read = written = 0
    for entity in run.config.parents_first():
        con.execute(f"""INSERT INTO gold.xref SELECT {literal(entity)}, golden_id, source, key, founding
            FROM {ident("match", f"{entity}_clusters")} WHERE (source, key) NOT IN (
                SELECT (source, key) FROM match.excluded WHERE entity = {literal(entity)})""")
        con.execute(f"CREATE TABLE {ident('gold', entity)} AS {_golden(con, run.config, entity)}")
        read += count(con, f"SELECT count(*) FROM {ident('std', entity)}")
        written += count(con, f"SELECT count(*) FROM {ident('gold', entity)}")
        if entity in run.config.match:
            _redirect(con, entity)
    for entity in run.config.parents_first():  # when all are there: an expression may look at children
        fill(con, run, entity)
    return Counts(read, written)


def _golden(con: Connection, config: Config, entity: str) -> str:
    """The SELECT of an entity's golden records."""
    parent = config.entities[entity].parent
    up = "NULL::VARCHAR"
    if parent:  # children follow their parent through gold.xref
        up = (f"(SELECT x.golden_id FROM gold.xref AS x WHERE x.entity = {literal(parent)} "
              "AND x.source = s.source AND x.key = s.parent_key)")  # fmt: skip
    own = f"""SELECT x.golden_id, {up} AS parent_golden_id, s.*
        FROM gold.xref AS x JOIN {ident("std", entity)} AS s ON s.source = x.source AND s.key = x.key
        WHERE x.entity = {literal(entity)}"""
    fields = config.entities[entity].fields
    if entity not in config.match:
        return f"SELECT golden_id, parent_golden_id, {', '.join(ident(name) for name in fields)} FROM ({own})"
    for name in fields:
        _survive(con, config, entity, name, own)
    chosen = ", ".join(
        f"max(value) FILTER (WHERE field = {literal(name)})::{field.kind.sql} AS {ident(name)}"
        for name, field in fields.items()
    )
    return f"""SELECT ids.golden_id, NULL::VARCHAR AS parent_golden_id, {chosen}
        FROM (SELECT DISTINCT golden_id FROM gold.xref WHERE entity = {literal(entity)}) AS ids
        LEFT JOIN gold.provenance AS p ON p.golden_id = ids.golden_id AND p.entity = {literal(entity)}
        GROUP BY ids.golden_id"""


def _survive(con: Connection, config: Config, entity: str, field: str, own: str) -> None:
    """Decide one field of all golden records of an entity: gold.provenance gets the winner and the losers."""
    settings = config.golden.get(entity, GoldenConfig())
    owners = " ".join(f"WHEN {literal(name)} THEN {place}" for place, name in enumerate(settings.owners.get(field, [])))
    trust = " ".join(f"WHEN {literal(name)} THEN {source.trust}" for name, source in config.sources.items())
    filled = " + ".join(f"({ident(name)} IS NOT NULL)::INTEGER" for name in config.entities[entity].fields)
    criteria: dict[str, str] = {"owner": "owner"} | {rule: RULES[rule] for rule in settings.otherwise}
    order = ", ".join([*criteria.values(), "trust DESC", "source", "key"])
    compared = {rule: criterion.split()[0] for rule, criterion in criteria.items()}
    decisive = " ".join(
        f"WHEN lead({column}) OVER w IS DISTINCT FROM {column} THEN {literal(rule)}"
        for rule, column in compared.items()
    )
    con.execute(f"""
        INSERT INTO gold.provenance
        WITH contenders AS (
            SELECT golden_id, source, key, updated,
                {ident(field)}::VARCHAR AS value, {ident(f"{field}__valid")} AS valid,
                CASE source {owners or "WHEN '' THEN 0"} ELSE 999 END AS owner, CASE source {trust} END AS trust,
                {filled} AS filled
            FROM ({own}) WHERE {ident(field)} IS NOT NULL),
        -- of equal values only the best contender stands, so that the rule named is what beat another value
        standing AS (
            SELECT * FROM contenders QUALIFY row_number() OVER (PARTITION BY golden_id, value ORDER BY {order}) = 1),
        ranked AS (
            SELECT *, row_number() OVER w AS place,
                CASE WHEN lead(value) OVER w IS NULL THEN 'agreed' {decisive} ELSE 'first key' END AS rule
            FROM standing WINDOW w AS (PARTITION BY golden_id ORDER BY {order})),
        losers AS (
            SELECT c.golden_id,
                list({{'value': c.value, 'source': c.source, 'key': c.key}} ORDER BY c.source, c.key) AS losing
            FROM contenders AS c JOIN ranked AS r ON r.golden_id = c.golden_id AND r.place = 1 AND r.value <> c.value
            GROUP BY c.golden_id)
        SELECT {literal(entity)}, golden_id, {literal(field)}, value, source, key, rule, coalesce(losing, [])
        FROM ranked LEFT JOIN losers USING (golden_id) WHERE place = 1""")


def _redirect(con: Connection, entity: str) -> None:
    """Ids whose founding record is now part of another customer lead to it."""
    con.execute(f"""
        INSERT INTO gold.redirects
        SELECT DISTINCT {literal(entity)}, f.golden_id, x.golden_id
        FROM memory.golden_ids AS f JOIN gold.xref AS x USING (entity, source, key)
        WHERE f.entity = {literal(entity)} AND f.founding AND x.golden_id <> f.golden_id""")
