"""Queries to databases: one SELECT, read only, every value as text exactly as the database has it."""

import json
import os
import re
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

import keyring
import sqlglot
from keyring.errors import KeyringError
from sqlalchemy import URL, CursorResult, Engine, NullPool, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlglot import exp

from workbench.config import Config
from workbench.errors import ConfigError, SourceError
from workbench.sources.extract import BATCH_ROWS, Batch, Extract, batches, column_names, whole

DRIVERS = {"postgresql": "postgresql+pg8000"}  # others have SQLAlchemy's own choice
DIALECTS = {"postgresql": "postgres", "mssql": "tsql", "mariadb": "mysql"}  # sqlglot's names where they differ
_CHANGING = (exp.DML, exp.DDL, exp.Command, exp.Into, exp.Set, exp.Pragma, exp.Lock)
_DATA_ERRORS = ("22", "23")  # classes of SQLSTATE whose words quote values


def address(config: Config, url: str) -> URL:
    """The URL with its ${VARIABLES} filled in; a SQLite file's path is one of the project, as Config.path says.

    Raises ConfigError when a variable is not set or the URL is none.
    """

    def value(found: re.Match[str]) -> str:
        if (text := os.environ.get(found[1])) is None:
            raise ConfigError(f"{url}: the variable {found[1]} is not set. Set it to its part of the URL.")
        is_user = url.startswith("@", found.end())  # or a password, which may have any sign
        return quote(text, safe="") if is_user else text

    try:
        if not url.startswith("sqlite"):
            return make_url(re.sub(r"\$\{(\w+)\}", value, url))
        given = make_url(url)
        return given.set(database=str(config.path(given.database or "")))
    except ArgumentError:
        raise ConfigError(
            "`url` is no URL of a database. Give one such as sqlite:///sources/crm.db or postgresql://user@host/name."
        ) from None


def password_of(source: str) -> str | None:
    """The password of a source: from WORKBENCH_PASSWORD_<SOURCE>, else the keyring's for workbench, else none."""
    try:
        return os.environ.get(f"WORKBENCH_PASSWORD_{source.upper()}") or keyring.get_password("workbench", source)
    except KeyringError:  # there is no keyring here
        return None


def origin(url: URL, query: str) -> str:
    """What a query is called where files have their names: the database, without any user, and its first table."""
    table = _select(url, query).find(exp.Table)
    return f"{_shown(url)} {table.sql() if table else query}"


def read_query(url: URL, query: str, password: str | None = None) -> Extract:
    """Send a query; its rows come batch by batch, and the connection is closed after the last.

    Raises SourceError, in the database's words but without values, when it refuses or goes away.
    """
    tree = _select(url, query)
    url = url.set(drivername=DRIVERS.get(url.drivername, url.drivername), password=password or url.password)
    with _plain_words(url), ExitStack() as stack:
        connection = stack.enter_context(_engine(url).connect())
        readonly = {"postgresql_readonly": True} if url.get_backend_name() == "postgresql" else {}
        connection = connection.execution_options(stream_results=True, max_row_buffer=BATCH_ROWS, **readonly)
        result = connection.execute(text(query.replace(":", r"\:")))  # a colon would begin a parameter
        columns = column_names(result.keys())
        found = _batches(url, columns, result, stack.pop_all())
    ordered = "yes" if tree.args.get("order") else "no, so rows may be numbered otherwise next time"
    return Extract(columns, found, {"database": url.get_backend_name(), "ordered": ordered})


def _select(url: URL, query: str) -> exp.Expr:
    """The query's tree. Raises SourceError when it is not one SELECT."""
    name = url.get_backend_name()
    dialect = DIALECTS.get(name, name)
    try:
        trees = [*filter(None, sqlglot.parse(query, read=dialect if sqlglot.Dialect.get(dialect) else None))]
    except sqlglot.errors.SqlglotError as error:
        raise SourceError(f"{_shown(url)}: the query is not SQL: {str(error).splitlines()[0]}") from None
    if len(trees) == 1 and isinstance(trees[0], exp.Query) and not any(trees[0].find_all(*_CHANGING)):
        return trees[0]
    raise SourceError(f"{_shown(url)}: the query may only read. Give one SELECT (it may begin with WITH).")


def _shown(url: URL) -> str:
    """The URL without its user, password and options, nor the folders of a file."""
    kind, name = url.get_backend_name(), PurePath(url.database or "").name
    return URL.create(kind, host=url.host, port=url.port, database=name).render_as_string()


def _engine(url: URL) -> Engine:
    """An engine that only reads; of kinds other than SQLite and PostgreSQL the rights of the user say what it may.

    It keeps no connection open that is not in use.
    """
    if url.get_backend_name() == "postgresql":
        return create_engine(url, json_deserializer=str, poolclass=NullPool)
    if url.get_backend_name() != "sqlite":
        return create_engine(url, poolclass=NullPool)
    file = Path(url.database or "")
    if not file.is_file():
        raise SourceError(f"{file}: no such file. Put the database there, or correct the URL.")
    read_only = url.set(database=file.absolute().as_uri(), query={"mode": "ro", "uri": "true"})
    engine = create_engine(read_only, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _(connection: sqlite3.Connection, _: object) -> None:
        connection.text_factory = lambda raw: raw.decode("utf-8", "workbench.keep_bytes")

    return engine


@contextmanager
def _plain_words(url: URL) -> Iterator[None]:
    """Turn what databases and drivers raise into SourceError."""
    try:
        yield
    except DBAPIError as error:
        raise SourceError(f"{_shown(url)}: the database says: {_words(error.orig, url.password)}") from None
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        driver = getattr(error, "name", None) or url.drivername
        raise SourceError(
            f"{_shown(url)}: the driver {driver!r} is not installed. Install the Python package that has it, or name "
            "another driver of this kind of database in the URL, such as mysql+pymysql://."
        ) from None
    except (SQLAlchemyError, OSError, EOFError, struct.error) as error:
        said = f"{_shown(url)}: the connection broke: {_words(error, url.password)}"
        raise SourceError(f"{said}. Run again when the database is there.") from None


def _words(error: BaseException | None, password: object) -> str:
    """What a database said, without the password and the values that it quotes."""
    told = error.args[0] if error and error.args else error
    said = str(told)
    if isinstance(told, dict):  # PostgreSQL's fields: C the SQLSTATE, M the message
        said = str(told.get("M"))
        if str(told.get("C")).startswith(_DATA_ERRORS):
            said = re.sub(r"\"[^\"]*\"|'[^']*'|\d+", "...", said)
    return said.replace(str(password), "...") if password else said


def _batches(url: URL, columns: list[str], result: CursorResult[Any], opened: ExitStack) -> Iterator[Batch]:
    """Rows as texts; one that has text of no encoding, as SQLite may, is a reject."""
    with _plain_words(url), opened:
        rows = chain.from_iterable(result.partitions(BATCH_ROWS))
        yield from batches(columns, (whole([*map(_text, row)]) for row in rows))


def _text(value: object) -> str | None:
    match value:
        case None | str():
            return value
        case bool():
            return str(value).lower()
        case Decimal():
            return f"{value:f}"
        case datetime():
            return value.isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
        case list() | tuple() | dict():
            return json.dumps(value, ensure_ascii=False, default=_text)
        case _:
            return str(value)
