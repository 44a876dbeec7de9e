"""What others said while a person looked: told before it is written over, in the transaction that would write."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from ..errors import ConfigError
from ..language import gettext as _

# a pair is the same whichever record is named first; an undo or a confirm is about an act
SAID = """
    WITH new AS (
        SELECT json_extract(value, '$[0]') AS entity, json_extract(value, '$[1]') AS kind,
            json_extract(value, '$[2]') AS source_l, json_extract(value, '$[3]') AS key_l,
            json_extract(value, '$[4]') AS source_r, json_extract(value, '$[5]') AS key_r,
            json_extract(value, '$[6]') AS field, json_extract(value, '$[8]') AS "of" FROM json_each(?))
    SELECT d.act, d.user, d.kind, d.at FROM decisions AS d JOIN new AS n USING (entity)
    WHERE d.id > ? AND d.act NOT IN (SELECT "of" FROM decisions WHERE kind = 'undo') AND CASE
        WHEN n.kind IN ('undo', 'confirm') THEN d.kind = n.kind AND d."of" = n."of"
        WHEN n.kind IN ('exclude', 'override') THEN d.kind = n.kind AND d.field IS n.field
            AND (d.source_l, d.key_l) = (n.source_l, n.key_l)
        ELSE (n.source_l, n.key_l, n.source_r, n.key_r)
            IN ((d.source_l, d.key_l, d.source_r, d.key_r), (d.source_r, d.key_r, d.source_l, d.key_l)) END
    ORDER BY d.id DESC LIMIT 1"""


class MeanwhileError(ConfigError):
    """Somebody decided the same while this person looked. Nothing was written; who says it again, writes it."""

    def __init__(self, act: int, user: str, kind: str, at: str):
        """The act that came between: its number, person, kind and time (UTC)."""
        self.act, self.user, self.kind, self.at = act, user, kind, at
        told = _(
            "{user} decided this while you looked: {kind} (act {act}, {at} UTC). Yours is not written. "
            "Say it again if you mean it all the same: then both stand in the journal."
        )
        kind = _(kind.replace("_", " "))
        super().__init__(told.format(user=user, kind=kind, act=act, at=at.replace("T", " ")[:19]))


def demand_unsaid(lines: Sequence[tuple[Any, ...]], seen: int, con: sqlite3.Connection) -> None:
    """Raise MeanwhileError where something in force was said since decision `seen` of what the new lines are about.

    Lines are as `Journal.decide` takes them: entity, kind, both records, field, value, why, of.
    """
    for found in con.execute(SAID, [json.dumps(lines), seen]):
        raise MeanwhileError(*found)
