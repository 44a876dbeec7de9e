"""Which record's value survives: of a golden record's contenders for a field, or a group of fields, the best by rule.

The rules are asked in the order in which they are configured: owner, for a consequence `largest` the amount, then the
field's own rules or `otherwise`. Before all of them the currency of an amount is taken from the record that gave the
amount. Contenders that are equal by all of them are told apart by trust, then by the name of
the source, then by the key: so a choice never depends on the order of rows.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..config import Config
from ..config.golden import GoldenConfig
from ..store import Connection, ident, literal

RULES = {
    "valid": "valid DESC",
    "most_trusted": "trust DESC",
    "most_recent": "updated DESC NULLS LAST",
    "most_complete": "filled DESC",
    "most_frequent": "frequency DESC",
    "longest": "length DESC",
}
"""How each rule orders the contenders."""

NOBODY = 999
"""The place of a source that does not own the field."""

OWNED = f"owner < {NOBODY} OR min(owner) OVER (PARTITION BY golden_id) = {NOBODY}"
"""Whether a record counts for a consequence: all do where none is an owner's."""

SEVERAL = "count(DISTINCT currency) > 1"
"""Whether the contenders that count are amounts of several currencies; one that is not known is another."""

SIZED = f"""
    SELECT counted.*, CASE WHEN several THEN owner ELSE (NOT owned)::INTEGER END AS claim,
        CASE WHEN NOT several THEN amount END AS size
    FROM counted JOIN (SELECT golden_id, {SEVERAL} AS several FROM counted WHERE owned GROUP BY golden_id)
        USING (golden_id)"""
"""Contenders as `largest` compares them: of those that count none is before another but by size, in one currency."""

HAN = r"regexp_matches({}, '\p{{Han}}')"


def lay_out(con: Connection, config: Config, entity: str) -> None:
    """Write _own_<entity>: every record with its golden id, its fields, and each field's key and validity.

    What the record of a golden record of its own (_alone) says is agreed: gold.provenance has it.
    """
    fields = config.entities[entity].fields
    trust = " ".join(f"WHEN {literal(name)} THEN {source.trust}" for name, source in config.sources.items())
    filled = " + ".join(f"({ident(name)} IS NOT NULL)::INTEGER" for name in fields)
    chosen = ", ".join(part for name in fields for part in _parts(config, entity, name))
    own = ident(f"_own_{entity}")
    con.execute(f"""
        CREATE TEMP TABLE {own} AS
        SELECT x.golden_id, x.alone AS _alone, s.source, s.key, s.updated, CASE s.source {trust} END AS _trust,
            {filled} AS _filled, {chosen}
        FROM (SELECT *, count(*) OVER (PARTITION BY golden_id) = 1 AS alone
            FROM gold.xref WHERE entity = {literal(entity)}) AS x
        JOIN {ident("std", entity)} AS s ON s.source = x.source AND s.key = x.key""")
    for name in fields:
        con.execute(f"""INSERT INTO gold.provenance
            SELECT {literal(entity)}, golden_id, {literal(name)}, {ident(name)}::VARCHAR, source, key, 'agreed', []
            FROM {own} WHERE _alone AND {ident(name)} IS NOT NULL""")


def _parts(config: Config, entity: str, field: str) -> Iterator[str]:
    """A field's value, validity and key, of a record s.

    Of a field with an `english` one only names in Chinese characters are taken where a golden record has any; names in
    Latin letters stand for the English field where a record has nothing else for it, or there its Chinese name again.
    """
    english = config.golden.get(entity, GoldenConfig()).english
    chinese = next((name for name, other in english.items() if other == field), None)
    for part in ("", "__valid", "__key"):
        taken = _column(config, entity, field, part)
        if field in english:
            han = HAN.format(_column(config, entity, field))
            taken = f"CASE WHEN {han} OR NOT bool_or({han}) OVER (PARTITION BY golden_id) THEN {taken} END"
        if chinese:
            own, other = _column(config, entity, field), _column(config, entity, chinese)
            nothing = f"({own} IS NULL OR {other} IS NOT NULL AND {HAN.format(own)})"
            latin = f"{nothing} AND NOT {HAN.format(other)} THEN {_column(config, entity, chinese, part)}"
            taken = f"CASE WHEN {latin} WHEN {nothing} THEN NULL ELSE {taken} END"
        yield f"{taken} AS {ident(f'{field}{part}')}"


