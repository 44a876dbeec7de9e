"""Fields that say the same thing are compared as one, and nothing is counted twice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from workbench.matching.blocking import block_keys, candidate_pairs
from workbench.matching.compare import compare
from workbench.matching.dependence import STEPS, WORTH, Joint, dependent
from workbench.matching.drawn import draw
from workbench.matching.learn import Learned, Teaching, learn, score
from workbench.matching.model import Patterns
from workbench.matching.rarity import frequent, rarity, shares
from workbench.store import Connection, rows, session
from workbench.types.base import SemanticType

THINGS, COPIES = 1_000, 2
FIELDS = {"name": 200, "city": 20, "street": 60, "phone": 700}
"""Fields with the number of values that they may have."""


def chance(size: int, twice: bool) -> Patterns:
    """Pairs drawn by chance, of which two fields agree in a tenth each: in the same ones, or not; a third is apart."""
    dice = np.random.default_rng(1)
    one, other, third = (dice.random(size) < 0.1 for _ in range(3))
    levels = np.stack([one, one if twice else other, third], axis=1).astype(np.int8)
    return Patterns(levels, np.ones(size), np.zeros(size), np.zeros(size))


def groups(found: Patterns, matches: float = 0, together: Sequence[Sequence[int]] = ()) -> list[list[int]]:
    """What depends on what, of fields that say enough."""
    return dependent(found, matches, [WORTH] * found.levels.shape[1], together)


def test_fields_that_agree_in_the_same_pairs_are_one() -> None:
    assert groups(chance(20_000, twice=True)) == [[0, 1], [2]]
    assert groups(chance(20_000, twice=False)) == [[0], [1], [2]]


def test_a_field_that_says_little_stays_by_itself() -> None:
    assert dependent(chance(20_000, twice=True), 0, [WORTH, WORTH - 0.1, WORTH]) == [[0], [1], [2]]


def test_fields_are_one_where_the_project_says_so() -> None:
    assert groups(chance(20_000, twice=False), together=[[2, 0]]) == [[0, 2], [1]]


def test_what_matches_agree_in_is_no_dependence() -> None:
    # 200 pairs agree in both fields: of matches there are as many, or none
    levels = np.array([[1, 1], [1, 0], [0, 1], [0, 0]], dtype=np.int8)
    found = Patterns(levels, np.array([200.0, 50, 50, 99_700]), np.zeros(4), np.zeros(4))
    assert groups(found, 200) == [[0], [1]]
    assert groups(found, 0) == [[0, 1]]


@pytest.mark.parametrize("level", [-1, 0, 1])
def test_fields_that_are_always_missing_or_always_the_same_depend_on_nothing(level: int) -> None:
    levels = np.array([[level, level, 1], [level, level, 0]], dtype=np.int8)
    assert groups(Patterns(levels, np.array([100.0, 900]), np.zeros(2), np.zeros(2))) == [[0], [1], [2]]


def test_a_joint_level_by_hand() -> None:
    """Two fields of 1/4 and 1/16: agreement is 2 and 4 bits, 6 in all, on a scale of twelve steps."""
    joint = Joint([0, 2], [np.array([0.75, 0.25]), np.array([15 / 16, 1 / 16])])
    best = len(joint.names) - 1
    assert best == STEPS + 1 == 13
    own = [[1, 0, 1], [1, 0, 0], [0, 1, 1], [0, 1, 0], [-1, 1, 1], [1, 1, -1], [-1, 1, -1], [-1, 0, 0]]
    assert joint.of(np.array(own, dtype=np.int8)).tolist() == [best, 4, 8, 0, 8, 4, -1, 0]


def matched(con: Connection, names: list[str]) -> tuple[Learned, float]:
    """What is learned from a planted register by these fields, and the F1 of the pairs from 0.5 on."""
    kinds: dict[str, SemanticType] = {name: SemanticType() for name in names}
    rules = [["name.key"], ["phone.key"], ["street.key", "city.key"]]
    block_keys(con, "people", rules, [], None)
    candidate_pairs(con, rules)
    draw(con, "people", "_drawn")
    frequent(con, "people", kinds)
    for found, levels in (("_pairs", "_levels"), ("_drawn", "_chance")):
        compare(con, "people", found, f"{levels}_alone", kinds)
        rarity(con, "people", f"{levels}_alone", levels, kinds, shares(con, "people", kinds))
    learned = learn(con, Teaching("people", "_levels", "_chance"), kinds, [], [])
    score(con, "_levels", learned, "_scored")
    right, said = rows(con, f"""SELECT count(*) FILTER (l // {COPIES} = r // {COPIES}), count(*)
        FROM _scored WHERE probability > 0.5""")[0]  # fmt: skip
    return learned, 2 * right / (said + THINGS)


def planted(con: Connection) -> None:
    """The table people: a thousand things of two records each, in which one value in six is another one."""
    dice = np.random.default_rng(11)
    columns = {}
    for field, values in FIELDS.items():
        true = np.repeat(dice.integers(0, values, THINGS), COPIES)
        columns[field] = np.where(dice.random(len(true)) < 1 / 6, dice.integers(0, values, len(true)), true)
    con.execute(f"CREATE TEMP TABLE people (id BIGINT, source VARCHAR, key VARCHAR, "
                f"{', '.join(f'{field}__key VARCHAR' for field in FIELDS)})")  # fmt: skip
    con.executemany(
        f"INSERT INTO people VALUES (?, 'a', ?{', ?' * len(FIELDS)})",
        [(n, str(n), *map(str, line)) for n, line in enumerate(zip(*columns.values(), strict=True))],
    )
    con.execute("ALTER TABLE people ADD COLUMN again__key VARCHAR; UPDATE people SET again__key = street__key")


def test_a_field_that_is_there_twice_does_not_change_what_is_found() -> None:
    found = {}
    for names in ([*FIELDS], [*FIELDS, "again"]):
        with session(None) as con:
            planted(con)
            found[len(names)] = matched(con, names)
    (single, once), (double, twice) = found.values()
    assert [[*group.places] for group in single.groups] == [[0], [1], [2], [3]] and [[*group.places] for group in double.groups] == [[0], [1], [2, 4], [3]]
    assert [group.title for group in double.groups] == ["name", "city", "street + again", "phone"]
    assert double.groups[2].levels[0] == "different" and double.groups[2].levels[-1] == "all the same"
    assert len(double.groups[2].levels) == len(double.model.m[2])
    assert once > 0.8 and twice == pytest.approx(once, abs=0.005)
