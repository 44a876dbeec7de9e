"""The model on planted data and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.matching.model import Counted, Model, Patterns, fit


def said(levels: list[list[int]] | np.ndarray, times: list[float] | np.ndarray, bits: float = 0.0) -> Patterns:
    """Patterns whose values are neither rare nor common, or all so rare."""
    found = np.asarray(levels, dtype=np.int8)
    rarity = np.full(len(found), bits)
    return Patterns(found, np.asarray(times, dtype=np.float64), rarity, rarity)


def probabilities(model: Model, patterns: Patterns) -> np.ndarray:
    return model.shares(patterns)[0]


def test_weights_by_hand() -> None:
    model = Model(prior=0.2, m=[np.array([0.25, 0.75])], u=[np.array([0.5, 0.5])])
    patterns = np.array([[1], [0], [-1]], dtype=np.int8)
    assert model.weights(patterns) == pytest.approx([-2 + np.log2(1.5), -3, -2])  # prior odds 1:4 are -2 bits
    assert probabilities(model, said(patterns, [1, 1, 1]))[2] == pytest.approx(0.2)
    assert probabilities(model, said(patterns, [1, 1, 1], 4))[2] == pytest.approx(0.8)  # 4 bits more: odds of 4:1


def planted(pairs: int, prior: float, m: list[float], u: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Patterns of fields that agree with probability m among matches and u among others."""
    dice = np.random.default_rng(7)
    match = dice.random(pairs) < prior
    chance = np.where(match[:, None], m, u)
    return (dice.random((pairs, len(m))) < chance).astype(np.int8), match


def test_planted_probabilities_are_found_again() -> None:
    m, u = [0.95, 0.9, 0.8, 0.85], [0.01, 0.05, 0.1, 0.02]
    every, match = planted(400_000, 0.01, m, u)
    candidates = every[every.sum(axis=1) >= 2]  # what blocking lets through
    blocked, times = np.unique(candidates, axis=0, return_counts=True)
    drawn, drawn_times = np.unique(every[:100_000], axis=0, return_counts=True)
    model = fit([2] * 4, said(blocked, times), said(drawn, drawn_times), len(every))
    assert model.prior == pytest.approx(0.01, rel=0.1)
    for found, true in zip(model.m, m, strict=True):
        assert found[1] == pytest.approx(true, abs=0.05)
    for found, true in zip(model.u, u, strict=True):
        assert found[1] == pytest.approx(true, abs=0.01)
    matched = probabilities(model, said(every, np.ones(len(every)))) > 0.5
    assert (matched & match).sum() / matched.sum() > 0.97 and (matched & match).sum() / match.sum() > 0.9


@pytest.mark.parametrize("pairs", [0, 1, 3])
def test_hardly_any_pairs_give_a_usable_model(pairs: int) -> None:
    patterns = np.ones((min(pairs, 1), 2), dtype=np.int8)
    model = fit([2, 2], said(patterns, np.full(len(patterns), pairs)), said([[0, 0]], [5]), 10)
    assert np.isfinite(model.weights(np.array([[1, 1], [0, 0], [-1, -1]], dtype=np.int8))).all()
    assert 0 < model.prior < 1


def test_a_field_that_is_always_missing_says_nothing() -> None:
    both = fit([2, 2], said([[1, -1], [0, -1]], [30, 10]), said([[0, -1]], [100]), 1000)
    one = fit([2], said([[1], [0]], [30, 10]), said([[0]], [100]), 1000)
    assert both.weights(np.array([[1, -1]], dtype=np.int8)) == pytest.approx(
        one.weights(np.array([[1]], dtype=np.int8))
    )


def test_a_stronger_level_never_says_less_than_a_weaker_one() -> None:
    # by itself level 2 would say log2(0.3 / 0.2), less than level 1 with log2(0.5 / 0.05): they share (0.8, 0.25)
    model = Model(prior=0.5, m=[np.array([0.2, 0.5, 0.3])], u=[np.array([0.75, 0.05, 0.2])])
    assert model.level_weights(0) == pytest.approx([np.log2(0.2 / 0.75), np.log2(0.8 / 0.25), np.log2(0.8 / 0.25)])


def test_two_records_that_agree_in_everything_are_matched_in_a_project_of_three() -> None:
    # of the three pairs one agrees in three fields of three levels, the others in none
    every = np.array([[2, 2, 2], [0, 0, 0]], dtype=np.int8)
    model = fit([3, 3, 3], said(every[:1], [1]), said(every, [1, 2]), 3)
    alike, different = probabilities(model, said(every, [1, 1]))
    assert alike > 0.95 and different < 0.05


def test_what_is_rare_teaches_the_model_more_than_what_is_common() -> None:
    """Half of the pairs agree in the first field alone; values that are rare make matches of them."""
    levels, times, drawn = [[1, 0], [1, 1]], [50, 50], said([[0, 0], [1, 0], [0, 1]], [900, 50, 50])
    rare, common = (fit([2, 2], said(levels, times, bits), drawn, 20_000) for bits in (10, -10))
    assert rare.prior > common.prior
    assert rare.m[1][1] < common.m[1][1], "then many matches differ in the second field"


@pytest.mark.parametrize("level", [-1, 0, 1])
def test_fields_without_a_value_or_with_one_value_for_all_give_a_usable_model(level: int) -> None:
    every = said([[level, 1], [level, 0]], [20, 180])
    model = fit([2, 2], said([[level, 1]], [20]), every, 200, [Counted(1.0 if level == 1 else None, 200), Counted(0.1, 200)])
    weights = model.weights(np.array([[1, 1], [0, 0], [-1, -1], [level, 1]], dtype=np.int8))
    assert np.isfinite(weights).all() and 0 < model.prior < 1
    if level == 1:  # all records agree in it, so it says next to nothing
        assert abs(model.level_weights(0)[1]) < 0.2


def test_a_field_that_few_have_is_corrected_for_the_matches_among_those_few() -> None:
    """Ten records of a thousand have a number, two and two the same: five of their 45 pairs, and all are matches."""
    blocked = said([[1, 1, 1], [1, 1, -1], [1, 0, -1], [0, 1, -1]], [5, 15, 300, 300])
    drawn = said([[0, 0, -1], [1, 0, -1], [0, 1, -1]], [99_800, 100, 100])
    rare = Counted(0.001, 499_500)
    few, many = (fit([2] * 3, blocked, drawn, 499_500, [rare, rare, Counted(5 / 45, n)]) for n in (45, 499_500))
    assert few.u[2][1] < 0.5 * many.u[2][1]
