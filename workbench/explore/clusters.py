"""Values of a column that are likely one, written in several ways: they share a key, or are a character apart.

The keys are those of key collision in OpenRefine (fingerprint and n-gram fingerprint), made for Chinese too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from ..config.mistakes import suggestion
from ..errors import ConfigError
from ..reports.fragments import render
from ..store import Connection, append, count, frame, ident, pages
from ..types.folding import HAN, folded_key, latin, simplified, unaccented
from .near import near

PAGE = 50
"""Clusters on a page."""


@dataclass(frozen=True)
class Clusters:
    """A page of the clusters of a column, those with most rows first; `total` is how many there are on all pages.

    `frame` has cluster (a number, from 1), value, rows, and what the cluster `becomes`: its commonest value.
    """

    frame: pd.DataFrame
    column: str
    method: str
    total: int

    def values(self, *numbers: int) -> dict[str, str]:
        """What values become, of the clusters with these numbers or of all on the page: `values` of Project.edit."""
        chosen = self.frame[self.frame["cluster"].isin(numbers)] if numbers else self.frame
        changed = chosen[chosen["value"] != chosen["becomes"]]
        return dict(zip(changed["value"], changed["becomes"], strict=True))

    def __repr__(self) -> str:
        """The frame, as a terminal shows it."""
        return repr(self.frame) if len(self.frame) else f"<Clusters of {self.column} by {self.method}: none here>"

    def _repr_html_(self) -> str:
        groups = [(number, list(group.itertuples())) for number, group in self.frame.groupby("cluster")]
        return render("value_clusters.html.j2", found=self, groups=groups)


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


def reading(value: str) -> str | None:
    """The Latin reading of a text, of Chinese its pinyin; that something is a city or province is left out.

    >>> reading("大连市"), reading("Dalian"), reading("Da Lian"), reading("市")
    ('dalian', 'dalian', 'dalian', 'shi')
    """
    return latin(_PLACE.sub("", value))


_PLACE = re.compile(r"(?<=\w\w)[市省]\s*$")
NEAR = "near"
KEYS: dict[str, Callable[[str], str | None]] = {
    "fingerprint": fingerprint, "ngram": ngram, "reading": reading, NEAR: folded_key,
}  # fmt: skip
"""How values are brought together, by name; `reading` is pinyin for Chinese, `near` goes on from its keys."""


def clusters(con: Connection, table: str, column: str, method: str = "fingerprint", page: int = 1) -> Clusters:
    """A page of the clusters of a column of `table` (already SQL). Python makes the key of each distinct value.

    Raises ConfigError for an unknown method.
    """
    if method not in KEYS:
        raise ConfigError(f"There is no method {method!r}{suggestion(method, list(KEYS))}")
    name = ident(column)
    con.execute(f"""CREATE TEMP TABLE _distinct AS SELECT *, row_number() OVER (ORDER BY value) AS _page FROM (
        SELECT {name} AS value, count(*) AS rows FROM {table} WHERE {name} IS NOT NULL GROUP BY ALL)""")
    con.execute("CREATE TEMP TABLE _keyed (value VARCHAR, rows BIGINT, key VARCHAR)")
    for keyed in _keyed(con, KEYS[method]):
        append(con, "_keyed", keyed)
    if method == NEAR:
        near(con)
    con.execute("""CREATE TEMP TABLE _clusters AS
        SELECT key, arg_max(value, (rows, value)) AS becomes,
            row_number() OVER (ORDER BY sum(rows) DESC, min(value)) AS cluster
        FROM _keyed WHERE key IS NOT NULL GROUP BY key HAVING count(*) > 1""")
    shown = f"BETWEEN {(page - 1) * PAGE + 1} AND {page * PAGE}"
    found = frame(
        con,
        f"""SELECT cluster, value, rows, becomes FROM _clusters JOIN _keyed USING (key) WHERE cluster {shown}
        ORDER BY cluster, rows DESC, value""",
    )
    total = count(con, "SELECT count(*) FROM _clusters")
    con.execute("DROP TABLE _distinct; DROP TABLE _keyed; DROP TABLE _clusters")
    return Clusters(found, column, method, total)


def _keyed(con: Connection, key: Callable[[str], str | None]) -> Iterator[pa.Table]:
    """The distinct values, page by page, each with its key."""
    for page in pages(con, "_distinct"):
        keys = pa.array([key(value) for value in page["value"].to_pylist()], pa.string())
        yield page.select(["value", "rows"]).append_column("key", keys)
