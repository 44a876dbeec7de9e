"""match -> gold: one record a cluster, each value with where it came from, by which rule, and what lost."""

from __future__ import annotations

from ..config import Config
from ..config.golden import GoldenConfig
from ..store import Connection, blame, count, fresh_schema, ident, literal
from .consequences import conclude, entail
from .context import Counts, Run
from .fill import fill
from .links import link
from .ownership import deviate
from .survival import amounts_of, contend, lay_out, survive, survivors


def run(con: Connection, run: Run) -> Counts:
    """Build gold.<entity> for every entity with gold.xref and gold.provenance, see what is related, then fill gaps."""
    fresh_schema(con, "gold")
    entities = run.config.parents_first()
    for entity in entities:
        con.execute(f"""INSERT INTO gold.xref SELECT {literal(entity)}, golden_id, source, key, founding
            FROM {ident("match", f"{entity}_clusters")} WHERE (source, key) NOT IN (
                SELECT (source, key) FROM match.excluded WHERE entity = {literal(entity)})""")
    for entity in sorted(entities, key=lambda name: name in run.config.match):  # a life stage may look at children
        if entity in run.config.match:
            _choose(con, run, entity)
            _redirect(con, entity)
            link(con, run, entity)
        else:
            con.execute(f"CREATE TABLE {ident('gold', entity)} AS {_follow(run.config, entity)}")
    for entity in entities:  # when all are there: an expression may look at children
        fill(con, run, entity)
        if entity in run.config.match:
            conclude(con, entity)
            con.execute(f"DROP TABLE {ident(f'_own_{entity}')}")
    read, written = (
        sum(count(con, f"SELECT count(*) FROM {ident(schema, entity)}") for entity in entities)
        for schema in ("std", "gold")
    )
    return Counts(read, written)


def _follow(config: Config, entity: str) -> str:
    """The SELECT of golden records of one record each; children follow their parent through gold.xref."""
    parent = config.entities[entity].parent
    up = "NULL::VARCHAR"
    if parent:
        up = (f"(SELECT p.golden_id FROM gold.xref AS p WHERE p.entity = {literal(parent)} "
              "AND p.source = s.source AND p.key = s.parent_key)")  # fmt: skip
    fields = ", ".join(f"s.{ident(name)}" for name in config.entities[entity].fields)
    return f"""SELECT x.golden_id, {up} AS parent_golden_id, {fields}
        FROM gold.xref AS x JOIN {ident("std", entity)} AS s ON s.source = x.source AND s.key = x.key
        WHERE x.entity = {literal(entity)}"""


def _choose(con: Connection, run: Run, entity: str) -> None:
    """Build gold.<entity> of what survives; fields whose owner depends on the life stage come when that is known.

    A currency comes after its amounts.
    """
    settings = run.config.golden.get(entity, GoldenConfig())
    units = settings.units(run.config.entities[entity].fields)
    amounts = {unit: set(amounts_of(run.config, entity, fields)) for unit, fields in units.items()}
    late = {field for unit in units if settings.by_stage(unit) for field in units[unit]}
    order = sorted(units, key=lambda unit: bool(amounts[unit]))
    staged = [unit for unit in order if late & {*units[unit], *amounts[unit]}]
    lay_out(con, run.config, entity)
    for unit in (unit for unit in order if unit not in staged):
        _settle(con, run.config, entity, unit, units[unit])
    if staged:
        _tell_stages(con, run, entity, settings)
        for unit in staged:
            _settle(con, run.config, entity, unit, units[unit])
        con.execute("DROP TABLE _stages")
    con.execute(f"CREATE TABLE {ident('gold', entity)} AS {survivors(run.config, entity)}")


def _settle(con: Connection, config: Config, entity: str, unit: str, fields: list[str]) -> None:
    """Decide one unit: what survives, what the merge entails, and what deviates from its owner."""
    contend(con, config, entity, unit, fields)
    survive(con, config, entity, unit, fields)
    deviate(con, config, entity, unit, fields)
    entail(con, config, entity, unit)
    con.execute("DROP TABLE _contenders")


def _tell_stages(con: Connection, run: Run, entity: str, settings: GoldenConfig) -> None:
    """_stages: the life stage of each golden record, '' where no condition holds."""
    cases = " ".join(f"WHEN ({condition}) THEN {literal(name)}" for name, condition in settings.stages.items())
    with blame(f"golden.{entity}.stages"):
        con.execute(f"""CREATE TEMP TABLE _stages AS SELECT golden_id, CASE {cases} ELSE '' END AS stage
            FROM (SELECT *, DATE '{run.as_of}' AS as_of FROM ({survivors(run.config, entity)})) AS {ident(entity)}""")


def _redirect(con: Connection, entity: str) -> None:
    """Ids whose founding record is now part of another customer lead to it."""
    con.execute(f"""
        INSERT INTO gold.redirects
        SELECT DISTINCT {literal(entity)}, f.golden_id, x.golden_id
        FROM memory.golden_ids AS f JOIN gold.xref AS x USING (entity, source, key)
        WHERE f.entity = {literal(entity)} AND f.founding AND x.golden_id <> f.golden_id""")
