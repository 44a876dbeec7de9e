"""People's decisions as teachers: compared pairs in recordlinkage's own shapes, and its supervised classifiers.

recordlinkage (J. de Bruin) takes a frame of comparison vectors with an index of two levels, a record of each pair in
each, and the index of the pairs that match.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import recordlinkage

from ..errors import ConfigError
from ..store import Connection, frame, ident, rows

FOLDS = 5
LEAST = 10
"""Matches, and others, that people must have decided."""

CLASSIFIERS: dict[str, Callable[[], Any]] = {
    "logistic regression": recordlinkage.LogisticRegressionClassifier,
    "naive Bayes": recordlinkage.NaiveBayesClassifier,
    "support vectors": lambda: recordlinkage.SVMClassifier(random_state=0),
}

_SIDES = [f"source_{side} || ' ' || key_{side}" for side in "lr"]
_HASH = "md5(concat_ws(chr(31), source_l, key_l, source_r, key_r))"


def comparison_vectors(con: Connection, entity: str, pairs: str) -> pd.DataFrame:
    """The level that each field of pairs (as match.<entity>_pairs) reaches: 0 disagreement, NaN where one is missing.

    Fields that say the same thing are one column. The index (one, other) has "<source> <key>" of both records; pairs
    stand in the order of a hash.
    """
    fields = list(_levels(con, entity))
    columns = ", ".join(f"nullif(levels[{n}], -1)::DOUBLE AS {ident(name)}" for n, name in enumerate(fields, 1))
    query = f"SELECT {_SIDES[0]} AS one, {_SIDES[1]} AS other, {columns} FROM {pairs} ORDER BY {_HASH}, one, other"
    return frame(con, query).set_index(["one", "other"])


def features(con: Connection, entity: str, vectors: pd.DataFrame) -> pd.DataFrame:
    """One column of 0 and 1 for each level of each field ("name: same"), as classifiers take them.

    A missing value is 0 in all columns of its field: neutral, as in the matching model.
    """
    return pd.DataFrame({
        f"{field}: {name}": (vectors[field] == level).astype("int64")
        for field, names in _levels(con, entity).items() for level, name in enumerate(names)
    }, index=vectors.index)  # fmt: skip


def train(classifier: str, known: pd.DataFrame, matches: pd.Index[Any]) -> Any:
    """A classifier of CLASSIFIERS, fitted on features of decided pairs, of which some are matches.

    Raises ConfigError for an unknown name, and for fewer than LEAST matches or others.
    """
    if classifier not in CLASSIFIERS:
        raise ConfigError(f"There is no classifier {classifier!r}. There are: {', '.join(CLASSIFIERS)}.")
    _demand(len(matches), len(known) - len(matches))
    fitted = CLASSIFIERS[classifier]()
    fitted.fit(known, matches)
    return fitted


def compare_classifiers(known: pd.DataFrame, same: pd.Series, ours: pd.Series) -> pd.DataFrame:
    """Each classifier, and the matching model (`ours`), on decisions that were held back from it.

    classifier, decided, wrong, precision, recall, f1; FOLDS folds, matches and others dealt out to them in the order
    of `known`. The matching model has seen no decision. Raises ConfigError as `train` does.
    """
    _demand(int(same.sum()), int((~same).sum()))
    fold = same.groupby(same).cumcount() % FOLDS
    lines = [_line("the matching model", same, ours)]
    for name in CLASSIFIERS:
        said = pd.Series(False, index=known.index)
        for held in range(FOLDS):
            taught = known[fold != held]
            varying = taught.columns[taught.nunique() > 1]
            fitted = CLASSIFIERS[name]()
            fitted.fit(taught[varying], taught.index[same[fold != held]])
            said[said.index.isin(fitted.predict(known.loc[fold == held, varying]))] = True
        lines.append(_line(name, same, said))
    return pd.DataFrame(lines)


def _levels(con: Connection, entity: str) -> dict[str, list[str]]:
    """The levels of each compared field in words, from disagreement, in the order of match.<entity>_pairs.levels."""
    found: dict[str, list[str]] = {}
    for field, name in rows(con, f"SELECT field, name FROM {ident('match', f'{entity}_weights')}"):
        if field != "(prior)":
            found.setdefault(field, []).append(name)
    return found


def _line(name: str, same: pd.Series, said: pd.Series) -> dict[str, Any]:
    """How what a classifier says agrees with what people say."""
    both, called, true = int((same & said).sum()), int(said.sum()), int(same.sum())
    return {
        "classifier": name, "decided": len(same), "wrong": int((same != said).sum()),
        "precision": both / called if called else np.nan, "recall": both / true, "f1": 2 * both / (called + true),
    }  # fmt: skip


def _demand(matches: int, others: int) -> None:
    if min(matches, others) < LEAST:
        raise ConfigError(
            f"People decided that {matches} of the compared pairs are matches and {others} are not: a classifier needs "
            f"{LEAST} of each at least. Decide more, such as of a sample: p.matching.sample(file)."
        )
