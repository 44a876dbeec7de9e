"""What people's decisions teach, as a model: it says what the classifier says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from workbench.errors import ConfigError
from workbench.matching.saved import SavedGroup, SavedLevel, SavedModel
from workbench.matching.supervised import train
from workbench.matching.taught import CLASSIFIER, taught


def level(name: str, matches: float, others: float) -> SavedLevel:
    return SavedLevel(level=name, matches=matches, others=others)


MODEL = SavedModel(matches=0.001, relatives=0.0005, groups=[
    SavedGroup(fields=["name"], types=["text"], levels=[
        level("different", 0.1, 0.9), level("near", 0.2, 0.05), level("same", 0.7, 0.05)]),
    SavedGroup(fields=["phone"], types=["phone"], levels=[level("different", 0.2, 0.99), level("same", 0.8, 0.01)]),
])  # fmt: skip


def decided() -> tuple[pd.DataFrame, pd.Index]:
    """200 pairs of which 60 are matches: these agree in both fields mostly, the others hardly; nobody saw a near name."""
    dice = np.random.default_rng(5)
    same = np.arange(200) < 60
    name, phone = (dice.random(200) < np.where(same, often, seldom) for often, seldom in ((0.9, 0.2), (0.8, 0.1)))
    columns = {"name: different": ~name, "name: near": np.zeros(200), "name: same": name,
               "phone: different": ~phone, "phone: same": phone}  # fmt: skip
    known = pd.DataFrame(columns, index=[f"p{n}" for n in range(200)]).astype("int64")
    return known, known.index[same]


def weight(group: SavedGroup, place: int) -> float:
    return float(np.log2(group.levels[place].matches / group.levels[place].others))


def test_its_weights_say_what_the_classifier_says() -> None:
    known, matches = decided()
    found = taught(MODEL, known, matches, expected=0.3)  # as many as were decided: nothing to correct
    prior = np.log2(found.matches / (1 - found.matches))
    each = {"name": found.groups[0], "phone": found.groups[1]}
    bits = prior + sum(
        known[f"{name}: {one.level}"] * weight(group, place)
        for name, group in each.items() for place, one in enumerate(group.levels)
    )  # fmt: skip
    varying = known.drop(columns="name: near")
    classifier = train(CLASSIFIER, varying, matches)
    assert (1 / (1 + 2**-bits)).to_numpy() == pytest.approx(np.asarray(classifier.prob(varying)), abs=1e-9)
    assert found.relatives == 0


def test_what_nobody_decided_keeps_its_weight() -> None:
    found = taught(MODEL, *decided(), expected=0.3)
    assert weight(found.groups[0], 1) == pytest.approx(np.log2(0.2 / 0.05))


def test_people_decide_more_matches_than_there_are() -> None:
    """Of the decided pairs 3 of 10 are matches, of the compared ones 3 of 100: odds go from 3/7 to 3/97."""
    priors = [taught(MODEL, *decided(), expected=share).matches for share in (0.3, 0.03)]
    odds = [prior / (1 - prior) for prior in priors]
    assert odds[0] / odds[1] == pytest.approx((3 / 7) / (3 / 97))


def test_too_few_decisions_are_told() -> None:
    known, matches = decided()
    with pytest.raises(ConfigError, match="needs 10 of each"):
        taught(MODEL, known, matches[:5], expected=0.1)