def _column(config: Config, entity: str, field: str, part: str = "") -> str:
    """A column of a record s; values of a type without a key are the same by themselves."""
    keyed = "key" in config.entities[entity].fields[field].kind.parts
    return f"s.{ident(field if part == '__key' and not keyed else f'{field}{part}')}"


def contend(con: Connection, config: Config, entity: str, unit: str, fields: list[str]) -> None:
    """Write _contenders: the records of golden records of several with a value for a unit, in their place (1 survives).

    Of a group, `value` and `same` (what makes values the same) are lists in the order of the fields. Where owners
    depend on the life stage, _stages says which golden record is in which.
    """
    settings = config.golden.get(entity, GoldenConfig())
    money = config.entities[entity].fields[fields[0]].type == "money"
    staged, criteria = settings.by_stage(unit), _criteria(config, entity, unit, fields)
    some = " OR ".join(f"{ident(name)} IS NOT NULL" for name in fields)
    wrong = " OR ".join(f"{ident(f'{name}__valid')} IS FALSE" for name in fields)
    texts = [f"{ident(name)}::VARCHAR" for name in fields]
    same = [f"coalesce({ident(f'{name}__key')}::VARCHAR, {text})" for name, text in zip(fields, texts, strict=True)]
    filled = " + ".join(f"({ident(name)} IS NOT NULL)::INTEGER" for name in fields) if fields[1:] else "_filled"
    frequency = "count(*) OVER (PARTITION BY golden_id, same)" if "most_frequent" in criteria else "1"
    whole = {name: ts[0] if len(ts) == 1 else f"[{', '.join(ts)}]" for name, ts in (("value", texts), ("same", same))}
    con.execute(f"""
        CREATE TEMP TABLE _contenders AS
        WITH contenders AS (
            SELECT golden_id, {"_stages.stage" if staged else "''"} AS stage, source, key, updated, _trust AS trust,
                {whole["value"]} AS value, {whole["same"]} AS same, ({wrong}) IS NOT TRUE AS valid,
                {ident(fields[0]) if money else "NULL"} AS amount, {_currency(config, entity, fields[0])} AS currency,
                {_gave(config, entity, fields)} AS gave, {_owner(settings, unit)} AS owner,
                {filled} AS filled, length(concat({", ".join(texts)})) AS length
            FROM {ident(f"_own_{entity}")} {"JOIN _stages USING (golden_id)" if staged else ""}
            WHERE NOT _alone AND ({some})),
        counted AS (
            SELECT *, {frequency} AS frequency, {OWNED if unit in settings.consequences else "NULL"} AS owned
            FROM contenders),
        sized AS ({SIZED if settings.consequences.get(unit) == "largest" else "SELECT *, owner AS claim FROM counted"})
        SELECT *, row_number() OVER (
            PARTITION BY golden_id ORDER BY {", ".join(criteria.values())}, source, key) AS place
        FROM sized""")


def item(column: str, fields: list[str], place: int) -> str:
    """The field in a place, from 1, of a unit's `value` or `same`."""
    return f"{column}[{place}]" if len(fields) > 1 else column


def _currency(config: Config, entity: str, field: str) -> str:
    """The record's currency of an amount, where a field holds it; '' where it is not known, or the same for all."""
    currency = config.entities[entity].fields[field].currency
    return f"coalesce({ident(f'{currency}__key')}::VARCHAR, '')" if currency in config.entities[entity].fields else "''"


def amounts_of(config: Config, entity: str, fields: list[str]) -> list[str]:
    """The fields beside these whose currency one of these holds."""
    held = config.entities[entity].fields
    return [name for name, field in held.items() if field.currency in fields and name not in fields]


def _gave(config: Config, entity: str, fields: list[str]) -> str:
    """Whether the record gave the golden record an amount whose currency these fields hold, the first amount most."""
    cases = [
        f"""WHEN (golden_id, source, key) IN (SELECT (golden_id, source, key) FROM gold.provenance
            WHERE entity = {literal(entity)} AND field = {literal(name)} AND value IS NOT NULL) THEN {place}"""
        for place, name in enumerate(reversed(amounts_of(config, entity, fields)), 1)
    ]
    return f"CASE {' '.join(reversed(cases))} ELSE 0 END" if cases else "0"


