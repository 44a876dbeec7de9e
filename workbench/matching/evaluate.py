"""How good a clustering is against a truth."""

from __future__ import annotations

from typing import NamedTuple

from ..store import Connection, count, rows


class Scores(NamedTuple):
    """Shares from 0 to 1: of pairs, B-cubed (A. Bagga and B. Baldwin, 1998), and of true clusters found exactly."""

    precision: float
    recall: float
    f1: float
    b_precision: float
    b_recall: float
    exact: float


def score(con: Connection, found: str, truth: str) -> Scores:
    """Compare two tables (quoted) of source, key and `cluster`.

    Records that only one of them has, or that have no cluster, are left out.
    """
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE _both AS
        SELECT f.cluster::VARCHAR AS f, t.cluster::VARCHAR AS t
        FROM {found} AS f JOIN {truth} AS t USING (source, key) WHERE f.cluster IS NOT NULL""")
    both, ours, true, b_precision, b_recall, exact = rows(
        con,
        """
        WITH cell AS (SELECT f, t, count(*) AS n FROM _both GROUP BY f, t),
        ours AS (SELECT f, count(*) AS n FROM _both GROUP BY f),
        real AS (SELECT t, count(*) AS n FROM _both GROUP BY t)
        SELECT (SELECT sum(n * (n - 1) / 2) FROM cell), (SELECT sum(n * (n - 1) / 2) FROM ours),
            (SELECT sum(n * (n - 1) / 2) FROM real),
            sum(cell.n * cell.n / ours.n) / sum(cell.n), sum(cell.n * cell.n / real.n) / sum(cell.n),
            count(*) FILTER (WHERE cell.n = ours.n AND cell.n = real.n) / count(DISTINCT cell.t)
        FROM cell JOIN ours USING (f) JOIN real USING (t)""",
    )[0]
    precision, recall = (both / ours if ours else 1.0), (both / true if true else 1.0)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Scores(precision, recall, f1, b_precision or 0.0, b_recall or 0.0, exact or 0.0)


def left_out(con: Connection, found: str, truth: str) -> tuple[int, int]:
    """How many records of the truth are not in the finding's clusters, and how many of these not in the truth."""
    found = f"(FROM {found} WHERE cluster IS NOT NULL)"
    first, second = (
        count(con, f"SELECT count(*) FROM {one} WHERE (source, key) NOT IN (SELECT (source, key) FROM {other})")
        for one, other in ((truth, found), (found, truth))
    )
    return first, second
