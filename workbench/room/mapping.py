"""Mapping tables, to be approved as they are seen."""

from __future__ import annotations

from markupsafe import Markup

from ..approvals import approved, table_of
from ..config.mapping_table import table_hash
from ..language import gettext as _
from ..mappings import mapping_of
from ..reports.fragments import render
from ..views.mapping import mapping_view
from .sitting import Form, Query, Screen, Sitting, one


class MappingTables(Screen):
    """The mapping table of a target, by default of the first that has one."""

    def __init__(self, sitting: Sitting, query: Query):
        """Of the target that an address names."""
        super().__init__(sitting)
        self.targets = [name for name, settings in self.desk.config.targets.items() if settings.mapping]
        self.target = query.get("target") or next(iter(self.targets), "")
        self.query = {"part": "mapping", "target": self.target}
        self.hash = ""
        self.does = {"approve": self._approve}

    def draw(self) -> Markup:
        """What the table says, what it does not cover, who approved it."""
        if not self.targets:
            return Markup(render("room/mapping.html.j2", targets=[], target="", view=None, approval=None))
        config = self.desk.config
        its = mapping_of(config, self.desk.journal, self.desk.tables, False, self.target)
        self.hash = table_hash(config, table_of(config, self.target))
        known, status = its.coverage(), its.status()
        if not known.unmapped.empty:
            self.sitting.unmask("codes of the mapping of", self.target)
        lists = (its.lines(), known.unused, known.unmapped)
        view = mapping_view(status, *(found.to_dict("records") for found in lists))
        return Markup(render("room/mapping.html.j2", targets=self.targets, target=self.target, view=view,
                             approval=approved(config, self.target, self.desk.journal)))  # fmt: skip

    def _approve(self, form: Form) -> None:
        self.act("approve", target=self.target, hash=self.hash, note=one(form, "note"))
        self.sitting.say(_("The mapping of {target} is approved, until it is changed.").format(target=self.target))
