"""The pairs may be found, compared and scored in pieces, in processes of their own: together they are the whole."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

from workbench.matching.blocking import block_keys, candidate_pairs
from workbench.matching.compare import compare
from workbench.matching.groups import grouped
from workbench.matching.learn import Learned, score
from workbench.matching.model import Model
from workbench.matching.rarity import frequent, rarity, shares
from workbench.store import rows, session
from workbench.types.base import SemanticType

RULES = [["tokens(name.key)"], ["near(name.key)", "city.key"], ["city.key", "phone.key"]]
PEOPLE = """
    CREATE TEMP TABLE people AS SELECT id, 'a' AS source,
        'w' || (id * 7919 % 83) || ' w' || (id * 104729 % 61) AS name__key,
        CASE WHEN id % 11 > 0 THEN (id % 13)::VARCHAR END AS city__key, (id * 31 % 17)::VARCHAR AS phone__key
    FROM range(300) AS t(id)"""
KINDS: dict[str, SemanticType] = {name: SemanticType() for name in ("name", "city", "phone")}
MODEL = Model(0.01, [np.array([0.1, 0.9])] * 3, [np.array([0.9, 0.1]), np.array([0.93, 0.07]), np.array([0.95, 0.05])])

Scored = list[tuple[int, int, int, float]]


def piece(number: int, of: int) -> Scored:
    """The pairs of one piece with their weights."""
    with session(None) as con:
        con.execute(PEOPLE)
        block_keys(con, "people", RULES, [], None)
        candidate_pairs(con, RULES, piece=(number, of))
        compare(con, "people", "_pairs", "compared", KINDS)
        frequent(con, "people", KINDS)
        rarity(con, "people", "compared", "levels", KINDS, shares(con, "people", KINDS))
        score(con, "levels", Learned(KINDS, grouped(KINDS, [[0], [1], [2]], []), MODEL), "scored")
        return rows(con, "SELECT l, r, rule, weight FROM scored JOIN _pairs USING (l, r)")


@pytest.fixture(scope="module")
def whole() -> Scored:
    found = sorted(piece(0, 1))
    assert len(found) > 1000 and {rule for _, _, rule, _ in found} == {0, 1, 2}
    assert len({line[:2] for line in found}) == len(found), "each pair once"
    return found


@pytest.mark.parametrize("of", [1, 4, 16])
def test_all_pieces_together_are_the_whole(whole: Scored, of: int) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        found = [line for part in pool.map(piece, range(of), [of] * of) for line in part]
    assert sorted(found) == whole
