"""A classifier put in charge: what logistic regression learns from people's decisions, as a matching model.

Its coefficients are what each level of each field says, as the weights of Fellegi and Sunter are. So it stands as a
model file like any other: people can read it, a run uses it, and every view explains pairs by it.
"""

from __future__ import annotations

from math import exp, log
from typing import Any

import numpy as np
import pandas as pd

from .saved import SavedGroup, SavedLevel, SavedModel
from .supervised import train

CLASSIFIER = "logistic regression"
SURE = 1e-9
"""The share of matches among all pairs is taken to be this far from 0 and 1 at least."""


def taught(model: SavedModel, known: pd.DataFrame, matches: pd.Index[Any], expected: float) -> SavedModel:
    """The model with what the decided pairs teach in place of its own weights; it knows no relatives.

    `known` has features of decided pairs (see `supervised.features`), `matches` those of them that are; `expected` is
    the share of matches among compared pairs (0 to 1): people decide more of these than there are (the prior correction
    of G. King and L. Zeng, 2001). A level that no decided pair tells anything of keeps its weight.
    Raises ConfigError as `supervised.train` does.
    """
    varying = known.columns[known.nunique() > 1]
    fitted = train(CLASSIFIER, known[varying], matches)
    said = dict(zip(varying, np.ravel(fitted.coefficients) / log(2), strict=True))
    share = len(matches) / len(known)
    odds = float(np.ravel(fitted.intercept)[0]) - log((1 - expected) / expected * share / (1 - share))
    prior = min(max(1 / (1 + exp(-odds)), SURE), 1 - SURE)
    return SavedModel(matches=prior, relatives=0, groups=[_taught(group, said) for group in model.groups])


def _taught(group: SavedGroup, said: dict[str, float]) -> SavedGroup:
    """A group whose levels say so many bits where something is said of them."""
    title = " + ".join(group.fields)
    matches = [
        level.others * 2 ** said[name] if (name := f"{title}: {level.level}") in said else level.matches
        for level in group.levels
    ]
    scale = 1 / (1 + max(matches))  # what a level says is the quotient alone
    levels = [
        SavedLevel(level=level.level, matches=m * scale, others=level.others * scale)
        for level, m in zip(group.levels, matches, strict=True)
    ]
    return group.model_copy(update={"levels": levels})
