"""Which country the customers are mostly in: it decides how phones, addresses and tax numbers are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..store import Connection, ident, rows
from ..types import TYPES
from ..types.folding import HAN, simplified
from .understand import Table

SAMPLE = 1000


def find_region(con: Connection, tables: Sequence[Table]) -> tuple[str, str]:
    """The country (two letters) that most country columns name, else the one whose script is used, and the evidence."""
    countries: Counter[str] = Counter()
    for table in tables:
        for column in table.columns:
            if column.type == "country" and 2 * column.missing <= table.rows:
                for value, times in _values(con, table, column.name):
                    found = TYPES["country"].standardise(value, {}, {})
                    if found.valid:
                        countries[str(found.value)] += times
    if countries:
        country, times = countries.most_common(1)[0]
        return country, f"{times / countries.total():.0%} of the countries named"
    return _by_script(con, tables)


def _values(con: Connection, table: Table, column: str) -> list[tuple[str, int]]:
    name = ident(column)
    return rows(con, f"SELECT {name}, count(*) FROM {table.raw} WHERE trim({name}) <> '' GROUP BY ALL LIMIT {SAMPLE}")


def _by_script(con: Connection, tables: Sequence[Table]) -> tuple[str, str]:
    texts = [text for table in tables for column in table.columns for text in column.samples]
    chinese = [text for text in texts if HAN.search(text)]
    if len(chinese) < 0.1 * len(texts):
        return "US", "no country is named and hardly a text is Chinese"
    traditional = sum(simplified(text) != text for text in chinese)
    if traditional > 0.3 * len(chinese):
        return "TW", "no country is named; the texts are in traditional characters"
    return "CN", "no country is named; the texts are in simplified characters"
