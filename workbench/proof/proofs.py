"""What a project offers about its reconciliations: make one, have people look, see what is signed, compare rounds."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ..config import Config
from ..config.roles import MAY, demand_role
from ..journal import Journal, whoever
from ..language import gettext as _
from ..readbacks import read_objects
from ..reports.masking import demand_plain
from ..signatures import Signature, hashes, standing
from . import rounds, sampled
from .ground import chosen, ground
from .reconcile import Proof, held, reconcile


class Proofs:
    """The reconciliations of a project with its new systems. `target` is by default the first."""

    def __init__(self, config: Config, journal: Journal, masked: bool = False):
        """Of a project's configuration and journal."""
        self.config, self.journal, self.masked = config, journal, masked

    def reconcile(self, target: str | None = None, user: str | None = None) -> Proof:
        """Hold what was read back against what was expected, write the round and the page. See `reconcile`."""
        return reconcile(self.config, self.journal, target, user)

    def write_sample(self, file: str | Path, target: str | None = None) -> int:
        """Write the records that people are to look at, old and new side by side, to a new .xlsx; how many there are.

        Its values are those of the sources: it is not for sharing. Raises as `reconcile` and `write_workbook`.
        """
        demand_plain(self.masked)
        with held(self.config, self.journal, target) as (name, mapping, con):
            return sampled.write_sample(con, self.config, self.journal, name, mapping, Path(file))

    def read_sample(self, file: str | Path, target: str | None = None, user: str | None = None) -> int:
        """Take the verdicts of such a file; how many records they are about.

        Raises ConfigError for who may not, SourceError, naming mistakes.
        """
        demand_plain(self.masked)
        user = user or whoever()
        demand_role(self.config, user, _("Looking at a record of the sample"), *MAY["verdict"])
        with held(self.config, self.journal, target) as (name, mapping, con):
            entity = sampled.sampled_entity(self.config, mapping)[1]
            return sampled.read_sample(con, self.journal, name, entity, Path(file), user)

    def signatures(self, target: str | None = None) -> list[Signature]:
        """Who signed which part, and what changed since, held against the newest run and read-back.

        By default of all targets that were read back.
        """
        found, root = list[Signature](), self.config.root
        back = [name for name in self.config.targets if read_objects(root, name)]
        for name in back if target is None and back else [chosen(self.config, target)]:
            with ground(root, self.config, self.journal, name) as con:
                found += standing(self.journal, name, hashes(con, self.config, self.journal, name))
        return found

    def rounds(self, target: str | None = None) -> pd.DataFrame:
        """The rounds of a target side by side: a column each, and a line a figure."""
        return rounds.rounds(self.journal, chosen(self.config, target))
