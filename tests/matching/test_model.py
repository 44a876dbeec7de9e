"""The model on planted data and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.matching.model import Model, fit


def test_weights_by_hand() -> None:
    model = Model(prior=0.2, m=[np.array([0.25, 0.75])], u=[np.array([0.5, 0.5])])
    patterns = np.array([[1], [0], [-1]], dtype=np.int8)
    assert model.weights(patterns) == pytest.approx([-2 + np.log2(1.5), -3, -2])  # prior odds 1:4 are -2 bits
    assert model.probabilities(patterns)[2] == pytest.approx(0.2)


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
    model = fit([2] * 4, blocked, times.astype(float), drawn, drawn_times.astype(float), len(every))
    assert model.prior == pytest.approx(0.01, rel=0.1)
    for found, true in zip(model.m, m, strict=True):
        assert found[1] == pytest.approx(true, abs=0.05)
    for found, true in zip(model.u, u, strict=True):
        assert found[1] == pytest.approx(true, abs=0.01)
    said = model.probabilities(every) > 0.5
    assert (said & match).sum() / said.sum() > 0.97 and (said & match).sum() / match.sum() > 0.9


@pytest.mark.parametrize("pairs", [0, 1, 3])
def test_hardly_any_pairs_give_a_usable_model(pairs: int) -> None:
    patterns = np.ones((min(pairs, 1), 2), dtype=np.int8)
    times = np.full(len(patterns), float(pairs))
    model = fit([2, 2], patterns, times, np.zeros((1, 2), dtype=np.int8), np.array([5.0]), 10)
    assert np.isfinite(model.weights(np.array([[1, 1], [0, 0], [-1, -1]], dtype=np.int8))).all()
    assert 0 < model.prior < 1


def test_a_field_that_is_always_missing_says_nothing() -> None:
    patterns, times = np.array([[1, -1], [0, -1]], dtype=np.int8), np.array([30.0, 10.0])
    model = fit([2, 2], patterns, times, np.array([[0, -1]], dtype=np.int8), np.array([100.0]), 1000)
    with_it, without = model.weights(np.array([[1, 1], [1, -1]], dtype=np.int8))
    assert with_it == pytest.approx(without, abs=0.01)
