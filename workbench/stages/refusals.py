"""What a target would refuse, by row and field: rules over its rows t and the values b they are made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..config import FieldMap, ObjectMap
from ..store import Connection, exists, ident, literal, rows
from ..targets import Target, TargetField, TargetObject

LENGTH = {
    "characters": "length({0})",
    "bytes": "strlen({0})",
    "gbk": "length({0}) + length(regexp_replace({0}, '[\\x00-\\x7F]', '', 'g'))",
    "utf16": "length({0}) + length(regexp_replace({0}, '[^\\x{{10000}}-\\x{{10ffff}}]', '', 'g'))",
}
"""How a target counts a field's length: bytes are those of UTF-8, in GBK a Chinese character has two."""

NO_CODE, NOT_ACCEPTED = "no new code for this value", "not one of "
"""Why a value of a field with a list is refused: it has no new code, or the list has not what it became."""

CONTROL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F\x{FFFE}\x{FFFF}]"
PRIVATE = r"[\x{E000}-\x{F8FF}\x{F0000}-\x{FFFFD}\x{100000}-\x{10FFFD}]"
"""Characters that no file carries, and those that every system shows as it likes."""

BOOLEANS = ("true", "false", "0", "1")

Rules = Iterator[tuple[str, str]]
"""Conditions under which the target refuses a row, each with the reason."""


def refuse(con: Connection, kind: Target, place: tuple[str, str, str], mapped: ObjectMap, table: str) -> None:
    """Note what is refused of an object's rows (`table`, made from _before) in target.problems."""
    here = ", ".join(map(literal, place))
    for field in mapped.fields:
        value = f"t.{ident(field.name)}"
        rules = [
            *_presence(field),
            *_size(value, field.limits, kind.unit),
            *_form(value, field.limits),
            *_characters(con, table, field.name, kind.format.encoding if kind.writer == "csv" else "utf-8"),
            *_number_range(value, field.limits),
            *_reference(con, place, value, field.limits, kind),
            *_either(field.name, mapped, kind.objects.get(place[1])),
        ]
        if field.name == mapped.key and mapped.lead:
            rules.append((f"{value} IN (SELECT {ident(field.name)} FROM {table} GROUP BY ALL HAVING count(*) > 1)",
                          "the key is not unique: another row has it too"))  # fmt: skip
        if rules:
            con.execute(f"""
                INSERT INTO target.problems SELECT {here}, _golden_id, {literal(field.name)}, value, reason FROM (
                    SELECT t._golden_id, b.{ident(field.name)} AS value, unnest({reasons(rules)}) AS reason
                    FROM {table} AS t JOIN _before AS b USING (_golden_id)) WHERE reason IS NOT NULL""")


def reasons(rules: Iterable[tuple[str, str]]) -> str:
    """Conditions and their reasons as a list in SQL, with NULL for each that does not hold."""
    return "[" + ", ".join(f"CASE WHEN {condition} THEN {literal(reason)} END" for condition, reason in rules) + "]"


def _presence(field: FieldMap) -> Rules:
    value, before = f"t.{ident(field.name)}", f"b.{ident(field.name)}"
    if field.limits.required:
        yield f"coalesce({value}, '') = '' AND coalesce({before}, '') = ''", "required"
    if field.codes is not None:
        yield f"{before} IS NOT NULL AND {value} IS NULL", NO_CODE


def _size(value: str, limits: TargetField, unit: str) -> Rules:
    """A text's length in the target's unit; of a number the places before and behind the decimal point."""
    if limits.type == "decimal":
        if limits.decimals is not None:
            behind = f"length(rtrim(regexp_extract({value}, '\\.(\\d*)$', 1), '0'))"
            yield f"{behind} > {limits.decimals}", f"more than {limits.decimals} places behind the decimal point"
        if limits.length:
            before = limits.length - (limits.decimals or 0)
            places = f"length(ltrim(regexp_extract({value}, '^[-+]?(\\d*)', 1), '0'))"
            yield f"{places} > {before}", f"more than {before} places before the decimal point"
    elif limits.length:
        of = {"bytes": " bytes", "gbk": " bytes in GBK", "utf16": " UTF-16 units"}.get(unit, "")
        yield f"{LENGTH[unit].format(value)} > {limits.length}", f"longer than {limits.length}{of}"


