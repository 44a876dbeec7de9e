"""The keyed diff may be done in pieces, in processes of their own: together they are the whole."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from multiprocessing import get_context

import pytest

from workbench.diffing.cells import Compared, differ
from workbench.store import rows, session

COLUMNS = [
    Compared("name"),
    Compared("city"),
    Compared("amount", "decimal", Decimal("0.01")),
    Compared("due", "date"),
    Compared("phone", stored=("digits",)),
]
MADE = """
    SELECT i % {ids} AS id, 'K' || i % {ids} % 7 AS area,
        CASE WHEN i % 11 > {odd} THEN '客户' || i ELSE '客?' || i END AS name,
        CASE WHEN i % 13 = {odd} THEN 'x' || i END AS city, (i + {odd}) * 1.25 AS amount,
        DATE '2024-01-01' + (i % (28 + {odd}))::INTEGER AS due, i::VARCHAR || repeat('-', {odd}) AS phone
    FROM range({first}, {last}) AS t(i)"""
TABLES = ("cells", "missing", "extra", "doubled", "rows", "counts")
Found = dict[str, Counter[tuple[object, ...]]]


def piece(number: int, of: int) -> dict[str, list[tuple[object, ...]]]:
    """All tables of one piece."""
    with session(None) as con:
        for table, values in (
            ("a", {"odd": 0, "first": 0, "last": 2000, "ids": 1900}),
            ("b", {"odd": 1, "first": 200, "last": 2100, "ids": 2050}),
        ):
            mine = f"md5_number(concat_ws('|', id::VARCHAR, area)) % {of} = {number}"
            con.execute(f"CREATE TABLE {table} AS FROM ({MADE.format(**values)}) WHERE {mine}")
        differ(con, "a", "b", ["id", "area"], COLUMNS)
        return {table: rows(con, f"FROM diff.{table}") for table in TABLES}


def together(parts: list[dict[str, list[tuple[object, ...]]]]) -> Found:
    """The pieces as one: rows as they are, counts added up by all columns but the figures."""
    found: Found = {table: Counter() for table in TABLES}
    for part in parts:
        for table, lines in part.items():
            for line in lines:
                if table == "rows":
                    found[table][line[0], "left"] += line[1]  # type: ignore[assignment, operator]
                    found[table][line[0], "right"] += line[2]  # type: ignore[assignment, operator]
                elif table == "counts":
                    found[table][line[:2]] += line[2]  # type: ignore[assignment, operator]
                else:
                    found[table][line] += 1
    return {table: +counter for table, counter in found.items()}


@pytest.fixture(scope="module")
def whole() -> Found:
    found = together([piece(0, 1)])
    assert {line[-1] for line in found["cells"]} >= {"encoding", "blank", "added", "date shifted", "normalised"}
    assert found["missing"] and found["doubled"] and found["extra"]
    assert sum(found["rows"][outcome, "left"] for outcome, side in found["rows"] if side == "left") == 2000
    assert sum(found["rows"][outcome, "right"] for outcome, side in found["rows"] if side == "right") == 1900
    return found


@pytest.mark.parametrize("of", [1, 4, 16])
def test_all_pieces_together_are_the_whole(whole: Found, of: int) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        found = together(list(pool.map(piece, range(of), [of] * of)))
    assert found == whole
