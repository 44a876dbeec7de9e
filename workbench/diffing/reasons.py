"""Why two cells differ: an ordered list of rules, the first that holds names the reason.

To add one, add a line to RULES, a row to docs/diff.md and a case to tests/diffing/test_reasons.py.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import permutations

import pyarrow as pa

from ..store import Connection, append, ident, pages

RULES: tuple[tuple[str, str, str], ...] = (
    ("normalised", "l IS NOT DISTINCT FROM r",
     "equal after what the target is declared to do to what it stores"),
    ("swapped", "swapped",
     "two columns of the record have each other's value"),
    ("empty", "coalesce(bare(l), '') = '' AND coalesce(bare(r), '') = ''",
     "no value on either side: one is missing, the other an empty text or blanks"),
    ("blank", "coalesce(bare(r), '') = ''",
     "the right has no value: it was lost"),
    ("added", "coalesce(bare(l), '') = ''",
     "only the right has a value"),
    ("sign", "ln = -rn",
     "the number is negated"),
    ("scaled", "(ln < 0) = (rn < 0) AND digits(l) = digits(r) AND digits(l) <> ''",
     "the number times or divided by ten, a hundred, a thousand ..."),
    ("rounded", "places(r) < places(l) AND abs(ln - rn)::DOUBLE < power(10, -places(r))",
     "the number with fewer decimals, rounded up or down or cut off"),
    ("day and month", "year(ld) = year(rd) AND month(ld) = day(rd) AND day(ld) = month(rd)",
     "day and month of the date are exchanged"),
    ("date shifted", "ld <> rd",
     "another day or time"),
    ("space", "bare(l) = bare(r)",
     "equal without blanks"),
    ("case", "lower(bare(l)) = lower(bare(r))",
     "equal in lower case, without blanks"),
    ("width", "seen = 'width'",
     "equal in Unicode's compatible form (full and half width), in lower case, without blanks"),
    ("encoding", "seen = 'encoding'",
     "the text went through a wrong encoding, or has signs such as ? for characters that were lost in it"),
    ("leading zeros", "ltrim(l, '0') = ltrim(r, '0')",
     "a text with fewer or more zeros before it, as when it was taken for a number"),
    ("reassigned", "kind = 'ref'",
     "the reference leads to another record"),
    ("code", "kind = 'code'",
     "another code"),
    ("currency", "kind = 'currency'",
     "another currency"),
    ("truncated", "kind = 'text' AND starts_with(l, r)",
     "the right is the beginning of the left"),
    ("unexplained", "true",
     "none of these"),
)  # fmt: skip
"""Reason, SQL condition, meaning. Conditions see the texts l and r, in the form in which a system is declared to store
them; the numbers ln and rn and the dates ld and rd where the kind is such and they can be read; kind; and what was
found beforehand: swapped, seen."""

_MACROS = (
    r"bare(t) AS regexp_replace(t, '[\s\p{Z}]', '', 'g')",
    "places(t) AS strlen(rtrim(split_part(t, '.', 2), '0'))",
    "digits(t) AS trim(regexp_replace(t, '[-+.\\s]', '', 'g'), '0')",
)
_WAYS = [*permutations(("utf-8", "gb18030", "big5", "cp1252", "latin-1"), 2)]
"""In which encoding a text was written, and in which other it was read."""

_LOST = "?\ufffd"


def explained(con: Connection, key: Sequence[str]) -> None:
    """Make diff.cells of the temp table _cells (see cells.py), each with its reason; `key` names its k0, k1 ..."""
    for macro in _MACROS:
        con.execute(f"CREATE OR REPLACE TEMP MACRO {macro}")
    _swapped(con)
    _seen(con)
    keys = ", ".join(f"k{n} AS {ident(name)}" for n, name in enumerate(key))
    reason = " ".join(f"WHEN {condition} THEN '{name}'" for name, condition, _ in RULES)
    con.execute(f"""
        CREATE TABLE diff.cells AS
        WITH read AS (
            SELECT c.*, s."row" IS NOT NULL AS swapped, p.seen,
                CASE WHEN kind = 'decimal' THEN near(c.l) END AS ln,
                CASE WHEN kind = 'decimal' THEN near(c.r) END AS rn,
                CASE WHEN kind = 'date' THEN try_cast(c.l AS TIMESTAMP) END AS ld,
                CASE WHEN kind = 'date' THEN try_cast(c.r AS TIMESTAMP) END AS rd
            FROM _cells AS c LEFT JOIN _swapped AS s USING ("row", "column")
            LEFT JOIN _seen AS p ON p.l = c.l AND p.r = c.r)
        SELECT {keys}, "column", "left", "right", CASE {reason} END AS reason FROM read""")
    con.execute("DROP TABLE _swapped; DROP TABLE _seen")


def _swapped(con: Connection) -> None:
    """Temp table _swapped: cells whose two values another cell of the row has the other way round."""
    con.execute("""
        CREATE OR REPLACE TEMP TABLE _swapped AS
        SELECT DISTINCT a."row", a."column" FROM _cells AS a JOIN _cells AS b
        ON a."row" = b."row" AND a.l IS NOT DISTINCT FROM b.r AND a.r IS NOT DISTINCT FROM b.l
        WHERE a."column" <> b."column" AND a.kind <> 'boolean' AND b.kind <> 'boolean'""")


def _seen(con: Connection) -> None:
    """Temp table _seen: what Python finds of distinct pairs of texts that are not plain ASCII."""
    con.execute("CREATE OR REPLACE TEMP TABLE _seen (l VARCHAR, r VARCHAR, seen VARCHAR)")
    con.execute("""
        CREATE OR REPLACE TEMP TABLE _pairs_seen AS SELECT l, r, row_number() OVER (ORDER BY l, r) AS _page FROM (
            SELECT DISTINCT l, r FROM _cells WHERE kind NOT IN ('decimal', 'date', 'boolean')
            AND (strlen(l) > length(l) OR strlen(r) > length(r)) AND r IS NOT NULL AND l IS NOT NULL)""")
    for page in pages(con, "_pairs_seen"):
        left, right = page["l"].to_pylist(), page["r"].to_pylist()
        seen = pa.array([see(a, b) for a, b in zip(left, right, strict=True)], pa.string())
        append(con, "_seen", pa.table({"l": page["l"], "r": page["r"], "seen": seen}))
    con.execute("DROP TABLE _pairs_seen")


def see(left: str, right: str) -> str | None:
    """Whether two texts differ in `width` alone, or one is the other in a wrong `encoding`; None otherwise."""
    if _compatible(left) == _compatible(right):
        return "width"
    return "encoding" if _misread(left, right) or _misread(right, left) else None


def _compatible(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _misread(true: str, wrong: str) -> bool:
    """Whether a text became the other by a wrong decode, or by one that puts a sign for what it does not know."""
    first = next((place for place, char in enumerate(true) if not char.isascii()), len(true))
    damaged = wrong[first : first + 1]  # the plain ASCII before it comes through all encodings
    if true[:first] != wrong[:first] or not damaged or (damaged.isascii() and damaged != "?"):
        return False
    pairs = zip(true, wrong, strict=False)
    if len(true) == len(wrong) and all(a == b or (b in _LOST and not a.isascii()) for a, b in pairs):
        return True
    if wrong == "".join(char if char.isascii() else "??" for char in true):  # two bytes a character
        return True
    return any(true.encode(written, "replace").decode(read, "replace") == wrong for written, read in _WAYS)
