"""Comparison: for each pair and field the level of agreement, on characters, missing values neutral."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

from ..store import Connection, append, ident, pages, rows
from ..types import SemanticType
from ..types.base import Level

Comparisons = dict[str, SemanticType]
"""The fields compared, with their types. Level 0 is disagreement, the highest is the strongest agreement."""

Measured = dict[tuple[str, str], str]
"""Temp tables (a, b, and the measure) by column and measure: `similarity` of characters, `share` of the words."""

MACROS = (
    "jaro(a, b, known) AS coalesce(known, jaro_winkler_similarity(a, b))",
    # Levenshtein is quick and counts an exchange as two: what it finds too far apart need not be asked again
    """slipped(a, b, most) AS CASE WHEN abs(strlen(a) - strlen(b)) > most OR levenshtein(a, b) > 2 * most THEN false
        ELSE damerau_levenshtein(a, b) <= most END""",
)


def compare(
    con: Connection, records: str, pairs: str, out: str, comparisons: Comparisons, among: str | None = None
) -> None:
    """Compare the pairs (l, r) of records: the temp table `out` gets l, r and one TINYINT a field, NULL neutral.

    How rare a word is counts among `among`, by default the records.
    """
    for macro in MACROS:
        con.execute(f"CREATE OR REPLACE TEMP MACRO {macro}")
    joins, made = "", _measured(con, records, pairs, comparisons, among or records)
    for (column, _), name in made.items():
        joins += f" LEFT JOIN {name} ON {name}.a = l.{column} AND {name}.b = r.{column}"
    levels = [f"{_level(field, kind, made)} AS {ident(field)}" for field, kind in comparisons.items()]
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


def _level(field: str, kind: SemanticType, made: Measured) -> str:
    """The SQL that gives a pair's level in one field."""
    strongest = len(kind.levels)
    cases = [
        f"WHEN {' AND '.join(_reached(field, each, made) for each in _asked(level))} THEN {strongest - place}"
        for place, level in enumerate(kind.levels)
    ]
    left, right = (f"{side}.{ident(f'{field}__key')}" for side in "lr")
    return f"(CASE WHEN {left} IS NULL OR {right} IS NULL THEN NULL {' '.join(cases)} ELSE 0 END)::TINYINT"


def _reached(field: str, level: Level, made: Measured) -> str:
    """The SQL condition under which a pair reaches a level."""
    part, other = ident(f"{field}__{level.part}"), ident(f"{field}__{level.other or level.part}")
    ways = [f"{made[part, 'share']}.share >= {level.shared}"] if level.shared else [f"l.{part} = r.{other}"]
    if level.other:
        ways.append(f"l.{other} = r.{part}")
    if level.at_least < 1:
        known = f"{made[part, 'similarity']}.similarity" if (part, "similarity") in made else "NULL"
        ways.append(f"jaro(l.{part}, r.{part}, {known}) >= {level.at_least}")
    if level.slips:  # of bytes: one byte apart is one character apart at most
        ways.append(f"slipped(l.{part}, r.{part}, {level.slips})")
    return f"({' OR '.join(ways)})"


def _measured(con: Connection, records: str, pairs: str, comparisons: Comparisons, among: str) -> Measured:
    """What is worked out for distinct values beforehand: the tables of it, by column and measure."""
    asked = [(f"{field}__{each.part}", each) for field, kind in comparisons.items()
             for level in kind.levels for each in _asked(level)]  # fmt: skip
    similar = {ident(column): None for column, level in asked if level.at_least < 1}
    shared = {ident(column): None for column, level in asked if level.shared}
    longer = [f"coalesce(bool_or(strlen({column}) > length({column})), false)" for column in similar]
    found = rows(con, f"SELECT {', '.join(longer)} FROM {records}")[0] if similar else ()
    made = {}
    for number, (column, there) in enumerate(zip(similar, found, strict=True)):
        if there:
            made[column, "similarity"] = f"_similar_{number}"
            _similarity(con, records, pairs, f"_similar_{number}", column)
    for number, column in enumerate(shared):
        made[column, "share"] = f"_shared_{number}"
        _shared_words(con, records, pairs, f"_shared_{number}", column, among)
    return made


def _shared_words(con: Connection, records: str, pairs: str, out: str, column: str, among: str) -> None:
    """The share of the words of each distinct value pair that both have, a word counting the bits of its rarity."""
    con.execute(f"""
        CREATE TEMP TABLE _words AS
        SELECT v, w, log2((SELECT count(*) FROM {among}) / n) AS bits FROM (
            SELECT v, unnest(string_split(v, ' ')) AS w FROM (SELECT DISTINCT {column} AS v FROM {records})) JOIN (
            SELECT w, count(*) AS n FROM (SELECT unnest(string_split({column}, ' ')) AS w FROM {among}) GROUP BY w)
            USING (w)""")
    con.execute(f"""
        CREATE TEMP TABLE {out} AS
        WITH sides AS (
            SELECT DISTINCT l.{column} AS a, r.{column} AS b FROM {pairs} AS p
            JOIN {records} AS l ON l.id = p.l JOIN {records} AS r ON r.id = p.r),
        whole AS (SELECT v, sum(bits) AS bits FROM _words GROUP BY v)
        SELECT s.a, s.b, sum(x.bits) / greatest(any_value(wa.bits), any_value(wb.bits), 0.01) AS share
        FROM sides AS s JOIN _words AS x ON x.v = s.a JOIN _words AS y ON y.v = s.b AND y.w = x.w
        JOIN whole AS wa ON wa.v = s.a JOIN whole AS wb ON wb.v = s.b GROUP BY s.a, s.b""")
    con.execute("DROP TABLE _words")


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
