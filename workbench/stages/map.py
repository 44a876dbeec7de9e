"""gold -> target: each object in the target's own field names; what the target would refuse is in target.problems."""

from __future__ import annotations

from ..config import FieldMap, ObjectMap, load_mapping
from ..store import Connection, blame, count, fresh_schema, ident, literal
from ..targets import definition
from .context import Counts, Run

LENGTH = {
    "characters": "length({0})",
    "bytes": "strlen({0})",
    "utf16": "length({0}) + length(regexp_replace({0}, '[^\\x{{10000}}-\\x{{10ffff}}]', '', 'g'))",
}
"""How a target counts a field's length."""

NO_CODE, NOT_ACCEPTED = "no new code for this value", "not one of "
UNMAPPED = f"""INSERT INTO target.unmapped
    SELECT target, object, field, ?, value, count(*) FROM target.problems
    WHERE (target, object, field) = (?, ?, ?) AND (reason = '{NO_CODE}' OR starts_with(reason, '{NOT_ACCEPTED}'))
    GROUP BY ALL ORDER BY ALL"""


def run(con: Connection, run: Run) -> Counts:
    """Fill target.<target>__<object> with what would be accepted. Raises ConfigError for a wrong mapping table."""
    fresh_schema(con, "target")
    read = written = 0
    for name in run.config.targets:
        takers: dict[str, str] = {}  # entity -> the table of the object that takes it
        for title, mapped in load_mapping(run.config, name).items():
            con.execute("INSERT INTO target.objects VALUES (?, ?, ?, ?)", [name, title, mapped.entity, mapped.file])
            table = _map(con, run, name, title, mapped, takers)
            takers[mapped.entity] = table
            read += count(con, f"SELECT count(*) FROM {ident('gold', mapped.entity)}")
            written += count(con, f"SELECT count(*) FROM {table}")
    return Counts(read, written)


def _map(con: Connection, run: Run, target: str, title: str, mapped: ObjectMap, takers: dict[str, str]) -> str:
    """Fill one object's table (the golden id is in _golden_id, not written) and note what it would refuse."""
    table = ident("target", f"{target}__{title}")
    before = "".join(f", {_text(field.source or 'NULL')} AS {ident(field.name)}" for field in mapped.fields)
    with blame(f"the mapping of {target}, {title}"):
        con.execute(
            f"CREATE TEMP TABLE _before AS SELECT golden_id AS _golden_id{before} "
            f"FROM {ident('gold', mapped.entity)} AS {ident(mapped.entity)}"
        )
    after = "".join(f", {_value(field)} AS {ident(field.name)}" for field in mapped.fields)
    con.execute(f"CREATE TABLE {table} AS SELECT _golden_id{after} FROM _before AS b ORDER BY _golden_id")
    place = f"{literal(target)}, {literal(title)}, {literal(mapped.entity)}"
    unit = LENGTH[definition(run.config.targets[target].kind).unit]
    for field in mapped.fields:
        for condition, reason in _refusals(field, unit):
            con.execute(
                f"INSERT INTO target.problems SELECT {place}, t._golden_id, ?, b.{ident(field.name)}, ? "
                f"FROM {table} AS t JOIN _before AS b USING (_golden_id) WHERE {condition}",
                [field.name, reason],
            )
        if field.codes is not None or field.limits.values:
            con.execute(UNMAPPED, [field.code_list, target, title, field.name])
    con.execute("DROP TABLE _before")
    parent = run.config.entities[mapped.entity].parent
    if parent:
        there = takers.get(parent) or f"(SELECT golden_id AS _golden_id FROM {ident('gold', parent)})"
        con.execute(
            f"INSERT INTO target.problems SELECT {place}, golden_id, 'parent', parent_golden_id, "
            f"CASE WHEN parent_golden_id IS NULL THEN 'orphan: its {parent} is not among the records' "
            f"ELSE 'its {parent} would be refused' END FROM {ident('gold', mapped.entity)} "
            f"WHERE parent_golden_id IS NULL OR parent_golden_id NOT IN (SELECT _golden_id FROM {there})"
        )
    con.execute(
        f"DELETE FROM {table} WHERE _golden_id IN "
        f"(SELECT golden_id FROM target.problems WHERE target = {literal(target)} AND object = {literal(title)})"
    )
    return table


def _text(expression: str) -> str:
    """An expression's value as text; decimals without the zeros behind the second place."""
    trimmed = f"regexp_replace(({expression})::VARCHAR, '(\\.\\d{{2}}\\d*?)0+$', '\\1')"
    return f"CASE WHEN typeof({expression}) LIKE 'DECIMAL%' THEN {trimmed} ELSE ({expression})::VARCHAR END"


def _value(field: FieldMap) -> str:
    """The target's value: the golden one (a row b), translated by the code list, else the default."""
    value = f"b.{ident(field.name)}"
    default = "NULL" if field.default is None else literal(field.default)
    if field.codes is None:
        return f"coalesce({value}, {default})::VARCHAR"
    cases = " ".join(f"WHEN {value} = {literal(old)} THEN {literal(new)}" for old, new in field.codes.items())
    return f"CASE WHEN {value} IS NULL THEN {default} {cases} END::VARCHAR"


def _refusals(field: FieldMap, unit: str) -> list[tuple[str, str]]:
    """Conditions under which the target would refuse its row t, made from the values b, with the reason."""
    value, before = f"t.{ident(field.name)}", f"b.{ident(field.name)}"
    found = []
    if field.limits.required:
        found.append((f"coalesce({value}, '') = '' AND coalesce({before}, '') = ''", "required"))
    if field.codes is not None:
        found.append((f"{before} IS NOT NULL AND {value} IS NULL", NO_CODE))
    if field.limits.length:
        found.append((f"{unit.format(value)} > {field.limits.length}", f"longer than {field.limits.length}"))
    if field.limits.values:
        listed = ", ".join(literal(accepted) for accepted in field.limits.values)
        found.append((f"{value} NOT IN ({listed})", f"{NOT_ACCEPTED}{', '.join(field.limits.values)}"))
    return found
