"""What the pairs teach: the matching model, with fields that say the same thing compared as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ..store import Connection, append, count, ident, rows
from .compare import Comparisons
from .dependence import Joint, dependent
from .model import Levels, Model, fit
from .patterns import bits, pattern, patterns


@dataclass(frozen=True)
class Learned:
    """The model of some fields. `groups` has the numbers of the fields that are compared as one, a group each;
    `joints` how, None for a single field."""

    compared: Comparisons
    groups: list[list[int]]
    joints: list[Joint | None]
    model: Model

    @property
    def titles(self) -> list[str]:
        """The name of each group: its fields."""
        names = list(self.compared)
        return [" + ".join(names[field] for field in group) for group in self.groups]

    def level_names(self, group: int) -> list[str]:
        """The levels of a group in words, from disagreement to the strongest."""
        joint = self.joints[group]
        if joint:
            return [
                "different",
                *(f"step {n} of {joint.levels - 1}" for n in range(1, joint.levels - 1)),
                "all the same",
            ]
        kind = list(self.compared.values())[self.groups[group][0]]
        return ["different", *(level.name for level in reversed(kind.levels))]


def learn(
    con: Connection, records: str, candidates: str, drawn: str, compared: Comparisons, together: Sequence[Sequence[str]]
) -> Learned:
    """Fit the model on two tables of levels: of the candidate pairs, and of pairs drawn regardless of agreement.

    `together` are fields to be compared as one in any case.
    """
    size = count(con, f"SELECT count(*) FROM {records}")
    apart: list[list[int]] = [[field] for field in range(len(compared))]
    found = _fit(con, records, candidates, drawn, compared, apart, size)
    chance = patterns(con, drawn, list(compared), apart)
    strongest = [float(found.model.level_weights(field)[-1]) for field in range(len(compared))]
    named = [[list(compared).index(name) for name in names] for names in together]
    groups = dependent(chance, found.model.prior * float(chance.times.sum()), strongest, named)
    if len(groups) < len(compared):
        found = _fit(con, records, candidates, drawn, compared, groups, size, found.model)
    return found


def _fit(
    con: Connection, records: str, candidates: str, drawn: str, compared: Comparisons, groups: list[list[int]],
    size: int, single: Model | None = None,
) -> Learned:  # fmt: skip
    """Fit the model of some groups of fields; `single` is that of each field by itself."""
    fields = list(compared)
    joints = [Joint(group, single.u) if single and len(group) > 1 else None for group in groups]
    kinds = list(compared.values())
    levels = [
        joint.levels if joint else len(kinds[group[0]].levels) + 1 for joint, group in zip(joints, groups, strict=True)
    ]
    blocked, chance = (
        found._replace(levels=joined(found.levels, groups, joints))
        for found in (patterns(con, name, fields, groups) for name in (candidates, drawn))
    )
    same = [_same(con, records, [fields[field] for field in group]) for group in groups]
    return Learned(compared, groups, joints, fit(levels, blocked, chance, size * (size - 1) // 2, same))


def joined(levels: Levels, groups: Sequence[Sequence[int]], joints: Sequence[Joint | None]) -> Levels:
    """The levels of patterns by group."""
    columns = [joint.of(levels) if joint else levels[:, group[0]] for joint, group in zip(joints, groups, strict=True)]
    return np.stack(columns, axis=1) if columns else levels


def _same(con: Connection, records: str, fields: Sequence[str]) -> float | None:
    """The share of all pairs that have the same keys in some fields, counted over their values."""
    keys = [ident(f"{field}__key") for field in fields]
    known = " AND ".join(f"{key} IS NOT NULL" for key in keys)
    counted = f"SELECT count(*) AS n FROM {records} WHERE {known} GROUP BY {', '.join(keys)}"
    share: float | None = rows(con, f"SELECT sum(n * (n - 1)) / nullif(sum(n) * (sum(n) - 1), 0) FROM ({counted})")[0][
        0
    ]
    return share


def score(con: Connection, levels: str, learned: Learned, out: str) -> None:
    """The temp table `out`: l, r, weight (bits, rarity included), probability, and each group's level and bits."""
    fields = list(learned.compared)
    distinct = f"SELECT DISTINCT {', '.join(map(ident, fields))} FROM {levels}"
    raw = np.array([line for (line,) in rows(con, f"SELECT {pattern(fields)} FROM ({distinct}) AS p ORDER BY ALL")])
    raw = raw.astype(np.int8).reshape(-1, len(fields))
    said = joined(raw, learned.groups, learned.joints)
    small = pa.list_(pa.int8())
    scores = {"levels": pa.array(raw.tolist(), small), "said": pa.array(said.tolist(), small),
              "weight": learned.model.weights(said)}  # fmt: skip
    con.execute("CREATE OR REPLACE TEMP TABLE _scores (levels TINYINT[], said TINYINT[], weight DOUBLE)")
    append(con, "_scores", pa.table(scores))
    each = ", ".join(bits([group]) for group in learned.groups)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE {out} AS
        SELECT l, r, weight, 1 / (1 + 2 ** -least(greatest(weight, -1000), 1000)) AS probability, said AS levels, rarity
        FROM (SELECT p.l, p.r, s.weight + {bits(learned.groups)} AS weight, s.said, [{each}]::FLOAT[] AS rarity
            FROM {levels} AS p JOIN _scores AS s ON s.levels = {pattern(fields)})""")
    con.execute("DROP TABLE _scores")
