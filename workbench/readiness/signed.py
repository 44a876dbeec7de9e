"""That a wave may go over, signed by a person: what a load into production needs."""

from __future__ import annotations

from ..config import Config
from ..errors import ConfigError
from ..journal import Journal
from ..published import Published
from ..signatures import READY, hashes, sign
from ..store import Connection
from ..views.plan import PASSED
from .gates import readiness_rows


def sign_ready(
    run: Published, con: Connection, config: Config, journal: Journal, wave: str, target: str, user: str, note: str = ""
) -> None:
    """Sign that a wave is ready to be loaded into a target; `con` reads the tables of the newest run.

    Raises ConfigError as `readiness_rows` and `sign`, and where a gate is not passed, unless a note says why the wave
    goes all the same.
    """
    missed = [gate for gate in readiness_rows(run, config, journal, wave, target) if gate.state != PASSED]
    if missed and not note.strip():
        said = "\n".join(f"- {gate.gate}: {gate.what}; {gate.next}" for gate in missed)
        raise ConfigError(f"{wave} is not ready for {target}:\n{said}\nMend it, or say with a note why it goes so.")
    sign(config, journal, target, f"{READY}{wave}", hashes(con, config, journal, target), user, note)
