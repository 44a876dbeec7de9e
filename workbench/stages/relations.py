"""Where records come from: a raw table or a view of the project, and the terms that pick columns from it."""

from __future__ import annotations

import sqlglot
from sqlglot import exp

from ..config import Config, RecordConfig, columns_of
from ..config.mistakes import suggestion
from ..errors import ConfigError, SourceError
from ..store import Connection, blame, ident
from .edits import edited


def relation(con: Connection, config: Config, source: str, record: RecordConfig) -> tuple[str, list[str]]:
    """The SELECT that gives a source's records, and its columns.

    A view reads raw.<source>__<table> and selects the lead table's _row. Raises ConfigError when it does not.
    """
    if not record.from_.endswith(".sql"):
        origin = f"SELECT * FROM {edited(con, source, record.from_)}"
    else:
        origin = _view(con, config, record.from_)
    with blame(record.from_):
        described = con.execute(f"SELECT * FROM ({origin}) LIMIT 0").description or []
    names = [column[0] for column in described]
    if "_row" not in names:
        raise ConfigError(f"{record.from_}: must select the _row of {record.lead}, so that no record is lost unseen.")
    return origin, names


def _view(con: Connection, config: Config, path: str) -> str:
    """The view's SELECT, over the raw tables as the recipes have them: temporary views in their place.

    Only the name changes, so that aliases, joins and samples that hang on a table stay.
    """
    text = "".join(config.lines(path)).strip().rstrip(";")
    try:
        trees = sqlglot.parse(text, read="duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise ConfigError(f"{path}: not SQL: {str(error).splitlines()[0]}") from error
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise ConfigError(f"{path}: must be one SELECT.")
    places = {f"raw.{s}__{t}".casefold(): (s, t) for s, settings in config.sources.items() for t in settings.tables}
    changed = False
    for table in list(trees[0].find_all(sqlglot.exp.Table)):
        source, name = places.get(f"{table.db}.{table.name}".casefold(), ("", ""))
        if source and (over := edited(con, source, name)).startswith("("):
            instead = f"_edited_{source}__{name}"
            con.execute(f"CREATE OR REPLACE TEMP VIEW {ident(instead)} AS SELECT * FROM {over}")
            if not table.alias:
                table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name, quoted=True)))
            table.set("this", exp.to_identifier(instead, quoted=True))
            table.set("db", None)
            table.set("catalog", None)
            changed = True
    return trees[0].sql("duckdb") if changed else text


def term(text: str, available: list[str], where: str) -> str:
    """A column's quoted name where `text` is one (case ignored if need be), else `text` as an expression.

    Raises SourceError when it names a column that is not there.
    """
    if text in available:
        return ident(text)
    by_case = [name for name in available if name.lower() == text.lower()]
    if by_case:
        return ident(by_case[0])
    shown = [name for name in available if name != "_row"]
    try:
        folded = {name.lower() for name in available}
        unknown = sorted(name for name in columns_of(text) if name.lower() not in folded)
    except ValueError as error:
        raise SourceError(f"{where}: '{text}' is no column and {error}{suggestion(text, shown)}") from error
    if unknown:
        raise SourceError(f"{where}: no column '{unknown[0]}'{suggestion(unknown[0], shown)}")
    return text


def terms(texts: list[str], available: list[str], where: str) -> str:
    """Several terms joined by |, blank where missing; a single one as it is."""
    found = [f"({term(text, available, where)})::VARCHAR" for text in texts]
    return found[0] if len(found) == 1 else " || '|' || ".join(f"coalesce({name}, '')" for name in found)
