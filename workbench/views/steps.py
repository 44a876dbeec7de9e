"""The steps of a trace: each asks the tables of one stage about one record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from ..config import Config
from ..language import gettext as _
from ..language import marked
from ..reports.fragments import money, readable
from ..store import Connection, exists, ident, literal, records
from ..words import told

NEAREST = 10
STORED = ("after", "value", "proposal")
"""Columns that hold standardised values as text; what came from a source stays as it came."""
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Step:
    """What it is about, sentences, and rows of plain JSON values under the same names."""

    title: str
    sentences: list[str] = field(default_factory=list)
    rows: Rows = field(default_factory=list)


@dataclass(frozen=True)
class Record:
    """The record asked about: a row of its lead table. Without a golden id it got no further than that."""

    con: Connection
    config: Config
    entity: str
    source: str
    row: int
    key: str
    golden_id: str | None = None

    @property
    def table(self) -> str:
        """The lead table's name."""
        return self.config.sources[self.source].records[self.entity].lead_table

    def ask(self, sql: str, **more: Any) -> Rows:
        """The rows of a query, which may name $entity, $source, $table, $row, $key, $golden_id and `more`."""
        known = vars(self) | {"table": self.table} | more
        named = {name: value for name, value in known.items() if f"${name}" in sql}
        return [{name: _plain(value) for name, value in line.items()} for line in records(self.con, sql, named)]

    def has(self, schema: str, table: str) -> bool:
        """Whether a run has got as far as this table, and the record too."""
        return self.golden_id is not None and exists(self.con, schema, table)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return money(value, thousands="")
    return value.isoformat() if isinstance(value, date) else value


def trimmed(found: Rows, *columns: str) -> Rows:
    """Rows with the amounts of these columns, which are stored as text, as people read them."""
    return [line | {name: readable(line[name]) for name in columns if name in line} for line in found]


def _upright(found: Rows) -> Rows:
    """A wide row as one line a field."""
    return [{"field": name, "value": value} for line in found for name, value in line.items()]


def plain(
    title: str, table: str, columns: str, none: str = marked("It has none.")
) -> Callable[[Record], Iterator[Step]]:  # fmt: skip
    """A step that shows the lines which a table has about the record, or says `none`."""

    def build(record: Record) -> Iterator[Step]:
        if exists(record.con, *table.split(".")) and (record.golden_id or table == "recon.rows"):
            about = "golden_id = $golden_id" if table == "wave.members" else "source = $source AND _row = $row"
            found = record.ask(f"SELECT {columns} FROM {table} WHERE entity = $entity AND {about}")
            yield Step(told(title), [] if found else [told(none)], trimmed(found, *STORED))

    return build


def as_it_came(record: Record) -> Iterator[Step]:
    """The raw row, or the unreadable line."""
    file = record.ask("""SELECT path, as_of FROM raw.files
        WHERE source = $source AND "table" = $table AND first_row <= $row ORDER BY first_row DESC LIMIT 1""")[0]
    raw = ident("raw", f"{record.source}__{record.table}")
    found = _upright(record.ask(f"SELECT * EXCLUDE (_row) FROM {raw} WHERE _row = $row"))
    unreadable = """SELECT line, reason, text FROM raw.rejects
        WHERE source = $source AND "table" = $table AND _row = $row"""
    said = _("Row {n} of {table} ({file} of {day}).")
    if not found:
        said = _("Row {n} of {table} ({file} of {day}) could not be read.")
    where = said.format(n=record.row, table=f"{record.source}.{record.table}", file=file["path"], day=file["as_of"])
    yield Step(_("As it came"), [where], found or record.ask(unreadable))


def compared(record: Record) -> Iterator[Step]:
    """The records it was compared with, the nearest first, and in what they agree."""
    if not record.has("match", f"{record.entity}_pairs"):
        return
    pairs, weights = (ident("match", f"{record.entity}_{part}") for part in ("pairs", "weights"))
    found = record.ask(f"""
        WITH sides AS (
            SELECT source_r AS source, key_r AS key, * FROM {pairs} WHERE source_l = $source AND key_l = $key
            UNION ALL SELECT source_l, key_l, * FROM {pairs} WHERE source_r = $source AND key_r = $key)
        SELECT source, key, verdict, decided_by, round(probability, 4) AS probability, levels AS fields
        FROM sides ORDER BY weight DESC, source, key""")
    names: dict[str, list[str]] = {}  # of each field's levels; fields and levels come in the order of the pairs' lists
    for line in record.ask(f"SELECT field, name FROM {weights} WHERE field <> '(prior)'"):
        names.setdefault(line["field"], []).append(line["name"])
    for line in found:
        reached = zip(names, line["fields"], strict=True)
        line["fields"] = ", ".join(f"{name}: {told(names[name][level])}" for name, level in reached if level >= 0)
    said = _("Records it was compared with: {n}.")
    if found[NEAREST:]:
        said = _("Records it was compared with: {n}, the nearest {shown} being.")
    yield Step(_("Compared"), [said.format(n=len(found), shown=NEAREST)], found[:NEAREST])


