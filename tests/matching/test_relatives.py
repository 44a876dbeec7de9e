"""Relatives: what a family has in common makes no one person of it."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.matching.compare import Comparisons
from workbench.matching.groups import grouped
from workbench.matching.model import Counted, Model, Patterns, fit
from workbench.matching.patterns import own_bits
from workbench.types import TYPES

COMPARED: Comparisons = {"first": TYPES["person_name"], "born": TYPES["date"], "street": TYPES["address"],
                         "phone": TYPES["phone"]}  # fmt: skip
SINGLE = [[0], [1], [2], [3]]

FIELDS, SHARED = 5, [2, 3]
"""First name, birth date, family name, street, phone: a family has the third and the fourth."""
U = [0.005, 0.0001, 0.002, 0.0005, 0.0001]
PAIRS = 50_000_000
M = [0.9, 0.95, 0.95, 0.8, 0.7]


def register(dice: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Candidate pairs: 2,000 matches, 4,000 of families, 2,000 of others that agree in one field; who are matches."""
    chance = np.array([M] * 2000 + [[M[f] if f in SHARED else U[f] for f in range(FIELDS)]] * 4000)
    others = np.zeros((2000, FIELDS))
    others[np.arange(2000), dice.integers(0, FIELDS, 2000)] = 1
    levels = (dice.random((8000, FIELDS)) < np.vstack([chance, others])).astype(np.int8)
    return levels, np.arange(8000) < 2000


def patterns(levels: np.ndarray) -> Patterns:
    found, times = np.unique(levels, axis=0, return_counts=True)
    none = np.zeros(len(found))
    return Patterns(found, times.astype(np.float64), none, none)


def learned(levels: np.ndarray, dice: np.random.Generator, shared: list[int]) -> Model:
    drawn = patterns((dice.random((200_000, FIELDS)) < U).astype(np.int8))
    reached = [np.full(2, field in shared) for field in range(FIELDS)]
    return fit([2] * FIELDS, patterns(levels), drawn, PAIRS, [Counted(share, PAIRS) for share in U], reached)


def test_families_are_told_from_matches_where_the_model_knows_what_they_share() -> None:
    dice = np.random.default_rng(3)
    levels, same = register(dice)
    every = Patterns(levels, np.ones(len(levels)), np.zeros(len(levels)), np.zeros(len(levels)))
    said = {}
    for shared in ([], SHARED):
        model = learned(levels, dice, shared)
        said[len(shared)] = model.shares(every)[0] > 0.5
    precision = {n: (found & same).sum() / found.sum() for n, found in said.items()}
    assert precision[0] < 0.6, "without them families are taken for matches"
    assert precision[2] > 0.99 and (said[2] & same).sum() > 0.97 * same.sum()
    both = 4000 * M[2] * M[3]  # a pair that agrees in one field alone might be any two
    assert model.related * PAIRS == pytest.approx(both, rel=0.05), "and it counts them"


def test_weights_by_hand() -> None:
    """Of 1,000 pairs 100 match, 200 are relatives: odds of 100:700 and 100:200; in the shared field they agree alike."""
    half, much = np.array([0.5, 0.5]), np.array([0.2, 0.8])
    model = Model(0.1, [much, much], [half, half], 0.2, [half, much])
    both = np.array([[1, 1]], dtype=np.int8)
    assert model.against_relatives(both) == pytest.approx([np.log2(0.1 / 0.2) + np.log2(1.6)])
    odds_others, odds_relatives = 0.1 / 0.9 * 1.6 * 1.6, 0.1 / 0.2 * 1.6
    match, related = model.shares(Patterns(both, np.ones(1), np.zeros(1), np.zeros(1)))
    assert match == pytest.approx([1 / (1 + 1 / odds_others + 1 / odds_relatives)])
    assert related == pytest.approx(match / odds_relatives)


def test_where_there_are_none_the_model_has_none() -> None:
    dice = np.random.default_rng(4)
    levels, _ = register(dice)
    assert learned(levels, dice, []).related == 0
    assert np.isinf(learned(levels, dice, []).against_relatives(levels)).all()
    alone = levels[:2000]  # matches only
    assert learned(alone, dice, SHARED).related * PAIRS < 40


def test_which_levels_relatives_reach() -> None:
    first, born, street, phone = grouped(COMPARED, SINGLE, ["street"])
    assert street.reached.all() and not born.reached.any()
    assert [name for name, reached in zip(first.levels, first.reached, strict=True) if reached] == ["same family name"]
    assert not phone.reached[0] and phone.reached[1:].all()


def test_relatives_need_two_fields_that_tell_them_apart() -> None:
    only = {name: COMPARED[name] for name in ("first", "street", "phone")}
    assert not any(group.reached.any() for group in grouped(only, SINGLE[:3], ["street"]))
    assert not any(group.reached.any() for group in grouped(COMPARED, SINGLE, [])), "and one that they share"


def test_fields_as_one_are_shared_where_all_of_them_are() -> None:
    chance = [np.full(len(kind.levels) + 1, 1 / (len(kind.levels) + 1)) for kind in COMPARED.values()]
    more = {**COMPARED, "city": TYPES["text"]}
    chance.append(np.full(len(TYPES["text"].levels) + 1, 0.1))
    both = grouped(more, [[0], [1], [2, 4], [3]], ["street", "city"], chance)
    assert both[2].title == "street + city" and both[2].reached.all()
    one = grouped(more, [[0], [1], [2, 4], [3]], ["street"], chance)
    assert not any(group.reached.any() for group in one)


def test_the_rarity_of_what_they_share_says_nothing_against_relatives() -> None:
    first, born, street, phone = grouped(COMPARED, SINGLE, ["street"])
    assert own_bits(street) == "0"
    assert own_bits(born) == "p._rarity[2]"
    assert own_bits(first).endswith("IN (2) THEN 0 ELSE p._rarity[1] END")
    assert own_bits(phone) == 'CASE WHEN p."phone" IN (1, 2, 3) THEN 0 ELSE p._rarity[4] END'
