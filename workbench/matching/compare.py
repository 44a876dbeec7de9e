"""Comparison: for each pair and field the level of agreement, on characters, missing values neutral."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

from ..store import Connection, append, ident, pages, rows
from ..types import SemanticType
from ..types.base import Level

Comparisons = dict[str, SemanticType]
"""The fields compared, with their types. Level 0 is disagreement, the highest is the strongest agreement."""


MACROS = (
    "jaro(a, b, known) AS coalesce(known, jaro_winkler_similarity(a, b))",
    # Levenshtein is quick and counts an exchange as two: what it finds too far apart need not be asked again
    """slipped(a, b, most) AS CASE WHEN abs(strlen(a) - strlen(b)) > most OR levenshtein(a, b) > 2 * most THEN false
        ELSE damerau_levenshtein(a, b) <= most END""",
)


def compare(con: Connection, records: str, pairs: str, out: str, comparisons: Comparisons) -> None:
    """Compare the pairs (l, r) of records: the temp table `out` gets l, r and one TINYINT a field, NULL neutral."""
    for macro in MACROS:
        con.execute(f"CREATE OR REPLACE TEMP MACRO {macro}")
    joins, levels, made = "", [], _similarities(con, records, pairs, comparisons)
    for column, name in made.items():
        joins += f" LEFT JOIN {name} ON {name}.a = l.{column} AND {name}.b = r.{column}"
    for field, kind in comparisons.items():
        levels.append(f"{_level(field, kind, made)} AS {ident(field)}")
    con.execute(
        f"CREATE TEMP TABLE {out} AS SELECT p.*, {', '.join(levels)} FROM {pairs} AS p "
        f"JOIN {records} AS l ON l.id = p.l JOIN {records} AS r ON r.id = p.r{joins}"
    )
    for name in made.values():
        con.execute(f"DROP TABLE {name}")


def parts(field: str, kind: SemanticType) -> list[str]:
    """The columns that comparing a field asks for."""
    asked = [each for level in kind.levels for each in _asked(level)]
    names = ["key", *(each.part for each in asked), *(each.other for each in asked if each.other)]
    return [f"{field}__{name}" for name in [*names, *(["valid"] if kind.distinctive else [])]]


def _asked(level: Level) -> Iterator[Level]:
    """A level, and what must be reached beside it."""
    yield level
    if level.also:
        yield from _asked(level.also)


def _level(field: str, kind: SemanticType, made: Mapping[str, str]) -> str:
    """The SQL that gives a pair's level in one field."""
    strongest = len(kind.levels)
    cases = [
        f"WHEN {' AND '.join(_reached(field, each, made) for each in _asked(level))} THEN {strongest - place}"
        for place, level in enumerate(kind.levels)
    ]
    left, right = (f"{side}.{ident(f'{field}__key')}" for side in "lr")
    return f"(CASE WHEN {left} IS NULL OR {right} IS NULL THEN NULL {' '.join(cases)} ELSE 0 END)::TINYINT"


def _reached(field: str, level: Level, made: Mapping[str, str]) -> str:
    """The SQL condition under which a pair reaches a level."""
    part, other = ident(f"{field}__{level.part}"), ident(f"{field}__{level.other or level.part}")
    ways = [f"l.{part} = r.{other}"]
    if level.other:
        ways.append(f"l.{other} = r.{part}")
    if level.at_least < 1:
        known = f"{made[part]}.similarity" if part in made else "NULL"
        ways.append(f"jaro(l.{part}, r.{part}, {known}) >= {level.at_least}")
    if level.slips:  # of bytes: one byte apart is one character apart at most
        ways.append(f"slipped(l.{part}, r.{part}, {level.slips})")
    return f"({' OR '.join(ways)})"


def _similarities(con: Connection, records: str, pairs: str, comparisons: Comparisons) -> dict[str, str]:
    """The columns compared by similarity that are not plain ASCII, each with the table of what rapidfuzz says of it."""
    columns = {
        ident(f"{field}__{asked.part}"): None
        for field, kind in comparisons.items()
        for level in kind.levels
        for asked in _asked(level)
        if asked.at_least < 1
    }
    longer = [f"coalesce(bool_or(strlen({column}) > length({column})), false)" for column in columns]
    found = rows(con, f"SELECT {', '.join(longer)} FROM {records}")[0] if columns else ()
    made = {column: f"_similar_{n}" for n, (column, there) in enumerate(zip(columns, found, strict=True)) if there}
    for column, name in made.items():
        _similarity(con, records, pairs, name, column)
    return made


def _similarity(con: Connection, records: str, pairs: str, out: str, column: str) -> None:
    """Similarity of the distinct value pairs that are not plain ASCII, which DuckDB would compare by bytes."""
    con.execute(f"CREATE TEMP TABLE {out} (a VARCHAR, b VARCHAR, similarity DOUBLE)")
    # two statements: in one, the inequality would lead the planner into comparing all records with all
    con.execute(
        f"CREATE TEMP TABLE _sides AS SELECT DISTINCT l.{column} AS a, r.{column} AS b FROM {pairs} AS p "
        f"JOIN {records} AS l ON l.id = p.l JOIN {records} AS r ON r.id = p.r"
    )
    con.execute("""
        CREATE TEMP TABLE _texts AS
        SELECT a, b, row_number() OVER (ORDER BY a, b) AS _page FROM _sides
        WHERE a <> b AND (strlen(a) > length(a) OR strlen(b) > length(b))""")
    for page in pages(con, "_texts"):
        a, b = page["a"].to_pylist(), page["b"].to_pylist()
        scores = cpdist(a, b, scorer=JaroWinkler.similarity, workers=-1)
        append(con, out, pa.table({"a": a, "b": b, "similarity": scores.astype("float64")}))
    con.execute("DROP TABLE _sides; DROP TABLE _texts")
