"""recordlinkage on a dataset: `python -m benchmarks.linkage.recordlinkage_peer FOLDER OUT MODEL`, in the peers' Python.

Blocking, comparing (Jaro-Winkler at .85, the rest exact) and its ECM classifier, as its documentation links Febrl.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import recordlinkage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from benchmarks.linkage.peer import Linked, measured, records


@dataclass(frozen=True)
class Comparing:
    """What records are blocked on, each by itself, a field or several together; and the fields that are compared."""

    block: list[str | list[str]]
    similar: list[str]
    exact: list[str] = field(default_factory=list)
    prepare: Callable[[pd.DataFrame], pd.DataFrame] = field(default=lambda frame: frame)


def _digits(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(phone=frame["phone"].str.replace(r"\D", "", regex=True).replace("", None))


FEBRL: list[str | list[str]] = ["given_name", "surname", "date_of_birth", "postcode"]
PERSON = Comparing(FEBRL, ["given_name", "surname", "address_1"], ["date_of_birth", "suburb", "state", "postcode"])
MODELS = {
    "febrl4": PERSON,
    "febrl4_undated": Comparing(
        ["given_name", "surname", "postcode"], ["given_name", "surname", "address_1"], ["suburb", "state", "postcode"]
    ),
    "febrl3": PERSON,
    "fodors_zagats": Comparing(["phone", "name", "city"], ["name", "addr"], ["city", "phone"], _digits),
    "rldata10000": Comparing(
        [["fname_c1", "lname_c1"], ["lname_c1", "by"], ["fname_c1", "by"], ["fname_c1", "bm", "bd"]],
        ["fname_c1", "lname_c1"], ["by", "bm", "bd"],
    ),
    "senzing_truthset": Comparing(
        ["name", "birth_date", "phone", "email"], ["name", "address"], ["birth_date", "phone", "email", "ssn"], _digits
    ),
    "splink_fake_1000": Comparing(
        ["first_name", "surname", "dob"], ["first_name", "surname"], ["dob", "city", "email"]
    ),
    "pseudopeople": Comparing(["ssn", "last_name"], ["first_name", "last_name"], ["middle_initial", "ssn"]),
    "demo": Comparing(
        ["tax_id", "phone", "email", "name"], ["name", "address"], ["tax_id", "phone", "email", "city"], _digits
    ),
}  # fmt: skip


def link(folder: Path, name: str) -> Linked:
    """Link two sources where each holds a thing once, otherwise all records with all."""
    model, frame = MODELS[name], MODELS[name].prepare(records(folder))
    indexer = recordlinkage.Index()
    for column in model.block:
        indexer.block(column)
    compare = recordlinkage.Compare()
    for column in model.similar:
        compare.string(column, column, method="jarowinkler", threshold=0.85, label=column)
    for column in model.exact:
        compare.exact(column, column, label=column)
    features = compare.compute(indexer.index(frame), frame)
    classifier = recordlinkage.ECMClassifier()
    matches = classifier.fit_predict(features)
    scores = classifier.prob(features).loc[matches] if len(matches) else pd.Series(dtype=float)
    return _linked(frame, matches, scores)


def _linked(frame: pd.DataFrame, matches: pd.MultiIndex, scores: pd.Series) -> Linked:
    sides = [frame.loc[matches.get_level_values(place), ["source", "key"]].reset_index(drop=True) for place in (0, 1)]
    pairs = pd.concat([side.add_suffix(f"_{name}") for name, side in zip("lr", sides, strict=True)], axis=1)
    left, right = (matches.get_level_values(place).to_numpy() for place in (0, 1))
    links = coo_array((np.ones(len(matches)), (left, right)), shape=(len(frame), len(frame)))
    clusters = frame[["source", "key"]].assign(cluster=connected_components(links, directed=False)[1])
    return Linked(clusters, pairs.assign(score=scores.to_numpy()))


if __name__ == "__main__":
    measured(link)
