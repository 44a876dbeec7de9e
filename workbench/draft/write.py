"""workbench.yml in words: what the draft found, and beside it what speaks for it and what to check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..config import scalar
from ..sources import told
from ..store import ident
from ..types import TYPES
from .entities import Entity, Record
from .fields import Mapped, sql_of
from .rules import SHARED, Blocking
from .understand import Table

COMMENT = 60
"""Column at which comments stand."""

UNSURE = 0.5
"""Likelihood of a type below which a line is marked; what may be anything (texts, codes, identifiers) never is."""

OPEN = "; keys are shown in reports: take a number where there is one"

ANYTHING = ("text", "code", "identifier")


def project_yaml(
    title: str, region: tuple[str, str], entities: Sequence[Entity], tables: Sequence[Table], blocking: Blocking | None,
    skipped: Sequence[str] = (),
) -> str:  # fmt: skip
    """The text of workbench.yml. `region` is the country and what speaks for it."""
    lines = [
        "# Drafted from the extracts alone. It runs as it is; the lines marked `check` are the least sure.",
        "# Every key is explained in docs/configuration.md.",
        *(f"# left out: {text}" for text in skipped),
        f"project: {scalar(title)}",
        _line(f"region: {region[0]}", f"check: {region[1]}"),
        "",
        "entities:",
        *(line for place, entity in enumerate(entities) for line in _entity(entity, main=place == 0)),
        "",
        "sources:",
        *_sources(entities, tables),
        "",
        "checks:  # beside these: keys, parents, required fields, and each field against its type",
        *_checks(entities[0]),
        *_match(entities[0], blocking),
        "",
        "golden:",
        f"  {entities[0].name}: {{otherwise: [valid, most_trusted, most_recent, most_complete]}}",
        "",
        "# Golden records are written to load/<date>/plain/. For a new system's own format add `targets`.",
    ]
    return "\n".join(lines) + "\n"


def _line(text: str, comment: str = "") -> str:
    shown = "".join(c if c.isprintable() else "?" for c in comment)
    return f"{text:<{COMMENT - 2}}  # {shown}" if comment else text


def _entity(entity: Entity, *, main: bool) -> Iterator[str]:
    yield f"  {entity.name}:"
    if entity.parent:
        yield f"    parent: {entity.parent}"
    yield "    fields:"
    currency = "currency" if "currency" in entity.fields() else None
    for name, mapped in entity.fields().items():
        settings = f"type: {mapped.type}"
        settings += ", required: true" if name == "name" and main else ""
        priced = mapped.type == "money" and any(TYPES["money"].named(column.name) for column in mapped.columns)
        settings += f", currency: {currency}" if priced and currency else ""
        yield _line(f"      {name}: {{{settings}}}", _doubt(mapped))


def _doubt(mapped: Mapped) -> str:
    """What to check about a field's type."""
    column = mapped.columns[0]
    if mapped.type in ANYTHING or mapped.type == "party_name" or len(mapped.columns) > 1:
        return ""
    if column.type != mapped.type:
        return f"check: {column.name} reads like {column.type}"
    return f"check: {column.likelihood:.0%} likely" if column.likelihood < UNSURE else ""


def _sources(entities: Sequence[Entity], tables: Sequence[Table]) -> Iterator[str]:
    names = list(dict.fromkeys(table.place[0] for table in tables))
    for place, source in enumerate(names):
        yield f"  {source}:"
        told = "" if place else "check: the higher, the sooner its values survive"
        yield _line(f"    trust: {len(names) - place}", told)
        yield "    tables:"
        for table in tables:
            if table.place[0] == source:
                yield _line(f"      {table.place[1]}: {_reading(table)}", _read(table))
        yield "    records:"
        for entity in entities:
            if source in entity.records:
                yield from _record(entity, source, entity.records[source])


def _reading(table: Table) -> str:
    """The file and how it is read, where that is not what would be tried first."""
    found = {"file": table.file}
    if table.settings.get("encoding", "utf-8") != "utf-8":
        found["encoding"] = str(table.settings["encoding"])
    found |= {"sheet": str(table.settings["sheet"])} if "sheet" in table.settings else {}
    return "{" + ", ".join(f"{key}: {scalar(text)}" for key, text in found.items()) + "}"


def _read(table: Table) -> str:
    lost = f", check: {table.rejects} rejected" if table.rejects else ""
    return f"{table.rows:,} rows{lost}; {told(table.settings)}"