def joined(record: Record) -> Iterator[Step]:
    """Its golden record, the other records of it, and for each field whose value stands."""
    if not record.has("gold", "provenance"):
        return
    members = record.ask("""SELECT source, key, founding FROM gold.xref
        WHERE entity = $entity AND golden_id = $golden_id ORDER BY founding DESC, source, key""")
    own = next(line for line in members if (line["source"], line["key"]) == (record.source, record.key))
    others = [line for line in members if line is not own]
    said = [_joined(bool(own["founding"]), bool(others)).format(id=record.golden_id)]
    yield Step(_("Joined"), said + former(record), others)
    stands = record.ask("""
        SELECT field, value AS "golden value", source || ' ' || key AS "from", rule,
            CASE WHEN source = $source AND key = $key THEN 'kept' ELSE coalesce(
                'lost: ' || list_filter(losing, lambda l: l.source = $source AND l.key = $key)[1].value,
                'the same, or none') END AS "this record's"
        FROM gold.provenance WHERE entity = $entity AND golden_id = $golden_id""")
    if stands:
        yield Step(_("Survived"), rows=trimmed(stands, "golden value", "this record's"))


def former(record: Record) -> list[str]:
    """A sentence of each golden id that leads to its golden record since a merge."""
    found = record.ask("SELECT golden_id FROM gold.redirects WHERE entity = $entity AND redirects_to = $golden_id")
    return [_("The former golden id {id} leads here.").format(id=line["golden_id"]) for line in found]


def _joined(founding: bool, others: bool) -> str:
    if founding:
        alone = _("It founded the golden record {id}, alone.")
        return _("It founded the golden record {id}, with") if others else alone
    return _("It was merged into the golden record {id}, with")


def mapped(record: Record) -> Iterator[Step]:
    """Its row in each object of each target, or what the target would refuse."""
    if not record.has("target", "objects"):
        return
    for place in record.ask("SELECT target, object FROM target.objects WHERE entity = $entity"):
        table = ident("target", f"{place['target']}__{place['object']}")
        found = record.ask(f"SELECT * EXCLUDE (_golden_id) FROM {table} WHERE _golden_id = $golden_id")
        problems = """SELECT field, value, reason FROM target.problems
            WHERE target = $target AND object = $object AND golden_id = $golden_id"""
        refused = [] if found else record.ask(problems, **place)
        said = [] if found else [_("The target would refuse it:") if refused else _("It has no row there.")]
        yield Step(_("In {target}, {object}").format(**place), said, _upright(found) or refused)


def followed(record: Record) -> Iterator[Step]:
    """The children of its golden record, with their outcomes and amounts in the first target."""
    columns = """CASE WHEN p.source = $source AND p.key = $key THEN 'this record' ELSE 'the others' END AS "of",
        r.outcome, count(*) AS records"""
    for child, found in children(record, columns, "GROUP BY ALL ORDER BY ALL", amount="sum({})"):
        yield Step(_("Its children: {entity}").format(entity=child), [] if found else [_("None.")], found)


def children(record: Record, columns: str, end: str, *, amount: str = "") -> Iterator[tuple[str, Rows]]:
    """Of each entity below it the rows of a query over its golden record's children `c`, their parents `p` and their
    outcomes in the first target `r`; `amount` makes a column of the money of a child, where it has any."""
    if not record.has("recon", "rows"):
        return
    for child, settings in record.config.entities.items():
        if settings.parent != record.entity:
            continue
        amounts, money = "", settings.first("money")
        if money and amount:
            currency = settings.fields[money].currency
            named = f"c.{ident(currency)}" if currency in settings.fields else literal(currency or "")
            amounts = f", {named} AS currency, {amount.format(f'c.{ident(money)}')} AS amount"
        yield child, record.ask(f"""
            SELECT {columns} {amounts}
            FROM {ident("std", child)} AS c JOIN gold.xref AS p ON p.source = c.source AND p.key = c.parent_key
            JOIN recon.rows AS r ON r.target = $first AND r.entity = $child AND r.source = c.source AND r._row = c._row
            WHERE p.entity = $entity AND p.golden_id = $golden_id {end}""",
            first=next(iter(record.config.targets)), child=child)  # fmt: skip


STEPS = (
    as_it_came,
    plain(marked("Standardised"), "std.changes", "field, before, after, rule, reason, proposal",
          marked("Nothing was changed.")),
    plain(marked("Checked"), "qa.failures", "check_id, field, value, reason, severity, status",
          marked("It fails no check.")),
    compared,
    joined,
    plain(marked("Planned"), "wave.members", "wave, later, archive, reason", marked("No wave takes it.")),
    mapped,
    plain(marked("Outcome"), "recon.rows", "target, outcome, reason"),
    followed,
)  # fmt: skip
"""In the order of the stages."""
