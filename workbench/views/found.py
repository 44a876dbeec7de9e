"""Records found by any id that somebody may have of them."""

from __future__ import annotations

from dataclasses import dataclass

from ..config import Config
from ..errors import SourceError, StoreError
from ..journal import Journal
from ..language import marked
from ..stages.relations import terms
from ..store import Connection, exists, ident, rows
from .over_there import golden_ids_of

MOST = 50
"""Records found that are listed."""

IDS = ("identifier", "tax_id")
"""Types of fields whose values are ids."""

Found = list[tuple[str, int, str, str | None]]
"""The source, ordinal, key and golden id of records."""


@dataclass(frozen=True)
class Hit:
    """A record that an id leads to, and which kind of id it is: a key, a golden id, a new system's, or a field."""

    by: str
    entity: str
    source: str
    row: int
    key: str
    golden_id: str | None


def find(con: Connection, config: Config, journal: Journal, asked: str, *, values: bool) -> list[Hit]:
    """The records that have an id, at most MOST: as their key, as golden id, in a new system, or in a field of ids.

    Fields and lines that could not be read are looked into for those who may see `values`: for others a hit would
    tell what is hidden from them.
    A golden record is given by the record that founded it. Raises StoreError before the stage golden has run.
    """
    demand_golden(con)
    hits: dict[tuple[str, str, int], Hit] = {}
    for entity, settings in config.entities.items():
        ways = {
            marked("key"): by_key(con, entity, asked),
            marked("golden id"): by_golden_id(con, entity, asked),
            marked("id in the new system"): by_target_id(con, config, journal, entity, asked),
        }
        fields = [name for name, field in settings.fields.items() if field.type in IDS] if values else []
        ways |= {name: by_field(con, entity, name, asked) for name in fields}
        for way, found in ways.items():
            for record in found:
                hits.setdefault((entity, *record[:2]), Hit(way, entity, *record))
    if not hits:
        for entity in config.entities:
            for record in left_out(con, config, entity, asked, values=values):
                hits.setdefault((entity, *record[:2]), Hit(marked("key of a record left out"), entity, *record))
    return list(hits.values())[:MOST]


def parent_of(con: Connection, config: Config, hit: Hit) -> Hit | None:
    """The record that founded the golden record which a child belongs to; None of one without a parent."""
    parent = config.entities[hit.entity].parent
    if not parent:
        return None
    query = f"""SELECT p.golden_id FROM {ident("std", hit.entity)} AS c
        JOIN gold.xref AS p ON p.entity = ? AND p.source = c.source AND p.key = c.parent_key
        WHERE c.source = ? AND c._row = ?"""
    for (golden_id,) in rows(con, query, [parent, hit.source, hit.row]):
        for record in by_golden_id(con, parent, golden_id):
            return Hit(marked("parent"), parent, *record)
    return None


def demand_golden(con: Connection) -> None:
    """Raises StoreError where there are no golden records."""
    if not exists(con, "gold", "xref"):
        raise StoreError("There are no golden records yet. Run the project first.")


def by_field(con: Connection, entity: str, field: str, value: str) -> Found:
    """The records that have a value in a field, at most MOST."""
    return rows(con, f"""SELECT s.source, s._row, s.key, x.golden_id FROM {ident("std", entity)} AS s
        LEFT JOIN gold.xref AS x ON x.entity = ? AND x.source = s.source AND x.key = s.key
        WHERE s.{ident(field)} = ? ORDER BY ALL LIMIT {MOST}""", [entity, value])  # fmt: skip


def by_target_id(con: Connection, config: Config, journal: Journal, entity: str, target_id: str) -> Found:
    """The founding records of the golden records that a new system knows by an id of its own."""
    ids = golden_ids_of(con, config, journal, entity, target_id)
    return [record for golden_id in ids for record in by_golden_id(con, entity, golden_id)]


def by_key(con: Connection, entity: str, key: str) -> Found:
    return rows(con, f"""SELECT s.source, s._row, s.key, x.golden_id FROM {ident("std", entity)} AS s
        LEFT JOIN gold.xref AS x ON x.entity = ? AND x.source = s.source AND x.key = s.key
        WHERE s.key = ? ORDER BY ALL""", [entity, key])  # fmt: skip


def by_golden_id(con: Connection, entity: str, golden_id: str) -> Found:
    """The founding record of a golden record; an id that was merged away leads to where its record is now."""
    return rows(con, f"""
        SELECT s.source, s._row, s.key, x.golden_id FROM gold.xref AS x
        JOIN {ident("std", entity)} AS s ON s.source = x.source AND s.key = x.key
        WHERE x.entity = $1 AND (x.golden_id = $2 OR x.golden_id IN (
            SELECT redirects_to FROM gold.redirects AS r WHERE r.entity = $1 AND r.golden_id = $2))
        ORDER BY x.founding DESC, s.source, s.key LIMIT 1""", [entity, golden_id])  # fmt: skip


def left_out(con: Connection, config: Config, entity: str, key: str, *, values: bool) -> Found:
    """Records that were never standardised: left out by a view, or on an unreadable line that holds the key.

    Nothing tells which cell of such a line is the key, so without `values` they are not looked into.
    """
    found: Found = []
    for source, record in config.records(entity).items():
        raw = ident("raw", f"{source}__{record.lead_table}")
        names = [column[0] for column in con.execute(f"FROM {raw} LIMIT 0").description or []]
        try:
            made = terms(record.key, names, "key")
        except SourceError:  # only the view knows how to make the key
            made = "NULL"
        lines = rows(con, f"""
            SELECT _row FROM {raw} WHERE {made} = $1
            UNION ALL SELECT _row FROM raw.rejects WHERE $4 AND source = $2 AND "table" = $3
                AND list_has_all(regexp_split_to_array(text, '[",;\t]+'), string_split($1, '|'))
            ORDER BY ALL""", [key, source, record.lead_table, values])  # fmt: skip
        found += [(source, line[0], key, None) for line in lines]
    return found
