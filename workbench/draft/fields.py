"""Which field of the master model each column goes to: by its heading, in English, Chinese or SAP's terms."""

from __future__ import annotations

import csv
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import chain, count

from pypinyin import lazy_pinyin

from ..config import scalar
from ..config.references import OURS
from ..store import Connection, ident, rows
from ..types import TYPES
from ..types.folding import HAN, simplified
from .understand import Column, Table

NAMES = ("company_name", "person_name", "party_name")
SELDOM = 0.05
"""Columns of one meaning that share no more than this of their rows are one field, each standing in for the other."""

PARTS = {"name": ("first_name", "last_name"), "address": ("street_number", "street_name", "unit")}
"""Fields that are written in parts by some, and whole by others."""


@dataclass(frozen=True)
class Mapped:
    """A field: its type, whether records are compared by it, the term that gives it, and the columns in the term,
    which are of the raw table `raw` (its quoted name)."""

    field: str
    type: str
    compared: bool
    term: str
    columns: tuple[Column, ...]
    raw: str


@cache
def _known() -> list[list[str]]:
    text = files(__package__).joinpath("data", "fields.csv").read_text("utf-8")
    return list(csv.reader(text.splitlines()))[1:]


def known_field(heading: str) -> tuple[str, str, bool] | None:
    """The field that a heading stands for, its type (* for whatever the values say) and whether it is compared.

    >>> known_field("EMAILADDRESS"), known_field("客户名称"), known_field("shoe size")
    (('email', 'email', True), ('name', '*', True), None)
    """
    squeezed = re.sub(r"[\W_]+", "", simplified(heading))
    for field, kind, compared, pattern in _known():
        if re.search(pattern, squeezed):
            return field, kind, compared == "yes"
    return None


def slug(heading: str) -> str:
    """A heading as a name of ours: lower case, without a unit at its end, Chinese in pinyin.

    >>> slug("Billing City"), slug("特別股(股)"), slug("2nd contact"), slug("key")
    ('billing_city', 'te_bie_gu', 'n_2nd_contact', 'key_field')
    """
    heading = re.sub(r"(?<=.)[(（][^()（）]*[)）]\s*$", "", heading)  # a unit
    read = " ".join(lazy_pinyin(simplified(heading))) if HAN.search(heading) else heading
    name = "_".join(re.findall(r"[a-z0-9]+", simplified(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", read)))) or "column"
    name = name if name[0].isalpha() else f"n_{name}"
    return f"{name}_field" if name in OURS or scalar(name) != name else name


def map_columns(con: Connection, table: Table) -> list[Mapped]:
    """The fields that the columns of a table give; columns that are blank throughout give none.

    Two columns of one meaning become one field where hardly a row has both, else `phone` and `phone_2`.
    """
    found: dict[str, list[tuple[str, str, bool, Column]]] = {}
    for column in table.columns:
        if column.missing < table.rows or not table.rows:
            field, kind, compared = known_field(column.name) or (_unused(slug(column.name), found), "*", False)
            kind = _name_type(column) if field == "name" else column.type if kind == "*" else kind
            found.setdefault(field, []).append((field, kind, compared, column))
    return [field for same in found.values() for field in _one_or_many(con, table, same)]


def _unused(name: str, taken: Container[str]) -> str:
    names = chain([name], (f"{name}_{number}" for number in count(2)))
    return next(name for name in names if name not in taken)


def whole_fields(records: Sequence[list[Mapped]]) -> list[list[Mapped]]:
    """Put names and addresses together where one record has them whole and another in parts, so that they compare.

    An address in parts is always put together; names in parts compare better apart, as long as all have them so.
    """
    result = [list(record) for record in records]
    for whole, parts in PARTS.items():
        if whole == "address" or any(field.field == whole for record in records for field in record):
            result = [_with_whole(record, whole, parts) for record in result]
    return result


def _with_whole(record: list[Mapped], whole: str, parts: tuple[str, ...]) -> list[Mapped]:
    own = next((field for field in record if field.field == whole), None)
    pieces = [field for part in parts for field in record if field.field == part]
    if own and [piece.field for piece in pieces] == ["street_number"]:  # the street has a column of its own
        return _numbered(record, own, pieces[0])
    if len(pieces) < 2:
        return record
    put_together = f"concat_ws(' ', {', '.join(_filled(sql_of(piece)) for piece in pieces)})"
    columns = tuple(column for piece in pieces for column in piece.columns)
    kind = "person_name" if whole == "name" else "address"
    if own:
        alone = [ident(column.name) for column in own.columns] if len(own.columns) > 1 else [sql_of(own)]
        put_together = _first_of([*alone, put_together])
        columns, kind = own.columns + columns, "party_name" if kind != own.type and whole == "name" else kind
    rest = [replace(f, compared=f.compared and f.field not in parts) for f in record if f is not own]
    return [Mapped(whole, kind, True, put_together, columns, pieces[0].raw), *rest]


def _numbered(record: list[Mapped], street: Mapped, number: Mapped) -> list[Mapped]:
    """The address as number and street."""
    term = f"concat_ws(' ', {_filled(sql_of(number))}, {_filled(sql_of(street))})"
    whole = replace(street, term=term, columns=number.columns + street.columns)
    return [whole if field is street else field for field in record]


def sql_of(field: Mapped) -> str:
    """A field's term as SQL: a column's bare name is quoted."""
    return ident(field.term) if len(field.columns) == 1 and field.term == field.columns[0].name else field.term


def _name_type(column: Column) -> str:
    """Names are of parties unless heading or values say whose; western words alone do not tell."""
    open_ = TYPES["party_name"].named(column.name) and not any(map(HAN.search, column.samples))
    person = column.type == "person_name" and open_
    return column.type if column.type in NAMES and column.likelihood >= 0.9 and not person else "party_name"


def _one_or_many(con: Connection, table: Table, same: list[tuple[str, str, bool, Column]]) -> list[Mapped]:
    """Columns of one meaning, the fullest first: each joins the first field with which it hardly shares a row."""
    groups: list[list[tuple[str, str, bool, Column]]] = []
    for one in sorted(same, key=lambda one: one[3].missing):
        group = next((g for g in groups if _hardly_together(con, table, [*(o[3] for o in g), one[3]])), None)
        group.append(one) if group else groups.append([one])
    mapped = []
    for place, group in enumerate(groups, start=1):
        (field, kind, compared, _), columns = group[0], tuple(one[3] for one in group)
        term = columns[0].name if len(columns) == 1 else _first_of([ident(column.name) for column in columns])
        name = field if place == 1 else f"{field}_{place}"
        mapped.append(Mapped(name, kind, compared and place == 1, term, columns, table.raw))
    return mapped


def _first_of(terms: Sequence[str]) -> str:
    return f"coalesce({', '.join(map(_filled, terms))})"


def _filled(term: str) -> str:
    return f"nullif(trim({term}), '')"


def _hardly_together(con: Connection, table: Table, columns: Sequence[Column]) -> bool:
    filled = " + ".join(f"(coalesce(trim({ident(c.name)}), '') <> '')::INT" for c in columns)
    both, some = rows(
        con, f"SELECT count(*) FILTER (n > 1), count(*) FILTER (n > 0) FROM (SELECT {filled} AS n FROM {table.raw})"
    )[0]
    return bool(both <= SELDOM * some)
