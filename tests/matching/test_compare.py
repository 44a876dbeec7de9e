"""Levels of agreement on a few rows; similarity is on characters."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import JaroWinkler

from workbench.matching.compare import MACROS, compare
from workbench.store import rows, session
from workbench.types.base import Cleaned, Level, SemanticType, Settings

TEXT = st.text("abcdefgh ", min_size=1, max_size=12)


class Word(SemanticType):
    """A comparable type with the levels of interest."""

    name = "word"
    parts = {"key": "", "swapped": ""}
    levels = (Level("same"), Level("swapped", other="swapped"), Level("near", at_least=0.9))

    def standardise(self, value: str, context: Mapping[str, str | None], settings: Settings) -> Cleaned:
        return Cleaned(value)


class Slipped(Word):
    """A comparable type whose weaker levels are slips, and near with something else in common."""

    levels = (
        Level("same"),
        Level("a slip", slips=1),
        Level("near, swapped the same", at_least=0.9, also=Level("swapped the same", part="swapped")),
    )


WORD = Word()


def levels(*values: tuple[str | None, str | None], kind: SemanticType = WORD) -> list[int | None]:
    """The level of the first value with each of the others."""
    with session(None) as con:
        con.execute("CREATE TEMP TABLE r (id BIGINT, w__key VARCHAR, w__swapped VARCHAR)")
        con.executemany("INSERT INTO r VALUES (?, ?, ?)", [(n, *value) for n, value in enumerate(values)])
        con.execute("CREATE TEMP TABLE p AS SELECT 0::BIGINT AS l, id AS r FROM r WHERE id > 0")
        compare(con, "r", "p", "found", {"w": kind})
        return [level for (level,) in rows(con, "SELECT w FROM found ORDER BY r")]


def test_levels_are_tried_from_the_strongest_and_missing_is_neutral() -> None:
    assert levels(("abcdef", "fedcba"), ("abcdef", "x"), ("fedcba", "y"), ("abcdeg", "z"), ("zzz", "q"), (None, "a")) == [
        3, 2, 1, 0, None,
    ]  # fmt: skip


def test_swapped_holds_both_ways() -> None:
    assert levels(("abc", None), ("cba", "abc")) == [2]
    assert levels(("cba", "abc"), ("abc", None)) == [2]


def test_one_character_of_another_script_is_one_character() -> None:
    # 5 of 6 characters agree, 3 of them in front: Jaro is (5/6 + 5/6 + 1) / 3, and 0.3 of what is missing comes on top
    jaro = (5 / 6 + 5 / 6 + 1) / 3
    assert JaroWinkler.similarity("北京华瑞科技", "北京华端科技") == pytest.approx(jaro + 0.3 * (1 - jaro))
    assert levels(("北京华瑞科技", None), ("北京华端科技", None), ("上海宏图贸易", None)) == [1, 0]


@pytest.mark.parametrize(
    ("other", "level"),
    [
        ("120453", 3),
        ("120435", 2),  # two swapped with each other
        ("12045", 2),  # one left out
        ("1204533", 2),  # one added
        ("120458", 2),  # one mistyped
        ("120488", 0),
        ("102435", 0),
    ],
)
def test_a_slip_is_one_character_mistyped_left_out_added_or_swapped(other: str, level: int) -> None:
    assert levels(("120453", None), (other, None), kind=Slipped()) == [level]


def test_two_slips_are_not_one_and_one_character_of_another_script_is_several_bytes() -> None:
    assert levels(("北京", None), ("北京", None), ("北方", None), kind=Slipped()) == [3, 0]


def test_what_is_also_asked_must_be_reached_too() -> None:
    first = ("abcdefgh", "x")
    assert levels(first, ("abcdefij", "x"), ("abcdefij", "y"), ("abcdefij", None), kind=Slipped()) == [1, 0, 0]
    assert levels(first, ("zzz", "x"), kind=Slipped()) == [0], "and the level itself as well"


def test_all_missing_and_all_equal() -> None:
    assert levels((None, None), (None, None), ("a", None)) == [None, None]
    assert levels(*[("a", None)] * 4) == [3, 3, 3]
    assert levels(("a", None)) == []


@given(TEXT, TEXT)
def test_duckdb_and_rapidfuzz_agree_on_ascii(a: str, b: str) -> None:
    with session(None) as con:
        found = rows(con, "SELECT jaro_winkler_similarity(?, ?)", [a, b])[0][0]
    assert found == pytest.approx(JaroWinkler.similarity(a, b), abs=1e-9)


def test_slips_are_those_of_damerau_and_levenshtein() -> None:
    words = ["".join(letters) for length in range(6) for letters in product("abc", repeat=length)]
    with session(None) as con:
        for macro in MACROS:
            con.execute(f"CREATE TEMP MACRO {macro}")
        con.execute("CREATE TEMP TABLE words AS SELECT unnest($words) AS w", {"words": words})
        asked = "FROM words AS a, words AS b, range(1, 3) AS s(n)"
        differing = "slipped(a.w, b.w, n) <> (damerau_levenshtein(a.w, b.w) <= n)"
        assert rows(con, f"SELECT count(*), count(*) FILTER ({differing}) {asked}") == [(2 * len(words) ** 2, 0)]
