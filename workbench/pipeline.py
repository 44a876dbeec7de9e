"""The order of the stages, and what happens around each: a session, a transaction, the journal."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
from filelock import FileLock, Timeout

from .approvals import approved
from .config import FILE, Config, load, load_mapping
from .config.own import explained
from .decisions.standing import in_force
from .errors import BusyError, ConfigError, StoreError
from .files import disk
from .issues import publish_issues
from .journal import Journal, whoever
from .language import speak
from .published import OUTCOMES, REPORTS, write_history
from .reports.fragments import money, result_html, share
from .reports.front import list_pages
from .snapshot import drop_snapshots, keep_snapshot
from .stages import check, golden, ingest, map, match, plan, profile, publish, reconcile, standardise
from .stages.context import Counts, Notes, Run
from .stages.extracts import dates
from .store import BATCH, Connection, append, count, create_tables, exists, ident, records, rows, session, transaction
from .summary import write_summary


def _nothing(con: Connection) -> Notes:
    """For stages whose tables can all be made again."""
    return {}


class Stage(NamedTuple):
    """A step of a run: what it does, and what the journal remembers of it (read from its tables)."""

    name: str
    run: Callable[[Connection, Run], Counts]
    notes: Callable[[Connection], Notes] = _nothing


STAGES = (
    Stage("ingest", ingest.run, ingest.notes),
    Stage("profile", profile.run),
    Stage("standardise", standardise.run),
    Stage("check", check.run, check.notes),
    Stage("match", match.run, match.notes),
    Stage("golden", golden.run),
    Stage("map", map.run),
    Stage("plan", plan.run),
    Stage("reconcile", reconcile.run, reconcile.notes),
    Stage("publish", publish.run),
)
NAMES = [stage.name for stage in STAGES]
UNMAPPED = """SELECT target, object || '.' || field, count(*), sum(rows)::BIGINT FROM target.unmapped
    GROUP BY ALL ORDER BY ALL"""
OWN = "own"
"""The schema of the tables that a project's own step adds."""

SHORTLY = 0.5
"""Seconds that a run waits for another one to end."""


@dataclass
class Result:
    """What a run did. `stages` holds name, seconds, rows_in and rows_out of each; `gates` those not met, in words;
    `for_review` how many pairs of an entity are too near to call; `remarks` what a person should know about the
    extracts: source, table, column, rows (None: all) and words."""

    run_id: str
    as_of: date
    stages: list[dict[str, Any]] = field(default_factory=list)
    quality: dict[str, float] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    differences: dict[str, str] = field(default_factory=dict)
    gates: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    for_review: dict[str, int] = field(default_factory=dict)
    remarks: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The object that `run --json` prints."""
        return {
            "run_id": self.run_id,
            "as_of": self.as_of.isoformat(),
            "stages": self.stages,
            "quality": self.quality,
            "reconciliation": {
                "rows": sum(self.outcomes.values()),
                "outcomes": self.outcomes,
                "unexplained": self.outcomes.get("unexplained", 0),
                "differences": self.differences,
            },
            "gates": self.gates,
            "files": self.files,
            "remarks": self.remarks,
        }

    def _repr_html_(self) -> str:
        return result_html(self.as_json())


Progress = Callable[[str, int, int], None]
"""Called with a stage's name, its place (from 0) and the number of stages before it starts."""


def database(root: Path) -> Path:
    """The project's derived tables."""
    return root / "state" / "work.duckdb"


