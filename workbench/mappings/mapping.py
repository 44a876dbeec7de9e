"""What a notebook holds of a target's mapping."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from ..approvals import SUGGESTED, Approval, approve, approved, last_approval, table_of
from ..config import Config, check_mapping
from ..config.mapping_table import Row, read_table
from ..config.mistakes import suggestion
from ..config.roles import MAY, demand_role
from ..errors import ConfigError
from ..journal import Journal, whoever
from ..language import gettext as _
from ..language import spoken
from ..pipeline import database
from ..reports.front import write_page
from ..reports.masking import demand_plain
from ..store import Connection, exists, ident
from ..views.mapping import mapping_view
from .book import write_book
from .coverage import Coverage, coverage, found_values
from .document import document
from .files import merged, sign_lines, write_lists, write_table
from .lines import Line, blank, lines_of
from .suggest import suggest_codes, suggestions
from .taken import read_book

Tables = Callable[[], AbstractContextManager[Connection]]
SUGGESTION = ("object", "field", "from", "codes", "confidence", "evidence")


@dataclass(frozen=True, repr=False)
class Mapping:
    """The mapping table of a target. Counts of records are of the newest run; before the first there are none."""

    config: Config
    target: str
    journal: Journal
    _tables: Tables
    masked: bool

    def lines(self) -> pd.DataFrame:
        """The fields of the target, each with its status (mapped, default, missing, open) and what fills it."""
        shown = ("from", "codes", "default", "note", "author", "approved_by", "date")
        return pd.DataFrame([
            {"object": line.object, "field": line.field, "title": line.limits.title, "takes": line.takes,
             "mandatory": line.mandatory, "status": line.status} | {name: line.row[name] for name in shown}
            for line in self._lines()
        ], columns=["object", "field", "title", "takes", "mandatory", "status", *shown])  # fmt: skip

    def suggest(self, write: bool = False) -> pd.DataFrame:
        """Lines for fields that nothing fills yet: object, field, from, codes, confidence (0 to 1), evidence.

        With `write` they are added to the table, their author `suggested`, and their code lists to new files.
        """
        lines = self._lines()
        with self._known() as con:
            values = self._values(con, lines)
        found = []
        lists: dict[str, dict[str, str]] = {}
        for line, best in suggestions(self.config, lines, values):
            codes = suggest_codes(values.get((line.entity, best.source), ()), line.limits.values or ())
            path = f"mappings/{self.target}_{line.object}_{line.field}.csv".lower() if codes else ""
            if codes and not self.config.path(path).exists():
                lists[path] = codes
            found.append((line.object, line.field, best.source, path, best.confidence, best.evidence))
        if write and found:
            self._demand(_("Adding to the mapping of {target}"))
            write_lists(self.config, {path: [["code", "new code"], *map(list, codes.items())]
                                      for path, codes in lists.items()})  # fmt: skip
            said = [blank(title, name) | {"from": source, "codes": path, "note": f"{sure:.0%}: {why}"}
                    for title, name, source, path, sure, why in found]  # fmt: skip
            self._write([*self._table(), *said], SUGGESTED)
        return pd.DataFrame(found, columns=SUGGESTION)

    def coverage(self) -> Coverage:
        """Fields of the target that nothing fills, golden fields that go nowhere, values without a new code."""
        with self._known() as con:
            return coverage(con, self.config, self.target, self._lines())

    def export(self, file: str | Path) -> int:
        """Write the table, its code lists and what is not covered to a new .xlsx for people; returns its lines.

        Raises SourceError for a file that is there or is called otherwise.
        """
        demand_plain(self.masked)
        lines = self._lines()
        with self._known() as con:
            known = coverage(con, self.config, self.target, lines)
            return write_book(con, self.config, self.target, lines, known, Path(file))

    def read(self, file: str | Path, take: bool = False, user: str | None = None) -> pd.DataFrame:
        """What somebody changed in such a workbook, a row a cell; with `take` it is written to the CSV files.

        Who takes it answers for the lines that it changes, and for those that nobody answers for. Raises SourceError
        naming all that is wrong in the workbook; then nothing is written.
        """
        demand_plain(self.masked)
        found = read_book(self.config, self.target, Path(file))
        if take:
            self._demand(_("Changing the mapping of {target}"), user)
            changed = set(found.changes["object"])
            lists = {path: rows for path, rows in found.lists.items() if path in changed}
            write_lists(self.config, lists)
            self._write(found.rows, user or whoever(), lists)
        return found.changes

    def approve(self, note: str = "", user: str | None = None) -> Approval:
        """Approve the table as it is; until it changes, load files are no drafts. Raises as `approvals.approve`."""
        demand_plain(self.masked)
        given = approve(self.config, self.target, self.journal, user or whoever(), note)
        sign_lines(self.config, self.target, given.user, date.fromisoformat(given.at[:10]))
        return given

    def approval(self) -> Approval | None:
        """The approval of the table as it is now; None for none."""
        return approved(self.config, self.target, self.journal)

    def status(self) -> dict[str, Any]:
        """target, table, lines, missing (fields), unmapped (values), unused (golden fields), approval in words.

        Raises ConfigError naming all the lines that a run would refuse.
        """
        check_mapping(self.config, self.target)
        return self._told(self.coverage())

    def document(self) -> Path:
        """Write the mapping document, reports/mapping_<target>.html. Its samples are masked. Raises StoreError."""
        lines = self._lines()
        with self._known() as con:
            known = coverage(con, self.config, self.target, lines)
            with spoken(self.config.language):
                page = document(con, self.config, self.target, lines, known, self.approval(), self._state(),
                                self.journal.mask_key())  # fmt: skip
        return write_page(self.config, self.journal, f"mapping_{self.target}.html", page)

    def __repr__(self) -> str:
        return f"Mapping({self.config.project!r}, {self.target!r})"

    def _repr_html_(self) -> str:
        known = self.coverage()
        return mapping_view(self._told(known), self.lines().to_dict("records"), known.unused.to_dict("records"),
                            known.unmapped.to_dict("records"))._repr_html_()  # fmt: skip

    def _told(self, known: Coverage) -> dict[str, Any]:
        return {
            "target": self.target, "table": table_of(self.config, self.target),
            "lines": sum(line.number > 0 for line in self._lines()), "missing": known.missing,
            "unmapped": len(known.unmapped), "unused": len(known.unused), "approval": self._state(),
        }  # fmt: skip

    def _table(self) -> list[Row]:
        return [row for _, row in read_table(self.config, table_of(self.config, self.target))]

    def _write(self, rows: Sequence[Row], user: str, lists: Collection[str] = ()) -> None:
        """Put these lines in the place of the table's, those that nobody changed, nor their code list, as they were."""
        old = self._table()
        if (table := merged(old, rows, user, lists)) != old:
            write_table(self.config, self.target, table)

    def _lines(self) -> list[Line]:
        return lines_of(self.config, self.target)

    @contextmanager
    def _known(self) -> Iterator[Connection | None]:
        """The tables of the newest run, or None before the first."""
        if not database(self.config.root).exists():
            yield None
            return
        with self._tables() as con:
            yield con

    def _demand(self, what: str, user: str | None = None) -> None:
        demand_plain(self.masked)
        demand_role(self.config, user or whoever(), what.format(target=self.target), *MAY["map"])

    def _state(self) -> str:
        """The approval in words."""
        last, now = last_approval(self.target, self.journal), self.approval()
        if now:
            return f"approved by {now.user} on {now.at[:10]}"
        return f"changed since {last.user} approved it on {last.at[:10]}" if last else "not approved"

    def _values(self, con: Connection | None, lines: Sequence[Line]) -> dict[tuple[str, str], list[str]]:
        """The values of golden fields that are codes, of the entities where the target lists what it accepts."""
        entities = {line.entity for line in lines if line.limits.values and not line.number}
        return {
            (entity, name): list(found_values(con, entity, ident(name)))
            for entity in entities if con and exists(con, "gold", entity)
            for name, field in self.config.entities[entity].fields.items() if field.type in ("code", "country")
        }  # fmt: skip


def mapping_of(config: Config, journal: Journal, tables: Tables, masked: bool, target: str | None) -> Mapping:
    """The mapping of a target, by default of the first that has a table. Raises ConfigError for none of that name."""
    known = [name for name, settings in config.targets.items() if settings.mapping]
    chosen = target or next(iter(known), "")
    if chosen not in known:
        raise ConfigError(f"There is no mapping of a target '{chosen}'{suggestion(chosen, known)}")
    return Mapping(config, chosen, journal, tables, masked)