def _owner(settings: GoldenConfig, unit: str) -> str:
    """The place of a record's source among the owners of a unit."""
    places = [
        f"WHEN source = {literal(source)}{f' AND stage = {literal(stage)}' if stage else ''} THEN {place}"
        for stage, sources in settings.owners.get(unit, {}).items()
        for place, source in enumerate(sources)
    ]
    return f"CASE {' '.join(places)} ELSE {NOBODY} END" if places else str(NOBODY)


def _criteria(config: Config, entity: str, unit: str, fields: list[str]) -> dict[str, str]:
    """The rules of a unit, in order, with how each orders the contenders; trust comes at last."""
    settings = config.golden.get(entity, GoldenConfig())
    rules = settings.fields.get(unit, settings.otherwise)
    gave = {"with its amount": "gave DESC"} if amounts_of(config, entity, fields) else {}
    largest = {"largest": "size DESC"} if settings.consequences.get(unit) == "largest" else {}
    return gave | {"owner": "claim"} | largest | {rule: RULES[rule] for rule in (*rules, "most_trusted")}


def survive(con: Connection, config: Config, entity: str, unit: str, fields: list[str]) -> None:
    """From _contenders to gold.provenance: the value that survives, by which rule, and what lost.

    The rule is the first by which the survivor is before the best contender with another value, if need be with the
    same one spelt otherwise. Where a group's record lacks a field that others have, a row without a value says what
    lost.
    """
    criteria = _criteria(config, entity, unit, fields)
    columns = {rule: order.split()[0] for rule, order in criteria.items()}
    decisive = " ".join(
        f"WHEN r.{column} IS DISTINCT FROM w.{column} THEN {literal(rule)}" for rule, column in columns.items()
    )
    con.execute(f"""
        CREATE TEMP TABLE _decided AS
        WITH others AS (
            SELECT c.*, c.same = w.same AS alike FROM _contenders AS c JOIN _contenders AS w USING (golden_id)
            WHERE w.place = 1 AND c.value IS DISTINCT FROM w.value),
        runners_up AS (
            SELECT * FROM others QUALIFY row_number() OVER (PARTITION BY golden_id ORDER BY alike, place) = 1),
        losers AS (
            SELECT golden_id, list({{'value': value, 'source': source, 'key': key}} ORDER BY source, key) AS losers
            FROM others GROUP BY golden_id)
        SELECT w.*, CASE {decisive} ELSE 'first key' END AS rule, coalesce(losers, []) AS losers
        FROM _contenders AS w LEFT JOIN runners_up AS r USING (golden_id) LEFT JOIN losers USING (golden_id)
        WHERE w.place = 1""")
    for place, field in enumerate(fields, 1):
        value, lost = item("value", fields, place), item("l.value", fields, place)
        con.execute(f"""
            INSERT INTO gold.provenance
            WITH parted AS (
                SELECT *, [{{'value': {lost}, 'source': l.source, 'key': l.key}} for l in losers
                    if {lost} IS NOT NULL AND {lost} IS DISTINCT FROM {value}] AS losing
                FROM _decided)
            SELECT {literal(entity)}, golden_id, {literal(field)}, {value}, source, key,
                CASE WHEN len(losing) = 0 THEN 'agreed' ELSE rule END, losing
            FROM parted WHERE {value} IS NOT NULL OR len(losing) > 0""")
    con.execute("DROP TABLE _decided")


def survivors(config: Config, entity: str) -> str:
    """The SELECT of an entity's golden records as gold.provenance has them."""
    chosen = ", ".join(
        f"max(value) FILTER (WHERE field = {literal(name)})::{field.kind.sql} AS {ident(name)}"
        for name, field in config.entities[entity].fields.items()
    )
    return f"""SELECT ids.golden_id, NULL::VARCHAR AS parent_golden_id, {chosen}
        FROM (SELECT DISTINCT golden_id FROM gold.xref WHERE entity = {literal(entity)}) AS ids
        LEFT JOIN gold.provenance AS p ON p.golden_id = ids.golden_id AND p.entity = {literal(entity)}
        GROUP BY ids.golden_id"""
