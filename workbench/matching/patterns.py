"""Patterns: how pairs agree, counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from ..store import Connection, ident, rows
from .model import Patterns


def pattern(fields: Iterable[str]) -> str:
    """The SQL of the levels of a pair `p` as one list, -1 for neutral."""
    return f"[{', '.join(f'coalesce(p.{ident(name)}, -1)' for name in fields)}]::TINYINT[]"


def bits(groups: Sequence[Sequence[int]]) -> str:
    """The SQL of the bits that the rarity of a pair's values adds (`p._rarity`); of fields that are one, the most."""
    listed = [", ".join(f"p._rarity[{field + 1}]" for field in group) for group in groups]
    found = [one if len(group) == 1 else f"greatest({one}, 0) + least({one}, 0)"
             for one, group in zip(listed, groups, strict=True)]  # fmt: skip
    return f"({' + '.join(found)})"


def patterns(con: Connection, levels: str, fields: Sequence[str], groups: Sequence[Sequence[int]]) -> Patterns:
    """The distinct patterns of a table of levels (l, r, ...) with the rarity of its pairs in whole bits, sorted."""
    found = rows(
        con,
        f"""
        SELECT {pattern(fields)} AS levels, bits, times FROM (
            SELECT {", ".join(map(ident, fields))}, round({bits(groups)})::INTEGER AS bits, count(*)::DOUBLE AS times
            FROM {levels} AS p GROUP BY ALL) AS p ORDER BY ALL""",
    )
    return Patterns(
        np.array([line[0] for line in found], dtype=np.int8).reshape(len(found), len(fields)),
        np.array([line[2] for line in found], dtype=np.float64),
        np.array([line[1] for line in found], dtype=np.float64),
    )
