"""One look at a project: run the newest extracts if that was not done yet, and tell what fell, once for each run."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ..config import Config, load
from ..errors import BusyError, ConfigError, StoreError, WorkbenchError
from ..journal import Journal, whoever
from ..language import gettext as _
from ..language import spoken
from ..pipeline import alone, run_project
from ..published import REPORTS, Published
from ..stages.extracts import FOLDER, dates
from ..summary import PAGE, Summary, read_summary, write_summary
from ..summary.chapter import UNKNOWN
from .tell import tell, ways

WAIT = 900.0
"""Seconds to wait for another run to end."""

TOLD = "told of a run"
"""The action in the audit; it says that people were told, and by which way, so that they are told once."""


@dataclass(frozen=True)
class Watched:
    """What a look found: the newest run's report, whether it was run now, and the days that extracts are late."""

    summary: Summary
    ran: bool
    late: int
    wrong: list[str]
    """Why people could not be told."""

    @property
    def well(self) -> bool:
        """Whether nothing fell, and the extracts came."""
        return not (self.summary.told or self.late)


def watch(root: Path, today: date, user: str | None = None) -> Watched:
    """Look at a project: see the module. `today` tells whether extracts are late.

    Raises what `run_project` raises, after people were told that the run failed, each failure of a date once; BusyError
    while another run works, of which nobody is told; ConfigError where there are no extracts.
    """
    config, journal = load(root), Journal(root)
    newest = max(dates(root), default=None)
    if newest is None:
        raise ConfigError(f"There is no {root / FOLDER}/<date>/ with extracts yet. Put the first one there.")
    with spoken(config.language):
        reached: list[str] = []
        try:
            run_id, ran = _run(config, journal, newest, user, reached)
        except BusyError:
            raise
        except WorkbenchError as error:
            failure = hashlib.sha256(str(error).encode()).hexdigest()[:8]
            said = {"as_of": newest} | _failed(error, (reached or [""])[-1], journal)
            for untold in _tell(config, journal, f"failed {newest} {failure}", said, user):
                error.add_note(untold)
            raise
        found = read_summary(config, journal, run_id)
        late = _late(config, newest, today)
        wrong = _tell_of(config, journal, found, late, newest, today, user)
    return Watched(found, ran, late, wrong)


def _run(config: Config, journal: Journal, newest: date, user: str | None, reached: list[str]) -> tuple[str, bool]:
    """The published run of the newest extracts, and whether it was made now; `reached` is told each stage it begins."""
    with alone(config.root, WAIT):
        pass  # who works here now may be making it
    if not (run_id := _known(config, journal, newest)):
        done = run_project(config.root, newest, user=user, patience=WAIT,
                           progress=lambda name, place, total: reached.append(name))  # fmt: skip
        return done.run_id, True
    if not (config.root / REPORTS / run_id / PAGE).exists():  # killed before it was written
        write_summary(config, journal, run_id)
    return run_id, False


def _failed(error: WorkbenchError, stage: str, journal: Journal) -> dict[str, str]:
    """What is told of a failure. Its own words may quote a cell: they stay where the look was made."""
    where = _("in the stage {stage}").format(stage=stage) if stage else _("before the first stage")
    said = _("The run failed {where} ({kind}). The timer's log on that computer has its words; the run is in {file}.")
    kind = type(error).__name__
    return {"failed": kind, "stage": stage, "said": said.format(where=where, kind=kind, file=journal.path.name)}


def _known(config: Config, journal: Journal, newest: date) -> str | None:
    """The run that counts of the newest extracts, where it was published."""
    for run_id in journal.counting():
        if run_id.rpartition(".")[0] == str(newest):
            try:
                return Published(config.root, run_id).run_id
            except StoreError:
                return None
    return None


def _late(config: Config, newest: date, today: date) -> int:
    """By how many days the next extracts are late."""
    every = config.monitor.every
    return max((today - newest).days - every, 0) if every else 0


def _tell_of(
    config: Config, journal: Journal, found: Summary, late: int, newest: date, today: date, user: str | None
) -> list[str]:
    """Tell of what fell, once for each run, and of late extracts, once a day; no words of an exception, as those may
    quote a cell."""
    facts = {"run": found.run.run_id, "as_of": found.run.as_of,
             "report": f"{REPORTS}/{found.run.run_id}/{PAGE}"}  # fmt: skip
    wrong = []
    if found.told:
        unread = _("It cannot be told here; the report says why.")
        fell = [{"kind": one.kind, "said": unread if one.kind == UNKNOWN else one.said} for one in found.told]
        wrong += _tell(config, journal, found.run.run_id, facts | {"fell": fell}, user)
    if late:
        wrong += _tell(config, journal, f"late {newest} on {today}", facts | {"days_late": late}, user)
    return wrong


def _tell(config: Config, journal: Journal, what: str, said: dict[str, Any], user: str | None) -> list[str]:
    """Tell it by each way by which it was not told yet, and write that down; why it could not be told by the others."""
    wrong = []
    for way in ways(config.monitor):
        noted = f"{what} by {way}"
        if journal.read("SELECT 1 FROM audit WHERE action = ? AND what = ?", [TOLD, noted]):
            continue
        if failed := tell(config.root, config.monitor, way, {"project": config.project} | said):
            wrong.append(failed)
        else:
            journal.note(user or whoever(), TOLD, noted)
    return wrong
