"""Who may load, what must be signed before, and that one person loads at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ..config import Config
from ..config.roles import MAY, demand_role, demand_second
from ..errors import ConfigError, StoreError
from ..files import disk
from ..journal import Journal
from ..language import gettext as _
from ..signatures import READY, hashes, standing
from ..store import Connection
from ..targets import definition


def demand_live(config: Config, target: str) -> None:
    """Raises ConfigError for a target that there is none of, or that cannot be spoken to."""
    if target not in config.targets:
        raise ConfigError(f"There is no target '{target}'. There are: {', '.join(config.targets)}.")
    settings = config.targets[target]
    if not definition(settings.kind).live:
        raise ConfigError(
            f"{target}: files are made for the kind {settings.kind} (load/<date>/{target}/), which people import; "
            f"read what it holds afterwards by: workbench readback DIR --target {target} --object NAME FILE"
        )
    if not (settings.url and settings.database):
        raise ConfigError(f"{target}: `url` and `database` say where it answers; give both in workbench.yml.")


def demand_loader(config: Config, target: str, user: str) -> None:
    """Into production, or out of it, goes only who has the role loader. Raises ConfigError."""
    if config.targets[target].environment == "production":
        what = _("Loading {target}, which is production,").format(target=target)
        demand_role(config, user, what, *MAY["load"])


def demand_ready(con: Connection, config: Config, journal: Journal, target: str, waves: list[str], user: str) -> None:
    """Into production goes only a wave whose readiness somebody else signed, for all as it is now.

    `con` reads the tables of the newest run. Raises ConfigError.
    """
    if config.targets[target].environment != "production":
        return
    signed = {one.part: one for one in standing(journal, target, hashes(con, config, journal, target))}
    for wave in waves:
        found = signed.get(f"{READY}{wave}")
        if found is None or found.changed:
            why = f"changed since {found.user} signed: {', '.join(found.changed)}" if found else "nobody has signed"
            raise ConfigError(
                f"{target} is production, and the wave {wave} is not known to be ready ({why}). Let a second person "
                f"look and sign: workbench sign readiness {config.root} --target {target} --wave {wave}"
            )
        demand_second(user, found.user, f"Loading {wave} into {target}, which is production,")


@contextmanager
def alone(root: Path, journal: Journal, target: str) -> Iterator[None]:
    """One load of a target at a time; the lock falls with the process that holds it.

    Raises StoreError that says who is loading and since when.
    """
    with disk("load"):
        (root / "state").mkdir(exist_ok=True)
        lock = FileLock(root / "state" / f"load-{target}.lock", timeout=0.5)
        try:
            lock.acquire()
        except Timeout as error:
            query = """SELECT user, started_at, process FROM loads
                WHERE target = ? AND finished_at IS NULL ORDER BY load_id DESC LIMIT 1"""
            found = journal.read(query, [target])
            who = f"Somebody has just begun to load {target}"
            for user, since, process in found:
                who = f"{user} is loading {target} since {since} (process {process})"
            raise StoreError(f"{who}. Two loads at once would get in each other's way: wait for its end.") from error
    try:
        yield
    finally:
        lock.release()
