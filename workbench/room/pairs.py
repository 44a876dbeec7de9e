"""Pairs, and golden records that hang on a weak link: one after the other, to be called the same or not."""

from __future__ import annotations

from functools import partial

from markupsafe import Markup

from ..decisions.meanwhile import MeanwhileError
from ..decisions.records import Record, entity_of
from ..errors import ConfigError, StoreError, WorkbenchError
from ..language import gettext as _
from ..views.pairs import find_pair
from ..views.review import Item, item_view
from ..views.view import View
from ..views.waiting import Waiting
from .sitting import Form, Query, Screen, Sitting, one

Ends = tuple[str, str, str, str]


class Pairs(Screen):
    """The queue of an entity, of which each person at the desk is given another line."""

    def __init__(self, sitting: Sitting, query: Query):
        """From the pair that an address names, `left` and `right` (each source:key), or from the most important one.

        Raises ConfigError for an entity or a pair that there is none of, StoreError where nothing is published.
        """
        super().__init__(sitting)
        if not self.desk.config.match:
            said = _(
                "Nothing is matched in this project, so nothing waits for a decision. "
                "Say under `match` in workbench.yml which records to compare, then run the project."
            )
            raise ConfigError(said)
        self.entity = entity_of(self.desk.config, query.get("entity") or next(iter(self.desk.config.match), None))
        self.why = ""
        self.item: Item | None = None
        self.skipped: set[Ends] = set()
        self.acts: list[tuple[Item, int]] = []
        self.seen, self.run_id = 0, self.desk.run.run_id
        self.does = {
            "match": partial(self._decide, "match"), "no_match": partial(self._decide, "no_match"),
            "skip": self._skip, "undo": self._undo, "again": self._again, "golden": self._golden,
            "seen": self._seen,
        }  # fmt: skip
        named = [tuple(query[side].partition(":")[::2]) for side in ("left", "right") if query.get(side)]
        if len(named) == 2:
            self._look(self._item(*named[0], *named[1]))
        else:
            self._next()

    def draw(self) -> Markup:
        """What can be pressed, how many are left, who else is here; then the two records and what speaks for what."""
        left, view = self._left(), None
        try:
            view = self._view(self.item) if self.item else None
        except WorkbenchError as error:  # the others can still be decided
            self.sitting.say(str(error))
        return self.filled(
            "pairs", screen=self, item=self.item, view=view, left=len(left), waiting=_counted(left),
            entities=list(self.desk.config.match), back=bool(self.skipped & {item.ends for item in left}),
        )  # fmt: skip

    def newer(self) -> bool:
        """Whether a run was published since; what waits in it is shown then, and where one was if it still waits."""
        if self.run_id == self.desk.run.run_id:
            return False
        self.run_id = self.desk.run.run_id
        self.sitting.said = _("Run {run} was published meanwhile; this is what waits in it.").format(run=self.run_id)
        still = [item for item in self._left() if self.item and item.ends == self.item.ends]
        self._look(still[0]) if still else self._next()
        return True

    def _view(self, item: Item) -> View:
        """The two records. Raises StoreError where their values cannot be read or written down as seen."""
        run = self.desk.run
        if damaged := run.damaged.get(f"match_{self.entity}_records"):
            raise StoreError(damaged)
        self.sitting.unmask(self.entity, " | ".join(f"{source} {key}" for source, key in _records(item)))
        return item_view(run, self.entity, item)

    def _decide(self, kind: str, form: Form) -> None:
        self.why = one(form, "why")
        if not self.item:
            return
        if not self.why:
            raise ConfigError(_("Say why first: w writes it, e says “seen side by side”. It stays for the next ones."))
        left, right = _records(self.item)
        given = {"entity": self.entity, "one": left, "other": right, "why": self.why, "seen": self.seen}
        try:
            number = self.act(kind, **given)
        except MeanwhileError as error:
            self.seen = self.desk.journal.last_decision(error.act)  # said again, it is meant
            raise
        self.acts.append((self.item, number))
        self._next()

    def _skip(self, form: Form) -> None:
        self.why = one(form, "why")
        if self.item:
            self.skipped.add(self.item.ends)
            self._next()

    def _undo(self, form: Form) -> None:
        """Take back what was decided here last, and show it again."""
        self.why = one(form, "why")
        if not self.acts:
            raise ConfigError(_("Nothing was decided here yet."))
        item, number = self.acts[-1]
        self.act("undo", number=number, why="")
        self.acts.pop()
        self._look(item)

    def _seen(self, form: Form) -> None:
        """The usual reason, which is theirs because they pressed it."""
        self.why = _("seen side by side")

    def _again(self, form: Form) -> None:
        """Look at what was skipped."""
        self.skipped.clear()
        self._next()

    def _golden(self, form: Form) -> None:
        self.sitting.open({"entity": self.entity, "golden": one(form, "golden")})

    def _next(self) -> None:
        """The first line that nobody decided, that was not skipped here, and that no one else looks at."""
        while True:
            self.seen = self.desk.journal.last_decision()  # before it is read what is decided: what comes later is told
            lines = {self._thing(item): item for item in self._left() if item.ends not in self.skipped}
            found = self.desk.reservations.first(self.sitting.id, self.sitting.person.name, lines)
            if self.seen == self.desk.journal.last_decision():  # else it may be what another has just let go, decided
                break
        self._show(lines[found] if found else None)

    def _look(self, item: Item) -> None:
        """This line, whoever else looks at it."""
        self.seen = self.desk.journal.last_decision()
        other = self.desk.reservations.look(self.sitting.id, self.sitting.person.name, self._thing(item))
        if other:
            self.sitting.say(_("{name} looks at this too.").format(name=other))
        self._show(item)

    def _show(self, item: Item | None) -> None:
        self.item = item
        ends = [f"{source}:{key}" for source, key in _records(item)] if item else ["", ""]
        self.query = {"entity": self.entity, "left": ends[0], "right": ends[1]}

    def _left(self) -> list[Item]:
        decided = self.desk.decided(self.entity)
        return [item for item in self.desk.queue(self.entity) if tuple(sorted(_records(item))) not in decided]

    def _item(self, source_l: str, key_l: str, source_r: str, key_r: str) -> Item:
        """The line of two records; of a pair that does not wait for a decision, one made of what was compared."""
        named = sorted([(source_l, key_l), (source_r, key_r)])
        for item in self.desk.queue(self.entity):
            if sorted(_records(item)) == named:
                return item
        with self.desk.run.session() as con:
            pair = find_pair(con, self.entity, source_l, key_l, source_r, key_r)
        ends = (pair.source_l, pair.key_l, pair.source_r, pair.key_r)
        return Item(0, "pair", *ends, "", "", pair.probability, 0, 0, None)

    def _thing(self, item: Item) -> tuple[str, ...]:
        return self.entity, *item.ends


def _counted(items: list[Item]) -> Waiting:
    pairs = sum(item.what == "pair" for item in items)
    return Waiting(pairs, len(items) - pairs)


def _records(item: Item) -> tuple[Record, Record]:
    return item.ends[:2], item.ends[2:]
