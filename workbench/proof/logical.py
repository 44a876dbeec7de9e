"""Logical reconciliation: field by field, what was expected in the new system against what was read back."""

from __future__ import annotations

from ..config import Config, ObjectMap
from ..diffing.cells import differ
from ..load.ledger import row_hash
from ..store import Connection, ident, literal, rows
from ..types.currencies import PLACES
from .fields import PARENT, compared, currency_of, first_of, money_fields
from .ground import expected

EXPLAINED = ("equal", "target normalised")
"""What needs nobody: any other reason is a finding until the value is mended, or the difference declared."""
_EXPLAINED = ", ".join(map(literal, EXPLAINED))

FOLDED = r"nullif(lower(regexp_replace({}, '[^\p{{L}}\p{{N}}]', '', 'g')), '')"
"""A value without what a target may do to it when it stores it: so two exchanged values are known again."""

_NAMES = {
    "normalised": "target normalised", "empty": "target normalised", "blank": "missing", "added": "extra",
    "day and month": "date shifted", "unexplained": "UNEXPLAINED",
}  # fmt: skip
"""The reasons of the keyed diff that are called otherwise here."""


def hold(con: Connection, config: Config, target: str, mapping: dict[str, ObjectMap]) -> None:
    """Fill proof.cells and proof.differences for each object that was read back. Needs proof.golden.

    A row that is missing, extra or doubled is a cell without a field.
    """
    for title in [title for (title,) in rows(con, "SELECT object FROM proof.objects WHERE read ORDER BY place")]:
        mapped = mapping[title]
        back = ident("readback", title)
        there = [column for (column,) in rows(con, f"SELECT column_name FROM (DESCRIBE {back})")]
        con.execute(f"""CREATE OR REPLACE TEMP VIEW _expected AS
            SELECT t.* FROM {expected(target, title)} AS t SEMI JOIN (
                FROM proof.golden WHERE object = {literal(title)} AND stage >= 5) AS g ON g.golden_id = t._golden_id""")
        con.execute(f"CREATE OR REPLACE TEMP VIEW _actual AS FROM {back} WHERE _golden_id IS NOT NULL")
        differ(con, "_expected", "_actual", ["_golden_id"], compared(config, target, title, mapped, there))
        _take(con, title)
        _rename(con, config, target, title, mapped)
        _outdated(con, target, title, mapped)
        con.execute("""INSERT INTO proof.differences
            SELECT object, field, reason, count(*) FROM proof.cells WHERE object = $title GROUP BY ALL
            UNION ALL SELECT $title, "column", 'equal', cells FROM diff.counts WHERE reason = 'equal'
            ORDER BY ALL""", {"title": title})  # fmt: skip


def unread(con: Connection, mapping: dict[str, ObjectMap]) -> list[tuple[str, str]]:
    """(object, field) of what is mapped and was not read back: nothing is proven of these."""
    read = {(title, field) for title, field in rows(con, "SELECT DISTINCT object, field FROM proof.differences")}
    return [(title, field.name) for title, mapped in mapping.items() for field in mapped.fields
            if (title, field.name) not in read]  # fmt: skip


def open_cells(con: Connection) -> dict[str, int]:
    """How many values differ for a reason that is open, by reason; those of source values in their own lines."""
    found = rows(con, f"""SELECT reason, sum(rows)::BIGINT FROM proof.differences WHERE reason NOT IN ({_EXPLAINED})
        GROUP BY ALL ORDER BY ALL""")  # fmt: skip
    lost = rows(con, "SELECT 'UNEXPLAINED from the source' AS why, count(*) FROM proof.unexplained HAVING count(*) > 0")
    return dict([*found, *lost])


def _take(con: Connection, title: str) -> None:
    """The cells of the keyed diff, and its rows that are on one side or more than once."""
    names = " ".join(f"WHEN {literal(old)} THEN {literal(new)}" for old, new in _NAMES.items())
    place = literal(title)
    con.execute(f"""
        INSERT INTO proof.cells
        SELECT {place}, _golden_id, "column", "left", "right", CASE reason {names} ELSE reason END FROM diff.cells
        UNION ALL SELECT {place}, _golden_id, '', NULL, NULL, 'missing' FROM diff.missing
        UNION ALL SELECT {place}, _golden_id, '', NULL, NULL, 'extra' FROM diff.extra
        UNION ALL SELECT {place}, _golden_id, '', NULL, count || ' rows', 'duplicated' FROM diff.doubled
        WHERE side = 'right' ORDER BY ALL""")


def _rename(con: Connection, config: Config, target: str, title: str, mapped: ObjectMap) -> None:
    """Reasons that only neighbours tell: a lost child, values exchanged by two records, yen as cents."""
    here = f"object = {literal(title)}"
    if config.entities[mapped.entity].parent:
        alive = "SELECT golden_id FROM proof.golden WHERE stage = 6 AND entity = $parent"
        con.execute(f"""UPDATE proof.cells SET reason = 'child missing'
            WHERE {here} AND field = '' AND reason = 'missing' AND golden_id IN (
                SELECT golden_id FROM gold.{ident(mapped.entity)} WHERE parent_golden_id IN ({alive}))""",
            {"parent": config.entities[mapped.entity].parent})  # fmt: skip
    for shared, other in (("field", "golden_id"), ("golden_id", "field")):
        con.execute(f"""UPDATE proof.cells AS c SET reason = 'swapped'
            FROM proof.cells AS o WHERE c.{here} AND o.{here} AND c.{shared} = o.{shared} AND c.{other} <> o.{other}
                AND {FOLDED.format("c.expected")} = {FOLDED.format("o.actual")}
                AND {FOLDED.format("c.actual")} = {FOLDED.format("o.expected")} AND c.reason = 'UNEXPLAINED'""")
    for amount in money_fields(config, mapped):
        currency = currency_of(config, mapped, amount)
        held = literal(currency) if isinstance(currency, str) else f"t.{ident(currency.name)}"
        odd = ", ".join(literal(code) for code, places in PLACES.items() if places != 2)
        con.execute(f"""UPDATE proof.cells AS c SET reason = 'currency'
            FROM {expected(target, title)} AS t WHERE c.{here} AND c.golden_id = t._golden_id
                AND c.field = {literal(amount.name)} AND c.reason = 'scaled' AND lower({held}) IN ({odd})""")


def _outdated(con: Connection, target: str, title: str, mapped: ObjectMap) -> None:
    """Values of rows that are expected otherwise now than they were sent, as the hash in the ledger tells.

    It is told of the row, not of the field: only when the row went over again is it known what the target did to it.
    """
    con.execute(f"""UPDATE proof.cells AS c SET reason = 'changed since load'
        FROM (SELECT _golden_id AS golden_id, {row_hash(field.name for field in mapped.fields)} AS hash
            FROM {expected(target, title)}) AS t
        JOIN (FROM proof.ledger WHERE object = {literal(title)} AND loaded) AS l USING (golden_id)
        WHERE c.object = {literal(title)} AND c.field <> '' AND c.reason NOT IN ({_EXPLAINED})
            AND c.golden_id = golden_id AND l.hash <> t.hash""")


def parent_field(mapped: ObjectMap) -> str | None:
    """The field that holds the key of a row's parent."""
    ref = first_of(mapped, PARENT) or next((field for field in mapped.fields if field.limits.ref), None)
    return ref.name if ref else None
