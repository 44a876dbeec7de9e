"""gold -> target: each object in the target's own field names; what the target would refuse is in target.problems,
what it would take though it is wrong in target.doubtful."""

from __future__ import annotations

from ..config import FieldMap, ObjectMap, load_mapping, target_of
from ..store import Connection, blame, count, fresh_schema, ident, literal
from ..targets import Target
from .context import Counts, Run
from .doubtful import doubt
from .refusals import NO_CODE, NOT_ACCEPTED, refuse

UNMAPPED = f"""INSERT INTO target.unmapped
    SELECT target, object, field, ?, value, count(*) FROM target.problems
    WHERE (target, object, field) = (?, ?, ?) AND (reason = '{NO_CODE}' OR starts_with(reason, '{NOT_ACCEPTED}'))
    GROUP BY ALL ORDER BY ALL"""


def run(con: Connection, run: Run) -> Counts:
    """Fill target.<target>__<object> with what would be accepted. Raises ConfigError for a wrong mapping table."""
    fresh_schema(con, "target")
    read = written = 0
    for name in run.config.targets:
        kind, takers = target_of(run.config, name), dict[str, str]()  # entity -> the table of its lead object
        for title, mapped in load_mapping(run.config, name).items():
            place = (name, title, mapped.entity)
            con.execute("INSERT INTO target.objects VALUES (?, ?, ?, ?, ?)", [*place, mapped.file, mapped.lead])
            table = _map(con, run, kind, place, mapped, takers)
            if mapped.lead:
                takers[mapped.entity] = table
                read += count(con, f"SELECT count(*) FROM {ident('gold', mapped.entity)}")
                written += count(con, f"SELECT count(*) FROM {table}")
    return Counts(read, written)


def _map(
    con: Connection, run: Run, kind: Target, place: tuple[str, str, str], mapped: ObjectMap, takers: dict[str, str]
) -> str:
    """Fill one object's table (the golden id is in _golden_id, not written) and note what is wrong with its rows."""
    target, title, entity = place
    table = ident("target", f"{target}__{title}")
    before = "".join(f", {as_text(field.source or 'NULL')} AS {ident(field.name)}" for field in mapped.fields)
    with blame(f"the mapping of {target}, {title}"):
        con.execute(
            f"CREATE TEMP TABLE _before AS SELECT golden_id AS _golden_id{before} "
            f"FROM {ident('gold', entity)} AS {ident(entity)} WHERE ({mapped.where})"
        )
    after = "".join(f", {_value(field)} AS {ident(field.name)}" for field in mapped.fields)
    con.execute(f"CREATE TABLE {table} AS SELECT _golden_id{after} FROM _before AS b ORDER BY _golden_id")
    here = ", ".join(map(literal, place))
    _without_others(con, run, here, mapped, takers)
    refuse(con, kind, place, mapped, table)
    for field in mapped.fields:
        if field.codes is not None or field.limits.values:
            con.execute(UNMAPPED, [field.code_list, target, title, field.name])
    con.execute("DROP TABLE _before")
    con.execute(
        f"DELETE FROM {table} WHERE _golden_id IN "
        f"(SELECT golden_id FROM target.problems WHERE target = {literal(target)} AND object = {literal(title)})"
    )
    doubt(con, run, place, mapped, table)
    return table


def _without_others(con: Connection, run: Run, here: str, mapped: ObjectMap, takers: dict[str, str]) -> None:
    """A row is refused without its parent, one of a further object without its record in the lead."""
    insert, gold = "INSERT INTO target.problems SELECT", ident("gold", mapped.entity)
    if not mapped.lead:
        con.execute(
            f"{insert} {here}, _golden_id, 'record', _golden_id, {literal(f'its {mapped.entity} would be refused')} "
            f"FROM _before WHERE _golden_id NOT IN (SELECT _golden_id FROM {takers[mapped.entity]})"
        )
    elif parent := run.config.entities[mapped.entity].parent:
        there = takers.get(parent) or f"(SELECT golden_id AS _golden_id FROM {ident('gold', parent)})"
        con.execute(
            f"{insert} {here}, golden_id, 'parent', parent_golden_id, "
            f"CASE WHEN parent_golden_id IS NULL THEN 'orphan: its {parent} is not among the records' "
            f"ELSE 'its {parent} would be refused' END FROM {gold} "
            f"WHERE parent_golden_id IS NULL OR parent_golden_id NOT IN (SELECT _golden_id FROM {there})"
        )


def as_text(expression: str) -> str:
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
