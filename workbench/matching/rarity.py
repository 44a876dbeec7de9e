"""Rarity: two records that share a rare value are the same more likely than two that share a common one.

After W. E. Winkler, "Frequency-based matching in the Fellegi-Sunter model" (2000): the chance that two records share a
value is that of the value, not that of values on average. The weight of a level counts the average; here is the
difference.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..store import Connection, ident, literal, rows
from ..types import SemanticType
from .compare import Comparisons

NEAR = 0.5
"""How much of a key's rarity counts where two records are only near: their values may be slips of a common one."""


Shares = dict[tuple[str, str], float]
"""For a field and a part of it how often a value occurs on average, as records have it."""


def frequent(con: Connection, records: str, comparisons: Comparisons, of: str | None = None) -> None:
    """The temp table _frequent (field, part, v, n): values that occur more than once among records, and how often.

    With `of`, a table of some records, only the values that these have.
    """
    con.execute("CREATE TEMP TABLE _frequent (field VARCHAR, part VARCHAR, v VARCHAR, n BIGINT)")
    for (field, part), column in _places(comparisons).items():
        known = f"{column} IN (SELECT {column} FROM {of})" if of else f"{column} IS NOT NULL"
        con.execute(f"""
            INSERT INTO _frequent SELECT {literal(field)}, {literal(part)}, {column}, count(*)
            FROM {records} WHERE {known} GROUP BY {column} HAVING count(*) > 1""")


def shares(con: Connection, records: str, comparisons: Comparisons) -> Shares:
    """The shares of records, of which _frequent has all values."""
    places = _places(comparisons)
    totals = rows(con, f"SELECT {', '.join(f'count({column})' for column in places.values())} FROM {records}")[0]
    more = {(field, part): float(sum_) for field, part, sum_ in rows(
        con, "SELECT field, part, sum(n ** 2 - n) FROM _frequent GROUP BY ALL")}  # fmt: skip
    return {place: (more.get(place, 0) + total) / max(total, 1) for place, total in zip(places, totals, strict=True)}


def rarity(con: Connection, records: str, levels: str, out: str, comparisons: Comparisons, shares: Shares) -> None:
    """The temp table `out`: `levels` and the bits that each field's rarity adds, _rarity, a FLOAT[] in their order."""
    joins, bits = "", []
    for number, (field, kind) in enumerate(comparisons.items()):
        part, left, right, each = "", "", "", ""
        for place, level in enumerate(kind.levels):
            reached = f" WHEN {len(kind.levels) - place} THEN "
            name = level.part if level.exact else "key"
            column = ident(f"{field}__{name}")
            part += f"{reached}{literal(name)}"
            left += f"{reached}l.{column}"
            right += "" if level.exact else f"{reached}r.{column}"
            times = f"greatest(coalesce(_l{number}.n, 1), coalesce(_r{number}.n, 1))"
            each += f"{reached}{1 if level.exact else NEAR} * log2({shares[field, name]!r}::DOUBLE / {times})"
        for side, value in (("l", left), ("r", right)):
            if value:
                joins += f"""
                    LEFT JOIN (FROM _frequent WHERE field = {literal(field)}) AS _{side}{number}
                    ON _{side}{number}.part = CASE p.{ident(field)}{part} END
                    AND _{side}{number}.v = CASE p.{ident(field)}{value} END"""
            else:
                each = each.replace(f", coalesce(_{side}{number}.n, 1)", "")
        bits.append(f"coalesce(CASE p.{ident(field)}{each} ELSE 0 END, 0)")
    con.execute(f"""
        CREATE TEMP TABLE {out} AS SELECT p.*, [{", ".join(bits)}]::FLOAT[] AS _rarity FROM {levels} AS p
        JOIN {records} AS l ON l.id = p.l JOIN {records} AS r ON r.id = p.r{joins}""")


def _places(comparisons: Comparisons) -> dict[tuple[str, str], str]:
    """The fields and parts whose values are counted, with their columns."""
    places = [(field, part) for field, kind in comparisons.items() for part in sorted({*_parts(kind)})]
    return {(field, part): ident(f"{field}__{part}") for field, part in places}


def _parts(kind: SemanticType) -> Iterator[str]:
    """The parts whose values are counted."""
    yield "key"
    yield from (level.part for level in kind.levels if level.exact)
