"""Measures worked by hand, and a sample that stays."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from workbench.matching.capture import blocking_recall
from workbench.matching.quality import Stratum, allocate, measures, placed, strata, wilson
from workbench.store import Connection, rows, session

PAIRS = """
    SELECT 's' AS source_l, 'l' || n AS key_l, 's' AS source_r, 'r' || n AS key_r,
        CASE WHEN n < 20 THEN 0.995 WHEN n < 60 THEN 0.3 ELSE 0.001 END AS probability,
        CASE WHEN n < 20 THEN 'match' WHEN n < 60 THEN 'review' WHEN n < 90 THEN 'no_match' ELSE 'ruled out' END
            AS proposed, NULL::BOOLEAN AS same FROM range(100) AS t(n)"""


def test_wilson_worked_by_hand() -> None:
    # of a large number, 8 of 10: (0.8 + 3.8415/20 +- 1.96 sqrt(0.016 + 3.8415/400)) / 1.38415
    low, high = wilson(8, 10, 10**9)
    assert (low, high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
    assert wilson(0, 0, 50) == (0, 1)
    assert wilson(3, 4, 4) == (0.75, 0.75)  # all are seen
    assert wilson(0, 20, 40)[0] == 0 and 0 < wilson(0, 20, 40)[1] < wilson(0, 20, 10**9)[1]


def test_precision_and_recall_of_a_census_are_exact() -> None:
    # 40 called matches, of which 36 are; 20 for review, of which 10 are; 40 others, of which 2 are
    found = [Stratum("m", "match", 40, 0.95, 40, 36), Stratum("r", "review", 20, 0.5, 20, 10),
             Stratum("n", "no_match", 40, 0.01, 40, 2)]  # fmt: skip
    said = {m.measure: m for m in measures(found, 0.5)}
    for name, value, reviewed in [("precision", 0.9, 40), ("recall", 36 / 48, 100), ("recall with review", 46 / 48, 100),
                                  ("recall of all", 18 / 48, 100), ("matches", 48, 100)]:  # fmt: skip
        assert said[name][1:5] == pytest.approx((value, value, value, reviewed)), name
    assert said["blocking recall"][1:5] == (0.5, None, None, 0)


def test_a_sample_is_weighed_by_its_strata() -> None:
    # of 1,000 called matches 27 of 30 hold: 900; of 9,000 others 3 of 30: 900
    found = [Stratum("m", "match", 1000, 0.9, 30, 27), Stratum("n", "no_match", 9000, 0.1, 30, 3)]
    said = {m.measure: m for m in measures(found, 0)}
    precision = said["precision"]
    assert precision[1:4] == pytest.approx((0.9, *wilson(27, 30, 1000)))  # one stratum: no other than Wilson's
    assert said["recall"].value == pytest.approx(0.5) and said["matches"].value == pytest.approx(1800)
    low, high = wilson(3, 30, 9000)
    # the ratio of 900 found to 900 missed, with limits a1..a2 and b1..b2; its own limits solve a quadratic
    a1, b2 = 1000 * precision.low, 9000 * high
    ratio = (900 * 900 - (900**4 - a1 * b2 * (1800 - a1) * (1800 - b2)) ** 0.5) / (b2 * (1800 - b2))
    assert said["recall"].low == pytest.approx(ratio / (1 + ratio))
    assert 0 < said["recall"].low < 0.5 < said["recall"].high < 1
    below = ((1000 * (0.9 - precision.low)) ** 2 + (9000 * (0.1 - low)) ** 2) ** 0.5
    assert said["matches"].low == pytest.approx(1800 - below)
    assert said["recall of all"].value is None and said["blocking recall"].value is None


def test_no_match_missed_leaves_the_upper_end_at_one() -> None:
    found = [Stratum("m", "match", 100, 0.9, 30, 30), Stratum("n", "no_match", 1000, 0.1, 30, 0)]
    recall = measures(found, 0)[1]
    assert recall.value == recall.high == 1 and recall.low is not None and 0 < recall.low < 1
    none = [s._replace(matches=0) for s in found]
    assert measures(none, 0)[1].value is None  # of no matches there is no share


def test_too_little_reviewed_is_said() -> None:
    found = [Stratum("m", "match", 100, 0.9, 29, 29), Stratum("n", "no_match", 100, 0.1, 50, 0)]
    said = measures(found, 0.9)
    assert said[0] == ("precision", None, None, None, 29, "share")
    assert said[1].value == 1  # 79 are enough for it
    assert measures([found[0], found[1]._replace(reviewed=4)], 0.9)[1].value is None
    assert measures([], 0)[0].value is None


def test_pairs_are_reviewed_where_the_model_is_unsure() -> None:
    found = [Stratum("sure", "match", 1000, 0.999, 0, 0), Stratum("half", "review", 300, 0.5, 0, 0),
             Stratum("few", "review", 4, 0.3, 0, 0), Stratum("no", "no_match", 500, 0.1, 0, 0)]  # fmt: skip
    # spread 300 * 0.5 = 150, 4 * 0.458 = 1.8, 500 * 0.3 = 150: of 100, 49.7 each
    assert allocate(found, 200) == {"sure": 100, "half": 50, "few": 4, "no": 50}


@pytest.fixture
def con() -> Iterator[Connection]:
    with session(None) as con:
        con.execute(f"CREATE TABLE p AS {PAIRS}")
        yield con


def test_strata_are_what_is_proposed_and_how_likely(con: Connection) -> None:
    assert strata(con, "p") == [
        ("no_match, below 0.01", "no_match", 30, pytest.approx(0.001), 0, 0),
        ("review, below 0.5", "review", 40, pytest.approx(0.3), 0, 0),
        ("match, from 0.99", "match", 20, pytest.approx(0.995), 0, 0),
        ("ruled out", "ruled out", 10, pytest.approx(0.001), 0, 0),
    ]


def test_the_sample_is_the_first_by_a_hash_as_far_as_nine_in_ten_are_decided(con: Connection) -> None:
    order = [
        key for (key,) in rows(con, f"SELECT key_l FROM ({placed('p', 40)}) WHERE proposed = 'review' ORDER BY place")
    ]
    assert len(order) == 40 and order != sorted(order)
    decide = "UPDATE p SET same = $same WHERE key_l IN (SELECT unnest($keys))"
    con.execute(decide, {"same": True, "keys": order[:9]})
    con.execute(
        decide, {"same": False, "keys": [*order[10:12], order[30]]}
    )  # one is left open; one is none of the sample
    assert strata(con, "p")[1][2:] == (40, pytest.approx(0.3), 11, 9)
    con.execute(
        "DELETE FROM p WHERE key_l IN (SELECT unnest($keys))", {"keys": order[:3]}
    )  # in the next run they are gone
    con.execute("INSERT INTO p SELECT 't', key_l || 'x', 't', key_r || 'x', 0.995, 'match', NULL FROM p")
    assert strata(con, "p")[1][2:] == (37, pytest.approx(0.3), 6, 6)  # 8 of 9 are too few


def test_blocking_recall_by_capture_and_recapture() -> None:
    # 60 found by both, 20 by a alone, 15 by b alone: a finds 60 of b's 75, b 60 of a's 80
    by = np.array([[True, True], [True, False], [False, True]])
    assert blocking_recall(by, np.array([60, 20, 15])) == pytest.approx(1 - (1 - 60 / 76) * (1 - 60 / 81))
    assert blocking_recall(by[:2, :1], np.array([60, 20])) == 0
