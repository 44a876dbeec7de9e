"""Approved mapping tables: what the journal knows of who agreed to what.

An approval is of the table as it is: it holds the hash of what the table and its code lists say, and lapses when that
is another one. The columns approved_by and date of the table are for its readers.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .config import Config, load_mapping, table_hash
from .config.mapping_table import read_table
from .config.roles import MAY, demand_role, demand_second
from .errors import ConfigError
from .journal import Journal, now
from .language import gettext as _

SUGGESTED = "suggested"
"""The author of a line that nobody has answered for yet."""


SEVERAL = r"[,;/&+，；、／＆]|\band\b"
"""What stands between the names of several authors of a line."""


class Approval(NamedTuple):
    """Who approved the mapping of a target, when, whose work it was, and the hash of what it says."""

    user: str
    at: str
    author: str
    hash: str
    note: str


def approved(config: Config, target: str, journal: Journal) -> Approval | None:
    """The approval of a target's mapping as it is now; None where nobody approved it, or it was changed since."""
    last = last_approval(target, journal)
    return last if last and last.hash == table_hash(config, table_of(config, target)) else None


def last_approval(target: str, journal: Journal) -> Approval | None:
    """The newest approval of a target's mapping, lapsed or not."""
    query = "SELECT user, at, author, hash, note FROM approvals WHERE target = ? ORDER BY id DESC LIMIT 1"
    return next((Approval(*line) for line in journal.read(query, [target])), None)


def approve(config: Config, target: str, journal: Journal, user: str, note: str = "") -> Approval:
    """Write down that a person approves the mapping of a target as it is.

    Raises ConfigError for a table with mistakes, lines without an author, a person without the role approver, and one
    who wrote a line.
    """
    what = _("Approving the mapping of {target}").format(target=target)
    demand_role(config, user, what, *MAY["approve"])
    path = table_of(config, target)
    load_mapping(config, target)
    lines = read_table(config, path)
    if nobody := [str(number) for number, row in lines if row["author"] in ("", SUGGESTED)]:
        said = _(
            "{what}: nobody answers for these lines of {path}: {lines}. Name who wrote them in its column author, or "
            "let this person read the table back from a workbook."
        )
        raise ConfigError(said.format(what=what, lines=", ".join(nobody), path=path))
    authors = sorted({row["author"] for _, row in lines})
    for author in authors:
        for name in (author, *re.split(SEVERAL, author)):  # several may have written a line together
            demand_second(user.strip(), name.strip(), what)
    given = Approval(user.strip(), now(), "; ".join(authors), table_hash(config, path), note)
    with journal.write() as con:
        insert = "INSERT INTO approvals (user, at, author, hash, note, target) VALUES (?, ?, ?, ?, ?, ?)"
        con.execute(insert, [*given, target])
    return given


def table_of(config: Config, target: str) -> str:
    """The path of a target's mapping table. Raises ConfigError for one without."""
    path = config.targets[target].mapping
    if path is None:
        raise ConfigError(f"{target} takes golden records as they are: it has no mapping table.")
    return path
