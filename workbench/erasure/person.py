"""Who is to be erased: the records that are the person's, those below them, and the golden records they are in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ..config import Config
from ..config.mistakes import suggestion
from ..decisions.records import demand_records, golden
from ..errors import ConfigError
from ..store import Connection, blame, ident, literal, rows

Record = tuple[str, str, str]
"""Entity, source and key."""

KEYS = """
    SELECT key FROM {} WHERE source = $2 AND key = $3
    UNION SELECT after FROM std.changes WHERE (entity, source, field, before) = ($1, $2, 'key', $3)"""
"""The keys that records have which came with the same one: a repeated key is numbered."""


@dataclass(frozen=True)
class Person:
    """`roots` are the records as their systems key them, `records` these and their children as std has them;
    `golden_ids` are those they have, and those that lead there."""

    roots: list[Record]
    records: list[Record]
    golden_ids: list[str]


def find_person(con: Connection, config: Config, what: Sequence[str]) -> Person:
    """The person that an entity, source and key, or a golden id alone, name in the newest run.

    Raises ConfigError where there is no such record, for one without a key of its own, and where a legal hold holds.
    """
    if len(what) == 1:
        of = golden(con, what[0])
        named: list[Record] = [(of.entity, *member) for member in of.members]
    else:
        entity, source, key = what
        if entity not in config.entities:
            raise ConfigError(f"There is no entity {entity!r}{suggestion(entity, config.entities)}")
        demand_records(con, config, entity, [(source, key)])
        named = [(entity, source, key)]
    roots = list(dict.fromkeys((*record[:2], _as_it_came(con, *record)) for record in named))
    found = [record for root in roots for record in _records(con, config, root)]
    theirs = {record: golden_id for record in found for golden_id in _golden_id(con, record)}
    for entity, condition in config.legal_hold.items():
        _demand_free(con, entity, condition, {r: theirs.get(r) for r in found if r[0] == entity})
    return Person(roots, found, sorted({*theirs.values(), *_led(con, [*theirs.values()])}))


def values_of(con: Connection, config: Config, person: Person) -> set[str]:
    """The values of their records, as the newest run has them, that no other record has."""
    found = set[str]()
    for entity in {entity for entity, *_ in person.records}:
        keys = [f"{source}\x1f{key}" for of, source, key in person.records if of == entity]
        table, inside = ident("std", entity), "source || chr(31) || key IN (SELECT unnest($1::VARCHAR[]))"
        for name in config.entities[entity].fields:
            query = f"""SELECT {ident(name)}::VARCHAR FROM {table} WHERE {inside}
                EXCEPT SELECT {ident(name)}::VARCHAR FROM {table} WHERE NOT ({inside})"""
            found |= {value for (value,) in rows(con, query, [keys]) if value}
    return found


def _as_it_came(con: Connection, entity: str, source: str, key: str) -> str:
    """The key as the source has it. Raises ConfigError where it has none: no later run could know the record."""
    came = "SELECT before FROM std.changes WHERE (entity, source, field, after) = ($1, $2, 'key', $3)"
    for (before,) in rows(con, came, [entity, source, key]):
        if not (before or "").strip(" |"):
            raise ConfigError(
                f"{source} {key} has no key of its own, so no later run could leave it out. Take it out of the extract "
                "by hand, or give it a key there; then run again."
            )
        return str(before)
    return key


def _records(con: Connection, config: Config, root: Record) -> Iterator[Record]:
    """A record, with those that repeat its key, its children, and theirs."""
    entity, source, key = root
    keys = [name for (name,) in rows(con, KEYS.format(ident("std", entity)), [entity, source, key])]
    level = {entity: keys}
    while level:
        yield from ((entity, source, key) for entity, keys in level.items() for key in keys)
        level = {child: _children(con, child, source, level[parent]) for parent, child in below(config, level)}


def below(config: Config, entities: Collection[str]) -> list[tuple[str, str]]:
    """The entities below some, each with its parent."""
    return [(of.parent, name) for name, of in config.entities.items() if of.parent and of.parent in entities]


def _children(con: Connection, child: str, source: str, keys: list[str]) -> list[str]:
    query = f"SELECT key FROM {ident('std', child)} WHERE source = ? AND parent_key IN (SELECT unnest(?::VARCHAR[]))"
    return [key for (key,) in rows(con, query, [source, keys])]


def _golden_id(con: Connection, record: Record) -> list[str]:
    query = "SELECT golden_id FROM gold.xref WHERE (entity, source, key) = (?, ?, ?)"
    return [golden_id for (golden_id,) in rows(con, query, list(record))]


def _led(con: Connection, golden_ids: list[str]) -> list[str]:
    """The golden ids that lead to others since a merge: new systems and archives may know the person by them."""
    query = "SELECT golden_id FROM gold.redirects WHERE redirects_to IN (SELECT unnest(?::VARCHAR[]))"
    return [golden_id for (golden_id,) in rows(con, query, [golden_ids])]


def _demand_free(con: Connection, entity: str, condition: str, theirs: dict[Record, str | None]) -> None:
    """Raise ConfigError where a legal hold holds for a golden record of theirs, or cannot be looked at."""
    hold = f"Nothing is erased. The legal hold of {entity} in workbench.yml ({condition})"
    if unknown := [f"{source} {key}" for (_, source, key), golden_id in theirs.items() if golden_id is None]:
        raise ConfigError(f"{hold} cannot be held against {', '.join(unknown)}, which is in no golden record.")
    ((run_id,),) = rows(con, "SELECT run_id FROM meta.stage WHERE stage = 'golden'")
    with blame(f"legal_hold.{entity}"):
        held = rows(con, f"""
            SELECT golden_id FROM (SELECT *, DATE {literal(run_id.rsplit(".", 1)[0])} AS as_of
                FROM {ident("gold", entity)}) AS {ident(entity)}
            WHERE golden_id IN (SELECT unnest(?::VARCHAR[])) AND ({condition}) ORDER BY golden_id""",
            [list(theirs.values())])  # fmt: skip
    if held:
        said = ", ".join(golden_id for (golden_id,) in held[:10])
        raise ConfigError(f"{hold} holds for {said}. It may be erased once that ends.")
