"""The first sentence of all: what fell, what is missed, and what nothing is measured against yet."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from ..config import Config
from ..errors import StoreError
from ..faults import safely
from ..journal import Journal
from ..language import counted
from ..language import gettext as _
from ..published import Published
from ..readiness import Gate, readiness_rows
from ..views.changes import changes_data
from ..views.plan import gates_said
from .fallen import ANOMALY, GATE, Fallen, fallen

AGREED = "SELECT 1 FROM published.metrics WHERE run_id = ? AND metric = 'threshold' LIMIT 1"
LIMITED = "SELECT 1 FROM published.qa_results WHERE fail IS NOT NULL LIMIT 1"


def headline(run: Published, config: Config, journal: Journal, told: Sequence[Fallen] | None = None) -> str:
    """Gates of the run that fell, readiness gates that are missed or not set up, and what is unusual, told apart;
    then how good the data is, and how much better or worse than on the date before.

    `told` is what `fallen` found of the run, where that is known. What cannot be read is said to be so.
    """
    told = fallen(run) if told is None else told
    fell, unusual = (sum(one.kind == kind for one in told) for kind in (GATE, ANOMALY))
    said = [_of_run(run, fell) if fell + unusual == len(told) else _("What fell cannot be told in full.")]
    said.append(_readiness(run, config, journal))
    if unusual:
        said.append(counted("{n} figure is unusual.", "{n} figures are unusual.", unusual))
    return " ".join([*said, _quality(run)])


def in_short(config: Config, journal: Journal, run_id: str | None = None) -> str:
    """The headline of a published run, by default of the newest that counts; "" where it was not published."""
    try:
        run = Published(config.root, run_id)
    except StoreError:
        return ""
    return headline(run, config.on(run.as_of), journal)


def _of_run(run: Published, fell: int) -> str:
    """How many gates of a run fell; where no limit was agreed there is none that could."""
    if fell:
        return counted("{n} gate of the run fell.", "{n} gates of the run fell.", fell)
    if run.records(AGREED, [run.run_id]) or run.records(LIMITED):
        return _("No gate of the run fell.")
    return _("No gate of the run fell; no limit is agreed for scores and checks yet.")


def _readiness(run: Published, config: Config, journal: Journal) -> str:
    def made() -> str:
        going = [wave.name for wave in config.waves if not wave.deferred]
        gates: list[Gate] = [*chain.from_iterable(readiness_rows(run, config, journal, wave) for wave in going)]
        return gates_said([gate._asdict() for gate in gates])

    return safely(made, lambda why: _("Whether the waves may go cannot be told."))  # the chapter says why


def _quality(run: Published) -> str:
    def made() -> str:
        with run.session() as con:
            return changes_data(con, run.run_id, run.as_of).headline

    return safely(made, lambda why: _("How good the data is cannot be told."))
