"""Values of a column that are likely one, written in several ways: they share a key.

The keys are those of key collision in OpenRefine (fingerprint and n-gram fingerprint), made for Chinese too.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pyarrow as pa

from .config.mistakes import suggestion
from .errors import ConfigError
from .store import Connection, append, frame, ident, pages
from .types.folding import HAN, folded_key, latin, simplified, unaccented

MOST = 500
"""Clusters that are shown, those with most rows first."""


def fingerprint(value: str) -> str | None:
    """The words of a text in small letters, each once and sorted; of Chinese the characters as they stand.

    >>> fingerprint("Acme, Ltd."), fingerprint("ltd ACME"), fingerprint("華瑞 公司")
    ('acme ltd', 'acme ltd', '华瑞公司')
    """
    if HAN.search(value):
        return folded_key(value)
    plain = "".join(char if char.isalnum() else " " for char in unaccented(simplified(value)))
    return " ".join(sorted(set(plain.split()))) or None


def ngram(value: str) -> str | None:
    """The pairs of neighbouring letters, each once and sorted: blanks, order of words and doubled letters vanish.

    >>> ngram("Acme Ltd") == ngram("ACMELTD"), ngram("Miller") == ngram("Miler")
    (True, False)
    """
    plain = unaccented(folded_key(value) or "")
    return "".join(sorted({plain[n : n + 2] for n in range(len(plain) - 1)})) or plain or None


KEYS: dict[str, Callable[[str], str | None]] = {"fingerprint": fingerprint, "ngram": ngram, "reading": latin}
"""How values are brought together, by name; `reading` is pinyin for Chinese."""


def clusters(con: Connection, table: str, column: str, method: str = "fingerprint") -> pd.DataFrame:
    """The clusters of a column of `table` (already SQL): cluster (from 1), value, rows, and the commonest as `becomes`.

    Python makes the key of each distinct value, in pages. Raises ConfigError for an unknown method.
    """
    if method not in KEYS:
        raise ConfigError(f"There is no method {method!r}{suggestion(method, list(KEYS))}")
    name = ident(column)
    con.execute(f"""CREATE TEMP TABLE _distinct AS SELECT *, row_number() OVER (ORDER BY value) AS _page FROM (
        SELECT {name} AS value, count(*) AS rows FROM {table} WHERE {name} IS NOT NULL GROUP BY ALL)""")
    con.execute("CREATE TEMP TABLE _keyed (value VARCHAR, rows BIGINT, key VARCHAR)")
    for page in pages(con, "_distinct"):
        keys = pa.array([KEYS[method](value) for value in page["value"].to_pylist()], pa.string())
        append(con, "_keyed", page.select(["value", "rows"]).append_column("key", keys))
    found = frame(
        con,
        f"""
        WITH ranked AS (
            SELECT key, sum(rows) AS total, arg_max(value, (rows, value)) AS becomes FROM _keyed WHERE key IS NOT NULL
            GROUP BY key HAVING count(*) > 1 ORDER BY total DESC, key LIMIT {MOST}),
        numbered AS (SELECT *, row_number() OVER (ORDER BY total DESC, key) AS cluster FROM ranked)
        SELECT cluster, value, rows, becomes FROM numbered JOIN _keyed USING (key)
        ORDER BY cluster, rows DESC, value""",
    )
    con.execute("DROP TABLE _distinct; DROP TABLE _keyed")
    return found
