"""Values and their types: each distinct value (with its context) is seen by Python once, the rest is SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

import pyarrow as pa

from ..config import Config
from ..store import Connection, append, counted, ident, pages
from ..types import SemanticType
from ..types.base import Cleaned, Context, Settings
from .drift import Place, codes, heading, headings


class Column(NamedTuple):
    """A column of a raw table: its heading, and what codes in it stand for."""

    heading: str = ""
    stands: Mapping[str, str] = MappingProxyType({})


NO_COLUMN = Column()


def column_of(con: Connection, config: Config, place: Place, text: str) -> Column:
    """The column of a raw table (source, table) that a text names; NO_COLUMN where it is an expression."""
    name = heading(text, headings(con, place))
    return Column(name, codes(con, config, place, name)) if name else NO_COLUMN


def neighbours_of(config: Config, entity: str, field: str) -> dict[str, str]:
    """Which other field of an entity fills each context that a field's type is read by."""
    fields = config.entities[entity].fields
    if field not in fields:  # the date of a record's last change
        return {}
    found = {"country": config.entities[entity].first("country"), "city": "city", "currency": fields[field].currency}
    named = {context: found.get(context) for context in fields[field].kind.context}
    return {context: name for context, name in named.items() if name in fields and name != field}


def told_of(config: Config, entity: str, field: str) -> Context:
    """The context of a field that the configuration says, for all its values."""
    settings = config.entities[entity].fields.get(field)
    return {"region": config.region, "currency": settings.currency if settings else None}


def clean_values(
    con: Connection, kind: SemanticType, told: Context, query: str, into: str, *, neighbours: Sequence[str] = (),
    settings: Settings | None = None, column: Column = NO_COLUMN,
) -> Settings:  # fmt: skip
    """Standardise what a query gives (before, a column a neighbour, times) into the temporary table `into` (quoted).

    That has before, the neighbours, after, __<part>, valid, reason, rule and proposal. `settings` is what the type is
    to know of the column; without, it is fitted. Returns the settings.
    """
    order = ", ".join(["before", *map(ident, neighbours)])
    con.execute(
        f"CREATE TEMP TABLE _distinct AS SELECT *, row_number() OVER (ORDER BY {order}) AS _page FROM ({query})"
    )
    parts = "".join(f", {ident(f'__{part}')} VARCHAR" for part in kind.parts)
    names = "".join(f", {ident(n)} VARCHAR" for n in neighbours)
    con.execute(
        f"CREATE TEMP TABLE {into} (before VARCHAR{names}, after {kind.sql}{parts}, "
        "valid BOOLEAN, reason VARCHAR, rule VARCHAR, proposal VARCHAR)"
    )
    if settings is None:
        counts = counted(con, "_distinct", "before", "times")
        settings = kind.fit(((column.stands.get(value.strip(), value), n) for value, n in counts), column.heading)
    for page in pages(con, "_distinct"):
        append(con, into, _clean(page, neighbours, kind, told, settings, column.stands))
    con.execute("DROP TABLE _distinct")
    return settings


def _clean(page: pa.Table, neighbours: Sequence[str], kind: SemanticType, told: Context, settings: Settings,
           stands: Mapping[str, str]) -> pa.Table:  # fmt: skip
    """Standardise one page of distinct values, first what they stand for put in their place."""
    given = page.drop_columns(["_page", "times"]).to_pylist()
    cleaned: list[Cleaned] = []
    for row in given:
        context = {**told} | {name: row[name] for name in neighbours}
        code = stands.get(row["before"].strip())
        found = kind.standardise(row["before"] if code is None else code, context, settings)
        cleaned.append(found if code is None else replace(found, rule="code as before"))
    out = {name: pa.array([row[name] for row in given], pa.string()) for name in ("before", *neighbours)}
    types = {"VARCHAR": pa.string(), "DATE": pa.date32(), "DECIMAL(38,6)": pa.decimal128(38, 6)}
    out["after"] = pa.array([c.value for c in cleaned], types[kind.sql])
    for part in kind.parts:
        out[f"__{part}"] = pa.array([c.parts.get(part) for c in cleaned], pa.string())
    out["valid"] = pa.array([c.valid for c in cleaned], pa.bool_())
    out["reason"] = pa.array([c.reason for c in cleaned], pa.string())
    out["rule"] = pa.array([c.rule for c in cleaned], pa.string())
    out["proposal"] = pa.array([c.proposal for c in cleaned], pa.string())
    return pa.table(out)
