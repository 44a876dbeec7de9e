"""The tables of a project's newest run, to read: masked where the project is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from .config import Config, load
from .config.mistakes import suggestion
from .errors import ConfigError, StoreError
from .export import write_csv, write_parquet
from .files import disk
from .journal import Journal
from .language import speak
from .pipeline import database
from .published import Published
from .reports.masking import demand_plain, is_masked, mask_database
from .store import Connection, blame, exists, frame, ident, overlay, rows, session
from .types import TYPES

STANDING = "SELECT as_of FROM runs WHERE run_id IN (SELECT run_id FROM stages) ORDER BY rowid DESC LIMIT 1"


class Tables:
    """A project's folder, of which the tables can be read."""

    def __init__(self, root: Path):
        """Read the configuration, open the journal. Raises ConfigError or StoreError."""
        self.root = root.resolve()
        self.masked = is_masked()
        config = load(self.root)  # before the journal, which would be made in any folder
        speak(config.language)
        self.journal = Journal(self.root)
        self.config = as_run(config, self.journal)
        self.folder: TemporaryDirectory[str] | None = None  # of a copy, which goes with it

    def published(self, run_id: str | None = None) -> Published:
        """What a run has published, by default the newest that counts, for the views. Raises StoreError for none."""
        if self.masked and not self.folder:  # the pages of a run are made
            run_id = run_id or os.environ.get("WORKBENCH_RUN")
        return Published(self.root, run_id, private=not self.masked)

    def table(self, name: str) -> pd.DataFrame:
        """A whole table such as "gold.customer" as a frame. Raises StoreError when there is none of that name."""
        with self._read() as con:
            return frame(con, f"FROM {known_table(con, name)}")

    def export(self, name: str, file: str | Path) -> int:
        """Write a whole table to a .csv (UTF-8 that Excel recognises) or .parquet file; returns the rows written."""
        file = Path(file)
        if file.suffix not in (".csv", ".parquet"):
            raise ConfigError(f"{file}: tables are written as .csv or .parquet.")
        with self._read() as con, disk("export"):
            query = f"SELECT * FROM {known_table(con, name)}"
            return write_csv(con, query, file, mark=True) if file.suffix == ".csv" else write_parquet(con, query, file)

    def sql(self, query: str) -> pd.DataFrame:
        """The result of a query over the project's tables, as a frame; nothing can be changed by it.

        Raises ConfigError, in the database's words, for one that it refuses.
        """
        with self._read() as con, blame("the query"):
            return frame(con, query)

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        """A session that reads the tables by their names."""
        self._demand_results()
        if not self.masked:
            with session(database(self.root), read_only=True) as con:
                yield con
            return
        with overlay(database(self.root)) as con:
            mask_database(con, self.config, self.journal.mask_key())
            yield con

    def _shown(self, said: str) -> str:
        """A text that has values, masked where the project is."""
        return TYPES["text"].mask(said, self.journal.mask_key()) if self.masked else said

    def _demand_results(self) -> None:
        if not database(self.root).exists():
            raise StoreError(f"{self.root} has no results yet. Run it first: workbench run {self.root}")

    def _demand_plain(self) -> None:
        demand_plain(self.masked)


def as_run(config: Config, journal: Journal) -> Config:
    """A configuration with the sources of the run whose tables stand."""
    for (day,) in journal.read(STANDING):
        return config.on(date.fromisoformat(day))
    return config


def known_table(con: Connection, name: str) -> str:
    """A table's quoted name. Raises StoreError where there is none of that name."""
    schema, _, table = name.partition(".")
    if not exists(con, schema, table):
        raise StoreError(f"There is no table {name}{suggestion(name, _tables(con))}")
    return ident(schema, table)


def _tables(con: Connection) -> list[str]:
    query = """SELECT table_schema || '.' || table_name FROM information_schema.tables
        WHERE table_schema <> 'main' ORDER BY 1"""
    return [row[0] for row in rows(con, query)]
