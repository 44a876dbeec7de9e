"""target -> wave: which customers go over when, which never. Children go with their parent.

A record is in the first wave that takes it. A wave with `first` takes the largest by `by`. A record with a child that
is never deferred passes over the waves that do not go now; if no wave that goes now takes it, the last of them does.
What the waves cannot be asked of, for it lacks the fields that they name, goes whole with the first that goes now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..config import Config
from ..errors import ConfigError
from ..store import Connection, blame, count, fresh_schema, ident, literal
from .context import Counts, Run

CLEAR = "DROP TABLE _asked; DROP TABLE _held"


def run(con: Connection, run: Run) -> Counts:
    """Put each golden record into one wave. One that no wave takes is left out here, and unexplained in the
    reconciliation. Raises ConfigError for conditions and ranks that can be computed of no entity."""
    fresh_schema(con, "wave")
    _write_down(con, run.config)
    total, asked = 0, _asked(con, run)
    for entity in run.config.parents_first():
        if parent := run.config.entities[entity].parent:
            con.execute(_follow(entity, parent))
            _sum(con, run.config, entity)
        elif entity in asked:
            _choose(con, run, entity)
        else:
            con.execute(_first(run.config, entity))
        total += count(con, f"SELECT count(*) FROM {ident('gold', entity)}")
    return Counts(total, count(con, "SELECT count(*) FROM wave.members"))


def _write_down(con: Connection, config: Config) -> None:
    """What workbench.yml says of going over, for those who read tables."""
    waves = [(w.name, w.later, w.archive, w.owner, w.checker, w.on) for w in config.waves]
    con.executemany("INSERT INTO wave.waves VALUES (?, ?, ?, ?, ?, ?, ?)", list(_numbered(waves)))
    parents = [(entity, config.entities[entity].parent) for entity in config.parents_first()]
    con.executemany("INSERT INTO wave.entities VALUES (?, ?, ?)", list(_numbered(parents)))
    if cut := config.cutover:
        con.execute(
            "INSERT INTO wave.cutover VALUES (?, ?, ?, ?, ?)",
            [cut.freeze, cut.start, cut.end, cut.fallback, cut.fallback_minutes],
        )


def _numbered(lines: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    return ((place, *line) for place, line in enumerate(lines, 1))


def _asked(con: Connection, run: Run) -> list[str]:
    """The entities without a parent that have the fields which the waves name. Raises ConfigError where none has."""
    found, wrong = list[str](), list[ConfigError]()
    for entity in run.config.parents_first():
        if run.config.entities[entity].parent:
            continue
        try:
            for wave in run.config.waves:
                with blame(f"waves: {wave.name}, of {entity}"):
                    con.execute(f"EXPLAIN SELECT {wave.where}, {wave.by or 'NULL'} FROM {_today(run, entity)}")
            found.append(entity)
        except ConfigError as error:
            wrong.append(error)
    if wrong and not found:
        raise wrong[0]
    return found


def _choose(con: Connection, run: Run, entity: str) -> None:
    """Fill the waves one after the other, from those whom no earlier one took."""
    waves = run.config.waves
    with blame("waves"):
        con.execute(_ask(run, entity))
    with blame("never_deferred"):
        con.execute(f"CREATE TEMP TABLE _held AS {_held(run, entity)}")
    passed = ["false"]  # the waves before that do not go now and would have taken it
    for place, wave in enumerate(waves):
        if wave.deferred:
            con.execute(_take(entity, place, literal(wave.where), run.config, f"holds{place} AND why IS NULL"))
            passed.append(f"holds{place}")
        else:
            where = literal(wave.where)
            reason = f"CASE WHEN {' OR '.join(passed)} THEN coalesce(why, {where}) ELSE {where} END"
            con.execute(_take(entity, place, reason, run.config, f"holds{place}"))
    now = [place for place, wave in enumerate(waves) if not wave.deferred]
    if now:
        con.execute(_take(entity, now[-1], "why", run.config, "why IS NOT NULL", whole=True))
    con.execute(CLEAR)


def _ask(run: Run, entity: str) -> str:
    """Of each golden record, which conditions hold and what it is ranked by.

    They read the golden record under its entity's name, and the other tables of gold.
    """
    asked = "".join(
        f", ({wave.where}) AS holds{place}, ({wave.by or 'NULL'}) AS rank{place}"
        for place, wave in enumerate(run.config.waves)
    )
    return f"CREATE TEMP TABLE _asked AS SELECT golden_id{asked} FROM {_today(run, entity)}"


def _today(run: Run, entity: str) -> str:
    return f"(SELECT *, DATE '{run.as_of}' AS as_of FROM {ident('gold', entity)}) AS {ident(entity)}"


def _held(run: Run, entity: str) -> str:
    """golden_id and why of the records that are never deferred: from each child up to its parent without one."""
    found = ["SELECT NULL::VARCHAR AS golden_id, NULL::VARCHAR AS has WHERE false"]
    for child, condition in run.config.never_deferred.items():
        above, ids = child, f"SELECT golden_id FROM {_today(run, child)} WHERE ({condition})"
        while parent := run.config.entities[above].parent:
            ids = f"SELECT parent_golden_id AS golden_id FROM {ident('gold', above)} WHERE golden_id IN ({ids})"
            above = parent
        if above == entity:
            has = f"has {'an' if child[0] in 'aeiou' else 'a'} {child}" if child != entity else condition
            found.append(f"SELECT golden_id, {literal(has)} FROM ({ids})")
    return f"""
        SELECT golden_id, 'never deferred: ' || string_agg(DISTINCT has, '; ' ORDER BY has) AS why
        FROM ({" UNION ALL ".join(found)}) GROUP BY golden_id"""


def _take(entity: str, place: int, reason: str, config: Config, condition: str, *, whole: bool = False) -> str:
    """A wave takes those for whom a condition holds, of the left: the largest, unless the `whole` of them."""
    wave = config.waves[place]
    limit = f"LIMIT {wave.first}" if wave.first and not whole else ""
    return f"""
        INSERT INTO wave.members
        SELECT {literal(entity)}, golden_id, {literal(wave.name)}, {wave.later}, {wave.archive}, {reason}
        FROM _asked LEFT JOIN _held USING (golden_id)
        WHERE {condition} AND golden_id NOT IN (SELECT golden_id FROM wave.members WHERE entity = {literal(entity)})
        ORDER BY rank{place} DESC NULLS LAST, golden_id {limit}"""


def _first(config: Config, entity: str) -> str:
    wave = next((wave for wave in config.waves if not wave.deferred), config.waves[0])
    return f"""
        INSERT INTO wave.members
        SELECT {literal(entity)}, golden_id, {literal(wave.name)}, {wave.later}, {wave.archive},
            'the waves are of others'
        FROM {ident("gold", entity)}"""


def _follow(entity: str, parent: str) -> str:
    return f"""
        INSERT INTO wave.members
        SELECT {literal(entity)}, c.golden_id, m.wave, m.later, m.archive, {literal(f"goes with its {parent}")}
        FROM {ident("gold", entity)} AS c
        JOIN wave.members AS m ON m.entity = {literal(parent)} AND m.golden_id = c.parent_golden_id"""


def _sum(con: Connection, config: Config, entity: str) -> None:
    """What the records of an entity come to in each wave, by currency."""
    fields = config.entities[entity].fields
    for name, field in fields.items():
        if field.type == "money":
            currency = literal(field.currency or "")
            if field.currency in fields:
                currency = f"coalesce(g.{ident(field.currency)}::VARCHAR, '')"
            con.execute(f"""
                INSERT INTO wave.amounts
                SELECT m.wave, {literal(entity)}, {literal(name)}, {currency}, count(*), sum(g.{ident(name)})
                FROM {ident("gold", entity)} AS g
                JOIN wave.members AS m ON m.entity = {literal(entity)} AND m.golden_id = g.golden_id
                WHERE g.{ident(name)} IS NOT NULL GROUP BY ALL ORDER BY ALL""")
