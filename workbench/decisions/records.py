"""The records and golden records that people decide of, as the newest run has them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..config import Config
from ..config.mistakes import suggestion
from ..errors import ConfigError, StoreError
from ..language import gettext as _
from ..stages.cleaning import neighbours_of, told_of
from ..store import Connection, exists, ident, records, rows
from ..words import told

Record = tuple[str, str]
"""A record's source and key."""


class Golden(NamedTuple):
    """A golden record: its entity, its id, its records with the founding one first."""

    entity: str
    golden_id: str
    members: list[Record]


def record_of(given: str | Record) -> Record:
    """The record that ("erp", "K01") or "erp K01" names.

    >>> record_of("erp K 01")
    ('erp', 'K 01')
    """
    if isinstance(given, str):
        source, _, key = given.partition(" ")
        return source, key
    source, key = given
    return source, key


def entity_of(config: Config, given: str | None) -> str:
    """The entity that is meant: where none is named, the only one that is matched. Raises ConfigError."""
    if given is None:
        if len(config.match) == 1:
            return next(iter(config.match))
        there = ", ".join(config.match or config.entities)
        raise ConfigError(_("Of which entity? Name one: {there}.").format(there=there))
    if given not in config.entities:
        said = _("There is no entity {name!r}").format(name=given)
        raise ConfigError(f"{said}{suggestion(given, config.entities)}")
    return given


def demand_matched(config: Config, entity: str) -> None:
    """Raise ConfigError for an entity whose records are not matched: there nobody is to be told apart or joined."""
    if entity not in config.match:
        matched = ", ".join(config.match) or _("none")
        said = _("Records of {entity} are not matched, so they are left out at most. Matched are: {matched}.")
        raise ConfigError(said.format(entity=entity, matched=matched))


def unknown(con: Connection, entity: str, given: Iterable[Record]) -> list[Record]:
    """Those that the newest run has no such record of, in their order. Raises StoreError before the first run."""
    if not exists(con, "std", entity):
        raise StoreError(_("There are no records of {entity} yet. Run the project first.").format(entity=entity))
    asked = list(dict.fromkeys(given))
    there = set(rows(con, f"""SELECT source, key FROM {ident("std", entity)}
        WHERE (source, key) IN (SELECT (unnest($1::VARCHAR[]), unnest($2::VARCHAR[])))""",
        [[source for source, _ in asked], [key for _, key in asked]]))  # fmt: skip
    return [record for record in asked if record not in there]


def demand_records(con: Connection, config: Config, entity: str, given: Iterable[Record]) -> None:
    """Raise ConfigError for records that there are none of."""
    for source, key in unknown(con, entity, given):
        if source not in config.records(entity):
            said = _("There is no source {source!r} of {entity}").format(source=source, entity=entity)
            raise ConfigError(f"{said}{suggestion(source, config.records(entity))}")
        said = _(
            "{source} has no {entity} with the key {key!r} in the newest run. "
            "A record is named by source and key, such as ('{source}', 'K01') or '{source} K01'."
        )
        raise ConfigError(said.format(source=source, entity=entity, key=key))


def golden(con: Connection, golden_id: str) -> Golden:
    """The golden record of an id; one that leads to another is followed. Raises ConfigError for an unknown id."""
    if not exists(con, "gold", "xref"):
        raise StoreError(_("There are no golden records yet. Run the project first."))
    found = rows(con, """
        SELECT entity, golden_id, source, key FROM gold.xref
        WHERE golden_id = $1 OR (entity, golden_id) IN (
            SELECT (entity, redirects_to) FROM gold.redirects WHERE golden_id = $1)
        ORDER BY entity, golden_id, founding DESC, source, key""", [golden_id])  # fmt: skip
    if not found:
        said = _("There is no golden record {id!r} in the newest run, and none that it leads to.")
        raise ConfigError(said.format(id=golden_id))
    entity, current = found[0][:2]
    return Golden(entity, current, [line[2:] for line in found if line[:2] == (entity, current)])


def accepted(con: Connection, config: Config, of: Golden, field: str, value: str) -> str:
    """A value of a field in the form of its type, read as in the golden record. Raises ConfigError for one refused."""
    fields = config.entities[of.entity].fields
    if field not in fields:
        said = _("{entity} has no field {field!r}").format(entity=of.entity, field=field)
        raise ConfigError(f"{said}{suggestion(field, fields)}")
    settings, context = fields[field], told_of(config, of.entity, field)
    if near := neighbours_of(config, of.entity, field):
        shown = ", ".join(f"{ident(name)}::VARCHAR AS {ident(place)}" for place, name in near.items())
        query = f"SELECT {shown} FROM {ident('gold', of.entity)} WHERE golden_id = ?"
        context = {**context, **records(con, query, [of.golden_id])[0]}
    cleaned = settings.kind.standardise(value, context, {})
    refused = _("{field}: the value is refused: {why}.")
    if cleaned.value is None or not cleaned.valid:
        why = told(cleaned.reason) if cleaned.reason else _("it says that there is none")
        raise ConfigError(refused.format(field=f"{of.entity}.{field}", why=why))
    if settings.codes and str(cleaned.value) not in {row[0] for row in config.codes(settings.codes)}:
        why = _("it is not in its code list, {file}").format(file=settings.codes)
        raise ConfigError(refused.format(field=f"{of.entity}.{field}", why=why))
    return str(cleaned.value)
