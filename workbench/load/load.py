"""One load, from its gates to what became of each row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ..backup import back_up
from ..config import Config
from ..errors import ConfigError, StoreError, TargetError
from ..journal import Journal
from ..pipeline import database
from ..sources import password_of
from ..store import Connection, ident, literal, overlay, rows, streamed
from .connector import Connector, Refused, Unreachable
from .gates import alone, demand_live, demand_loader, demand_ready
from .ledger import Ledger, Line, lay_out
from .readback import read_file, read_live
from .refused import take_mended, write_refused
from .rpc import Rpc
from .scope import Object, chosen_waves, items, plan, sendable, take_rows
from .sending import Sender, settle
from .tryton import Tryton
from .undo import Undone, undo

Tick = Callable[[str, int, int], None]
"""Is told the object, how many of its rows have a verdict, and of how many."""


@dataclass
class Loaded:
    """What a load did: `counts` by object, the files with what was refused, and what is `gone`: rows that were loaded
    before and go over no longer (object, golden_id, target_id). A dry run has no `load_id`."""

    load_id: int | None
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    corrections: list[Path] = field(default_factory=list)
    gone: list[tuple[str, str, str]] = field(default_factory=list)
    backup: Path | None = None
    settled: int = 0

    @property
    def refused(self) -> int:
        """Rows that did not arrive, those that wait for their parent too."""
        return sum(line.get("refused", 0) + line.get("wait", 0) for line in self.counts.values())

    @property
    def table(self) -> pd.DataFrame:
        """A row an object, and how many rows had which outcome."""
        names = dict.fromkeys(name for line in self.counts.values() for name in line)
        return pd.DataFrame([{"object": it, **{n: line.get(n, 0) for n in names}} for it, line in self.counts.items()])


def load_wave(
    config: Config, journal: Journal, target: str, wave: str | None, user: str, *, dry_run: bool = False,
    corrections: Path | None = None, tick: Tick = lambda name, done, of: None,
) -> Loaded:  # fmt: skip
    """Load a wave (None: all that go now) into a live target: what is new or changed since the last load.

    A dry run says what would be done, and asks the target nothing. `corrections` is a file of `write_refused` that
    was mended. Raises ConfigError for what is not allowed or not set up, SourceError for a corrections file with
    mistakes, StoreError where another load is going on, TargetError where the target is lost.
    """
    demand_live(config, target)
    waves, ledger = chosen_waves(config, wave), ledger_of(config, journal, target)
    if dry_run:
        with overlay(database(config.root)) as con:
            found = _prepared(con, config, ledger, target, corrections, waves)
            return Loaded(None, {it.name: plan(con, it, waves, assume=True) for it in found}, gone=_gone(con))
    demand_loader(config, target, user)
    with alone(config.root, journal, target), overlay(database(config.root)) as con:
        con.execute("USE work")  # what was signed is looked at while no run can change it
        demand_ready(con, config, journal, target, waves, user)
        con.execute("USE memory")
        run_id = _run_of(con)
        found = _prepared(con, config, ledger, target, corrections, waves)
        connector = connect(config, target)
        done = Loaded(None, backup=back_up(config.root, user))
        done.load_id = ledger.start(run_id, ", ".join(waves), user, str(done.backup))
        with _closing(ledger, done):
            sender, done.settled = Sender(ledger, done.load_id, connector), settle(ledger, connector)
            for it in found:
                lay_out(con, ledger)
                done.counts[it.name] = _send(con, it, waves, ledger, sender, done.load_id, tick)
            lay_out(con, ledger)
            done.gone = _gone(con)
            done.corrections = [*_refused_files(con, config.root, found, target, done.load_id)]
    return done


def undo_load(config: Config, journal: Journal, target: str, load_id: int, user: str) -> Undone:
    """Delete what a load created in the target, and nothing else. Raises as `load_wave` and `undo`."""
    demand_live(config, target)
    demand_loader(config, target, user)
    with alone(config.root, journal, target):
        back_up(config.root, user)
        ledger, connector = ledger_of(config, journal, target), connect(config, target)
        what = f"load {load_id} of {target}"
        journal.note(user, "undo", what)  # before, for who is cut off has done it too
        settle(ledger, connector)
        done = undo(ledger, connector, load_id)
    journal.note(user, "undone", f"{what}: {done.rows} rows, {len(done.kept)} kept")
    return done


def read_target(
    config: Config, journal: Journal, target: str, user: str, name: str | None = None, file: Path | None = None
) -> dict[str, int]:  # fmt: skip
    """Keep what a target holds: all of a live one, or an export `file` of the object `name`; rows by object.

    Raises ConfigError for a target or object that there is none of, SourceError for a file that is not whole,
    TargetError, StoreError.
    """
    if file is not None:
        if target not in config.targets or name is None:
            raise ConfigError(f"A file is read back of an object of one of the targets {', '.join(config.targets)}.")
        return read_file(config, journal, target, name, file, user)
    demand_live(config, target)
    return read_live(config, journal, target, connect(config, target), user)


def ledger_of(config: Config, journal: Journal, target: str) -> Ledger:
    """The ledger of a target as the project has it now."""
    return Ledger(journal, target, config.targets[target].environment)


def connect(config: Config, target: str) -> Connector:
    """A session with a live target. Raises TargetError where it does not answer, or is not set up."""
    settings = config.targets[target]
    password = password_of(target)
    if password is None:
        raise TargetError(
            f"There is no password for {target}: set WORKBENCH_PASSWORD_{target.upper()}, or put it into the keyring "
            f"as the user {target} of the service workbench."
        )
    try:
        return Tryton(Rpc(settings.url or "", settings.database or "", settings.user, password))
    except Unreachable as error:
        raise TargetError(f"{target} does not answer: {error}. See that it runs, and that `url` is right.") from error
    except Refused as error:
        raise TargetError(f"{target} does not let us look at what a load needs: {error.reason}") from error


def _run_of(con: Connection) -> str:
    """The run that mapped and planned. Raises StoreError where one run did the one, and another the other."""
    found = rows(con, "SELECT DISTINCT run_id FROM work.meta.stage WHERE stage IN ('map', 'plan')")
    if len(found) != 1:
        raise StoreError("The last run did not come as far as the waves. Run the project to its end, then load.")
    return str(found[0][0])


def _prepared(
    con: Connection, config: Config, ledger: Ledger, target: str, corrections: Path | None, waves: list[str]
) -> list[Object]:  # fmt: skip
    found = take_rows(con, config, target)
    lay_out(con, ledger)
    if corrections is not None:
        take_mended(con, found, corrections, waves)
    return found


def _send(
    con: Connection, it: Object, waves: list[str], ledger: Ledger, sender: Sender, load_id: int, tick: Tick
) -> dict[str, int]:  # fmt: skip
    """Send what is new or changed of an object, and note what waits for a parent; counts by outcome."""
    planned = plan(con, it, waves)
    ledger.record(load_id, _waiting(con, it))
    of, verdicts = planned.pop("create", 0) + planned.pop("update", 0), 0

    def told(times: int) -> None:
        nonlocal verdicts
        verdicts += times
        tick(it.name, verdicts, of)

    return {**sender.send(it.name, items(con, it), told), **planned}


def _waiting(con: Connection, it: Object) -> Iterator[Line]:
    """Rows whose parent is not in the target; they were not sent, and have no hash."""
    for name, parent in it.parents.items():
        query = f"""SELECT s.golden_id, r.golden_id IS NOT NULL FROM _scope AS s
            JOIN {it.table} AS t ON t._golden_id = s.golden_id
            LEFT JOIN refused AS r ON r.object = {literal(parent)} AND r.golden_id = t.{ident(name)}
            WHERE s.action = 'wait' AND s.parent = {literal(name)} ORDER BY s.golden_id"""
        for golden_id, refused in streamed(con, query):
            reason = f"its {parent} was refused" if refused else f"its {parent} is not in the target"
            yield Line(it.name, golden_id, "refused", None, None, name, reason)


def _gone(con: Connection) -> list[tuple[str, str, str]]:
    query = "SELECT object, golden_id, target_id FROM _gone ORDER BY ALL"
    return [(name, golden_id, target_id) for name, golden_id, target_id in rows(con, query)]


def _refused_files(con: Connection, root: Path, found: list[Object], target: str, load_id: int) -> Iterator[Path]:
    """What a load sent and the target refused. Rows that wait for their parent have nothing to mend, and no hash."""
    for it in found:
        query = f"""SELECT t.*, r.field, r.reason FROM refused AS r
            JOIN ({sendable(con, it)}) AS t ON t._golden_id = r.golden_id
            WHERE r.object = {literal(it.name)} AND r.load_id = {load_id} AND r.hash IS NOT NULL"""
        if file := write_refused(con, query, it.name, root, f"{target}_{load_id}_{it.name}"):
            yield file


@contextmanager
def _closing(ledger: Ledger, done: Loaded) -> Iterator[None]:
    """Say in the journal how the load ended. One whose process is killed is said to be interrupted by the next."""
    try:
        yield
    except BaseException:
        ledger.finish(done.load_id or 0, "stopped")
        raise
    ledger.finish(done.load_id or 0, "rows refused" if done.refused else "done")
