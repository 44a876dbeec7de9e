"""What a notebook holds: a project, its runs, its tables, and the way of a single record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from .arrivals import arrivals
from .checks import Measured, parse_check
from .collect import read_sheets, write_sheets
from .config import load
from .config.mistakes import suggestion
from .decisions.decisions import Decisions
from .decisions.records import demand_matched, entity_of
from .deviations import write_deviations
from .errors import ConfigError
from .files import disk
from .issues import change, chosen, export_issues, list_issues, read_issues
from .journal import whoever
from .matched import Matched
from .migration import Migration
from .pipeline import NAMES, Progress, Result, database, mend, run_project
from .store import blame, frame, ident, records
from .suggest import Suggestion, Suggestions, suggest
from .tables import as_run, known_table
from .trial import copy_project, with_settings
from .views.review import review
from .views.status import show_status
from .views.trace import Trace, follow


class Project(Migration):
    """A project's folder, opened.

    With WORKBENCH_MASKED=1, as when reports are rendered, everything it shows of the data is masked, and it refuses
    what writes down a decision or gives values to people.
    """

    def __init__(self, root: Path):
        """Read the configuration and mend the journal. Raises ConfigError or StoreError."""
        super().__init__(root)
        mend(self.root, self.journal)

    def run(
        self, as_of: date | str | None = None, until: str | None = None, user: str | None = None,
        progress: Progress = lambda name, place, total: None,
    ) -> Result:  # fmt: skip
        """Run the stages for an as-of date (default: the newest extracts'), up to and with `until`."""
        day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
        result = run_project(self.root, day, until, user, progress)
        self.config = as_run(load(self.root), self.journal)
        return result

    def trace(self, key: str, source: str | None = None, entity: str = "customer") -> Trace:
        """Where a record went and why: what it was, what was changed, whom it was joined with, its outcome, its loads.

        `key` is that of the record in a source, a golden id, or the id that a new system gave it. Raises ConfigError
        for an unknown entity, StoreError when no record has the key.
        """
        if entity not in self.config.entities:
            raise ConfigError(f"There is no entity '{entity}'. There are: {', '.join(self.config.entities)}.")
        with self._read() as con:
            return follow(con, self.config, entity, str(key), source, self.journal)

    def trial(
        self, settings: Mapping[str, Any] | None = None, until: str | None = None, *,
        edits: Iterable[Mapping[str, Any]] = (),
    ) -> Project:  # fmt: skip
        """A copy of the project, run for the same date with other settings or further edits: what would be, if.

        `settings` maps places in workbench.yml, such as "match.customer.review" or "waves.0.later", to values; the
        place "checks.+" adds to a list. `edits` are arguments of `edit`. The project stays as it is, and the copy goes
        when it is no longer used. Raises ConfigError for settings or edits that are wrong, StoreError where nothing is
        published yet or there is no room for the copy, and as `run` does.
        """
        as_of = self.published().as_of
        with disk("trial"):
            folder = copy_project(self.root)
            with_settings(Path(folder.name), settings or {})
        copy = Project(Path(folder.name))
        copy.folder = folder
        for given in edits:
            copy._add(*copy._step(**given))
        copy.run(as_of, until)
        return copy

    def suggest(self) -> Suggestions:
        """Checks that the records of the last run propose, each with its evidence and how many would fail it."""
        with self._read() as con:
            return Suggestions(suggest(con, self.config))

    def check(self, given: Mapping[str, Any] | Suggestion) -> pd.DataFrame:
        """Try a check on the records of the last run before it is saved: its failing rows, with key, value and reason.

        Raises ConfigError for what is no check, for one that asks for what the run does not have, and for one that is
        held against the date before.
        """
        check = parse_check(given.check if isinstance(given, Suggestion) else given)
        if isinstance(check, Measured):
            raise ConfigError(f"check {check.label}: is held against the date before, so only a run can make it.")
        with self._read() as con, blame(f"check {check.label}"):
            records = f"(SELECT *, DATE '{self.published().as_of}' AS as_of FROM {ident('std', check.on)})"
            return frame(con, f"SELECT * FROM ({check.select(records)}) ORDER BY source, _row")

    def take(self, given: Mapping[str, Any] | Suggestion) -> None:
        """Add a check to workbench.yml, whose comments stay; the next run makes it. Raises ConfigError as `check`."""
        self._demand_plain()
        check = dict(given.check if isinstance(given, Suggestion) else given)
        parse_check(check)
        with disk("workbench.yml"):
            with_settings(self.root, {"checks.+": check})
        self.config = as_run(load(self.root), self.journal)

    def issues(self, owner: str | None = None, source: str | None = None) -> pd.DataFrame:
        """All issues, or those of an owner or with rows that fail in a source: see `issues.list_issues`.

        Raises ConfigError for an owner or source that there is none of.
        """
        found = chosen(list_issues(self.journal, self.config), self.config, owner, source)
        return found.assign(comment=[self._shown(said) for said in found["comment"]])

    def assign(
        self, issue: int | str, *, owner: str | None = None, priority: str | None = None,
        due: date | str | None = None, comment: str | None = None, user: str | None = None,
    ) -> None:  # fmt: skip
        """Give an issue (its number or check) an owner, a priority, a due date or a comment; "" takes it back.

        Raises ConfigError for an unknown issue or priority, or no date; then nothing is written.
        """
        self._demand_plain()
        given = {"owner": owner, "priority": priority, "due": None if due is None else str(due), "comment": comment}
        said = {kind: value.strip() for kind, value in given.items() if value is not None}
        change(self.journal, self.config, issue, user or whoever(), said)

    def export_issues(self, file: str | Path, owner: str | None = None, source: str | None = None) -> int:
        """Write the open issues, and their failing rows for people to answer, to an .xlsx; returns the rows written.

        Its values are those of the sources: it is not for sharing. Raises as `issues` and `issues.export_issues` do.
        """
        self._demand_plain()
        with self._read() as con:
            return export_issues(con, self.journal, self.issues(owner, source), Path(file), source)

    def read_issues(self, file: str | Path, user: str | None = None) -> int:
        """Take what people changed in such a workbook; returns how much is new. Raises SourceError, naming mistakes."""
        self._demand_plain()
        return read_issues(self.journal, self.config, Path(file), user or whoever())

    def export_corrections(self, file: str | Path, source: str | None = None) -> int:
        """Write what systems have otherwise than a field's owner to a new .xlsx, a sheet a source; the rows written.

        Its values are those of the sources: it is not for sharing. Raises StoreError before the stage golden has run,
        and as `deviations.write_deviations` does.
        """
        self._demand_plain()
        with self._read() as con:
            known_table(con, "gold.deviations")
            return write_deviations(con, self.config, Path(file), source)

    def collection(self, folder: str | Path, entity: str | None = None) -> pd.DataFrame:
        """Write a workbook for each steward with what golden records lack; lists file, entity, records and gaps.

        Raises ConfigError for an unknown entity, SourceError for a workbook that is there, StoreError before a run.
        """
        self._demand_plain()
        if entity is not None and entity not in self.config.entities:
            raise ConfigError(f"There is no entity '{entity}'{suggestion(entity, self.config.entities)}")
        with self._read() as con:
            known_table(con, f"gold.{entity or next(iter(self.config.entities))}")
            return write_sheets(con, self.config, Path(folder), [entity] if entity else list(self.config.entities))

    def collect(self, file: str | Path, user: str | None = None) -> pd.DataFrame:
        """Take what a workbook of `collection` came back with; the next run fills from it. Lists what is new.

        Where a source has learned the value since, that is `known` and stands: the answer is listed and not taken.
        Raises SourceError with every line that is wrong, and takes nothing then.
        """
        self._demand_plain()
        with self._read() as con:
            found, late = read_sheets(con, self.config, Path(file))
        last = {line[2:3] + line[4:7]: line[7] for line in self.journal.collected()}
        new = [line for line in found if last.get((line[0], *line[2:5])) != line[5]]
        self.journal.collect(user or whoever(), new)
        names = ["entity", "golden_id", "source", "key", "field", "value", "known"]
        return pd.DataFrame([*((*line, None) for line in new), *late], columns=names)

    @property
    def decisions(self) -> Decisions:
        """What people decide of records: match, no_match, split, override, exclude; confirm and undo."""
        return Decisions(self.config, self.journal, self._read, self.masked)

    @property
    def matching(self) -> Matched:
        """How good the matching is: a sample for people to decide, what it tells, scores against a truth."""
        return Matched(self.config, self.journal, self._read, self.masked)

    def arrivals(self, file: str | Path, source: str, entity: str | None = None) -> pd.DataFrame:
        """Who the records of a file are that came to a source since the newest run, told without another run.

        The file has the columns of the source's table of records. A row each of its records: row, key, what, golden_id,
        before, probability, weight, best_source, best_key, reason. `what` is

            known       it joins a golden record that is there
            review      it is too near to call: the best candidate stands beside it
            new         it founds a golden record, or joins one that another arrival founds
            changed     its key is there already: `before` is the golden id that it had
            rejected    it is no record: `reason` says why

        and golden_id the one that the next run gives it, if the extract then has these records and nobody decides
        otherwise. Nothing is written: put the records into the next extract, and run. Raises ConfigError for a source
        or entity that there is none of, SourceError for a file that cannot be read or lacks a column, StoreError where
        no run has matched yet.
        """
        self._demand_plain()
        self._demand_results()
        return arrivals(self.config, self.journal, Path(file), source, entity)

    def review(self, entity: str | None = None) -> Any:
        """What waits for a decision, to be decided in a notebook; of a masked project only to be looked at.

        Raises ConfigError for an entity that was not matched, StoreError where nothing is published yet.
        """
        run, whose = self.published(), entity_of(self.config, entity)
        demand_matched(self.config, whose)
        if self.masked:
            return review(run, whose)
        from .dashboard.room import in_notebook  # Panel takes seconds

        return in_notebook(self.root, whose)

    def status(self) -> dict[str, Any]:
        """The latest run of the project and of each as-of date, and the stages whose results stand."""
        names = ("run_id", "as_of", "user", "started_at", "outcome")
        runs = self.journal.read(f"SELECT {', '.join(names)} FROM runs ORDER BY rowid")
        stages: list[dict[str, Any]] = []
        if database(self.root).exists():
            with self._read() as con:
                stages = records(con, "SELECT stage, run_id, rows_in, rows_out FROM meta.stage")
        stages.sort(key=lambda line: NAMES.index(line["stage"]))
        trend: dict[str, dict[str, float]] = {}
        for day, dimension, value in self.journal.trend():
            trend.setdefault(day, {})[dimension] = value
        lines = [dict(zip(names, run, strict=True)) for run in runs]
        return {"project": self.config.project, "runs": lines, "stages": stages, "trend": trend}

    def __repr__(self) -> str:
        """The project's name and folder."""
        return f"Project({self.config.project!r}, {str(self.root)!r})"

    def _repr_html_(self) -> str:
        return show_status(self.status())


def open_project(root: str | Path) -> Project:
    """Open the project in a folder. Raises ConfigError when its workbench.yml is missing or wrong."""
    return Project(Path(root))
