"""What a target would take though it is wrong, by row and field: only people can tell whether it is meant."""

from __future__ import annotations

from collections.abc import Iterator

from ..config import FieldMap, ObjectMap
from ..store import Connection, ident, literal
from .context import Run
from .refusals import reasons

BLANK = r"[\s\p{Z}\p{Cf}]*"
"""Nothing that a person sees."""

NAMES = ("company_name", "party_name", "person_name", "last_name", "name")


def doubt(con: Connection, run: Run, place: tuple[str, str, str], mapped: ObjectMap, table: str) -> None:
    """Note in target.doubtful what is wrong with the rows of an object that the target takes."""
    child = run.config.entities[mapped.entity].parent is not None
    here = ", ".join(map(literal, place))
    for field in mapped.fields:
        said = reasons(_rules(field, place[2], child, table))
        con.execute(f"""
            INSERT INTO target.doubtful SELECT {here}, _golden_id, {literal(field.name)}, value, reason FROM (
                SELECT t._golden_id, t.{ident(field.name)} AS value, unnest({said}) AS reason FROM {table} AS t)
            WHERE reason IS NOT NULL ORDER BY _golden_id""")


def _rules(field: FieldMap, entity: str, child: bool, table: str) -> Iterator[tuple[str, str]]:
    """Conditions on a row t, each with the reason."""
    value, limits = f"t.{ident(field.name)}", field.limits
    if limits.required or limits.semantic in NAMES:
        blank = f"regexp_full_match({value}, '{BLANK}')"
        unseen = f"{blank} AND {value} <> ''" if limits.semantic not in NAMES else f"coalesce({blank}, true)"
        yield unseen, "blank: the new system would have a record that nobody can read"
    if limits.ref and child:
        yield f"coalesce({value}, '') = ''", f"belongs to no {limits.ref}: the new system would not link it"
    if limits.values and limits.silent:
        listed = ", ".join(literal(accepted) for accepted in limits.values)
        yield f"{value} <> '' AND {value} NOT IN ({listed})", f"a new choice beside {', '.join(limits.values)}"
    if limits.numbers.internal:
        first, last = limits.numbers.internal
        yield (
            f"try_cast({value} AS HUGEINT) BETWEEN {first} AND {last}",
            f"lies where the new system numbers by itself ({first} to {last}): let its sequence begin above",
        )
    if limits.unique and limits.semantic != "golden_id":
        yield _shared(value, field.name, entity, table), "another record has it too, and no relation says why"
    yield f"contains({value}, '\N{REPLACEMENT CHARACTER}')", "a character was lost on the way here"


def _shared(value: str, name: str, entity: str, table: str) -> str:
    """Another row has the value, and no relation joins the record to one that has it."""
    column = ident(name)
    repeated = f"SELECT {column} FROM {table} WHERE {column} <> '' GROUP BY ALL HAVING count(*) > 1"
    explained = f"""SELECT unnest([a._golden_id, b._golden_id]) FROM gold.relations AS r
        JOIN {table} AS a ON a._golden_id = r.golden_id JOIN {table} AS b ON b._golden_id = r.related_id
        WHERE r.entity = {literal(entity)} AND r.status NOT IN ('refused', 'too many') AND a.{column} = b.{column}"""
    return f"{value} IN ({repeated}) AND t._golden_id NOT IN ({explained})"
