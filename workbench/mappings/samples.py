"""A few golden records before and after the mapping, masked: the expressions are worked out on pseudonyms.

So nothing that is shown was ever computed of a real value, but codes that many records share.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlglot import exp

from ..config import Config, FieldMap
from ..config.expressions import parse
from ..config.mapping import IDS
from ..reports.masking import COMMON, OPEN
from ..stages.map import as_text
from ..store import Connection, blame, count, exists, ident, literal, records, rows
from ..types import TYPES

SAMPLES = 2


def samples(
    con: Connection, config: Config, entity: str, fields: Sequence[FieldMap], key: bytes
) -> list[dict[str, Any]]:
    """Of the golden records with the most values the first few by a hash of their id: for each its masked values
    `before` by golden field, and `after` by target field, as text; `after` lacks what asks other tables."""
    if not exists(con, "gold", entity):
        return []
    table, names = ident("gold", entity), list(config.entities[entity].fields)
    kinds = {name: kind for name, kind, *_ in rows(con, f"DESCRIBE {table}")}
    filled = " + ".join(f"({ident(name)} IS NOT NULL)::INT" for name in names)
    texts = ", ".join(f"{as_text(ident(name))} AS {ident(name)}" for name in kinds)
    found = records(con, f"SELECT {texts} FROM {table} ORDER BY {filled} DESC, md5(golden_id) LIMIT {SAMPLES}")
    hidden = [_hide(con, config, entity, record, key) for record in found]
    return [{"before": record, "after": _after(con, entity, fields, record, kinds)} for record in hidden]


def _hide(con: Connection, config: Config, entity: str, record: dict[str, str | None], key: bytes) -> dict[str, Any]:
    fields = config.entities[entity].fields
    found = dict[str, str | None]()
    for name, value in record.items():
        if value is None or name in IDS:
            found[name] = value
        elif name in fields and not (fields[name].type in OPEN and _common(con, entity, name, value)):
            found[name] = TYPES[fields[name].type].mask(value, key)
        elif name in fields:
            found[name] = value
    return found


def _common(con: Connection, entity: str, name: str, value: str) -> bool:
    query = f"SELECT count(*) FROM {ident('gold', entity)} WHERE {ident(name)}::VARCHAR = ?"
    return count(con, query, [value]) >= COMMON


def _after(
    con: Connection, entity: str, fields: Sequence[FieldMap], record: dict[str, Any], kinds: dict[str, str]
) -> dict[str, str | None]:
    columns = ", ".join(
        f"{'NULL' if value is None else f'TRY_CAST({literal(value)} AS {kinds[name]})'} AS {ident(name)}"
        for name, value in record.items()
    )
    found = dict[str, str | None]()
    for field in fields:
        if field.source and not parse(field.source).find(exp.Select):
            with blame(f"{entity}: {field.name}"):
                query = f"SELECT {as_text(field.source)} FROM (SELECT {columns}) AS {ident(entity)}"
                value = rows(con, query)[0][0]
            known = field.codes.get(value) if field.codes is not None else value
            found[field.name] = field.default if value is None else known
        elif not field.source:
            found[field.name] = field.default
    return found
