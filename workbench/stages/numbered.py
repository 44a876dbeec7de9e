"""The records of an entity as matching takes them: for the stage, and for who looks at blocking before it."""

from __future__ import annotations

from ..config import Config, MatchConfig
from ..matching.blocking import block_keys, column_of
from ..matching.compare import parts
from ..store import Connection, blame, ident, literal


def asked(config: Config, entity: str) -> list[str]:
    """The std columns that blocking and comparing ask of an entity's records; none where it is not matched."""
    if not (settings := config.match.get(entity)):
        return []
    columns = [column_of(term) for rule in [*settings.block, settings.apart] for term in rule]
    for name in config.compared(entity):
        columns += parts(name, config.entities[entity].fields[name].kind)
    return [name for name in dict.fromkeys(columns) if name not in ("source", "key")]


def number(con: Connection, config: Config, entity: str, as_of: str, std: str) -> None:
    """_records: the records of a table `std` (quoted) numbered, with what is asked of them and _never: no matches."""
    settings = config.match.get(entity)
    never = f"({settings.never}) IS TRUE" if settings and settings.never else "false"
    columns = ["source", "key", *map(ident, asked(config, entity))]
    with blame(f"match.{entity}.never"):
        con.execute(f"""
            CREATE TEMP TABLE _records AS
            SELECT id, {", ".join(columns)}, {never} AS _never
            FROM (SELECT *, rowid AS _place, DATE '{as_of}' AS as_of FROM {std})
            JOIN (SELECT rowid AS _place, row_number() OVER (ORDER BY source, key) - 1 AS id FROM {std})
                USING (_place)""")


def may_match(con: Connection) -> None:
    """_matched: the records that may match, of _records without _excluded (id)."""
    con.execute("CREATE TEMP VIEW _matched AS FROM _records WHERE NOT _never AND id NOT IN (SELECT id FROM _excluded)")


def block(con: Connection, config: Config, entity: str) -> None:
    """_matched, and the blocks of these records as `block_keys` does."""
    settings = config.match[entity]
    may_match(con)
    further = [f"{name}__key" for name in config.compared(entity)]
    block_keys(con, "_matched", settings.block, further, settings.budget)


def uncompared(settings: MatchConfig) -> str:
    """The condition on l and r under which two records are not compared: both of a source without duplicates."""
    distinct = ", ".join(map(literal, settings.distinct)) or "NULL"
    return f"l.source = r.source AND l.source IN ({distinct})"
