"""Patterns: how pairs agree, counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from ..store import Connection, ident, rows
from .groups import Group
from .model import Patterns


def pattern(fields: Iterable[str]) -> str:
    """The SQL of the levels of a pair `p` as one list, -1 for neutral."""
    return f"[{', '.join(f'coalesce(p.{ident(name)}, -1)' for name in fields)}]::TINYINT[]"


def bits(group: Group) -> str:
    """The SQL of the bits that the rarity of a pair's values adds (`p._rarity`); of fields that are one, the most."""
    listed = ", ".join(f"p._rarity[{place + 1}]" for place in group.places)
    return f"(greatest({listed}, 0) + least({listed}, 0))::FLOAT" if group.joint else listed


def own_bits(group: Group) -> str:
    """The SQL of `bits` but for levels that relatives reach for being relatives, whatever the value."""
    if group.joint or group.reached.all() or not group.reached.any():
        return "0" if group.reached.all() else bits(group)
    levels = ", ".join(map(str, np.flatnonzero(group.reached)))
    return f"CASE WHEN p.{ident(group.fields[0])} IN ({levels}) THEN 0 ELSE {bits(group)} END"


def patterns(con: Connection, levels: str, fields: Sequence[str], groups: Sequence[Group]) -> Patterns:
    """The distinct patterns of a table of levels (l, r, ...) with the rarity of its pairs in whole bits, sorted."""
    rarity, own = (" + ".join(map(said, groups)) for said in (bits, own_bits))
    found = rows(con, f"""
        SELECT {pattern(fields)} AS levels, rarity, own, times FROM (
            SELECT {", ".join(map(ident, fields))}, round({rarity})::INTEGER AS rarity, round({own})::INTEGER AS own,
                count(*)::DOUBLE AS times
            FROM {levels} AS p GROUP BY ALL) AS p ORDER BY ALL""")  # fmt: skip
    return Patterns(
        np.array([line[0] for line in found], dtype=np.int8).reshape(len(found), len(fields)),
        *(np.array([line[place] for line in found], dtype=np.float64) for place in (3, 1, 2)),
    )
