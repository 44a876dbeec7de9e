"""Facets of a column: what stands in it, how it is written, how long it is, and its numbers and dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from ..reports.fragments import FORMATS, render
from ..stages.profile import SHAPE
from ..store import Connection, append, count, counted, frame, ident, pages, records, rows
from ..types import TYPES

MOST = 20
"""Values and shapes that are listed, those of most rows first."""

BARS = 12
"""Into how many parts of equal width numbers and lengths are divided, at most."""

SAMPLE = 50
"""Distinct values looked at to see whether a column has dates."""


@dataclass(frozen=True)
class Facets:
    """The facets of a column, each a frame.

    `summary` counts rows: all, blank, distinct (values), repeated (rows whose value stands in another row too) and
    shapes. `values` and `shapes` have rows and what they are, at most 20 of them; `lengths`, `numbers` and `dates` have
    first, last and rows of each part. What is no number (date) is not among the numbers (dates).
    """

    column: str
    where: str
    summary: dict[str, int]
    values: pd.DataFrame
    shapes: pd.DataFrame
    lengths: pd.DataFrame
    numbers: pd.DataFrame
    dates: pd.DataFrame

    def __repr__(self) -> str:
        """What it is of, and how many rows."""
        return f"<Facets of {self.column}: {self.summary}>"

    def _repr_html_(self) -> str:
        values = [{"said": line.value, "hint": line.value, "rows": line.rows} for line in self.values.itertuples()]
        shapes = [{"said": line.shape, "hint": line.example, "rows": line.rows} for line in self.shapes.itertuples()]
        parts = {"lengths": _said(self.lengths), "numbers": _said(self.numbers), "dates": _said(self.dates)}
        return render("facets.html.j2", found=self, values=values, shapes=shapes, **parts)


def _said(parts: pd.DataFrame) -> list[dict[str, Any]]:
    """Each part in words: its first and last value, or the one it holds."""
    ends = ((_figure(line.first), _figure(line.last), line.rows) for line in parts.itertuples())
    return [{"said": first if first == last else f"{first} – {last}", "hint": "", "rows": n} for first, last, n in ends]


def _figure(value: Any) -> str:
    return FORMATS["number"](value) if isinstance(value, int | float) else str(value)[:10]


def facets(con: Connection, table: str, column: str, where: str = "true", region: str = "CN") -> Facets:
    """The facets of a column of `table` (already SQL), of the rows for which `where` holds."""
    con.execute(f"""
        CREATE TEMP TABLE _values AS
        SELECT v, n, length(v) AS size, try_cast(trim(v) AS DOUBLE) AS number, {SHAPE} AS shape,
            row_number() OVER (ORDER BY n DESC, v) AS _page
        FROM (SELECT {ident(column)} AS v, count(*) AS n FROM {table} WHERE ({where}) GROUP BY ALL)
        WHERE trim(v) <> ''""")
    [summary] = records(con, f"""
        WITH whole AS (SELECT count(*) AS rows FROM {table} WHERE ({where})),
        known AS (
            SELECT coalesce(sum(n), 0)::BIGINT AS filled, count(*) AS "distinct", count(DISTINCT shape) AS shapes,
                coalesce(sum(n) FILTER (WHERE n > 1), 0)::BIGINT AS repeated FROM _values)
        SELECT rows, rows - filled AS blank, "distinct", repeated, shapes FROM whole, known""")  # fmt: skip
    _read_dates(con, column, region)
    values = frame(con, f"SELECT v AS value, n AS rows FROM _values WHERE _page <= {MOST} ORDER BY _page")
    shapes = frame(con, f"""SELECT shape, sum(n)::BIGINT AS rows, arg_max(v, n) AS example FROM _values
        GROUP BY shape ORDER BY rows DESC, shape LIMIT {MOST}""")  # fmt: skip
    parts = (_parts(con, "size", whole=True), _parts(con, "number"), _years(con))
    con.execute("DROP TABLE _values; DROP TABLE _dates")
    return Facets(column, "" if where == "true" else where, summary, values, shapes, *parts)


def _parts(con: Connection, of: str, *, whole: bool = False) -> pd.DataFrame:
    """The rows in each of up to BARS parts of equal width, and the least and greatest value that is in it."""
    cut = f"least(floor({BARS} * (x - low) / (high - low)), {BARS - 1})"
    part = f"CASE WHEN high = low THEN 0 WHEN {whole} AND high - low < {BARS} THEN x - low ELSE {cut} END"
    return frame(con, f"""
        WITH known AS (SELECT {of} AS x, n FROM _values WHERE isfinite({of}::DOUBLE)),
        ends AS (SELECT min(x)::DOUBLE AS low, max(x)::DOUBLE AS high FROM known)
        SELECT min(x) AS first, max(x) AS last, sum(n)::BIGINT AS rows FROM known, ends
        GROUP BY {part} ORDER BY first""")  # fmt: skip


def _read_dates(con: Connection, column: str, region: str) -> None:
    """Read the distinct values as dates into _dates, where a sample of them are mostly dates by shape and heading."""
    con.execute("CREATE TEMP TABLE _dates (day DATE, n BIGINT)")
    sample = [value for (value,) in rows(con, f"SELECT v FROM _values ORDER BY md5(v) LIMIT {SAMPLE}")]
    kind = TYPES["date"]
    if not sample or kind.recognise(sample, column) < 0.5:
        return
    settings = kind.fit(counted(con, "_values", "v", "n"))
    for page in pages(con, "_values"):
        found = [kind.standardise(value, {"region": region}, settings) for value in page["v"].to_pylist()]
        days = pa.array([one.value if one.valid else None for one in found], pa.date32())
        append(con, "_dates", pa.table({"day": days, "n": page["n"]}))


def _years(con: Connection) -> pd.DataFrame:
    """The dates by year, by month where they are of less than three years."""
    span = count(con, "SELECT date_diff('year', min(day), max(day)) FROM _dates")
    by = "month" if span < 3 else "year"
    return frame(con, f"""SELECT min(day) AS first, max(day) AS last, sum(n)::BIGINT AS rows FROM _dates
        WHERE day IS NOT NULL GROUP BY date_trunc('{by}', day) ORDER BY first""")  # fmt: skip
