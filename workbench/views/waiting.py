"""What waits for a person to decide, counted in one way wherever it is said: pairs, and golden records apart."""

from __future__ import annotations

from typing import NamedTuple

from ..language import counted
from ..language import gettext as _
from ..published import Published
from ..store import Connection, count, exists
from .pairs import part


class Waiting(NamedTuple):
    """Pairs that are too near to call, and golden records that hang on a weak link."""

    pairs: int
    golden: int

    @property
    def said(self) -> str:
        """Both in words.

        >>> Waiting(1, 0).said, Waiting(3, 8).said, Waiting(0, 0).said
        ('1 pair', '3 pairs and 8 golden records', 'nothing')
        """
        said = []
        if self.pairs:
            said.append(counted("{n} pair", "{n} pairs", self.pairs))
        if self.golden:
            said.append(counted("{n} golden record", "{n} golden records", self.golden))
        return _(" and ").join(said) or _("nothing")


def waiting_data(con: Connection, entity: str) -> Waiting:
    """What of an entity waits in a published run; of a run of an older version only pairs.

    Golden records are those of the queue as it is published: what comes after its 10,000th line is not among them.

    Raises ConfigError for an entity that was not matched.
    """
    pairs = count(con, f"SELECT count(*) FROM {part(con, entity, 'pairs')} WHERE verdict = 'review'")
    if not exists(con, "published", f"match_{entity}_review"):
        return Waiting(pairs, 0)
    return Waiting(pairs, count(con, f"SELECT count(*) FROM {part(con, entity, 'review')} WHERE what <> 'pair'"))


def waiting(run: Published, entity: str) -> Waiting:
    """See `waiting_data`."""
    with run.session() as con:
        return waiting_data(con, entity)
