"""recordlinkage's classifiers learn from decisions, in its own shapes."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from workbench.errors import ConfigError
from workbench.matching.supervised import CLASSIFIERS, compare_classifiers, comparison_vectors, features, train
from workbench.store import Connection, session


@pytest.fixture
def con() -> Iterator[Connection]:
    """Pairs n = 0..39: who agrees in the name is a match; the phone agrees in every other; a city is missing."""
    with session(None) as con:
        con.execute("CREATE SCHEMA match")
        con.execute("""CREATE TABLE match.customer_weights AS SELECT * FROM (VALUES ('name', 0, 'different'),
            ('name', 1, 'near'), ('name', 2, 'same'), ('phone', 0, 'different'), ('phone', 1, 'same'), ('(prior)', 0, 'any'))
            AS v(field, level, name)""")
        con.execute("""CREATE TABLE pairs AS SELECT 'a' AS source_l, 'K' || n AS key_l, 'b' AS source_r, 'L' || n AS key_r,
            [CASE WHEN n < 20 THEN 2 WHEN n = 20 THEN 1 ELSE 0 END, CASE WHEN n = 3 THEN -1 ELSE n % 2 END]::TINYINT[]
                AS levels FROM range(40) AS t(n)""")
        yield con


def test_shapes_are_recordlinkages(con: Connection) -> None:
    vectors = comparison_vectors(con, "customer", "pairs")
    assert list(vectors.columns) == ["name", "phone"] and vectors.index.names == ["one", "other"]
    assert vectors.loc[("a K0", "b L0")].tolist() == [2, 0] and vectors.loc[("a K20", "b L20")].tolist() == [1, 0]
    assert np.isnan(vectors.loc[("a K3", "b L3"), "phone"])
    again = comparison_vectors(con, "customer", "(FROM pairs ORDER BY key_r DESC)")
    pd.testing.assert_frame_equal(again, vectors)
    known = features(con, "customer", vectors)
    assert list(known.columns) == ["name: different", "name: near", "name: same", "phone: different", "phone: same"]
    assert known.loc[("a K3", "b L3")].tolist() == [0, 0, 1, 0, 0]


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_a_classifier_learns_what_people_decided(con: Connection, name: str) -> None:
    known = features(con, "customer", comparison_vectors(con, "customer", "pairs"))
    matches = known.index[known["name: same"] == 1]
    found = train(name, known, matches).predict(known)
    assert set(found) == set(matches) and len(matches) == 20


def test_held_back_decisions_are_held_against_the_model(con: Connection) -> None:
    known = features(con, "customer", comparison_vectors(con, "customer", "pairs"))
    same, ours = known["name: same"] == 1, known["phone: same"] == 1
    lines = compare_classifiers(known, same, ours).set_index("classifier")
    # the phone is the same where n is odd, but not for 3: of 19, and 9 of them are matches
    assert lines.loc["the matching model"].tolist() == [40, 21, 9 / 19, 9 / 20, 18 / 39]
    assert lines.loc[list(CLASSIFIERS), "wrong"].tolist() == [0, 0, 0]
    # of what a coin decides nothing is learned: who sees the answers would be right all the same
    coin = pd.Series(np.arange(40) % 2 == 0, index=known.index)
    assert (compare_classifiers(known, coin, coin).set_index("classifier").loc[list(CLASSIFIERS), "wrong"] > 5).all()


def test_too_few_decisions_are_told(con: Connection) -> None:
    known = features(con, "customer", comparison_vectors(con, "customer", "pairs"))
    with pytest.raises(ConfigError, match="3 of the compared pairs are matches and 37 are not"):
        train("naive Bayes", known, known.index[:3])
    with pytest.raises(ConfigError, match="needs 10 of each"):
        same = pd.Series(np.arange(40) < 9, index=known.index)
        compare_classifiers(known, same, same)
    with pytest.raises(ConfigError, match="There is no classifier"):
        train("oracle", known, known.index[:20])
