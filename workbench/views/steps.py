"""The steps of a trace: each asks the tables of one stage about one record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from ..config import Config
from ..store import Connection, count, exists, ident, literal, records

NEAREST = 10


@dataclass(frozen=True)
class Step:
    """One step: what it is about, sentences, and rows of plain JSON values under the same names."""

    title: str
    sentences: list[str] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Record:
    """The record that is asked about: row `row` of its lead table. Without a golden id it was never standardised."""

    con: Connection
    config: Config
    entity: str
    source: str
    row: int
    key: str
    golden_id: str | None

    def ask(self, sql: str, *parameters: Any) -> list[dict[str, Any]]:
        """The rows of a query, their values plain; none while a table it reads is not there yet."""
        return [{name: _plain(value) for name, value in line.items()} for line in records(self.con, sql, list(parameters))]

    def has(self, schema: str, table: str) -> bool:
        """Whether a stage has got as far as this table."""
        return exists(self.con, schema, table)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else value


def as_it_came(record: Record) -> Iterator[Step]:
    """The raw row, or the unreadable line."""
    table = record.config.sources[record.source].records[record.entity].lead_table
    file = record.ask('SELECT path, as_of FROM raw.files WHERE source = ? AND "table" = ?', record.source, table)[0]
    where = f"{record.source}.{table} ({file['path']} of {file['as_of']})"
    found = record.ask(f"SELECT * EXCLUDE (_row) FROM {ident('raw', f'{record.source}__{table}')} WHERE _row = ?", record.row)
    values = [{"column": name, "value": value} for line in found for name, value in line.items()]
    if found:
        yield Step("As it came", [f"Row {record.row} of {where}."], values)
        return
    lines = record.ask('SELECT line, reason, text FROM raw.rejects WHERE source = ? AND "table" = ? AND _row = ?',
                       record.source, table, record.row)  # fmt: skip
    yield Step("As it came", [f"Row {record.row} of {where} could not be read."], lines)


def standardised(record: Record) -> Iterator[Step]:
    """What standardising changed."""
    here = (record.entity, record.source, record.row)
    if not count(record.con, f"SELECT count(*) FROM {ident('std', record.entity)} WHERE source = ? AND _row = ?", list(here[1:])):
        yield Step("Standardised", ["It did not get as far: see its outcome."])
        return
    changes = record.ask("""SELECT field, before, after, rule, reason FROM std.changes
        WHERE entity = ? AND source = ? AND _row = ? ORDER BY field""", *here)  # fmt: skip
    fields = len(record.config.records(record.entity)[record.source].fields)
    yield Step("Standardised", [f"{len(changes)} of its {fields} fields were changed."], changes)


def checked(record: Record) -> Iterator[Step]:
    """The checks it fails."""
    if record.has("qa", "failures"):
        failures = record.ask("""SELECT check_id, field, value, reason, severity, status FROM qa.failures
            WHERE entity = ? AND source = ? AND _row = ? ORDER BY ALL""", record.entity, record.source, record.row)  # fmt: skip
        yield Step("Checked", [f"It fails {len(failures)} checks." if failures else "It passes every check."], failures)


def compared(record: Record) -> Iterator[Step]:
    """The records it was compared with, the nearest first, and in what they agree."""
    pairs = ident("match", f"{record.entity}_pairs")
    if not record.golden_id or not record.has("match", f"{record.entity}_pairs"):
        return
    found = record.ask(f"""
        WITH sides AS (
            SELECT source_r AS source, key_r AS key, * FROM {pairs} WHERE source_l = $1 AND key_l = $2
            UNION ALL SELECT source_l, key_l, * FROM {pairs} WHERE source_r = $1 AND key_r = $2)
        SELECT source, key, verdict, decided_by, round(probability, 4) AS probability, round(weight, 1) AS weight, levels
        FROM sides ORDER BY sides.weight DESC, source, key""", record.source, record.key)  # fmt: skip
    weights = record.ask(f"FROM {ident('match', f'{record.entity}_weights')} WHERE field <> '(prior)'")
    names = {(line["field"], line["level"]): line["name"] for line in weights}
    fields = list(dict.fromkeys(line["field"] for line in weights))
    for line in found:
        agreed = zip(fields, line.pop("levels"), strict=True)
        line["fields"] = ", ".join(f"{name}: {names[name, level]}" for name, level in agreed if level >= 0)
    said = f"It was compared with {len(found)} records" + (f"; the {NEAREST} nearest are:" if len(found) > NEAREST else ".")
    yield Step("Compared", [said], found[:NEAREST])


def joined(record: Record) -> Iterator[Step]:
    """Its golden record and the other records of it."""
    if not record.golden_id:
        return
    members = record.ask("""SELECT source, key, founding FROM gold.xref
        WHERE entity = ? AND golden_id = ? ORDER BY founding DESC, source, key""", record.entity, record.golden_id)  # fmt: skip
    own = next(line for line in members if (line["source"], line["key"]) == (record.source, record.key))
    others = [line for line in members if line is not own]
    role = "It founded" if own["founding"] else "It was merged into"
    sentences = [f"{role} the golden record {record.golden_id}, which has {len(others)} other records."]
    redirects = record.ask("SELECT golden_id FROM gold.redirects WHERE entity = ? AND redirects_to = ? ORDER BY ALL",
                           record.entity, record.golden_id)  # fmt: skip
    sentences += [f"The former golden record {line['golden_id']} leads here." for line in redirects]
    yield Step("Joined", sentences, others)


def survived(record: Record) -> Iterator[Step]:
    """For each field of the golden record whose value stands, and what became of this record's."""
    if not record.golden_id:
        return
    lines = []
    for line in record.ask("FROM gold.provenance WHERE entity = ? AND golden_id = ?", record.entity, record.golden_id):
        lost = [loser["value"] for loser in line["losing"] if (loser["source"], loser["key"]) == (record.source, record.key)]
        mine = (line["source"], line["key"]) == (record.source, record.key)
        lines.append({"field": line["field"], "golden value": line["value"], "from": f"{line['source']} {line['key']}",
                      "rule": line["rule"], "this record": "kept" if mine else f"lost: {lost[0]}" if lost else "same or none"})  # fmt: skip
    order = list(record.config.entities[record.entity].fields)
    if lines:
        lost = sum(line["this record"].startswith("lost") for line in lines)
        said = f"{lost} of this record's values lost against another's."
        yield Step("Survived", [said], sorted(lines, key=lambda line: order.index(line["field"])))


