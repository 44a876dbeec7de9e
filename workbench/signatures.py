"""Who signed what, and whether that stands: a signature holds for the hashes of what it was given for.

Signed are the three parts of a reconciliation, and before it that a wave is ready to go over.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from . import readbacks
from .config import FILE, Config
from .config.roles import MAY, demand_role
from .errors import ConfigError
from .journal import Journal, now
from .language import gettext as _
from .store import Connection, ident, rows

PARTS = ("technical", "logical", "business")

OBJECTS = "SELECT object FROM target.objects WHERE target = ? ORDER BY object"

READY = "readiness "
"""What the part of a wave's readiness begins with; the wave's name follows. What the target holds is not its matter."""

SIGNED_FOR = ("extract", "mapping", "configuration", "decisions", "rows", "read-back")
"""What a signature holds for: when one of these is another, it lapses. `rows` are those that the run has mapped: files
and decisions may be newer than the run, and a further run may make others of them."""


@dataclass(frozen=True)
class Signature:
    """A signature of a part; `changed` names what is another since, so it stands while that is empty."""

    target: str
    part: str
    user: str
    at: str
    note: str
    changed: tuple[str, ...]

    @property
    def status(self) -> str:
        """Signed, or lapsed."""
        return "lapsed" if self.changed else "signed"


def hashes(con: Connection, config: Config, journal: Journal, target: str) -> dict[str, str]:
    """The hash of each of SIGNED_FOR as it is now; `con` reads the tables of the newest run."""
    root, mapping = config.root, config.targets[target].mapping
    tables = [*([config.path(mapping)] if mapping else []), *(root / "mappings").rglob("*.csv")]
    files = rows(con, 'SELECT source, "table", path, sha256 FROM raw.files ORDER BY ALL')
    own = [file for folder in ("views", "recipes") for file in (root / folder).rglob("*")]
    own += [config.own_file] if config.own_file else []
    said = [journal.read(f"SELECT * FROM {table} ORDER BY id") for table in ("decisions", "collected")]
    return {
        "extract": _hash(files),
        "mapping": _hash(_content(root, tables)),
        "configuration": _hash(_content(root, [root / FILE, *own])),
        "decisions": _hash(said),
        "rows": _hash([_rows(con, target, title) for (title,) in rows(con, OBJECTS, [target])]),
        "read-back": _hash(sorted(readbacks.hashes(journal, target).items())),
    }


def sign(
    config: Config, journal: Journal, target: str, part: str, given: dict[str, str], user: str, note: str = ""
) -> None:
    """Write a signature down. Raises ConfigError for a part that there is not, or a user who is no approver."""
    if part not in PARTS and not part.startswith(READY):
        raise ConfigError(f"There is no part '{part}' to sign. There are: {', '.join(PARTS)}, readiness.")
    what = _("Signing {target}, {part},").format(target=target, part=part)
    demand_role(config, user, what, *MAY["sign"])
    with journal.write() as con:
        con.execute(
            "INSERT INTO signatures (at, user, target, part, hashes, note) VALUES (?, ?, ?, ?, ?, ?)",
            [now(), user, target, part, json.dumps(given), note.strip()],
        )


def standing(journal: Journal, target: str, current: dict[str, str]) -> list[Signature]:
    """The newest signature of each part of a target, waves before PARTS, held against the hashes as they are."""
    lines = journal.read("SELECT part, user, at, note, hashes FROM signatures WHERE target = ? ORDER BY id", [target])
    newest = {part: (user, at, note, json.loads(given)) for part, user, at, note, given in lines}
    order = [*sorted(part for part in newest if part.startswith(READY)), *(part for part in PARTS if part in newest)]
    return [Signature(target, part, *newest[part][:3], _changed(part, newest[part][3], current)) for part in order]


def _changed(part: str, given: dict[str, str], current: dict[str, str]) -> tuple[str, ...]:
    held = SIGNED_FOR[:-1] if part.startswith(READY) else SIGNED_FOR
    return tuple(name for name in held if given.get(name) != current[name])


def _rows(con: Connection, target: str, title: str) -> tuple[object, ...]:
    """An object, how many rows it has, and a hash of them in any order."""
    table = ident("target", f"{target}__{title}")
    return title, *rows(con, f"SELECT count(*), bit_xor(md5_number_lower(t::VARCHAR)) FROM {table} AS t")[0]


def _content(root: Path, files: Iterable[Path]) -> list[tuple[str, str]]:
    """The names and hashes of those files that are there."""
    found = {file.resolve() for file in files if file.is_file()}
    home = root.resolve()
    named = {file.relative_to(home) if file.is_relative_to(home) else file: file for file in found}
    return sorted((name.as_posix(), hashlib.sha256(file.read_bytes()).hexdigest()) for name, file in named.items())


def _hash(content: object) -> str:
    return hashlib.sha256(json.dumps(content, default=str, ensure_ascii=False).encode()).hexdigest()
