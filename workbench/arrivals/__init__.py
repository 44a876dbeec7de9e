"""Arrivals: who the records are that came since the newest run, told without another run.

A file's records are standardised as their source's are, and meet the records of the newest run that share a key of a
blocking rule with one of them. These golden records and the arrivals are then a small project in memory: the stages'
own functions judge its pairs with the model of the newest run, cluster it anew, and say the golden ids. How common a
value is, is counted among all records.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from ..config import Config
from ..config.mistakes import suggestion
from ..decisions.records import demand_matched, entity_of
from ..decisions.standing import in_force
from ..errors import ConfigError, StoreError
from ..journal import Journal
from ..pipeline import database, lay_out
from ..stages.context import Run
from ..store import Connection, create_tables, exists, frame, fresh_schema, overlay, rows
from .answers import answers
from .incoming import take_in
from .judged import judge_again, learned_model
from .met import meet

__all__ = ["arrivals"]


def arrivals(config: Config, journal: Journal, file: Path, source: str, entity: str | None = None) -> pd.DataFrame:
    """Who the records of a file are: see `Project.arrivals`."""
    whose = entity_of(config, entity)
    demand_matched(config, whose)
    if source not in config.records(whose):
        raise ConfigError(f"There is no source {source!r} of {whose}{suggestion(source, config.records(whose))}")
    with overlay(database(config.root)) as con:
        run = _newest(con, config, journal, whose)
        learned = learned_model(con, run, whose)
        for schema in ("raw", "std", "match"):
            fresh_schema(con, schema)
        create_tables(con, "memory")
        lay_out(con, "learned", journal.learned(until=run.as_of))
        lay_out(con, "decisions", in_force(journal, config))
        lay_out(con, "erased", journal.erased())
        take_in(con, run, whose, source, file)
        meet(con, run, whose, journal)
        judge_again(con, run, whose, learned)
        return frame(con, answers(whose))


def _newest(con: Connection, config: Config, journal: Journal, entity: str) -> Run:
    """The run whose records are there. Raises StoreError where it did not match them, or of an older version."""
    stages = dict(rows(con, "SELECT stage, run_id FROM work.meta.stage"))
    run_id = stages.get("match")
    days = journal.read("SELECT as_of FROM runs WHERE run_id = ?", [run_id])
    if not days or stages.get("standardise") != run_id:
        raise StoreError(f"The newest run has not come to matching. Run the project: workbench run {config.root}")
    kept = exists(con, "match", "shares") and rows(con, "SELECT 1 FROM work.match.models WHERE entity = ?", [entity])
    if not kept:
        raise StoreError(f"The newest run did not match {entity}, or was of an older version. Run the project again.")
    return Run(config, date.fromisoformat(days[0][0]), str(run_id), b"")
