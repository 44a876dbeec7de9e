"""Golden records made by hand: records are written as a person would, standardised by their types, and said to be one."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import pyarrow as pa

from workbench.config import Config
from workbench.stages import golden
from workbench.stages.context import Run
from workbench.stages.standardise import columns
from workbench.store import Connection, append, create_tables, ident, session

DAY = date(2026, 9, 7)
Records = Sequence[Mapping[str, Any]]
"""Each with source, key, golden (the golden id, the founding record's first), and if need be updated, parent, fields."""

ARROW = {"VARCHAR": pa.string(), "DATE": pa.date32(), "DECIMAL(38,6)": pa.decimal128(38, 6)}


def config_of(fields: Mapping[str, Any], rules: Mapping[str, Any] | None = None, **more: Any) -> Config:
    """A project of customers with these fields (a type each, or all about it) and these rules of survivorship."""
    typed = {name: {"type": about} if isinstance(about, str) else about for name, about in fields.items()}
    sources = {
        name: {"trust": trust, "tables": {"t": "t.csv"},
               "records": {"customer": {"from": "t", "key": "no", "fields": {field: field for field in fields}}}}
        for trust, name in enumerate(("sales", "crm", "erp"), 1)
    }  # fmt: skip
    given = {"project": "p", "sources": sources, "match": {"customer": {"block": [[next(iter(fields))]]}},
             "entities": {"customer": {"fields": typed}}, "golden": {"customer": rules or {}}}  # fmt: skip
    return Config.model_validate(given | more)


@contextmanager
def built(config: Config, records: Records, decisions: Records = (), **children: Records) -> Iterator[Connection]:
    """The schema gold of these customers, and of records of other entities."""
    with session(None) as con:
        con.execute("CREATE SCHEMA std; CREATE SCHEMA match")
        create_tables(con, "match")
        create_tables(con, "memory")  # a database in memory is called memory
        for entity, its in {"customer": records, **children}.items():
            _lay_out(con, config, entity, its)
        for act, decision in enumerate(decisions, 1):
            said = {"act": act, "user": "li", "entity": "customer", "status": "stands"} | dict(decision)
            names = ", ".join(map(ident, said))
            con.execute(
                f"INSERT INTO memory.decisions ({names}) VALUES ({', '.join('?' * len(said))})", [*said.values()]
            )
        golden.run(con, Run(config, DAY, "r", b""))
        yield con


def _lay_out(con: Connection, config: Config, entity: str, records: Records) -> None:
    """Write std.<entity> and match.<entity>_clusters."""
    fields = config.entities[entity].fields
    con.execute(f"CREATE TABLE {ident('std', entity)} ({', '.join(columns(fields))})")
    found: dict[str, list[Any]] = {name: [] for name in ("source", "_row", "key", "parent_key", "updated")}
    types = {"_row": pa.int64(), "updated": pa.date32()}
    for row, record in enumerate(records):
        found["_row"].append(row)
        for column, name in {"source": "source", "key": "key", "parent_key": "parent", "updated": "updated"}.items():
            found[column].append(record.get(name))
        for name, field in fields.items():
            cleaned = field.kind.standardise(record.get(name) or "", {"region": "CN", "currency": field.currency}, {})
            types |= {name: ARROW[field.kind.sql], f"{name}__valid": pa.bool_()}
            for column, value in {name: cleaned.value, f"{name}__valid": cleaned.valid, **{
                f"{name}__{part}": cleaned.parts.get(part) for part in field.kind.parts}}.items():  # fmt: skip
                found.setdefault(column, []).append(value)
    table = {name: pa.array(values, types.get(name, pa.string())) for name, values in found.items()}
    append(con, ident("std", entity), pa.table(table))
    con.execute(f"""CREATE TABLE {ident("match", f"{entity}_clusters")} (source VARCHAR, key VARCHAR, golden_id VARCHAR,
        confidence DOUBLE, founding BOOLEAN)""")
    met = set[str]()
    for record in records:
        line = [record["source"], record["key"], record["golden"], 1.0, record["golden"] not in met]
        con.execute(f"INSERT INTO {ident('match', f'{entity}_clusters')} VALUES (?, ?, ?, ?, ?)", line)
        met.add(record["golden"])
