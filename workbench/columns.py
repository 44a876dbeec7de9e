"""Columns of extracts: what stands in them, and how people agreed to edit them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date

import pandas as pd

from .config.mistakes import suggestion
from .errors import ConfigError
from .explore import Clusters, Facets, clusters, facets
from .files import disk
from .journal import whoever
from .recipes import Step, add_step, drop_step, load_recipe, parse_step
from .stages.edits import as_agreed, demand, preview
from .store import Connection, blame
from .tables import Tables


class Columns(Tables):
    """A project whose columns can be looked into and edited."""

    def edit(
        self, table: str, column: str, *, why: str, values: Mapping[str, str] | None = None,
        expression: str | None = None, user: str | None = None, dry_run: bool = False,
    ) -> pd.DataFrame:  # fmt: skip
        """Add a step to the recipe of a table such as "erp.kna1", which every run makes; shows what it changes.

        `values` maps values of the column to what each becomes, or `expression` computes it of `value`. With `dry_run`
        nothing is written. Raises ConfigError for a step that is wrong, SourceError for a column that is not there.
        """
        if not dry_run:
            self._demand_plain()
        place, step = self._step(table, column, why, values, expression, user)
        with self._read() as con:
            changed = preview(con, self.config, *place, step)
        if not dry_run and changed.empty:
            raise ConfigError(f"{table}.{column}: no value is changed by this, so there is no step to keep.")
        if not dry_run:
            self._add(place, step)
        return changed

    def facets(self, table: str, column: str, where: str = "true") -> Facets:
        """What stands in a column of a table such as "erp.kna1", of the rows for which `where`, a condition, holds.

        Raises ConfigError for a table or condition that is wrong, SourceError for a column that is not there.
        """
        with self._column(table, column) as (con, edited_table), blame(f"{table}.{column}"):
            return facets(con, edited_table, column, where, self.config.region)

    def clusters(self, table: str, column: str, method: str = "fingerprint", page: int = 1) -> Clusters:
        """Values of a column of a table such as "erp.kna1" that are likely one, a page of them.

        `method` is fingerprint, ngram, reading or near. What is right of them becomes a step of the recipe by `edit`.
        Raises as `facets`.
        """
        with self._column(table, column) as (con, edited_table):
            return clusters(con, edited_table, column, method, page)

    def recipes(self) -> pd.DataFrame:
        """The steps of all recipes, in their order: table, column, what becomes of it, why, by, on."""
        steps = [
            {"table": f"{source}.{table}", "column": step.column,
             "becomes": self._shown(step.said) if step.values else step.said,
             "why": step.why, "by": step.by, "on": step.on}
            for source, settings in self.config.sources.items() for table in settings.tables
            for step in load_recipe(self.root, source, table)
        ]  # fmt: skip
        return pd.DataFrame(steps, columns=["table", "column", "becomes", "why", "by", "on"])

    def undo(self, table: str) -> Step:
        """Take the last step of a table's recipe back. Raises ConfigError where there is none."""
        self._demand_plain()
        return drop_step(self.root, *self._place(table))

    def _step(
        self, table: str, column: str, why: str, values: Mapping[str, str] | None = None,
        expression: str | None = None, user: str | None = None,
    ) -> tuple[tuple[str, str], Step]:  # fmt: skip
        """A step for a table's recipe, and the source and name of the table."""
        given = {"column": column, "values": values and dict(values), "expression": expression, "why": why,
                 "by": user or whoever(), "on": date.today().isoformat()}  # fmt: skip
        return self._place(table), parse_step({key: value for key, value in given.items() if value is not None})

    def _add(self, place: tuple[str, str], step: Step) -> None:
        with disk("recipes"):
            add_step(self.root, *place, step)

    @contextmanager
    def _column(self, table: str, column: str) -> Iterator[tuple[Connection, str]]:
        """A session, and the table as its recipe has it, which must have the column."""
        place = self._place(table)
        with self._read() as con:
            demand(con, *place, column)
            yield con, as_agreed(con, self.config, *place)

    def _place(self, table: str) -> tuple[str, str]:
        """The source and table that a name such as "erp.kna1" means."""
        source, _, name = table.partition(".")
        places = [f"{source}.{one}" for source, settings in self.config.sources.items() for one in settings.tables]
        if table not in places:
            raise ConfigError(f"There is no table {table!r} of a source{suggestion(table, places)}")
        return source, name
