"""From the value of each source record to the one that the new system is to have: why it is another.

Each explanation is tried, not taken: the surviving value must be the one that the named record has, and the mapped one
what the code list makes of it. What no rule explains is listed, row by row.
"""

from __future__ import annotations

from ..config import Config, FieldMap, ObjectMap
from ..config.golden import GoldenConfig
from ..stages.fill import OVERRIDE
from ..stages.survival import HAN
from ..store import Connection, ident, literal
from .fields import PARENT, as_mapped, column_of, golden_field
from .ground import expected

REASONS = {
    "equal": "the source's value, unchanged",
    "standardised": "the source's value in the form of its type",
    "merged": "survivorship took another record's value, or put a name where its language belongs",
    "owner's value": "the field's owner has it",
    "manual decision": "a person decided it or filled it in",
    "filled": "no source had one: it was derived, or looked up",
    "mapped": "by a code list, or an expression of the mapping",
    "default": "the mapping's default, as there is no value",
    "UNEXPLAINED": "none of these",
}

_REASON = """CASE
    WHEN wanted IS DISTINCT FROM expected THEN 'UNEXPLAINED'
    WHEN said IS NOT DISTINCT FROM gold THEN CASE
        WHEN gold IS NULL AND expected IS NOT NULL THEN 'default'
        WHEN expected IS DISTINCT FROM gold THEN 'mapped'
        WHEN before IS DISTINCT FROM said AND before IS NOT NULL THEN 'standardised' ELSE 'equal' END
    WHEN rule IN ('{override}', 'collected') THEN CASE WHEN chosen = gold THEN 'manual decision' ELSE 'UNEXPLAINED' END
    WHEN rule IN ('derived', 'reference') AND (said IS NULL OR {grouped}) THEN 'filled'
    WHEN rule IN ('derived', 'reference') THEN 'UNEXPLAINED'
    WHEN chosen IS DISTINCT FROM gold THEN 'UNEXPLAINED'
    WHEN NOT held AND NOT (gold IS NULL AND (lost OR {chinese})) THEN 'UNEXPLAINED'
    WHEN rule = 'owner' THEN 'owner''s value' ELSE 'merged' END"""


def explain(con: Connection, config: Config, target: str, mapping: dict[str, ObjectMap]) -> None:
    """Fill proof.lineage and proof.unexplained for every mapped field. Needs proof.golden."""
    for title, mapped in mapping.items():
        for field in mapped.fields:
            if column_of(field) in ("golden_id", PARENT):
                continue
            if golden_field(config, mapped, field):
                _follow(con, config, target, title, mapped, field)
            else:
                _count(con, target, title, mapped, field)


def _follow(con: Connection, config: Config, target: str, title: str, mapped: ObjectMap, field: FieldMap) -> None:
    """One field that takes a golden field as it is, or by a code list."""
    entity, column = mapped.entity, column_of(field)
    money = config.entities[entity].fields[column].type == "money"
    text = "try_cast({} AS DECIMAL(38, 6))::VARCHAR" if money and field.codes is None else "({})::VARCHAR"
    default = "NULL" if field.default is None else text.format(literal(field.default))
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE _told AS
        WITH sides AS (
            SELECT x.golden_id, x.source, x.key, {text.format(f"s.{ident(column)}")} AS said, c.before,
                {text.format(f"g.{ident(column)}")} AS gold, p.rule,
                {text.format("p.value")} AS chosen, {_held(config, entity, column, text)} AS held,
                coalesce(list_contains([l.source || chr(31) || l.key for l in p.losing],
                    x.source || chr(31) || x.key), false) AS lost,
                {text.format(f"t.{ident(field.name)}")} AS expected
            FROM (FROM gold.xref WHERE entity = {literal(entity)}) AS x
            JOIN {expected(target, title)} AS t ON t._golden_id = x.golden_id
            JOIN gold.{ident(entity)} AS g ON g.golden_id = x.golden_id
            JOIN std.{ident(entity)} AS s ON s.source = x.source AND s.key = x.key
            LEFT JOIN (FROM std.changes WHERE entity = {literal(entity)} AND field = {literal(column)}) AS c
                ON c.source = s.source AND c._row = s._row
            LEFT JOIN (FROM gold.provenance WHERE entity = {literal(entity)} AND field = {literal(column)}) AS p
                ON p.golden_id = x.golden_id
            LEFT JOIN std.{ident(entity)} AS h ON h.source = p.source AND h.key = p.key),
        mapped AS (SELECT *, {as_mapped(field, "gold", default)} AS wanted FROM sides)
        SELECT *, {_reason(config, entity, column)} AS reason FROM mapped""")
    place = f"{literal(title)}, {literal(field.name)}"
    con.execute(f"""INSERT INTO proof.lineage
        SELECT {place}, source, reason, count(*) FROM _told GROUP BY ALL ORDER BY ALL""")
    con.execute(f"""INSERT INTO proof.unexplained
        SELECT {literal(title)}, golden_id, {literal(field.name)}, source, key, said, expected FROM _told
        WHERE reason = 'UNEXPLAINED' ORDER BY golden_id, source, key""")
    con.execute("DROP TABLE _told")


def _reason(config: Config, entity: str, column: str) -> str:
    """The CASE of one field. A field that survived with its group may be filled beside what another record says."""
    settings = config.golden.get(entity, GoldenConfig())
    chinese = HAN.format("said") if column in settings.english.values() else "false"
    grouped = any(column in members for members in settings.groups.values())
    return _REASON.format(override=OVERRIDE, grouped=grouped, chinese=chinese)


def _held(config: Config, entity: str, column: str, text: str) -> str:
    """Whether the record h that survivorship names has the chosen value: in the field, or in the one it lends names to.

    A sum is that of all records; stages/consequences.py says which count.
    """
    english = config.golden.get(entity, GoldenConfig()).english
    lenders = [column, *(name for pair in english.items() for name in pair if column in pair and name != column)]
    held = " OR ".join(f"{text.format(f'h.{ident(name)}')} = {text.format('p.value')}" for name in lenders)
    return f"(coalesce({held}, false) OR p.rule = 'sum')"


def _count(con: Connection, target: str, title: str, mapped: ObjectMap, field: FieldMap) -> None:
    """A field that an expression computes, or that has a default alone: counted as such."""
    same = f"t.{ident(field.name)} IS NOT DISTINCT FROM {'NULL' if field.default is None else literal(field.default)}"
    reason = "'mapped'" if field.source else f"CASE WHEN {same} THEN 'default' ELSE 'UNEXPLAINED' END"
    con.execute(f"""INSERT INTO proof.lineage
        SELECT {literal(title)}, {literal(field.name)}, x.source, {reason}, count(*)
        FROM gold.xref AS x JOIN {expected(target, title)} AS t ON t._golden_id = x.golden_id
        WHERE x.entity = {literal(mapped.entity)} GROUP BY ALL ORDER BY ALL""")
