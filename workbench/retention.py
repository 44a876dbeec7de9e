"""Letting go of what old runs published: their tables and pages. Their report and their line in the history stay."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from .config import Config
from .errors import ConfigError, WorkbenchError
from .files import disk
from .journal import Journal
from .pipeline import alone
from .published import PRIVATE, REPORTS
from .reports.front import list_pages
from .summary import BOOK, PAGE, write_summary

COLUMNS = ["run", "bytes", "done"]
GOING = ".going"
"""What the name of a folder that is being deleted ends with: who looks finds it whole or not at all."""

REFERRED = """
    SELECT run_id FROM loads UNION SELECT run_id FROM rounds
    UNION SELECT (SELECT run_id FROM runs WHERE finished_at <= s.at ORDER BY finished_at DESC LIMIT 1)
        FROM signatures AS s
    UNION SELECT (SELECT run_id FROM runs WHERE finished_at <= b.at ORDER BY finished_at DESC LIMIT 1)
        FROM readbacks AS b
    UNION SELECT run_id FROM (SELECT run_id FROM stages ORDER BY rowid DESC LIMIT 1)"""
"""Runs that loads and rounds were of, the newest when somebody signed or read back, and the one whose tables stand."""

FROZEN = """
    SELECT run_id FROM runs WHERE outcome IN ('passed', 'gates missed') AND as_of <= ?
    ORDER BY as_of DESC, rowid DESC LIMIT 1"""
"""The run that `workbench changes` compares with."""


def compact(config: Config, journal: Journal, user: str, *, dry_run: bool = False) -> pd.DataFrame:
    """Delete the tables and pages of runs that are older than `keep.runs` days before the newest as-of date.

    Lists run, bytes and what was done, or with `dry_run` would be. The newest run stays, and those that loads,
    read-backs, rounds, signatures or the freeze refer to. A run without a quality report gets one first. Killed in
    between, it is made again. Raises ConfigError where nothing says how long, StoreError while a run works.
    """
    if config.keep.runs is None:
        raise ConfigError("workbench.yml does not say how long runs are kept. Add such a line: keep: {runs: 400 days}")
    lines = []
    with alone(config.root), disk("compact"):
        for run in _old(config, journal, config.keep.runs):
            paths = _parts(config.root, run)
            size = sum(file.stat().st_size for path in paths for file in (path, *path.rglob("*")) if file.is_file())
            done = "would be compacted" if dry_run else "compacted"
            if not dry_run and paths:
                done = _compact(config, journal, run, paths) or done
            lines += [(run, size, done)] if paths else []
        if lines and not dry_run:
            list_pages(config, journal)
            journal.note(user, "compact", ", ".join(run for run, *_ in lines))
    return pd.DataFrame(lines, columns=COLUMNS)


def _old(config: Config, journal: Journal, days: int) -> Iterator[str]:
    """The runs that may go, oldest first."""
    newest = journal.newest()
    if newest is None:
        return
    kept = {newest[0], *(run for (run,) in journal.read(REFERRED))}
    if config.cutover:
        kept |= {run for (run,) in journal.read(FROZEN, [str(config.cutover.freeze)[:10]])}
    limit = newest[1] - timedelta(days=days)
    for run, as_of in journal.read("SELECT run_id, as_of FROM runs ORDER BY as_of, rowid"):
        if date.fromisoformat(as_of) < limit and run not in kept:
            yield run


def _parts(root: Path, run: str) -> list[Path]:
    """What a run published beside its report, and what a killed deletion left of it."""
    shared = sorted((root / REPORTS / run).glob("*"))
    private = [root / PRIVATE / name for name in (run, f"{run}{GOING}")]
    return [path for path in (*shared, *private) if path.exists() and path.name not in (PAGE, BOOK)]


def _compact(config: Config, journal: Journal, run: str, paths: list[Path]) -> str:
    """Delete them; why they stay, where the run's report cannot be written before."""
    tables = config.root / REPORTS / run / "tables"
    if tables.is_dir() and not (tables.parent / PAGE).exists():
        try:
            write_summary(config, journal, run)
        except WorkbenchError as error:
            return f"stays: its report cannot be written: {error}"
    for path in paths:
        if path.is_dir() and not path.name.endswith(GOING):
            path = path.rename(path.with_name(f"{path.name}{GOING}"))
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return ""
