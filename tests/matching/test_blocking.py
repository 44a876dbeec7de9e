"""Blocking on a few rows."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from workbench.matching.blocking import NEIGHBOURS, RAREST, block_keys, candidate_pairs
from workbench.store import Connection, records, rows, session

PEOPLE = """CREATE TEMP TABLE people AS SELECT * FROM (VALUES
    (0, 'a', '1', 'x'), (1, 'a', '1', 'x'), (2, 'b', '1', NULL), (3, 'b', '2', 'x'), (4, 'b', NULL, NULL)
) AS t(id, source, phone, name__key)"""


def blocked(
    con: Connection,
    rules: list[list[str]],
    apart: str = "false",
    further: Sequence[str] = (),
    budget: int | None = None,
) -> list[tuple[int, ...]]:
    """The pairs (l, r, rule) of the table people; the summary is in `summary`."""
    block_keys(con, "people", rules, further, budget)
    con.execute("CREATE TABLE summary AS FROM _summary")
    candidate_pairs(con, rules, apart)
    return rows(con, "SELECT l, r, rule FROM _pairs ORDER BY ALL")


def pairs(con: Connection, rules: list[list[str]], apart: str = "false", **other: int) -> list[tuple[int, ...]]:
    """The pairs of the five records above."""
    con.execute(PEOPLE)
    return blocked(con, rules, apart, **other)


def named(con: Connection, *names: str | None) -> None:
    """People with these names, their ids in this order, in the cities 0, 1, 0, 1 ..."""
    con.execute("CREATE TEMP TABLE people (id BIGINT, source VARCHAR, name VARCHAR, city__key VARCHAR)")
    for n, name in enumerate(names):
        con.execute("INSERT INTO people VALUES (?, 'a', ?, ?)", [n, name, n % 2])


def test_each_pair_once_by_the_first_rule_that_finds_it() -> None:
    with session(None) as con:
        found = pairs(con, [["phone"], ["name.key"]])
        assert found == [(0, 1, 0), (0, 2, 0), (0, 3, 1), (1, 2, 0), (1, 3, 1)]
        summary = records(con, "SELECT rule, blocks, records, pairs, largest, left_out FROM summary ORDER BY rule")
    assert summary == [
        {"rule": 0, "blocks": 1, "records": 3, "pairs": 3, "largest": 3, "left_out": 0},
        {"rule": 1, "blocks": 1, "records": 3, "pairs": 3, "largest": 3, "left_out": 0},
    ]


def test_all_columns_of_a_rule_must_agree() -> None:
    with session(None) as con:
        assert pairs(con, [["phone", "name.key"]]) == [(0, 1, 0)]


def test_records_kept_apart_are_not_compared() -> None:
    with session(None) as con:
        assert pairs(con, [["phone"]], "l.source = r.source AND l.source IN ('a')") == [(0, 2, 0), (1, 2, 0)]


def test_a_block_that_is_too_large_is_left_out_and_a_later_rule_may_still_find_its_pairs() -> None:
    # a pair a rule: the three records of the phone 1 and of the source b are too many, the two of the source a are not
    with session(None) as con:
        assert pairs(con, [["phone"], ["source"]], budget=2) == [(0, 1, 1)]
        left_out = rows(con, "SELECT rule, pairs, largest, left_out, records_left_out FROM summary ORDER BY rule")
        assert left_out == [(0, 0, 3, 1, 3), (1, 1, 3, 1, 3)]


def test_one_of_the_rarest_words_in_common_is_enough() -> None:
    with session(None) as con:
        named(con, "acme trading", "acme tools", "best tools", "zeta", None)
        assert blocked(con, [["tokens(name)"]]) == [(0, 1, 0), (1, 2, 0)]


def test_a_pair_with_several_words_in_common_comes_once_and_further_terms_must_agree() -> None:
    with session(None) as con:
        named(con, "acme trading co", "co trading acme", "acme trading")
        assert blocked(con, [["tokens(name)"]]) == [(0, 1, 0), (0, 2, 0), (1, 2, 0)]
    with session(None) as con:
        named(con, "acme trading co", "co trading acme", "acme trading")
        assert blocked(con, [["tokens(name)", "city.key"]]) == [(0, 2, 0)]


def test_of_many_words_only_the_rarest_count() -> None:
    """The words a, b and c are in two names, d is in three: of the first name it is the fourth rarest."""
    assert RAREST == 3
    with session(None) as con:
        named(con, "a b c d", "a", "b", "c", "d", "d")
        assert blocked(con, [["tokens(name)"]]) == [(0, 1, 0), (0, 2, 0), (0, 3, 0), (4, 5, 0)]


def test_of_chinese_the_pairs_of_characters_are_the_words() -> None:
    with session(None) as con:
        named(con, "华瑞科技", "华瑞贸易", "瑞华银行", "贸易")
        assert blocked(con, [["tokens(name)"]]) == [(0, 1, 0), (1, 3, 0)]


def test_neighbours_in_the_alphabet_are_compared_each_pair_once() -> None:
    names = [f"{n:03}" for n in range(47)]
    with session(None) as con:
        named(con, *names, None)
        found = blocked(con, [["near(name)"]])
    assert len({pair[:2] for pair in found}) == len(found)
    half = NEIGHBOURS // 2
    assert {(n, n + step, 0) for n in range(46) for step in range(1, half + 1) if n + step < 47} <= set(found)
    assert max(right - left for left, right, _ in found) == NEIGHBOURS - 1
    assert 47 not in {end for pair in found for end in pair[:2]}, "a name that is missing is nobody's neighbour"


def test_neighbours_are_compared_where_the_other_terms_agree() -> None:
    with session(None) as con:
        named(con, "a", "b", "c", "d")
        assert blocked(con, [["near(name)", "city.key"]]) == [(0, 2, 0), (1, 3, 0)]


def test_what_an_earlier_rule_found_by_words_is_not_found_again() -> None:
    with session(None) as con:
        named(con, "acme trading", "acme tools", "best tools")
        assert blocked(con, [["tokens(name)"], ["source"]]) == [(0, 1, 0), (0, 2, 1), (1, 2, 0)]


def test_a_block_over_its_budget_is_split_by_the_column_that_keeps_most_records() -> None:
    """A name that five have (10 pairs) is within the budget, one that ten have (45) is not: by city it is two of five."""
    with session(None) as con:
        named(con, *["same"] * 10, *["other"] * 5)
        con.execute("ALTER TABLE people ADD COLUMN alone VARCHAR; UPDATE people SET alone = id")
        found = blocked(con, [["name"]], further=["alone", "city__key"], budget=30)
        said = records(con, "SELECT blocks, records, pairs, largest, split, left_out, records_left_out FROM summary")
    assert len(found) == 30 and all((left - right) % 2 == 0 for left, right, _ in found if left < 10)
    assert said == [
        {"blocks": 3, "records": 15, "pairs": 30, "largest": 10, "split": 1, "left_out": 0, "records_left_out": 0}
    ]


def test_a_split_keeps_most_records_before_it_keeps_most_pairs() -> None:
    """Twelve of one name: by half they are two of six, of which 20 pairs have room for one; by city, six of two."""
    with session(None) as con:
        named(con, *["same"] * 12)
        con.execute("ALTER TABLE people ADD COLUMN half VARCHAR; UPDATE people SET half = id // 6, city__key = id % 6")
        found = blocked(con, [["name"]], further=["half", "city__key"], budget=20)
        assert found == [(id, id + 6, 0) for id in range(6)]
        con.execute("DROP TABLE _keys; DROP TABLE _summary; DROP TABLE _blocks; DROP TABLE _pairs; DROP TABLE summary")
        found = blocked(con, [["name"]], further=["half", "city__key"], budget=30)
        assert len(found) == 30 and all(left // 6 == right // 6 for left, right, _ in found), "there is room for both"


def test_what_stays_too_large_after_the_split_is_left_out_and_said() -> None:
    with session(None) as con:
        named(con, *["same"] * 9, "other", "other")
        con.execute("UPDATE people SET city__key = CASE WHEN id BETWEEN 2 AND 8 THEN 'x' ELSE 'y' END")
        found = blocked(con, [["name"]], further=["city__key"], budget=5)
        said = records(con, "SELECT blocks, records, pairs, largest, split, left_out, records_left_out FROM summary")
    assert found == [(0, 1, 0), (9, 10, 0)]  # seven of one city, 21 pairs, are left out
    assert said == [
        {"blocks": 2, "records": 4, "pairs": 2, "largest": 9, "split": 1, "left_out": 1, "records_left_out": 7}
    ]


def test_the_pieces_of_a_split_block_stay_within_what_is_left_of_the_budget() -> None:
    """The names of two and three give 4 pairs; the seven are split by city into three, two, and two of no city.

    Of a budget of 6 are left 2 pairs, as many as the two pieces of two have; the piece of three needs a budget of 9.
    """
    for budget, kept in ((6, [(2, 3), (5, 6)]), (8, [(2, 3), (5, 6)]), (9, [(0, 1), (0, 4), (1, 4), (2, 3), (5, 6)])):
        with session(None) as con:
            named(con, *["same"] * 7, "two", "two", *["three"] * 3)
            con.execute("UPDATE people SET city__key = ['x', 'x', 'y', 'y', 'x', NULL, NULL][id + 1] WHERE id < 7")
            found = blocked(con, [["name"]], further=["city__key"], budget=budget)
            said = records(con, "SELECT blocks, records, pairs, split, left_out, records_left_out FROM summary")
        assert found == [(left, right, 0) for left, right in [*kept, (7, 8), (9, 10), (9, 11), (10, 11)]]
        out = 0 if (0, 1) in kept else 1
        assert said == [
            {"blocks": 5 - out, "records": 12 - 3 * out, "pairs": len(found), "split": 1, "left_out": out, "records_left_out": 3 * out}
        ]  # fmt: skip


def test_a_budget_too_small_for_two_blocks_of_two_leaves_both_out() -> None:
    with session(None) as con:
        named(con, "a", "a", "b", "b")
        assert blocked(con, [["name"]], budget=1) == []
        assert rows(con, "SELECT pairs, left_out, records_left_out FROM summary") == [(0, 2, 4)]


def test_who_is_alone_after_a_split_counts_as_left_out() -> None:
    with session(None) as con:
        named(con, *["same"] * 5)
        con.execute("UPDATE people SET city__key = 'z' WHERE id = 4")
        assert blocked(con, [["name"]], further=["city__key"], budget=4) == [(0, 2, 0), (1, 3, 0)]
        said = records(con, "SELECT blocks, records, split, left_out, records_left_out FROM summary")
    assert said == [{"blocks": 2, "records": 4, "split": 1, "left_out": 0, "records_left_out": 1}]


@pytest.mark.parametrize("budget", [0, 1, 30, 300, 3_000, 30_000])
@pytest.mark.parametrize("rule", ["name", "tokens(name)"])
def test_the_budget_bounds_the_pairs_also_after_a_split(rule: str, budget: int) -> None:
    """Names of few and of many; the places to split by are even and uneven, and missing now and then."""
    people = """CREATE TEMP TABLE people AS SELECT id, 'a' AS source, 'n' || sqrt(id)::BIGINT // 3 AS name,
        CASE WHEN id % 7 > 0 THEN id % 3 END::VARCHAR AS even, (log2(id % 97 + 1))::BIGINT::VARCHAR AS uneven
        FROM range(900) AS t(id)"""
    with session(None) as con:
        con.execute(people)
        found = blocked(con, [[rule]], further=["even", "uneven"], budget=budget or None)
        ((sharing,),) = rows(con, "SELECT sum(n) FROM (SELECT count(*) AS n FROM people GROUP BY name) WHERE n > 1")
        ((pairs, kept, left_out),) = rows(con, "SELECT pairs, records, records_left_out FROM summary")
    assert len(found) <= pairs and (not budget or pairs <= budget)
    assert kept + left_out == sharing
    assert (left_out == 0) == (not budget)


@pytest.mark.parametrize("budget", [40, 400, 4_000])
def test_blocks_that_are_not_split_stay_within_the_budget_and_all_are_accounted_for(budget: int) -> None:
    rules = [["phone"], ["tokens(name)"]]
    people = """CREATE TEMP TABLE people AS SELECT id, 'a' AS source, (id % 37)::VARCHAR AS phone,
        (sqrt(id))::BIGINT::VARCHAR AS name FROM range(800) AS t(id)"""
    found = []
    for most in (budget, None):
        with session(None) as con:
            con.execute(people)
            pairs = blocked(con, rules, budget=most)
            sums = "pairs, blocks + left_out AS blocks, records + records_left_out AS records"
            found.append((len(pairs), records(con, f"SELECT {sums} FROM summary ORDER BY rule")))
    (compared, limited), (_, every) = found
    assert compared <= sum(line["pairs"] for line in limited)
    for line, whole in zip(limited, every, strict=True):
        assert line["pairs"] <= min(budget / 2, whole["pairs"])
        assert (line["blocks"], line["records"]) == (whole["blocks"], whole["records"])


@pytest.mark.parametrize("names", [[], [None], ["one"], [None, None, None], ["a", "b"]])
def test_few_records_or_none_give_no_pairs(names: list[str | None]) -> None:
    with session(None) as con:
        named(con, *names)
        assert blocked(con, [["name"], ["tokens(name)"], ["name", "near(name)"]]) == []


def test_all_equal_records_are_one_block() -> None:
    with session(None) as con:
        named(con, *["same"] * 30)
        assert len(blocked(con, [["name"]])) == 30 * 29 // 2


@pytest.mark.parametrize("rules", [
    [["name"], ["city__key", "name"]],
    [["tokens(name)"]],
    [["near(name)"]],
    [["near(name)", "city__key"], ["tokens(name)", "city__key"], ["name"]],
])  # fmt: skip
@pytest.mark.parametrize("few", [[1], [3, 50, 51], [*range(10, 40)]])
def test_blocks_of_some_records_give_the_pairs_that_these_have(rules: list[list[str]], few: list[int]) -> None:
    names = [None if n % 17 == 0 else f"w{n * 7919 % 13} v{n * 104729 % 7}" for n in range(120)]
    with session(None) as con:
        named(con, *names)
        whole = [pair for pair in blocked(con, rules) if {*pair[:2]} & {*few}]
        for table in ("summary", "_keys", "_blocks", "_pairs", "_summary"):
            con.execute(f"DROP TABLE {table}")
        con.execute(f"CREATE TEMP TABLE few AS SELECT unnest({few}) AS id")
        block_keys(con, "people", rules, [], None, "few")
        candidate_pairs(con, rules, "l.id NOT IN (FROM few) AND r.id NOT IN (FROM few)")
        assert rows(con, "SELECT l, r, rule FROM _pairs ORDER BY ALL") == whole
        assert whole


def test_a_block_of_a_hundred_thousand_is_split_or_left_out_and_counted() -> None:
    """All live in one city: by the phone's first digits a thousand blocks of a hundred, and without them nothing."""
    with session(None) as con:
        con.execute("""CREATE TEMP TABLE people AS SELECT n AS id, 'a' AS source, 'shanghai' AS city__key,
            (n % 1000)::VARCHAR AS phone__key FROM range(100000) AS t(n)""")
        for further, expected in ((["phone__key"], (1000, 100_000, 4_950_000, 0, 0)), ([], (0, 0, 0, 1, 100_000))):
            block_keys(con, "people", [["city.key"]], further, 5_000_000)
            columns = "blocks, records, pairs, left_out, records_left_out"
            assert rows(con, f"SELECT {columns} FROM _summary") == [expected]
            for table in ("_keys", "_summary", "_blocks"):
                con.execute(f"DROP TABLE {table}")
