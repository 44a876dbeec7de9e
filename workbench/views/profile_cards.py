"""The columns of a table as cards: what each likely holds, how full it is, what stands in it."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from ..language import gettext as _
from ..published import Published
from ..reports.fragments import FORMATS
from ..store import Connection, records, rows
from .svg import linear, path, picture, tag, text, width
from .view import View, draw, known

TOP = 5
QUANTILES = ("q05", "q25", "q50", "q75", "q95")
WIDE, HIGH = 272, 58

NAMES = """SELECT DISTINCT source || '.' || "table" FROM published.profile_columns ORDER BY 1"""
CARDS = """
    WITH tops AS (
        SELECT "column", list({said: value, rows: rows} ORDER BY rows DESC, value)[:$top] AS tops
        FROM published.profile_values WHERE source || '.' || "table" = $table GROUP BY ALL),
    forms AS (
        SELECT "column", list({said: shape, rows: rows} ORDER BY rows DESC, shape)[:$top] AS forms
        FROM published.profile_shapes WHERE source || '.' || "table" = $table GROUP BY ALL)
    SELECT c.*, rows - missing AS filled, valid / nullif(valid + invalid, 0) AS valid_share, tops, forms
    FROM published.profile_columns AS c LEFT JOIN tops USING ("column") LEFT JOIN forms USING ("column")
    WHERE c.source || '.' || c."table" = $table ORDER BY place, c."column" """


def profile_cards_data(con: Connection, table: str) -> list[dict[str, Any]]:
    """The columns of a table, named <source>.<table>, as profiled, each with what to show of its values.

    `shown` is "quantiles" of amounts, "values" (the commonest, where values repeat) or "shapes" (else), and `lines`
    those values or shapes with their rows. Raises ConfigError for an unknown table.
    """
    known("table", table, [name for (name,) in rows(con, NAMES)])
    columns = records(con, CARDS, {"table": table, "top": TOP})
    for column in columns:
        tops, forms = column.pop("tops") or [], column.pop("forms") or []
        repeats = column["distinct"] <= column["filled"] / 2
        if column["type"] == "money" and (column["q05"] or 0) < (column["q95"] or 0):
            column |= {"shown": "quantiles", "lines": []}
        else:
            column |= {"shown": "values", "lines": tops} if repeats else {"shown": "shapes", "lines": forms}
    return columns


def profile_cards(run: Published, table: str) -> View:
    """A card for each column of a table, such as "erp.kna1"."""
    with run.session() as con:
        columns = profile_cards_data(con, table)
    for column in columns:
        column["strip"] = _strip(column) if column["shown"] == "quantiles" else None
    return draw("profile_cards", table=table, columns=columns, private=run.private)


def _strip(column: dict[str, Any]) -> Markup:
    """Half of the numbers are in the box, nine of ten between the ends, the line is the middle one."""
    values = [column[name] for name in QUANTILES]
    x = linear(values[0], values[-1], 8, WIDE - 8)
    q05, q25, q50, q75, q95 = (x(value) for value in values)
    low, middle, high = (FORMATS["number"](value) for value in (values[0], values[2], values[-1]))
    said = _("nine of ten numbers are from {low} to {high}, the middle one is {middle}")
    said = said.format(low=low, high=high, middle=middle)
    place = min(max(q50, width(middle, 12) / 2), WIDE - width(middle, 12) / 2)
    body = [
        path([(q05, 28), (q95, 28)], class_="whisker"),
        path([(q05, 22), (q05, 34)], class_="whisker"),
        path([(q95, 22), (q95, 34)], class_="whisker"),
        tag("rect", x=q25, y=20, width=max(q75 - q25, 1.0), height=16, class_="strip"),
        path([(q50, 18), (q50, 38)], class_="median"),
        text(place, 8, middle, class_="tick", text_anchor="middle"),
        text(0, 48, low, class_="tick"),
        text(WIDE, 48, high, class_="tick", text_anchor="end"),
    ]
    return picture(WIDE, HIGH, _("Spread of {column}").format(column=column["column"]), said, body)
