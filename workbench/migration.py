"""What a project does to go over: map, check, plan, load, read back, reconcile; and what changed meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from .audit import trail
from .changes import changes
from .columns import Columns
from .journal import whoever
from .load.load import Loaded, load_wave, read_target, undo_load
from .load.results import read_results
from .load.undo import Undone
from .mappings import Mapping, mapping_of
from .pipeline import Progress
from .preflight import preflight
from .proof import Proof, Proofs
from .readiness import migration_plan, sign_ready
from .summary import renew_summary
from .views.plan import Plan


class Migration(Columns):
    """A project that goes over into new systems."""

    def mapping(self, target: str | None = None) -> Mapping:
        """The mapping table of a target (default: the first that has one): suggest, export, read, approve, document."""
        return mapping_of(self.config, self.journal, self._read, self.masked, target)

    def preflight(self, target: str | None = None) -> pd.DataFrame:
        """What the new systems (or one) would refuse, and what they would take though it is wrong: see `preflight`."""
        with self._read() as con:
            return preflight(con, self.config, target)

    def plan(self) -> Plan:
        """The migration plan of the newest run that counts: see `views.plan.Plan`. Raises StoreError for no run."""
        return migration_plan(self.published(), self.config, self.journal)

    def sign_ready(self, wave: str, target: str | None = None, note: str = "", user: str | None = None) -> None:
        """Sign that a wave is ready to go into a target (by default the first). Raises as `readiness.sign_ready`."""
        self._demand_plain()
        target = target or next(iter(self.config.targets))
        with self._read() as con:
            sign_ready(self.published(), con, self.config, self.journal, wave, target, user or whoever(), note)
        renew_summary(self.config, self.journal)

    def load(
        self, target: str, wave: str | None = None, *, dry_run: bool = False, corrections: str | Path | None = None,
        user: str | None = None, tick: Progress = lambda name, done, of: None,
    ) -> Loaded:  # fmt: skip
        """Load a wave (default: all that go now) into a live target. See `load.load_wave`, also for what it raises."""
        self._demand_plain()
        self._demand_results()
        return load_wave(
            self.config, self.journal, target, wave, user or whoever(),
            dry_run=dry_run, corrections=Path(corrections) if corrections else None, tick=tick,
        )  # fmt: skip

    def undo_load(self, target: str, load_id: int, user: str | None = None) -> Undone:
        """Delete in a live target what a load created, and nothing else. Raises as `load.undo_load`."""
        self._demand_plain()
        return undo_load(self.config, self.journal, target, load_id, user or whoever())

    def results(
        self, target: str, files: Iterable[str | Path], *, wave: str | None = None, user: str | None = None
    ) -> pd.DataFrame:  # fmt: skip
        """Read a new system's result files into the ledger; see `load.results.read_results`."""
        self._demand_plain()
        self._demand_results()
        return read_results(self.config, self.journal, target, [*map(Path, files)], user or whoever(), wave)

    def readback(
        self, target: str, name: str | None = None, file: str | Path | None = None, user: str | None = None
    ) -> dict[str, int]:  # fmt: skip
        """Keep what a target holds, for the reconciliation: rows by object. A live target is asked for all of it; of
        others, `file` is an export of the object `name`. See `load.read_target`, also for what it raises."""
        self._demand_plain()
        found = read_target(self.config, self.journal, target, user or whoever(), name, Path(file) if file else None)
        renew_summary(self.config, self.journal)  # what was signed may have lapsed
        return found

    @property
    def proofs(self) -> Proofs:
        """Reconciliation with new systems: what people look at, who signed, rounds."""
        return Proofs(self.config, self.journal, self.masked)

    def reconcile(self, target: str | None = None, user: str | None = None) -> Proof:
        """Hold what was read back of a target (by default the first) against what was expected; see `proof.Proof`."""
        return self.proofs.reconcile(target, user)

    def changes(self, since: str | None = None) -> pd.DataFrame:
        """What changed in the old systems since a run or a date, by default the freeze: see `changes.changes`."""
        return changes(self.root, self.config, self.journal, since)

    def audit(self) -> pd.DataFrame:
        """Who did what when, oldest first: at (UTC), user, action, what. Keys and names, no values."""
        return trail(self.journal)