def _record(entity: Entity, source: str, record: Record) -> Iterator[str]:
    table = record.table.place[1]
    yield f"      {entity.name}:"
    yield f"        from: {view_path(source, entity) if record.lookups else table}"
    if record.lookups:
        yield f"        lead: {table}"
    sure = "unique, never blank" in record.key.evidence and not record.personal
    key = ", ".join(map(scalar, record.key.columns))
    told = record.key.evidence if sure else f"check: {record.key.evidence}{OPEN if record.personal else ''}"
    yield _line(f"        key: {f'[{key}]' if len(record.key.columns) > 1 else key}", told)
    if record.parent:
        told = record.parent.evidence if record.parent.sure else f"check: {record.parent.evidence}"
        yield _line(f"        parent: {scalar(record.parent.column)}", told)
    if record.updated:
        yield f"        updated: {scalar(record.updated.term)}"
    yield "        fields:"
    yield from (f"          {mapped.field}: {scalar(mapped.term)}" for mapped in record.fields)


def _checks(entity: Entity) -> Iterator[str]:
    """A first few, which warn and never fail."""
    for name, mapped in entity.fields().items():
        at = f"field: {entity.name}.{name}"
        if mapped.type in ("tax_id", "email", "phone", "date", "url", "country") and mapped.compared:
            yield f"  - {{check: valid, {at}, warn: 5%}}"
        if name in ("tax_id", "email"):
            yield f"  - {{check: unique, {at}, warn: 5%}}"
        if name in ("phone", "email", "address"):
            yield f"  - {{check: required, {at}, warn: 20%}}"
    yield f"  - {{check: fresh, entity: {entity.name}, days: 90}}"


def _match(entity: Entity, blocking: Blocking | None) -> Iterator[str]:
    if blocking is None:
        yield "\n# match: no two records agree in anything that tells customers apart, so none are joined"
        return
    yield "\nmatch:"
    yield f"  {entity.name}:"
    estimate = f"about {blocking.recall:.1%} of all" if blocking.recall else "how many they miss cannot be told"
    yield f"    # {blocking.matches:,} likely matches found by these rules, {estimate}"
    yield "    block:"
    for rule, pairs in zip(blocking.rules, blocking.pairs, strict=True):
        yield _line(f"      - [{', '.join(rule)}]", f"{pairs:,} pairs")
    yield f"    compare: [{', '.join(compared_fields(entity))}]"
    if shared := [name for name in compared_fields(entity) if name in SHARED]:
        yield _line(f"    shared: [{', '.join(shared)}]", "what families, and firms of one building, have in common")
    yield "    review: [0.2, 0.8]"
    if "one_time" in entity.fields():
        yield _line("    never: one_time = 'X'", "one-time accounts stand for many customers")
    if single := [source for source, found in blocking.within.items() if not found and len(blocking.within) > 1]:
        yield f"    # distinct: [{', '.join(single)}]   # check: no duplicates seen there; if so by design, say it"


def compared_fields(entity: Entity) -> list[str]:
    """The fields that records are compared by: those known to tell customers apart, where they have values."""
    return [name for name, mapped in entity.fields().items() if mapped.compared and TYPES[mapped.type].levels]


def view_path(source: str, entity: Entity) -> str:
    """Where the view of a source's records lies."""
    return f"views/{source}_{entity.name}.sql"


def view_sql(record: Record) -> str:
    """The view of records with their look-ups: one row for each row of the lead table."""
    chosen, joins, untaken = ["    l.*"], [], []
    for lookup in record.lookups:
        name, table = ident(lookup.reference.to.place[1]), lookup.reference.to.raw
        chosen += [f"    {name}.{lookup.alias(m)}" for m in lookup.fields]
        terms = ", ".join(f"{sql_of(m)} as {lookup.alias(m)}" for m in lookup.fields)
        joins.append(
            f"left join (select {ident(lookup.key.columns[0])} as _key, {terms} from {table}) as {name}\n"
            f"    on {name}._key = l.{ident(lookup.reference.column)}"
        )
        taken = {column.name for mapped in lookup.fields for column in mapped.columns} | set(lookup.key.columns)
        left = [c.name for c in lookup.reference.to.columns if c.name not in taken and c.distinct]
        untaken.append(f"-- Not taken from {lookup.reference.to.place[1]}: {', '.join(left)}.\n" if left else "")
    head = f"-- One row for each row of {record.table.place[1]}, with what the tables it points to know more.\n"
    head += "".join(untaken)
    return head + "select\n" + ",\n".join(chosen) + f"\nfrom {record.table.raw} as l\n" + "\n".join(joins) + "\n"
