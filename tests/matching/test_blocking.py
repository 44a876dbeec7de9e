"""Blocking on a few rows."""

from __future__ import annotations

from workbench.matching import blocking
from workbench.matching.blocking import block_keys, candidate_pairs
from workbench.store import Connection, records, rows, session

PEOPLE = """CREATE TEMP TABLE people AS SELECT * FROM (VALUES
    (0, 'a', '1', 'x'), (1, 'a', '1', 'x'), (2, 'b', '1', NULL), (3, 'b', '2', 'x'), (4, 'b', NULL, NULL)
) AS t(id, source, phone, name__key)"""


def pairs(con: Connection, rules: list[list[str]], apart: str = "false") -> list[tuple[int, ...]]:
    con.execute(PEOPLE)
    con.execute(f"CREATE TABLE summary AS {block_keys(con, 'people', rules)}")
    candidate_pairs(con, len(rules), apart)
    return rows(con, "SELECT l, r, rule FROM _pairs ORDER BY ALL")


def test_each_pair_once_by_the_first_rule_that_finds_it() -> None:
    with session(None) as con:
        found = pairs(con, [["phone"], ["name.key"]])
        assert found == [(0, 1, 0), (0, 2, 0), (0, 3, 1), (1, 2, 0), (1, 3, 1)]
        summary = records(con, "SELECT rule, blocks, records, pairs, largest, left_out FROM summary ORDER BY rule")
    assert summary == [
        {"rule": 0, "blocks": 2, "records": 4, "pairs": 3, "largest": 3, "left_out": 0},
        {"rule": 1, "blocks": 1, "records": 3, "pairs": 3, "largest": 3, "left_out": 0},
    ]


def test_all_columns_of_a_rule_must_agree() -> None:
    with session(None) as con:
        assert pairs(con, [["phone", "name.key"]]) == [(0, 1, 0)]


def test_records_kept_apart_are_not_compared() -> None:
    with session(None) as con:
        assert pairs(con, [["phone"]], "l.source = r.source AND l.source IN ('a')") == [(0, 2, 0), (1, 2, 0)]


def test_a_block_that_is_too_large_is_left_out_and_a_later_rule_may_still_find_its_pairs(monkeypatch) -> None:
    monkeypatch.setattr(blocking, "MAX_BLOCK", 2)
    with session(None) as con:
        assert pairs(con, [["phone"], ["source"]]) == [(0, 1, 1)]
        assert rows(con, "SELECT rule, left_out FROM summary ORDER BY rule") == [(0, 1), (1, 1)]