def planned(record: Record) -> Iterator[Step]:
    """Its wave."""
    if record.golden_id and record.has("wave", "members"):
        found = record.ask("SELECT wave, later, reason FROM wave.members WHERE entity = ? AND golden_id = ?",
                           record.entity, record.golden_id)  # fmt: skip
        said = [f"Wave {line['wave']}, which goes over {'later' if line['later'] else 'now'}: {line['reason']}." for line in found]
        yield Step("Planned", said or ["No wave takes it."])


def mapped(record: Record) -> Iterator[Step]:
    """Its row in each object of each target, or what the target would refuse."""
    if not record.golden_id or not record.has("target", "objects"):
        return
    for place in record.ask("SELECT target, object FROM target.objects WHERE entity = ? ORDER BY rowid", record.entity):
        table = ident("target", f"{place['target']}__{place['object']}")
        found = record.ask(f"SELECT * EXCLUDE (_golden_id) FROM {table} WHERE _golden_id = ?", record.golden_id)
        problems = record.ask("""SELECT field, value, reason FROM target.problems
            WHERE target = ? AND object = ? AND golden_id = ?""", place["target"], place["object"], record.golden_id)  # fmt: skip
        said = ["The target would refuse it."] if problems else [] if found else ["It is not there."]
        values = [{"field": name, "value": value} for line in found for name, value in line.items()]
        yield Step(f"In {place['target']}, {place['object']}", said, problems or values)


def ended(record: Record) -> Iterator[Step]:
    """Its outcome in each target."""
    if record.has("recon", "rows"):
        yield Step("Outcome", rows=record.ask("""SELECT target, outcome, reason FROM recon.rows
            WHERE entity = ? AND source = ? AND _row = ?""", record.entity, record.source, record.row))  # fmt: skip


def followed(record: Record) -> Iterator[Step]:
    """The children of its golden record, with their outcomes and amounts in the first target."""
    if not record.golden_id or not record.has("recon", "rows"):
        return
    for child, settings in record.config.entities.items():
        if settings.parent != record.entity:
            continue
        money = settings.first("money")
        currency = settings.fields[money].currency if money else None
        named = f"c.{ident(currency)}" if currency in settings.fields else literal(currency or "")
        sums = f", {named} AS currency, sum(c.{ident(money)}) AS amount" if money else ""
        found = record.ask(f"""
            SELECT CASE WHEN (p.source, p.key) = ($1, $2) THEN 'this record' ELSE 'other records of it' END AS "of",
                r.outcome, count(*) AS records {sums}
            FROM {ident("std", child)} AS c
            JOIN gold.xref AS p ON p.entity = $3 AND p.source = c.source AND p.key = c.parent_key AND p.golden_id = $4
            JOIN recon.rows AS r ON r.target = $5 AND r.entity = $6 AND r.source = c.source AND r._row = c._row
            GROUP BY ALL ORDER BY ALL""",
            record.source, record.key, record.entity, record.golden_id, next(iter(record.config.targets)), child)  # fmt: skip
        yield Step(f"Its children: {child}", [] if found else ["None."], found)


STEPS = (as_it_came, standardised, checked, compared, joined, survived, planned, mapped, ended, followed)
"""In the order of the stages."""
