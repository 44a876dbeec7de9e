"""What the pairs teach: the matching model, with fields that say the same thing compared as one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from ..store import Connection, append, count, ident, rows
from .compare import Comparisons
from .dependence import dependent
from .groups import Group, grouped, levels_of
from .model import Counted, Model, fit
from .patterns import bits, own_bits, pattern, patterns


class Teaching(NamedTuple):
    """Tables that the model is learned from: the records, and levels of candidate pairs and of pairs drawn regardless
    of agreement."""

    records: str
    candidates: str
    drawn: str


@dataclass(frozen=True)
class Learned:
    """The model of the fields compared, in groups."""

    compared: Comparisons
    groups: list[Group]
    model: Model


def learn(
    con: Connection, teaching: Teaching, compared: Comparisons, together: Sequence[Sequence[str]],
    relatives: Collection[str],
) -> Learned:  # fmt: skip
    """Fit the model.

    `together` are fields to be compared as one in any case, `relatives` those that relatives have in common.
    """
    size = count(con, f"SELECT count(*) FROM {teaching.records}")
    single = grouped(compared, [[place] for place in range(len(compared))], relatives)
    found = _fit(con, teaching, compared, single, size)
    chance = patterns(con, teaching.drawn, list(compared), single)
    strongest = [float(found.model.level_weights(place)[-1]) for place in range(len(compared))]
    named = [[list(compared).index(name) for name in names] for names in together]
    places = dependent(chance, found.model.prior * float(chance.times.sum()), strongest, named)
    if len(places) == len(compared):
        return found
    return _fit(con, teaching, compared, grouped(compared, places, relatives, found.model.u), size)


def _fit(con: Connection, teaching: Teaching, compared: Comparisons, groups: list[Group], size: int) -> Learned:
    """Fit the model of some groups of fields."""
    blocked, chance = (
        found._replace(levels=levels_of(groups, found.levels))
        for found in (patterns(con, name, list(compared), groups) for name in (teaching.candidates, teaching.drawn))
    )
    counted = [_counted(con, teaching.records, group.fields) for group in groups]
    sizes, reached = [len(group.levels) for group in groups], [group.reached for group in groups]
    return Learned(compared, groups, fit(sizes, blocked, chance, size * (size - 1) // 2, counted, reached))


def _counted(con: Connection, records: str, fields: Sequence[str]) -> Counted:
    """How many pairs have the same keys in some fields, of those that have all, and how many have any of them."""
    keys = [ident(f"{field}__key") for field in fields]
    whole, known = (word.join(f"{key} IS NOT NULL" for key in keys) for word in (" AND ", " OR "))
    times = f"SELECT count(*) AS n, {whole} AS whole, {known} AS known FROM {records} GROUP BY {', '.join(keys)}"
    found = rows(con, f"""
        SELECT sum(n * (n - 1)) FILTER (whole) / nullif(sum(n) FILTER (whole) * (sum(n) FILTER (whole) - 1), 0),
            coalesce(sum(n) FILTER (known), 0)::BIGINT FROM ({times})""")[0]
    return Counted(found[0], found[1] * (found[1] - 1) // 2)


def score(con: Connection, levels: str, learned: Learned, out: str) -> None:
    """The temp table `out`: l, r, weight (bits, rarity included), probability, and each group's level and bits."""
    fields, groups = list(learned.compared), learned.groups
    distinct = f"SELECT DISTINCT {', '.join(map(ident, fields))} FROM {levels}"
    raw = np.array([line for (line,) in rows(con, f"SELECT {pattern(fields)} FROM ({distinct}) AS p ORDER BY ALL")])
    raw = raw.astype(np.int8).reshape(-1, len(fields))
    said = levels_of(groups, raw)
    small = pa.list_(pa.int8())
    scores = {"levels": pa.array(raw.tolist(), small), "said": pa.array(said.tolist(), small),
              "others": learned.model.weights(said), "relatives": learned.model.against_relatives(said)}  # fmt: skip
    con.execute("""CREATE OR REPLACE TEMP TABLE _scores
        (levels TINYINT[], said TINYINT[], others DOUBLE, relatives DOUBLE)""")
    append(con, "_scores", pa.table(scores))
    rarity, own = (" + ".join(map(each, groups)) for each in (bits, own_bits))
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE {out} AS
        WITH against AS (
            SELECT p.l, p.r, s.said, s.others + {rarity} AS others, s.relatives + {own} AS relatives,
                [{", ".join(map(bits, groups))}]::FLOAT[] AS rarity
            FROM {levels} AS p JOIN _scores AS s ON s.levels = {pattern(fields)})
        SELECT l, r, least(others, relatives) - log2(1 + 2 ** -abs(others - relatives)) AS weight,
            1 / (1 + 2 ** -least(greatest(weight, -1000), 1000)) AS probability, said AS levels, rarity
        FROM against""")
    con.execute("DROP TABLE _scores")
