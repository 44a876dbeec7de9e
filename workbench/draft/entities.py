"""What the tables of the sources are: the customers, what belongs to them, and what stands apart."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files

from ..store import Connection
from .fields import Mapped, map_columns, slug, whole_fields
from .keys import Key, Reference, find_key, find_references
from .understand import Table

PERSONAL = ("company_name", "person_name", "party_name", "email", "phone")
UPDATED = "updated"
NUMBER = "number"

WORTH = {
    "name": 3, "last_name": 3, "tax_id": 2,
    "phone": 1, "email": 1, "address": 1, "website": 1, "birth_date": 1, "city": 1,
}  # fmt: skip
"""How much each field speaks for a table of parties."""

LOOKED_UP = {*WORTH, "postcode", "country", "region", "mobile", "fax"}
"""Fields that are taken from a table the customers point to."""

APART = ("product", "employee")
"""Things that belong to no customer, whatever columns they have."""


@dataclass
class Record:
    """How a table gives the records of an entity."""

    table: Table
    key: Key
    fields: list[Mapped]
    parent: Reference | None = None
    lookups: list[Lookup] = field(default_factory=list)
    updated: Mapped | None = None

    @property
    def personal(self) -> bool:
        """Whether the key says who it is."""
        return any(self.table[name].type in PERSONAL for name in self.key.columns if name != "_row")

    def __post_init__(self) -> None:
        """The date of last change is no field of the master model: survivorship asks for it."""
        self.updated = next((mapped for mapped in self.fields if mapped.field == UPDATED), None)
        self.fields = [mapped for mapped in self.fields if mapped is not self.updated]


@dataclass(frozen=True)
class Lookup:
    """A table joined to the records by a column of theirs, for the fields they lack."""

    reference: Reference
    key: Key
    fields: list[Mapped]

    def alias(self, mapped: Mapped) -> str:
        """What a looked-up field is called in the view."""
        return f"{self.reference.to.place[1]}_{mapped.field}"

    def seen(self) -> list[Mapped]:
        """The fields as the records see them."""
        return [replace(mapped, term=self.alias(mapped)) for mapped in self.fields]


@dataclass
class Entity:
    """A kind of record, and what each source has of it."""

    name: str
    parent: str | None
    records: dict[str, Record]

    def fields(self) -> dict[str, Mapped]:
        """The fields of all sources, those that most sources have first; each with the type that most speaks for."""
        found: dict[str, list[Mapped]] = {}
        for record in self.records.values():
            for mapped in record.fields:
                found.setdefault(mapped.field, []).append(mapped)
        return {name: replace(same[0], type=_agreed(same)) for name, same in found.items()}


def _agreed(same: Sequence[Mapped]) -> str:
    """One type for a field: of names that are companies here and persons there, party_name."""
    types = {mapped.type for mapped in same}
    if len(types) > 1 and types <= {"company_name", "person_name", "party_name"}:
        return "party_name"
    return max(same, key=lambda mapped: mapped.columns[0].likelihood).type


def arrange(con: Connection, tables: Sequence[Table], main: str) -> list[Entity]:
    """The entities that the tables of all sources hold, the main one first."""
    entities: dict[str, Entity] = {}
    for source in dict.fromkeys(table.place[0] for table in tables):
        for name, parent, record in _of_source(con, [table for table in tables if table.place[0] == source], main):
            taken = entities.get(name)
            if taken and (taken.parent != parent or source in taken.records):
                name = f"{name}_{source}" if source not in taken.records else f"{name}_{record.table.place[1]}"
            entities.setdefault(name, Entity(name, parent, {})).records[source] = record
    for entity in entities.values():
        records = list(entity.records.values())
        for record, fields in zip(records, whole_fields([r.fields for r in records]), strict=True):
            record.fields = fields
    return sorted(entities.values(), key=lambda entity: entity.name != main)


def _of_source(con: Connection, tables: list[Table], main: str) -> Iterator[tuple[str, str | None, Record]]:
    """(entity, parent entity, record) for each table of a source that is no look-up, parents first."""
    keys = {table.raw: find_key(con, table) for table in tables}
    references = find_references(con, tables, keys)
    fields = {table.raw: _told(map_columns(con, table), keys[table.raw]) for table in tables}
    lead = max(tables, key=lambda table: _worth(table, main, fields[table.raw], references))
    fields[lead.raw] = _with_name(fields[lead.raw])
    lookups = _lookups(lead, references, keys, fields)
    joined = {lookup.reference.to.raw for lookup in lookups}
    rest = [table for table in tables if table is not lead and table.raw not in joined]
    parents = _parents(rest, lead, references, keys)
    names = {lead.raw: main}
    looked_up = [mapped for lookup in lookups for mapped in lookup.seen()]
    yield main, None, Record(lead, keys[lead.raw], [*fields[lead.raw], *looked_up], None, lookups)
    while rest:  # a table comes once its parent has come; what is left in a circle stands apart
        ready = [t for t in rest if t.raw not in parents or parents[t.raw].to.raw in names] or rest[:1]
        for table in ready:
            parent = parents.get(table.raw)
            above = names.get(parent.to.raw) if parent else None
            names[table.raw] = _name(table, main)
            own = [m for m in fields[table.raw] if not (above and parent and m.term == parent.column)]
            record = Record(table, keys[table.raw], own or fields[table.raw], parent if above else None)
            yield names[table.raw], above, record
        rest = [table for table in rest if table not in ready]


def _told(fields: list[Mapped], key: Key) -> list[Mapped]:
    """The fields without a key that is but a number: each record has that anyway. A table of nothing else keeps it."""
    rest = [m for m in fields if (m.term,) != key.columns or m.type != "identifier"]
    return rest or [replace(m, field=NUMBER, compared=False) for m in fields]


def _with_name(fields: list[Mapped]) -> list[Mapped]:
    """Things that no known heading names are called by the first column that says it is a name."""
    if any(mapped.field in ("name", "last_name") for mapped in fields):
        return fields
    called = (m for m in fields if re.search(r"name$|名称?$", m.term, re.IGNORECASE) and m.type not in ("code", "date"))
    named = next(called, None)
    return [replace(m, field="name", compared=True) if m is named else m for m in fields]


def _worth(table: Table, main: str, fields: list[Mapped], references: list[Reference]) -> tuple[int, int]:
    """How likely a table is the one of customers."""
    score = sum(WORTH.get(mapped.field, 0) for mapped in fields)
    called = entity_of(table.place[1])
    score += 4 * (called in (main, "customer")) - 4 * (called not in (None, main, "customer"))
    score += 2 * any(reference.to is table for reference in references)
    return score, table.rows


@cache
def _entities() -> list[list[str]]:
    text = files(__package__).joinpath("data", "entities.csv").read_text("utf-8")
    return list(csv.reader(text.splitlines()))[1:]


def entity_of(table: str) -> str | None:
    """The entity that a table's name speaks of.

    >>> entity_of("bsid"), entity_of("sales_orders"), entity_of("x7")
    ('open_item', 'order', None)
    """
    return next((entity for entity, pattern in _entities() if re.search(pattern, table)), None)


def _name(table: Table, main: str) -> str:
    called = entity_of(table.place[1])
    return called if called and called not in (main, "customer") else slug(table.place[1])


def _lookups(
    lead: Table, references: list[Reference], keys: dict[str, Key], fields: dict[str, list[Mapped]]
) -> list[Lookup]:
    """Tables the customers point to that know more of them: an address, an e-mail."""
    found: list[Lookup] = []
    have = {mapped.field for mapped in fields[lead.raw]}
    for reference in references:
        if reference.table is lead and not keys[reference.to.raw].repeated:
            more = [m for m in fields[reference.to.raw] if m.field in LOOKED_UP and m.field not in have]
            if more:
                have |= {mapped.field for mapped in more}
                found.append(Lookup(reference, keys[reference.to.raw], more))
    return found


def _parents(
    tables: list[Table], lead: Table, references: list[Reference], keys: dict[str, Key]
) -> dict[str, Reference]:
    """What each table belongs to: the customers, what belongs to them, or a table named by a column of its key."""
    found: dict[str, Reference] = {}
    belonging = [lead]
    apart = [table for table in tables if entity_of(table.place[1]) in APART]
    for to in belonging:  # which grows
        for reference in references:
            table = reference.table
            if reference.to is to and table in tables and table not in [*belonging, *apart]:
                found[table.raw] = reference
                belonging.append(table)
    for reference in references:
        key = keys[reference.table.raw].columns
        if reference.table in tables and len(key) > 1 and reference.column in key and reference.to in [lead, *tables]:
            found[reference.table.raw] = reference
    return found
