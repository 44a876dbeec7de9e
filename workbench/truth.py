"""A truth file: who is really who, to hold the matching against."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from .config import ReadOptions
from .errors import SourceError
from .sources import read
from .store import Connection, append, rows

TRUTH = ("source", "key", "cluster")
SHOWN = 10
"""Mistakes that are listed."""

MISTAKES = """
    SELECT _row + 1, CASE WHEN source IS NULL OR key IS NULL OR cluster IS NULL THEN 'source, key or cluster is blank'
        ELSE 'source ' || source || ' and key ' || key || ' stand in an earlier line too' END
    FROM _truth WHERE source IS NULL OR key IS NULL OR cluster IS NULL
        OR _row > (SELECT min(_row) FROM _truth AS t WHERE (t.source, t.key) = (_truth.source, _truth.key))
    ORDER BY 1"""


def lay_out_truth(con: Connection, file: Path, sources: Collection[str]) -> None:
    """The temp table _truth (_row, source, key, cluster) of a truth file. Raises SourceError."""
    extract = read(file, ReadOptions(header=1))
    if gone := [name for name in TRUTH if name not in extract.columns]:
        raise SourceError(f"{file}: there is no column {', '.join(gone)}. A truth has source, key and cluster.")
    con.execute("CREATE TEMP TABLE _truth (_row BIGINT, source VARCHAR, key VARCHAR, cluster VARCHAR)")
    wrong = []
    for batch in extract.batches:
        append(con, "_truth", batch.rows.select(["_row", *TRUTH]))
        wrong += [f"line {one.line}: {one.reason}" for one in batch.rejects]
    con.execute("UPDATE _truth SET source = nullif(source, ''), key = nullif(key, ''), cluster = nullif(cluster, '')")
    wrong += [f"line {line}: {said}" for line, said in rows(con, MISTAKES)]
    for (source,) in rows(con, "SELECT DISTINCT source FROM _truth WHERE source IS NOT NULL ORDER BY 1"):
        if source not in sources:
            wrong.append(f"there is no source {source!r} with such records; there are: {', '.join(sources)}")
    if wrong:
        more = [f"and {len(wrong) - SHOWN:,} more"] if len(wrong) > SHOWN else []
        raise SourceError("\n".join([f"{file} has mistakes:", *wrong[:SHOWN], *more]))
