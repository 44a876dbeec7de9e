"""A golden record: its records side by side, to be split, joined with another, mended in a field, or left out of."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from ..decisions.meanwhile import MeanwhileError
from ..decisions.records import Golden, Record, golden
from ..decisions.standing import IN_FORCE, all_decisions
from ..errors import ConfigError
from ..language import gettext as _
from ..views.cluster_graph import cluster_graph
from ..views.provenance import provenance
from ..views.records_beside import MOST, records_beside
from .sitting import Form, Query, Screen, Sitting, number, one

GROUPS = 4
"""Groups into which the keys put records."""


class Cluster(Screen):
    """A golden record that an address names by `golden`."""

    def __init__(self, sitting: Sitting, query: Query):
        """Raises ConfigError for an id that there is none of."""
        super().__init__(sitting)
        self.why = ""
        self.seen = self.desk.journal.last_decision()
        self.acts: list[int] = []
        self.does = {
            "group": self._group, "split": self._split, "join": self._join, "override": self._override,
            "exclude": self._exclude, "undo": self._undo, "take_back": self._take_back, "queue": self._queue,
            "seen": self._seen,
        }  # fmt: skip
        self.run_id, self.of = self.desk.run.run_id, self._find(query.get("golden", ""))
        self.groups: dict[Record, int] = dict.fromkeys(self.of.members[:MOST], 1)
        self.query = {"entity": self.of.entity, "golden": self.of.golden_id}

    def draw(self) -> Markup:
        """The records, what can be done with them, what was decided of them, and how they came to be one."""
        with self.desk.tables() as con:
            beside = records_beside(con, self.desk.config, self.of)
        keys = " | ".join(f"{source} {key}" for source, key in beside.members)
        self.sitting.unmask(self.of.entity, f"{self.of.golden_id}: {keys}")
        views = [self._view(view) for view in (cluster_graph, provenance)]
        return self.filled(
            "cluster", screen=self, of=self.of, beside=beside, groups=self.groups, views=views,
            decided=self._decided(), fields=list(beside.fields),
        )  # fmt: skip

    def newer(self) -> bool:
        """Whether a run was published since: what it made of the golden record is shown then."""
        if self.run_id == self.desk.run.run_id:
            return False
        self.run_id = self.desk.run.run_id
        self.sitting.said = _("Run {run} was published meanwhile; this is what it made.").format(run=self.run_id)
        self.of = self._find(self.of.golden_id)
        self.groups = {record: self.groups.get(record, 1) for record in self.of.members[:MOST]}
        return True

    def _group(self, form: Form) -> None:
        """Put a record (by its number) into the next group."""
        self._wrote(form)
        place = number(form, "record")
        if not 1 <= place <= len(self.groups):
            raise ConfigError(_("There is no record {number} here.").format(number=place))
        record = self.of.members[place - 1]
        self.groups[record] = self.groups[record] % min(GROUPS, len(self.groups)) + 1

    def _split(self, form: Form) -> None:
        self._wrote(form)
        chosen = sorted({group for group in self.groups.values() if group > 1})
        groups = [[record for record, group in self.groups.items() if group == its] for its in chosen]
        if not groups:
            raise ConfigError(_("All records are in group 1. Put those that are another into group 2."))
        self._do("split", golden_id=self.of.golden_id, groups=groups, why=self.why)

    def _join(self, form: Form) -> None:
        self._wrote(form)
        self._do("join", golden_id=self.of.golden_id, other=one(form, "other"), why=self.why)

    def _override(self, form: Form) -> None:
        self._wrote(form)
        field, value = one(form, "field"), one(form, "value")
        self._do("override", golden_id=self.of.golden_id, field=field, value=value, why=self.why)

    def _exclude(self, form: Form) -> None:
        self._wrote(form)
        source, _space, key = one(form, "record").partition(" ")
        self._do("exclude", entity=self.of.entity, record=(source, key), why=self.why)

    def _undo(self, form: Form) -> None:
        """Take back what was decided here last."""
        if not self.acts:
            raise ConfigError(_("Nothing was decided here yet."))
        self.act("undo", number=self.acts[-1], why="")
        self.acts.pop()

    def _take_back(self, form: Form) -> None:
        """Take back an act that is listed, anybody's."""
        gone = number(form, "act")
        self.act("undo", number=gone, why="")
        self.acts = [act for act in self.acts if act != gone]

    def _seen(self, form: Form) -> None:
        """The usual reason, which is theirs because they pressed it."""
        self.why = _("seen side by side")

    def _queue(self, form: Form) -> None:
        self.sitting.open({"entity": self.of.entity})

    def _do(self, name: str, **given: Any) -> None:
        try:
            self.acts.append(self.act(name, seen=self.seen, **given))
        except MeanwhileError as error:
            self.seen = self.desk.journal.last_decision(error.act)  # said again, it is meant
            raise
        self.seen = self.desk.journal.last_decision(self.acts[-1])
        self.sitting.say(_("Written down as act {act}; the next run carries it out.").format(act=self.acts[-1]))

    def _wrote(self, form: Form) -> None:
        self.why = one(form, "why")

    def _find(self, golden_id: str) -> Golden:
        with self.desk.tables() as con:
            return golden(con, golden_id.strip())

    def _view(self, view: Any) -> Markup:
        """A view of the newest run; of a golden record that this does not know, nothing."""
        try:
            found: Markup = view(self.desk.run, self.of.entity, self.of.golden_id).body
        except ConfigError:
            return Markup()
        return found

    def _decided(self) -> list[dict[str, Any]]:
        """The acts in force that are about records of this golden record, a line an act."""
        members = set(self.of.members)
        lines = [
            line for line in all_decisions(self.desk.journal, self.desk.config)
            if line["status"] in IN_FORCE and line["kind"] not in ("undo", "confirm")
            and members & {(line["source_l"], line["key_l"]), (line["source_r"], line["key_r"])}
        ]  # fmt: skip
        return list({line["act"]: line for line in lines}.values())
