"""What customers owe: item sums of the new system against the expected ones and the control totals of the sources.

Amounts are exact decimals. Items are those of entities with a parent and a money field. Debits and credits are held
apart, so an item that turned its sign is found though it nets out, and sums are by customer, so that one which went to
another customer is found though all totals agree.
"""

from __future__ import annotations

import re

from ..config import Config, FieldMap, ObjectMap
from ..store import Connection, ident, literal, records, rows
from ..types.currencies import PLACES
from .fields import as_mapped, column_of, currency_of, golden_field, money_fields
from .ground import as_of, expected
from .logical import parent_field

DUE = re.compile("due|matur|到期|应收日|付款日", re.IGNORECASE)

BUCKETS = ("not due", "0-30", "31-60", "61-90", "over 90", "no date")
"""Days past the due date, at the as-of date."""

_BUCKET = """CASE WHEN late IS NULL THEN 'no date' WHEN late < 0 THEN 'not due' WHEN late <= 30 THEN '0-30'
    WHEN late <= 60 THEN '31-60' WHEN late <= 90 THEN '61-90' ELSE 'over 90' END"""

_COLUMNS = "SELECT lower(column_name) FROM duckdb_columns() WHERE schema_name = 'readback' AND table_name = ?"

_PLACES = " ".join(f"WHEN {literal(code)} THEN {places}" for code, places in PLACES.items())

_SUMS = f"""count(*) AS items, count(*) FILTER (
        WHERE strlen(rtrim(split_part(amount::VARCHAR, '.', 2), '0')) > CASE lower(currency) {_PLACES} END) AS too_fine,
    coalesce(sum(amount) FILTER (WHERE amount > 0), 0) AS debit,
    coalesce(sum(amount) FILTER (WHERE amount < 0), 0) AS credit"""


def item_objects(config: Config, mapping: dict[str, ObjectMap]) -> dict[str, tuple[ObjectMap, FieldMap]]:
    """The objects that take items, by name, each with the field that holds the amount."""
    return {
        title: (mapped, money[0])
        for title, mapped in mapping.items()
        if config.entities[mapped.entity].parent and (money := money_fields(config, mapped)) and parent_field(mapped)
    }


def due_field(config: Config, mapped: ObjectMap) -> str | None:
    """The date an item is due by: of its dates the one that is called so, else the last that is mapped."""
    dated = [(field, golden_field(config, mapped, field)) for field in mapped.fields]
    dates = [field for field, settings in dated
             if field.limits.type == "date" or (settings is not None and settings.type == "date")]  # fmt: skip
    named = (field for field in dates if DUE.search(f"{field.name} {column_of(field)} {field.limits.title}"))
    found = next(named, dates[-1] if dates else None)
    return found.name if found else None


def sum_up(con: Connection, config: Config, target: str, mapping: dict[str, ObjectMap]) -> None:
    """Fill proof.receivables, both sides by customer, currency and due date, and proof.controls. Needs proof.rows."""
    for title, (mapped, amount) in item_objects(config, mapping).items():
        named = currency_of(config, mapped, amount)
        needed = [amount.name, parent_field(mapped) or "", *([] if isinstance(named, str) else [named.name])]
        there = {column for (column,) in rows(con, _COLUMNS, [title])}
        if {name.lower() for name in needed} <= there:
            _hold(con, config, target, title, mapped, amount, there)
            if mapped.entity not in config.match:
                _control(con, config, target, title, mapped, amount)


def _hold(
    con: Connection, config: Config, target: str, title: str, mapped: ObjectMap, amount: FieldMap, there: set[str]
) -> None:
    named = currency_of(config, mapped, amount)
    currency = literal(named) if isinstance(named, str) else ident(named.name)
    due, parent = due_field(config, mapped), ident(parent_field(mapped) or "")
    if due and due.lower() not in there:
        due = None
    items = f"""SELECT nullif({parent}, '') AS customer, coalesce({currency}, '') AS currency,
        {f"try_cast({ident(due)} AS DATE)" if due else "NULL::DATE"} AS due,
        try_cast({ident(amount.name)} AS DECIMAL(38, 6)) AS amount"""
    ours = f"""(FROM {expected(target, title)} SEMI JOIN (FROM proof.golden
        WHERE object = {literal(title)} AND stage >= 5) AS g ON g.golden_id = _golden_id)"""
    con.execute(f"""
        INSERT INTO proof.receivables
        WITH expected AS (SELECT customer, currency, due, {_SUMS} FROM ({items} FROM {ours}) GROUP BY ALL),
        actual AS (SELECT customer, currency, due, {_SUMS} FROM ({items} FROM {ident("readback", title)}) GROUP BY ALL),
        keyed AS (
            SELECT coalesce(e.customer, a.customer) AS customer, coalesce(e.currency, a.currency) AS currency,
                coalesce(e.due, a.due) AS due, e.items AS e_items, e.debit AS e_debit, e.credit AS e_credit,
                a.items AS a_items, a.debit AS a_debit, a.credit AS a_credit, a.too_fine
            FROM expected AS e FULL JOIN actual AS a ON e.customer IS NOT DISTINCT FROM a.customer
                AND e.currency = a.currency AND e.due IS NOT DISTINCT FROM a.due),
        aged AS (SELECT *, DATE {literal(as_of(con))} - due AS late FROM keyed)
        SELECT {literal(title)}, customer, currency, due::VARCHAR, {_BUCKET},
            coalesce(e_items, 0), coalesce(e_debit, 0), coalesce(e_credit, 0),
            coalesce(a_items, 0), coalesce(a_debit, 0), coalesce(a_credit, 0), coalesce(too_fine, 0)
        FROM aged ORDER BY customer, currency, due""")