def _form(value: str, limits: TargetField) -> Rules:
    """What a value must be: one of a list, a number, a date."""
    filled = f"{value} <> ''"
    if limits.values and not limits.silent:
        listed = ", ".join(literal(accepted) for accepted in limits.values)
        yield f"{filled} AND {value} NOT IN ({listed})", f"{NOT_ACCEPTED}{', '.join(limits.values)}"
    if limits.type == "integer":
        yield f"{filled} AND NOT regexp_full_match({value}, '[-+]?\\d+')", "not a whole number"
    if limits.type == "decimal":
        yield f"{filled} AND NOT regexp_full_match({value}, '[-+]?\\d+(\\.\\d*)?')", "not a number"
    if limits.type == "date":
        yield f"{filled} AND try_cast({value} AS DATE) IS NULL", "not a date written YYYY-MM-DD"
    if limits.type == "boolean":
        yield f"{filled} AND lower({value}) NOT IN {BOOLEANS}", f"not one of {', '.join(BOOLEANS)}"


def _characters(con: Connection, table: str, field: str, encoding: str) -> Rules:
    """What a file cannot carry. A text of DuckDB has no lone surrogates: readers reject them."""
    value = f"t.{ident(field)}"
    yield f"regexp_matches({value}, '{CONTROL}')", "has a control character"
    yield f"regexp_matches({value}, '{PRIVATE}')", "has a private-use character, which each system shows otherwise"
    if encoding != "utf-8":
        single = f"SELECT DISTINCT unnest(string_split({ident(field)}, '')) AS one FROM {table}"
        found = rows(con, f"SELECT one FROM ({single}) WHERE strlen(one) > 1 ORDER BY one")
        if lost := "".join(one for (one,) in found if not _carries(encoding, one)):
            points = "".join(f"\\x{{{ord(one):X}}}" for one in lost)
            yield f"regexp_matches({value}, '[{points}]')", f"has a character that a file in {encoding} cannot carry"


def _carries(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _either(name: str, mapped: ObjectMap, known: TargetObject | None) -> Rules:
    """Of groups of fields a row fills one: an organisation's or a person's."""
    groups = known.either if known else ()
    mine = {field.name for field in mapped.fields}
    others = [other for group in groups if name not in group for other in group if other in mine]
    if others and any(name in group for group in groups):
        filled = " OR ".join(f"t.{ident(other)} <> ''" for other in others)
        said = f"filled beside {', '.join(others)}: a record has one or the other"
        yield f"t.{ident(name)} <> '' AND ({filled})", said


def _number_range(value: str, limits: TargetField) -> Rules:
    if limits.numbers.external:
        first, last = limits.numbers.external
        within = f"coalesce(try_cast({value} AS HUGEINT) BETWEEN {first} AND {last}, false)"
        yield f"{value} <> '' AND NOT {within}", f"outside the number range {first} to {last}"


def _reference(con: Connection, place: tuple[str, str, str], value: str, limits: TargetField, kind: Target) -> Rules:
    """It must be a key of the object it refers to, where that is loaded too; what a row's parent explains is left."""
    target, title, _ = place
    parent = kind.objects.get(limits.ref or "")
    if parent is None or not parent.key or not limits.ref or not exists(con, "target", f"{target}__{limits.ref}"):
        return
    # a row may refer to another of its own object, which may still be refused itself
    there = f"SELECT {ident(parent.key)} FROM {ident('target', f'{target}__{limits.ref}')}"
    known = rows(con, "SELECT 1 FROM duckdb_columns() WHERE schema_name = 'target' AND table_name = ? "
                      "AND column_name = ?", [f"{target}__{limits.ref}", parent.key])  # fmt: skip
    if known:
        told = f"""SELECT golden_id FROM target.problems WHERE target = {literal(target)} AND object = {literal(title)}
            AND field IN ('parent', 'record')"""
        yield (
            f"{value} <> '' AND {value} NOT IN ({there} WHERE {ident(parent.key)} IS NOT NULL) "
            f"AND t._golden_id NOT IN ({told})",
            f"no {limits.ref} that is loaded has this key",
        )
