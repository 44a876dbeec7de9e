"""Rarity: two records that share a rare value are the same more likely than two that share a common one.

After W. E. Winkler, "Frequency-based matching in the Fellegi-Sunter model" (2000): the chance that two records share a
value is that of the value, not that of values on average. The weight of a level counts the average; here is the
difference.
"""

from __future__ import annotations

from ..store import Connection, ident
from ..types import SemanticType
from ..types.base import Level
from .compare import Comparisons

NEAR = 0.5
"""How much of a key's rarity counts where two records are only near: their values may be slips of a common one."""


def rarity(con: Connection, records: str, levels: str, out: str, comparisons: Comparisons) -> None:
    """The temp table `out`: l, r and the bits that each field's rarity adds, a FLOAT[] in the order of the fields."""
    joins, bits = "", []
    for number, (field, kind) in enumerate(comparisons.items()):
        parts = {level.part for level in kind.levels if level.exact} | {"key"}
        for part in sorted(parts):
            column, name = ident(f"{field}__{part}"), f"_n_{number}_{part}"
            con.execute(f"""
                CREATE TEMP TABLE {name} AS
                SELECT {column} AS v, log2(sum(count(*) ** 2) OVER () / sum(count(*)) OVER () / count(*)) AS bits
                FROM {records} WHERE {column} IS NOT NULL GROUP BY v""")
            for side in "lr" if part == "key" else "l":
                joins += f" LEFT JOIN {name} AS {name}_{side} ON {name}_{side}.v = {side}.{column}"
        bits.append(_bits(field, kind, number))
    con.execute(f"""
        CREATE TEMP TABLE {out} AS SELECT p.l, p.r, [{", ".join(bits)}]::FLOAT[] AS rarity FROM {levels} AS p
        JOIN {records} AS l ON l.id = p.l JOIN {records} AS r ON r.id = p.r{joins}""")
    for number, kind in enumerate(comparisons.values()):
        for part in {level.part for level in kind.levels if level.exact} | {"key"}:
            con.execute(f"DROP TABLE _n_{number}_{part}")


def _bits(field: str, kind: SemanticType, number: int) -> str:
    strongest = len(kind.levels)
    cases = [f"WHEN {strongest - place} THEN {_of(level, number)}" for place, level in enumerate(kind.levels)]
    return f"coalesce(CASE p.{ident(field)} {' '.join(cases)} ELSE 0 END, 0)"


def _of(level: Level, number: int) -> str:
    if level.exact:
        return f"_n_{number}_{level.part}_l.bits"
    return f"{NEAR} * least(_n_{number}_key_l.bits, _n_{number}_key_r.bits)"