def run_project(
    root: Path, as_of: date | None = None, until: str | None = None, user: str | None = None,
    progress: Progress = lambda name, place, total: None, patience: float = SHORTLY,
) -> Result:  # fmt: skip
    """Run the stages for an as-of date (default: that of the newest extracts), up to and with `until`.

    `patience` are the seconds to wait for another run to end. Raises a WorkbenchError when a stage cannot finish; what
    was there before it then still stands.
    """
    as_of = as_of or max(dates(root), default=date.today())
    config = load(root).on(as_of)
    speak(config.language)
    if unknown := set(config.own_steps) - {*NAMES}:
        raise ConfigError(
            f"{config.own}: after_{min(unknown)}: there is no such stage. The stages are: {', '.join(NAMES)}."
        )
    if until is not None and until not in NAMES:
        raise ConfigError(f"There is no stage '{until}'. The stages are: {', '.join(NAMES)}.")
    for target in config.targets:
        load_mapping(config, target)  # a mistake there is better known now than after the matching
    stages = STAGES[: NAMES.index(until) + 1] if until else STAGES
    with alone(root, patience):
        journal = Journal(root)
        mend(root, journal)
        publish.tidy(root, journal.unpublished())
        run = _start(config, as_of, user, journal)
        result = Result(run.id, as_of)
        try:
            for place, stage in enumerate(stages):
                progress(stage.name, place, len(stages))
                result.stages.append(_run_stage(root, journal, run, stage))
        except BaseException:
            with suppress(StoreError):  # on a full disk this fails too; the first error is the one to show
                journal.finish_run(run.id, "failed")
                _publish_history(config, journal)
            raise
        _summarise(root, run, result, stages[-1].name)
        newest = stages[-1].name == "publish" and _newest(journal, as_of)
        if newest:
            with disk("publish"):
                keep_snapshot(root, database(root), run.id)  # before the run counts, so whoever finds it finds them too
        outcome = "partial" if until else "gates missed" if result.gates else "passed"
        journal.finish_run(run.id, outcome)
        _publish_history(config, journal)
        if newest:
            drop_snapshots(root, but=run.id)
        if stages[-1].name == "publish":
            write_summary(config, journal, run.id)
    return result


def _newest(journal: Journal, as_of: date) -> bool:
    """Whether no run that counts is of a later date."""
    newest = journal.newest()
    return newest is None or as_of >= newest[1]


def mend(root: Path, journal: Journal) -> None:
    """Tell the journal of stages that were committed just before a crash kept them from being written there."""
    if not database(root).exists():
        return
    with session(database(root)) as con:
        if not exists(con, "meta", "stage"):
            return
        known = {row[0] for row in journal.read("SELECT run_id FROM runs")}
        told = set(journal.read("SELECT run_id, stage FROM stages"))
        columns = "run_id, stage, seconds, rows_in, rows_out"
        for run_id, *line in rows(con, f"SELECT {columns} FROM meta.stage"):
            if run_id in known and (run_id, line[0]) not in told:
                stage = dict(zip(columns.split(", ")[1:], line, strict=True))
                journal.remember(run_id, stage, STAGES[NAMES.index(stage["stage"])].notes(con))


@contextmanager
def alone(root: Path, patience: float = SHORTLY) -> Iterator[None]:
    """One run at a time in a project; the lock falls with the process that holds it. Raises BusyError for a second."""
    state = root / "state"
    holder, lock = state / "run.pid", FileLock(state / "run.lock", timeout=patience)
    with disk("run"):
        state.mkdir(exist_ok=True)
        try:
            lock.acquire()
        except Timeout as error:
            who = holder.read_text() if holder.exists() else "just started"
            raise BusyError(f"A run of {root} is going on (process {who}). Wait until it has finished.") from error
        holder.write_text(str(os.getpid()))
    try:
        yield
    finally:
        lock.release()


def _start(config: Config, as_of: date, user: str | None, journal: Journal) -> Run:
    text = (config.root / FILE).read_bytes()
    published = config.root / REPORTS
    taken = [folder.name for folder in published.glob("*")] if published.exists() else []
    run_id = journal.start_run(
        as_of, user or whoever(), version("dq-workbench"), hashlib.sha256(text).hexdigest(), taken
    )
    return Run(config, as_of, run_id, journal.mask_key())


def _publish_history(config: Config, journal: Journal) -> None:
    """Where nothing was ever published there is nothing to look at, and no history either."""
    with disk("publish"):
        if (config.root / REPORTS).is_dir():
            write_history(config.root, config.project, journal)
            publish_issues(journal, config)
            list_pages(config, journal)


def _run_stage(root: Path, journal: Journal, run: Run, stage: Stage) -> dict[str, Any]:
    """One stage: its tables and the line about it are committed together, then the journal is told."""
    started = time.monotonic()
    with session(database(root)) as con:
        _remind(con, run, journal)
        with transaction(con):
            with disk(stage.name), explained(run.config.own_file):
                counts = stage.run(con, run)
                if step := run.config.own_steps.get(stage.name):
                    con.execute(f"CREATE SCHEMA IF NOT EXISTS {OWN}")
                    step(con, run)
            done = {"stage": stage.name, "seconds": round(time.monotonic() - started, 3), **counts._asdict()}
            con.execute("DELETE FROM meta.stage WHERE stage = ?", [stage.name])
            con.execute("INSERT INTO meta.stage VALUES (?, ?, ?, ?, ?)", [run.id, *done.values()])
        journal.remember(run.id, done, stage.notes(con))
    return {"name": stage.name, **{key: value for key, value in done.items() if key != "stage"}}


