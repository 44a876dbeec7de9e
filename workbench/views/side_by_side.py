"""Two records field by field: what they have, how they agree, and where their characters differ."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from ..published import Published
from ..reports.fragments import readable
from ..store import Connection, exists, ident, records
from .pairs import Agreement, Pair, find_pair
from .view import View, draw

Pieces = list[tuple[str, bool]]
"""A value cut into pieces, each with whether it differs from the other value."""

LONGEST = 1_000
"""Characters of a value that are shown and compared."""

UNLIKE = 0.4
"""Values less alike than this differ as a whole: what single characters they share is chance."""


@dataclass(frozen=True)
class Line:
    """A field of two records; None is missing. `agreement` is how the comparison sees it, with others as one or not."""

    field: str
    left: str | None
    right: str | None
    agreement: Agreement


def side_by_side_data(
    con: Connection, entity: str, source_l: str, key_l: str, source_r: str, key_r: str
) -> tuple[Pair, list[Line]]:
    """The pair and its compared fields; without values where those of the two records are not published.

    Raises ConfigError for records that were not compared.
    """
    pair = find_pair(con, entity, source_l, key_l, source_r, key_r)
    found = {}
    if exists(con, "published", f"match_{entity}_records"):
        table = ident("published", f"match_{entity}_records")
        for source, key in ((pair.source_l, pair.key_l), (pair.source_r, pair.key_r)):
            for line in records(con, f"FROM {table} WHERE source = ? AND key = ? LIMIT 1", [source, key]):
                found[source, key] = line
    if len(found) < 2:
        return pair, []
    left, right = found[pair.source_l, pair.key_l], found[pair.source_r, pair.key_r]
    return pair, [Line(field, left.get(field), right.get(field), a) for a in pair.agreements for field in a.fields]


def side_by_side(run: Published, entity: str, source_l: str, key_l: str, source_r: str, key_r: str) -> View:
    """Two records with the differing characters marked; characters of pseudonyms say nothing and are not compared."""
    with run.session() as con:
        pair, lines = side_by_side_data(con, entity, source_l, key_l, source_r, key_r)
    cells = []
    for line in lines:
        left, right = (value and readable(value)[:LONGEST] for value in (line.left, line.right))
        if run.private and left and right:
            sides = marked(left, right)
        else:
            sides = [(left, False)] if left else [], [(right, False)] if right else []
        cells.append({"field": line.field, "agreement": line.agreement, "sides": [
            {"pieces": pieces, "left_out": max(len(value or "") - LONGEST, 0)}
            for pieces, value in zip(sides, (line.left, line.right), strict=True)]})  # fmt: skip
    return draw("side_by_side", pair=pair, lines=cells, private=run.private)


def marked(left: str, right: str) -> tuple[Pieces, Pieces]:
    """Two values cut where they begin or cease to differ.

    >>> marked("Acme Ltd", "Acme Co")
    ([('Acme ', False), ('Ltd', True)], [('Acme ', False), ('Co', True)])
    """
    if left != right and Levenshtein.normalized_similarity(left, right) < UNLIKE:
        return [(left, True)], [(right, True)]
    sides: tuple[Pieces, Pieces] = [], []
    for step in Levenshtein.opcodes(left, right):
        for side, value, start, end in (
            (0, left, step.src_start, step.src_end),
            (1, right, step.dest_start, step.dest_end),
        ):
            differs = step.tag != "equal"
            if start == end:
                continue
            if sides[side] and sides[side][-1][1] == differs:  # a replaced and an inserted piece side by side are one
                sides[side][-1] = (sides[side][-1][0] + value[start:end], differs)
            else:
                sides[side].append((value[start:end], differs))
    return sides
