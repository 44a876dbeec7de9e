"""What is to be done with each row of a wave: compared by hash with what the ledger says is in the target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..config import Config, load_mapping, target_of
from ..errors import ConfigError, StoreError
from ..store import Connection, batches, exists, ident, literal, rows
from .connector import Row
from .ledger import row_hash


@dataclass(frozen=True)
class Item:
    """A row to send: its golden id, the hash of the target row, its fields."""

    golden_id: str
    hash: str
    row: Row


@dataclass(frozen=True)
class Object:
    """An object of a target: `parents` are its fields that hold the key of another object."""

    name: str
    fields: Sequence[str]
    parents: dict[str, str] = field(default_factory=dict)

    @property
    def table(self) -> str:
        """Its rows as they were mapped: _golden_id, the fields, and _wave."""
        return ident("loading", self.name)


def take_rows(con: Connection, config: Config, target: str) -> list[Object]:
    """The objects of a target, parents first; their rows are copied, so that the project's tables are let go.

    It needs the project's database as `work`, which is detached. Raises StoreError where no run has mapped them,
    ConfigError for an object whose key is not the golden id.
    """
    con.execute("CREATE SCHEMA loading")
    found = []
    kind = target_of(config, target)
    for name, mapped in load_mapping(config, target).items():
        table = f"{target}__{name}"
        if not exists(con, "target", table):
            raise StoreError(f"{target}: no run has filled {name} yet. Run the project, then load.")
        fields = [field.name for field in mapped.fields]
        known = kind.objects[name].fields
        if kind.objects[name].key not in {field.name for field in mapped.fields if field.source == "golden_id"}:
            raise ConfigError(
                f"{target}.{name}: map golden_id to {kind.objects[name].key}. By it a row is found again; "
                "without it a load that is repeated would double what is there."
            )
        parents = {field: str(known[field].ref) for field in fields if field in known and known[field].ref}
        found.append(Object(name, fields, parents))
        con.execute(f"""
            CREATE TABLE {found[-1].table} AS SELECT t.*, m.wave AS _wave FROM {ident("work", "target", table)} AS t
            LEFT JOIN work.wave.members AS m ON m.entity = {literal(mapped.entity)} AND m.golden_id = t._golden_id""")
    con.execute("DETACH work")
    return found


def chosen_waves(config: Config, wave: str | None) -> list[str]:
    """The waves of a load: the one named, else all that go now. Raises ConfigError."""
    names = {one.name: one for one in config.waves}
    going = [name for name, one in names.items() if not one.deferred]
    if wave in going or (wave is None and going):
        return going if wave is None else [wave]
    if wave is None:
        raise ConfigError("No wave goes now: each says `later` or `archive` in workbench.yml.")
    if wave not in names:
        raise ConfigError(f"There is no wave '{wave}'. There are: {', '.join(names)}.")
    if names[wave].archive:
        raise ConfigError(f"The wave '{wave}' is archived: none of its records goes over.")
    raise ConfigError(f"The wave '{wave}' goes later. When its time has come, take `later` away, run, and load it.")


def plan(con: Connection, it: Object, waves: Sequence[str], *, assume: bool = False) -> dict[str, int]:
    """Fill _scope (golden_id, hash, parent, action) of an object; how often each action occurs.

    `parent` is the field whose record is not there. What was loaded before and is mapped no longer goes to _gone. It
    needs `ledger.lay_out`. With `assume` parents that would be sent count as there, as `_planned` keeps them.
    """
    con.execute("CREATE TEMP TABLE IF NOT EXISTS _planned (object VARCHAR, golden_id VARCHAR)")
    con.execute("CREATE TEMP TABLE IF NOT EXISTS _gone (object VARCHAR, golden_id VARCHAR, target_id VARCHAR)")
    there = "SELECT object, golden_id FROM there" + (" UNION ALL FROM _planned" if assume else "")
    waiting = " ".join(
        f"WHEN t.{ident(name)} IS NULL OR t.{ident(name)} NOT IN (SELECT golden_id FROM ({there}) "
        f"WHERE object = {literal(parent)}) THEN {literal(name)}"
        for name, parent in it.parents.items()
    )
    parent = f"CASE {waiting} END" if waiting else "NULL"
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE _scope AS
        WITH chosen AS (
            SELECT *, {row_hash(it.fields)} AS _hash FROM {it.table}
            WHERE _wave IN ({", ".join(map(literal, waves))})),
        judged AS (
            SELECT t._golden_id AS golden_id, t._hash AS hash, {parent} AS parent, h.hash AS before
            FROM chosen AS t
            LEFT JOIN (FROM there WHERE object = {literal(it.name)}) AS h ON h.golden_id = t._golden_id)
        SELECT golden_id, hash, parent, CASE WHEN before = hash THEN 'unchanged'
            WHEN parent IS NOT NULL THEN 'wait' WHEN before IS NOT NULL THEN 'update' ELSE 'create' END AS action
        FROM judged""")
    con.execute(f"INSERT INTO _planned SELECT {literal(it.name)}, golden_id FROM _scope WHERE action <> 'wait'")
    con.execute(f"""
        INSERT INTO _gone SELECT object, golden_id, target_id FROM there
        WHERE object = {literal(it.name)} AND golden_id NOT IN (SELECT _golden_id FROM {it.table})""")
    return dict(rows(con, "SELECT action, count(*) FROM _scope GROUP BY ALL ORDER BY ALL"))


def sendable(con: Connection, it: Object) -> str:
    """The rows of an object as they are sent, as a query: _golden_id and its fields. What a corrections file has,
    stands in the place of what was mapped."""
    if not exists(con, "corrected", it.name):
        return f"SELECT * EXCLUDE (_wave) FROM {it.table}"
    fields = ", ".join(
        f"CASE WHEN c._golden_id IS NULL THEN t.{ident(name)} ELSE c.{ident(name)} END AS {ident(name)}"
        for name in it.fields
    )
    corrected = ident("corrected", it.name)
    return f"SELECT t._golden_id, {fields} FROM {it.table} AS t LEFT JOIN {corrected} AS c USING (_golden_id)"


def items(con: Connection, it: Object) -> Iterator[Item]:
    """The rows of _scope that are to be sent; the connection is busy until the last one is taken."""
    query = f"""SELECT s.hash, t.* FROM _scope AS s JOIN ({sendable(con, it)}) AS t ON t._golden_id = s.golden_id
        WHERE s.action IN ('create', 'update') ORDER BY s.golden_id"""
    for batch in batches(con, query):
        for row in batch.to_pylist():
            yield Item(row["_golden_id"], row["hash"], {name: row[name] for name in it.fields})
