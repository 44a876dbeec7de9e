"""What people decide of records: written down at once, carried out by the next run and every one after it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd

from ..config import Config
from ..config.base import person
from ..config.golden import GoldenConfig
from ..config.mistakes import suggestion
from ..config.roles import DECIDE, MAY, demand_role, same_person
from ..errors import ConfigError, StoreError
from ..journal import ENDS, Journal, whoever
from ..language import gettext as _
from ..reports.masking import demand_plain
from ..store import Connection, exists, rows
from ..types import TYPES
from .book import export_decisions, export_review, read_book
from .meanwhile import demand_unsaid
from .records import Record, accepted, demand_matched, demand_records, entity_of, golden, record_of
from .standing import all_decisions, as_said

MOST = 100_000
"""Pairs that one split may tell apart."""

SHOWN = ("act", "at", "user", "entity", "kind", "source_l", "key_l", "source_r", "key_r", "field", "value", "why", "of")

BECAME = f"SELECT act, {', '.join(ENDS)}, status FROM match.decisions WHERE status IN ('waits', 'denied', 'replaced')"


@dataclass(frozen=True, repr=False)
class Decisions:
    """The decisions of a project's people. Every verb returns the number of the act, by which it is undone.

    A record is ("erp", "K01") or "erp K01"; `entity` may be left out where only one is matched; `user` is who decides,
    by default WORKBENCH_USER or the login name. Verbs raise ConfigError for what is not there or cannot be decided.
    """

    config: Config
    journal: Journal
    tables: Callable[[], AbstractContextManager[Connection]]
    masked: bool
    seen: int | None = None
    """The last decision that the person knew of; what was said of the same since is told, not written over."""

    def match(
        self, one: str | Record, other: str | Record, *, why: str, entity: str | None = None, user: str | None = None
    ) -> int:
        """Two records are the same."""
        return self._pair("match", one, other, None, why, entity, user)

    def no_match(
        self, one: str | Record, other: str | Record, *, why: str, entity: str | None = None, user: str | None = None
    ) -> int:
        """Two records are not the same."""
        return self._pair("no_match", one, other, None, why, entity, user)

    def relate(
        self, one: str | Record, other: str | Record, relation: str, *, why: str, entity: str | None = None,
        user: str | None = None,
    ) -> int:  # fmt: skip
        """Two records that are not the same, and so stay apart, belong together: `one` is the branch, member of the
        group or ship-to party of `other`, or its like in a household or with one tax id.

        `relation` is branch, group, ship_to, shared_tax_id, household, or named in `partners` of workbench.yml.
        """
        return self._pair("relate", one, other, relation, why, entity, user)

    def unrelate(
        self, one: str | Record, other: str | Record, relation: str, *, why: str, entity: str | None = None,
        user: str | None = None,
    ) -> int:  # fmt: skip
        """Two records do not belong together in this way, whichever is named first."""
        return self._pair("unrelate", one, other, relation, why, entity, user)

    def split(
        self, golden_id: str, groups: Sequence[Iterable[str | Record]], *, why: str, user: str | None = None
    ) -> int:
        """Tell the records of a golden record apart: those of each group from all others.

        Records that no group names stay together as a further group.
        """
        demand_plain(self.masked)
        with self.tables() as con:
            of = golden(con, golden_id)
        demand_matched(self.config, of.entity)
        named = [[record_of(given) for given in group] for group in groups]
        every = [record for group in named for record in group]
        if strange := [record for record in every if record not in of.members]:
            said = _("{record} is not in the golden record {id}, which has {members}.")
            record = " ".join(strange[0])
            raise ConfigError(said.format(record=record, id=of.golden_id, members=_listed(of.members)))
        if len(every) > len(set(every)):
            raise ConfigError(_("A record is in several groups, or twice in one. Name each once."))
        rest = [record for record in of.members if record not in set(every)]
        parts = [group for group in [*named, rest] if group]
        if len(parts) < 2:
            said = _("All records of {id} are in one group, so nothing is told apart.")
            raise ConfigError(said.format(id=of.golden_id))
        many = sum(len(one) * len(other) for one, other in combinations(parts, 2))
        if many > MOST:
            said = _("This tells {many} pairs apart, more than one act takes ({most}). Split off fewer.")
            raise ConfigError(said.format(many=f"{many:,}", most=f"{MOST:,}"))
        pairs = (sorted((a, b)) for one, other in combinations(parts, 2) for a in one for b in other)
        return self._write(user, [(of.entity, "split", *a, *b, None, None, why, None) for a, b in pairs])

    def override(self, golden_id: str, field: str, value: str, *, why: str, user: str | None = None) -> int:
        """A field of a golden record has this value, whatever the sources say.

        It is kept with the founding record. Of a field that is `sensitive` it waits until somebody else confirms it.
        """
        demand_plain(self.masked)
        with self.tables() as con:
            of = golden(con, golden_id)
            demand_matched(self.config, of.entity)
            stands = accepted(con, self.config, of, field, str(value))
        line = (of.entity, "override", *of.members[0], None, None, field, stands, why, None)
        return self._write(user, [line])

    def exclude(self, record: str | Record, *, why: str, entity: str | None = None, user: str | None = None) -> int:
        """A record, and with it its children, is left out of the migration.

        In a project with `roles` it waits until somebody else confirms it.
        """
        demand_plain(self.masked)
        whose, left = entity_of(self.config, entity), record_of(record)
        with self.tables() as con:
            demand_records(con, self.config, whose, [left])
        return self._write(user, [(whose, "exclude", *left, None, None, None, None, why, None)])

    def confirm(self, act: int, *, why: str = "", user: str | None = None) -> int:
        """Agree, as a second person, to an override of a sensitive field or, where there are `roles`, an exclusion."""
        demand_plain(self.masked)
        line = self._act(act)
        sensitive = line["kind"] == "override" and line["field"] in self._golden(line["entity"]).sensitive
        waits = sensitive or (line["kind"] == "exclude" and bool(self.config.roles))
        if not waits or line["status"] not in ("unconfirmed", "contradicted"):
            said = _("Act {act} needs nobody's agreement: it is {state}.")
            raise ConfigError(said.format(act=act, state=_told(line)))
        if same_person(line["user"], _user(user)):
            said = _("Act {act} is {user}'s own: somebody else must confirm it.")
            raise ConfigError(said.format(act=act, user=line["user"]))
        return self._write(user, [(line["entity"], "confirm", *[None] * 6, why, act)])

    def undo(self, act: int, *, why: str = "", user: str | None = None) -> int:
        """Take an act back; it stays written down."""
        demand_plain(self.masked)
        line = self._act(act)
        if line["kind"] == "undo" or line["status"] == "undone":
            said = _("Act {act} is {state}, so there is nothing to undo. Decide anew instead.")
            raise ConfigError(said.format(act=act, state=_told(line)))
        return self._write(user, [(line["entity"], "undo", *[None] * 6, why, act)])

    def frame(self) -> pd.DataFrame:
        """Every line that was ever decided, oldest first, with its status: see docs/decisions.md."""
        lines, became = as_said(self.journal, self.config), self._became()
        for line in lines:
            if line["status"] == "stands":
                line["status"] = became.get((line["act"], *(line[name] for name in ENDS)), "stands")
            if self.masked:
                hidden = {name: line[name] for name in ("value", "why") if line[name]}
                line |= {name: TYPES["text"].mask(text, self.journal.mask_key()) for name, text in hidden.items()}
        return pd.DataFrame(lines, columns=[*SHOWN, "status"], dtype=object)

    def export(self, file: str | Path) -> int:
        """Write all of them to a new .csv or .xlsx, from which `read` restores them; returns the lines.

        Values and notes may be personal: it is not for sharing. Raises SourceError for a file that is there.
        """
        demand_plain(self.masked)
        return export_decisions(as_said(self.journal, self.config), Path(file))

    def export_review(self, file: str | Path, entity: str | None = None) -> int:
        """Write what waits for a decision to a new .csv or .xlsx for people to answer; returns the lines.

        The most important come first, see `views.review`; what was decided since the run is left out.
        """
        demand_plain(self.masked)
        whose = entity_of(self.config, entity)
        demand_matched(self.config, whose)
        with self.tables() as con:
            return export_review(con, self.config, whose, self.decided(whose), Path(file))

    def read(self, file: str | Path, user: str | None = None) -> int:
        """Take what such a file came back with: answers of `user`, or decisions as they are; returns the new acts.

        Reading it again takes nothing. Raises SourceError with all that is wrong in it; then nothing is taken.
        """
        demand_plain(self.masked)
        demand_role(self.config, _user(user), _("Deciding"), *DECIDE)
        return read_book(self.tables, self.journal, self.config, Path(file), _user(user))

    def decided(self, entity: str) -> set[tuple[Record, Record]]:
        """The pairs of which somebody says now that they are the same, or are not, and nobody else says otherwise."""
        kinds, over = ("match", "no_match", "split", "relate"), ("undone", "replaced", "contradicted")
        return {
            ((line["source_l"], line["key_l"]), (line["source_r"], line["key_r"]))
            for line in all_decisions(self.journal, self.config)
            if line["entity"] == entity and line["kind"] in kinds and line["status"] not in over
        }

    def _pair(
        self, kind: str, one: str | Record, other: str | Record, relation: str | None, why: str, entity: str | None,
        user: str | None,
    ) -> int:  # fmt: skip
        demand_plain(self.masked)
        whose = entity_of(self.config, entity)
        demand_matched(self.config, whose)
        ends = [record_of(one), record_of(other)]
        left, right = ends if kind == "relate" else sorted(ends)
        if left == right:
            said = _("{record} is given twice: a decision is of two records.")
            raise ConfigError(said.format(record=" ".join(left)))
        known = self._golden(whose).kinds
        if relation is not None and relation not in known:
            said = _("There is no relation {name!r}").format(name=relation)
            raise ConfigError(f"{said}{suggestion(relation, known)}")
        with self.tables() as con:
            demand_records(con, self.config, whose, [left, right])
        return self._write(user, [(whose, kind, *left, *right, relation, None, why, None)])

    def _write(self, user: str | None, lines: Iterable[tuple[Any, ...]]) -> int:
        found = list(lines)
        kind, why = found[0][1], found[0][8]
        if not why.strip() and kind not in ("undo", "confirm"):
            raise ConfigError(_("Say why: it stands beside the decision, for whoever asks later."))
        demand_role(self.config, _user(user), _("Deciding"), *MAY[kind])
        check = partial(demand_unsaid, found, self.seen) if self.seen is not None else lambda con: None
        return self.journal.decide(_user(user), found, check)

    def _act(self, act: int) -> dict[str, Any]:
        """The first line of an act."""
        for line in all_decisions(self.journal, self.config):
            if line["act"] == act:
                return line
        raise ConfigError(_("There is no act {act}. `workbench decisions` lists them.").format(act=act))

    def _golden(self, entity: str) -> GoldenConfig:
        return self.config.golden.get(entity, GoldenConfig())

    def _became(self) -> dict[tuple[Any, ...], str]:
        """What the newest run made of decisions that it did not carry out, by act and records; none before one."""
        with suppress(StoreError), self.tables() as con:
            if exists(con, "match", "decisions"):
                return {tuple(line): status for *line, status in rows(con, BECAME)}
        return {}

    def __repr__(self) -> str:
        """How many acts there are."""
        return f"Decisions({len({line['act'] for line in all_decisions(self.journal, self.config)})} acts)"

    def _repr_html_(self) -> str:
        found: str = self.frame().to_html(index=False, na_rep="")
        return found


def _user(given: str | None) -> str:
    return person(given or whoever())


def _told(line: dict[str, Any]) -> str:
    return f"{_(line['kind'].replace('_', ' '))}, {_(line['status'])}"


def _listed(members: list[Record]) -> str:
    more = _(" and {n} more").format(n=f"{len(members) - 10:,}") if len(members) > 10 else ""
    return ", ".join(map(" ".join, members[:10])) + more
