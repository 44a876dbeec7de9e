"""The way of one record through the project."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..config import Config
from ..errors import StoreError
from ..store import Connection, exists, ident, records


@dataclass(frozen=True)
class Trace:
    """Each step of a record's way: a title and the rows that belong to it."""

    entity: str
    source: str
    key: str
    steps: dict[str, list[dict[str, Any]]]


def follow(con: Connection, config: Config, entity: str, key: str, source: str | None) -> Trace:
    """Follow a record (or, with several sources holding the key, the first unless one is named)."""
    found = records(con, f"SELECT source, _row FROM {ident('std', entity)} WHERE key = ? AND coalesce(source = ?, true) "
                         "ORDER BY source", [key, source])  # fmt: skip
    if not found:
        raise StoreError(f"No {entity} has the key {key!r}" + (f" in {source}." if source else "."))
    source, row = found[0]["source"], found[0]["_row"]
    return Trace(entity, source, key, {})