def _remind(con: Connection, run: Run, journal: Journal) -> None:
    """Lay out what a stage starts from beside its tables: what the journal remembers of failures, ids and people."""
    con.execute("ATTACH ':memory:' AS memory")
    create_tables(con, "meta")
    create_tables(con, "memory")
    lay_out(con, "open_failures", journal.open_failures(before=run.as_of))
    lay_out(con, "measures", journal.measures(before=run.as_of))
    lay_out(con, "golden_ids", journal.golden_ids())
    lay_out(con, "learned", journal.learned(until=run.as_of))
    lay_out(con, "collected", journal.collected())
    lay_out(con, "decisions", in_force(journal, run.config))
    for target, settings in run.config.targets.items():
        if settings.mapping is None or approved(run.config, target, journal):
            lay_out(con, "approved", [(target,)])
    lay_out(con, "erased", journal.erased())


def lay_out(con: Connection, table: str, lines: Iterable[tuple[Any, ...]]) -> None:
    """Fill memory.<table> with lines of the journal."""
    names = [column[0] for column in con.execute(f"FROM memory.{table} LIMIT 0").description or []]
    left = iter(lines)
    while page := list(islice(left, BATCH)):
        append(con, f"memory.{table}", pa.table(dict(zip(names, zip(*page, strict=True), strict=True))))


def _unmapped(target: str, field: str, values: int, rows: int) -> str:
    """A gate: values that would be lost."""
    several = "1 value has" if values == 1 else f"{values} values have"
    return f"{target} {field}: {several} no new code, in {rows} rows; workbench mapping status lists them"


def _summarise(root: Path, run: Run, result: Result, last: str) -> None:
    """Read what the run found: scores, outcomes, differences, and the gates that were not met."""
    reached = NAMES.index(last)
    with session(database(root), read_only=True) as con:
        result.remarks = records(con, 'SELECT source, "table", "column", rows, said FROM raw.remarks ORDER BY ALL')
        if reached >= NAMES.index("check"):
            result.quality = dict(rows(con, "SELECT dimension, score FROM qa.scores ORDER BY 1"))
            low = "SELECT dimension, score, threshold FROM qa.scores WHERE score < threshold ORDER BY 1"
            for name, score, threshold in rows(con, low):
                result.gates.append(f"{name} scores {share(score)}, below its threshold of {share(threshold)}")
            failed = (
                "SELECT check_id, source, failed, evaluated, fail FROM qa.results WHERE status = 'fail' ORDER BY ALL"
            )
            for check_id, source, failing, evaluated, limit in rows(con, failed):
                result.gates.append(
                    f"check {check_id} on {source}: {failing} of {evaluated} fail, more than {100 * limit:g}%"
                )
        if reached >= NAMES.index("match"):
            for entity in run.config.match:
                pairs = ident("match", f"{entity}_pairs")
                result.for_review[entity] = count(con, f"SELECT count(*) FROM {pairs} WHERE verdict = 'review'")
        if reached >= NAMES.index("map"):
            result.gates += [_unmapped(*found) for found in rows(con, UNMAPPED)]
        if reached >= NAMES.index("reconcile"):
            _reconciled(con, next(iter(run.config.targets)), result)
    if reached >= NAMES.index("publish"):
        result.files = publish.load_files(run.config, run.as_of.isoformat())


def _reconciled(con: Connection, target: str, result: Result) -> None:
    counted = dict(rows(con, "SELECT outcome, count(*) FROM recon.rows WHERE target = ? GROUP BY ALL", [target]))
    result.outcomes = {name: counted.get(name, 0) for name in OUTCOMES}
    # where an amount is 0, its debit and credit may still be wrong by as much
    differing = """SELECT currency, sum(coalesce(nullif(abs(amount), 0), abs(debit))) FROM recon.amounts
        WHERE target = ? AND outcome = 'difference' GROUP BY ALL ORDER BY ALL"""
    amounts = rows(con, differing, [target])
    result.differences = {currency: money(amount, thousands="") for currency, amount in amounts}
    if counted.get("unexplained"):
        result.gates.append(f"{counted['unexplained']} records are unexplained")
    result.gates += [f"amounts differ by {result.differences[name]} {name}" for name, amount in amounts if amount]
