"""target -> wave: which customers go over when. Children go with their parent."""

from __future__ import annotations

from ..store import Connection, blame, count, fresh_schema, ident, literal
from .context import Counts, Run


def run(con: Connection, run: Run) -> Counts:
    """Put each golden record into the first wave whose condition holds. One that no wave takes is left out here,
    and unexplained in the reconciliation."""
    fresh_schema(con, "wave")
    total = 0
    for entity in run.config.parents_first():
        parent = run.config.entities[entity].parent
        with blame("waves"):
            con.execute(_follow(entity, parent) if parent else _choose(run, entity))
        total += count(con, f"SELECT count(*) FROM {ident('gold', entity)}")
    return Counts(total, count(con, "SELECT count(*) FROM wave.members"))


def _choose(run: Run, entity: str) -> str:
    """Conditions read the golden record under its entity's name, and the other tables of gold."""
    cases = " ".join(f"WHEN ({wave.where}) THEN {place}" for place, wave in enumerate(run.config.waves))
    waves = ", ".join(
        f"({place}, {literal(wave.name)}, {wave.later}, {literal(wave.where)})"
        for place, wave in enumerate(run.config.waves)
    )
    return f"""
        INSERT INTO wave.members
        SELECT {literal(entity)}, c.golden_id, w.name, w.later, w.reason
        FROM (SELECT golden_id, CASE {cases} END AS place
              FROM (SELECT *, DATE '{run.as_of}' AS as_of FROM {ident("gold", entity)}) AS {ident(entity)}) AS c
        JOIN (VALUES {waves}) AS w(place, name, later, reason) ON w.place = c.place"""


def _follow(entity: str, parent: str) -> str:
    return f"""
        INSERT INTO wave.members
        SELECT {literal(entity)}, c.golden_id, m.wave, m.later, {literal(f"goes with its {parent}")}
        FROM {ident("gold", entity)} AS c
        JOIN wave.members AS m ON m.entity = {literal(parent)} AND m.golden_id = c.parent_golden_id"""