def _control(con: Connection, config: Config, target: str, title: str, mapped: ObjectMap, amount: FieldMap) -> None:
    """The sources' control totals, less what did not go over and why, against the sum that was read back."""
    named = currency_of(config, mapped, amount)
    if isinstance(named, str):
        stated = currency = literal(named)
    else:  # in the target's codes on both sides
        renamed = as_mapped(named, "nullif(currency, '')", literal(named.default or ""))
        stated = f"coalesce({renamed}, currency)"
        currency = f"coalesce(t.{ident(named.name)}, '')"
    place = f"{literal(title)}, {literal(column_of(amount))}"
    con.execute(f"""
        INSERT INTO proof.controls
        WITH stated AS (
            SELECT {stated} AS stated, outcome AS line, sum(amount) AS amount FROM recon.amounts
            WHERE target = {literal(target)} AND entity = {literal(mapped.entity)}
                AND measure = {literal(column_of(amount))} AND outcome NOT IN ('target', 'merged', 'difference')
            GROUP BY ALL),
        stayed AS (
            SELECT {currency} AS currency, g.fate AS line,
                sum(try_cast(t.{ident(amount.name)} AS DECIMAL(38, 6))) AS amount
            FROM proof.golden AS g JOIN {expected(target, title)} AS t ON t._golden_id = g.golden_id
            WHERE g.object = {literal(title)} AND g.stage IN (3, 4) AND g.hits = 0 GROUP BY ALL),
        back AS (
            SELECT currency, 'read back' AS line, sum(actual_debit + actual_credit) AS amount
            FROM proof.receivables WHERE object = {literal(title)} GROUP BY ALL),
        lines AS (
            SELECT stated AS currency, * EXCLUDE (stated) FROM stated UNION ALL FROM stayed UNION ALL FROM back),
        whole AS (
            SELECT currency, 'difference' AS line,
                sum(CASE WHEN line IN ('source', 'filled') THEN amount ELSE -amount END) AS amount
            FROM lines GROUP BY currency)
        SELECT {place}, currency, line, sum(amount) FROM (FROM lines UNION ALL FROM whole) GROUP BY currency, line
        ORDER BY currency, line = 'difference', line <> 'source', line""")


def open_sums(con: Connection) -> dict[str, int]:
    """How many sums are open: of customers by currency and due date, control totals, and how
    many amounts have more decimals than their currency, such as half a yen."""
    found = {
        "customer sums": "SELECT count(*) FROM proof.receivables WHERE " + DIFFERS,
        "control totals": "SELECT count(*) FROM proof.controls WHERE line = 'difference' AND amount <> 0",
        "amounts of too many decimals": "SELECT coalesce(sum(too_fine), 0) FROM proof.receivables",
    }
    counted = {name: int(rows(con, query)[0][0]) for name, query in found.items()}
    return {name: n for name, n in counted.items() if n}


DIFFERS = """(expected_items <> actual_items OR expected_debit <> actual_debit OR expected_credit <> actual_credit)"""
"""Whether the sides of a line of proof.receivables are not equal."""


def by_age(con: Connection) -> list[dict[str, object]]:
    """Both sides of each object, by currency and age."""
    order = " ".join(f"WHEN {literal(name)} THEN {place}" for place, name in enumerate(BUCKETS))
    return records(con, f"""
        SELECT object, currency, bucket, sum(expected_items)::BIGINT AS expected_items,
            sum(expected_debit) AS expected_debit, sum(expected_credit) AS expected_credit,
            sum(actual_items)::BIGINT AS actual_items, sum(actual_debit) AS actual_debit,
            sum(actual_credit) AS actual_credit, count(*) FILTER (WHERE {DIFFERS}) AS open
        FROM proof.receivables GROUP BY object, currency, bucket
        ORDER BY object, currency, CASE bucket {order} END""")  # fmt: skip
