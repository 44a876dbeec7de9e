"""What people work on in the room: the project as it is now, and the newest published run, while another run works."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Any

from ..config import Config
from ..config.current import current
from ..config.planning import Role
from ..config.roles import demand_role
from ..decisions.decisions import Decisions
from ..decisions.records import Record
from ..errors import StoreError
from ..journal import Journal
from ..proof.reconcile import held
from ..proof.sampled import Worksheet, stamp, worksheet
from ..published import HISTORY, REPORTS, Published
from ..readbacks import read_objects
from ..snapshot import kept
from ..stages.queue import LONGEST
from ..store import Connection, further, session
from ..views.review import Item, review_data
from .reservations import Reservations

Stamp = tuple[int, int] | None


@dataclass(frozen=True)
class Person:
    """Who acts; `demand_known` raises ConfigError where they are not known any more."""

    name: str
    demand_known: Callable[[], object] = lambda: None


class Desk:
    """A project, shared by all who sit in its room. Safe in several threads.

    workbench.yml and the newest run are read again when they change, so what a person may do, and what they look at, is
    always that of now.
    """

    def __init__(self, root: Path):
        """Of the project in a folder. Raises ConfigError for one that is none."""
        current(root)
        self.root, self.reservations = root, Reservations()
        self._lock = RLock()
        self._long: dict[tuple[str, str], RLock] = {}
        self._run: tuple[Stamp, Published] | None = None
        self._tables: tuple[tuple[Path, Stamp], ExitStack, Connection] | None = None
        self._decided: dict[str, tuple[int, Config, set[tuple[Record, Record]]]] = {}
        self._worksheets: dict[str, tuple[Any, Worksheet]] = {}
        self._queues: dict[str, tuple[str, list[Item]]] = {}

    @cached_property
    def journal(self) -> Journal:
        """The journal, opened when it is needed first: the other pages do without. Raises StoreError."""
        return Journal(self.root)

    @property
    def config(self) -> Config:
        """workbench.yml as it is now. Raises ConfigError while it is wrong: then nobody may do anything."""
        return current(self.root)

    @property
    def run(self) -> Published:
        """The newest published run that counts, unmasked. Raises StoreError where there is none."""
        with self._lock:
            stamp = _stamp(self.root / REPORTS / HISTORY)
            if self._run is None or self._run[0] != stamp or self._run[1].damaged:
                self._run = stamp, Published(self.root, private=True)
            return self._run[1]

    def demand(self, person: Person, what: str, *roles: Role) -> None:
        """Raise ConfigError for a person who is not known any more, or has none of the roles now."""
        person.demand_known()
        demand_role(self.config, person.name, what, *roles)

    @contextmanager
    def tables(self) -> Iterator[Connection]:
        """All tables of the newest run, to read from. Raises StoreError where there is none."""
        with ExitStack() as opened:
            with self._lock:  # so that nobody goes on to a newer one in between
                try:
                    file, con = self._kept()
                except (StoreError, FileNotFoundError):  # a newer run has just taken its place
                    file, con = self._kept()
                own = opened.enter_context(further(con, file))
            yield own

    def _kept(self) -> tuple[Path, Connection]:
        """The copy of that run, which stays open until a newer one is there."""
        with self._lock:
            file = kept(self.root, self.run.run_id)
            if self._tables is None or self._tables[0] != (file, _stamp(file)):
                opened = ExitStack()
                con = opened.enter_context(session(file, read_only=True))
                if self._tables:
                    self._tables[1].close()
                self._tables = (file, _stamp(file)), opened, con
            return file, self._tables[2]

    def decisions(self, seen: int | None = None) -> Decisions:
        """What people decide; what others said of the same after decision `seen` is told, not written over."""
        return Decisions(self.config, self.journal, self.tables, False, seen)

    def decided(self, entity: str) -> set[tuple[Record, Record]]:
        """The pairs of which somebody says now that they are the same, or are not, and nobody else says otherwise."""
        last, config, decisions = self.journal.last_decision(), self.config, self.decisions()
        with self._once("decided", entity):
            known = self._decided.get(entity)
            if known is None or known[0] != last or known[1] is not config:
                known = self._decided[entity] = last, config, decisions.decided(entity)
            return known[2]

    def queue(self, entity: str) -> list[Item]:
        """All that waits for a decision in the newest run, the most important first. Raises ConfigError, StoreError."""
        run = self.run
        with self._once("queue", entity):
            run_id, found = self._queues.get(entity, ("", []))
            if run_id != run.run_id:
                with run.session() as con:
                    found = review_data(con, entity, LONGEST)
                self._queues[entity] = run.run_id, found
            return found

    def read_back(self) -> list[str]:
        """The targets of which something was read back, and which have records to look at."""
        return [name for name in self.config.targets if read_objects(self.root, name)]

    def worksheet(self, target: str) -> Worksheet:
        """The business sample of a target as it was read back last. Raises ConfigError, StoreError for none."""
        config, tables = self.config, kept(self.root, self.run.run_id)
        made = stamp(self.journal, target), _stamp(tables)
        with self._once("worksheet", target):
            known = self._worksheets.get(target)
            if known is None or known[0] != made:  # it takes a whole reconciliation
                with held(config, self.journal, target, tables) as (name, mapping, con):
                    sheet = worksheet(con, config, self.journal, name, mapping)
                known = self._worksheets[target] = made, sheet
            return known[1]

    def _once(self, kind: str, of: str) -> RLock:
        """A lock for what takes long, so that it is done once, and who asks for anything else does not wait."""
        with self._lock:
            return self._long.setdefault((kind, of), RLock())


def _stamp(file: Path) -> Stamp:
    """How a file looks from outside; None where there is none."""
    try:
        facts = file.stat()
    except FileNotFoundError:
        return None
    return facts.st_mtime_ns, facts.st_size
