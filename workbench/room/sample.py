"""The business sample: record by record what was expected beside what the new system has, right or wrong."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
from markupsafe import Markup

from ..errors import ConfigError
from ..language import gettext as _
from ..proof.sampled import RECORD, Word, Worksheet, verdicts, words
from .sitting import Form, Query, Screen, Sitting, one


class Sample(Screen):
    """The records of a target's worksheet that nobody looked at yet, one after the other; or one by its `golden` id."""

    def __init__(self, sitting: Sitting, query: Query):
        """Of the target that an address names, by default the first that was read back. Raises StoreError for none."""
        super().__init__(sitting)
        self.targets = self.desk.read_back()
        self.target = query.get("target") or next(iter(self.targets), "")
        self.does = {
            "right": partial(self._verdict, True), "wrong": partial(self._verdict, False), "skip": self._skip,
        }  # fmt: skip
        self.skipped: list[str] = []
        self.golden_id = ""
        self.sheet: Worksheet | None = None
        self.words: list[Word] = []
        if self.targets:
            self._next(query.get("golden", ""))

    def draw(self) -> Markup:
        """The lines of the record, its fields with each source and the new system beside each other."""
        if not self.targets:
            return self.filled("sample", screen=self, targets=[])
        sheet, lines = self.desk.worksheet(self.target), list[dict[str, Any]]()
        self.sheet, self.words = sheet, words(self.desk.journal, sheet, self.golden_id)
        if self.golden_id:
            self.sitting.unmask(sheet.entity, f"{self.golden_id} of {self.target}")
            found = sheet.lines[sheet.lines.golden_id == self.golden_id].to_dict("records")
            lines = [{str(name): None if pd.isna(value) else value for name, value in line.items()} for line in found]
        left = len(self._left())
        return self.filled(
            "sample", screen=self, targets=self.targets, sheet=sheet, lines=lines, record=RECORD, left=left
        )

    def _verdict(self, right: bool, form: Form) -> None:
        """Take what they say of the record as it was drawn; another's word is replaced where it was drawn too."""
        seen = self.words[-1].number if self.words else 0
        given = {"right": right, "wrong": form.get("wrong", []), "note": one(form, "note"), "seen": seen}
        self.act("verdict", sheet=self.sheet, golden_id=self.golden_id, **given)
        self._next()

    def _skip(self, form: Form) -> None:
        self.skipped.append(self.golden_id)
        self._next()

    def _left(self) -> list[str]:
        """The records that nobody looked at as they were read back last."""
        looked = {golden_id for golden_id, _right in verdicts(self.desk.journal, self.target)}
        all_ids = dict.fromkeys(self.desk.worksheet(self.target).lines.golden_id)
        return [golden_id for golden_id in all_ids if golden_id not in looked]

    def _next(self, asked: str = "") -> None:
        if asked and asked not in set(self.desk.worksheet(self.target).lines.golden_id):
            raise ConfigError(_("The worksheet of {target} has no record {id}.").format(target=self.target, id=asked))
        left, me = self._left(), (self.sitting.id, self.sitting.person.name)
        if asked and (other := self.desk.reservations.look(*me, (self.target, asked))):
            self.sitting.say(_("{name} looks at this too.").format(name=other))
        todo = [(self.target, golden_id) for golden_id in left if golden_id not in self.skipped]
        found = (self.target, asked) if asked else self.desk.reservations.first(*me, todo)
        self.golden_id = found[1] if found else ""
        self.query = {"part": "sample", "target": self.target, "golden": self.golden_id}
