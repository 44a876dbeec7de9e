"""What was understood, in tables for people: of a file, and of a drafted project with its sample values."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from ..reports.fragments import render, share
from ..reports.masking import is_masked
from ..sources import told
from ..types.base import mask_text
from .entities import Entity
from .fields import Mapped
from .keys import Key
from .understand import Column, Table

_KEY = secrets.token_bytes(16)
"""Of the pseudonyms of sample values: there is no project yet that has one."""


def extracts_frame(tables: Sequence[Table], keys: Mapping[str, Key]) -> pd.DataFrame:
    """A line an extract: how it is read, its records, the columns that name them and what speaks for these."""
    lines = []
    for table in tables:
        key = keys[table.raw]
        lines.append(
            {"file": table.file, "rows": table.rows, "rejects": table.rejects, "read as": told(table.settings),
             "key": " + ".join(key.columns), "why": key.evidence}
        )  # fmt: skip
    return pd.DataFrame(lines)


def columns_frame(table: Table, fields: Sequence[Mapped]) -> pd.DataFrame:
    """A line a column: its likely type and field, how many rows and values it has, and some of these."""
    found = {column.name: mapped for mapped in fields for column in mapped.columns}
    lines = []
    for column in table.columns:
        mapped = found.get(column.name)
        given = {"field": mapped.field, "type": mapped.type} if mapped else {"field": ""}
        lines.append(_column(table, column) | given)
    return pd.DataFrame(lines)


def fields_frame(tables: Sequence[Table], entities: Sequence[Entity]) -> pd.DataFrame:
    """A line a column of a drafted project: the field it goes to and its type, beside sample values."""
    places: dict[tuple[str, str], tuple[str, str]] = {}
    for entity in entities:
        types = {name: mapped.type for name, mapped in entity.fields().items()}
        for record in entity.records.values():
            for mapped in sorted(record.fields, key=lambda mapped: -len(mapped.columns)):
                for column in mapped.columns:  # a column's own field comes after those it is part of
                    places[mapped.raw, column.name] = f"{entity.name}.{mapped.field}", types[mapped.field]
            if record.updated:
                places[record.table.raw, record.updated.columns[0].name] = f"{entity.name}.updated", "date"
            if record.parent:
                places[record.table.raw, record.parent.column] = f"{entity.name}.parent", "ref"
    lines = []
    for table in tables:
        for column in table.columns:
            field, kind = places.get((table.raw, column.name), ("", column.type))
            where = {"source": table.place[0], "table": table.place[1]}
            lines.append(where | _column(table, column) | {"field": field, "type": kind})
    return pd.DataFrame(lines)


def _column(table: Table, column: Column) -> dict[str, object]:
    return {
        "column": column.name,
        "type": column.type,
        "likelihood": round(column.likelihood, 2),
        "filled": share(table.rows - column.missing, table.rows),
        "distinct": column.distinct,
        "field": "",
        "samples": " | ".join(mask_text(text, _KEY) if is_masked() else text for text in column.samples),
    }


def remark_lines(tables: Iterable[Table]) -> list[str]:
    """The readers' remarks, a line each."""
    return [
        f"{table.file}{f', {remark.column}' if remark.column else ''}: {remark.said}"
        f"{f' ({remark.rows:,} rows)' if remark.rows is not None else ''}"
        for table in tables
        for remark in table.remarks
    ]


def as_html(title: str, lines: Sequence[str], frames: Mapping[str, pd.DataFrame]) -> str:
    """Tables under headings, as a notebook shows them."""
    tables = {name: frame.to_dict("records") for name, frame in frames.items()}
    return render("understood.html.j2", title=title, lines=lines, tables=tables)
