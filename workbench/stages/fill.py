"""gold with what no source states: a person's override stands in place of whatever survived, and a field that no source
knows is derived, looked up in a reference file, or collected.

But for overrides, what a source states is never changed. All of it goes through its field's type; what that refuses,
and what is said in two ways, changes nothing and is in gold.fill_problems. gold.filled counts, field by field.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..checks import quoted
from ..config import Config
from ..config.filling import fill_order, reads
from ..config.model import FillConfig
from ..store import Connection, blame, ident, literal, rows
from .cleaning import clean_values, neighbours_of, told_of
from .context import Run
from .decided import FOUNDED

FILLED = ("derived", "reference", "collected")
"""The rules of values where no source states one."""

OVERRIDE = "override"
"""The rule of what a person put in place of what sources state."""

DECIDED = "FROM memory.decisions WHERE kind = 'override'"


def fill(con: Connection, run: Run, entity: str) -> None:
    """Override and fill what is known, each field after those it is filled from.

    Reads memory.collected and, of an entity that is matched, memory.decisions and _own_<entity>.
    """
    fields = run.config.entities[entity].fields
    said = f"SELECT field, entity FROM memory.collected UNION SELECT field, entity {DECIDED}"
    given = {name for (name,) in rows(con, f"SELECT field FROM ({said}) WHERE entity = {literal(entity)}")}
    order = [name for name in fill_order(run.config, entity) if fields[name].fill or name in given]
    if order:
        parts = _lay_out(con, run.config, entity)
        for name in order:
            for candidates in _ways(run, entity, name):
                _take(con, run.config, entity, name, parts.get(name, []), candidates)
        shown = ", ".join(map(ident, ("golden_id", "parent_golden_id", *fields)))
        con.execute(f"CREATE OR REPLACE TABLE {ident('gold', entity)} AS SELECT {shown} FROM _record")
        con.execute("DROP TABLE _record")
    _count(con, entity, list(fields))


def _lay_out(con: Connection, config: Config, entity: str) -> dict[str, list[str]]:
    """Write _record: the golden records, each with the parts that fields are filled from; returns these by field."""
    fields = config.entities[entity].fields
    read = {name for field in fields.values() for way in field.fill for name in reads(way, entity) if "__" in name}
    parts: dict[str, list[str]] = {}
    for name in sorted(read):
        parts.setdefault(name.partition("__")[0], []).append(name)
    joins = []
    for name, wanted in parts.items():
        whose = f"FROM gold.xref WHERE entity = {literal(entity)}"
        if entity in config.match:
            whose = f"FROM gold.provenance WHERE entity = {literal(entity)} AND field = {literal(name)}"
        joins.append(
            f"LEFT JOIN (SELECT w.golden_id, {', '.join(map(ident, wanted))} "
            f"FROM (SELECT golden_id, source, key {whose}) AS w JOIN {ident('std', entity)} AS s USING (source, key)) "
            f"AS {ident(f'_{name}')} USING (golden_id)"
        )
    shown = "".join(f", {ident(part)}" for wanted in parts.values() for part in wanted)
    con.execute(f"CREATE TEMP TABLE _record AS SELECT g.*{shown} FROM {ident('gold', entity)} AS g {' '.join(joins)}")
    return parts


def _ways(run: Run, entity: str, field: str) -> Iterator[str]:
    """SELECT golden_id, value (text), refused (why), rule, source, key for each way to a field, overrides first.

    An override is of the golden record that its record is in, or if that has gone, that has its id now; of one person's
    the latest counts, for golden records that had one each may have become one.
    """
    if entity in run.config.match:
        yield f"""
            WITH said AS (
                SELECT d.act, d."user", d.value, d.status, coalesce(x.golden_id, f.golden_id) AS whose
                FROM ({DECIDED}) AS d
                LEFT JOIN gold.xref AS x ON x.entity = d.entity AND x.source = d.source_l AND x.key = d.key_l
                LEFT JOIN ({FOUNDED}) AS f ON f.entity = d.entity AND f.source = d.source_l AND f.key = d.key_l
                WHERE d.entity = {literal(entity)} AND d.field = {literal(field)}),
            latest AS (
                FROM said QUALIFY row_number() OVER (PARTITION BY whose, lower("user") ORDER BY act DESC) = 1)
            SELECT whose AS golden_id, value, NULL AS refused, {literal(OVERRIDE)} AS rule,
                arg_max("user", act) AS source, '#' || max(act) AS key
            FROM latest WHERE status = 'stands' GROUP BY whose, value"""
    for way in run.config.entities[entity].fields[field].fill:
        yield _derived(run, entity, field, way.derive) if way.derive else _referenced(entity, field, way)
    yield f"""
        SELECT golden_id, arg_max(value, age) AS value, NULL AS refused, 'collected' AS rule,
            'collected' AS source, arg_max("user", age) AS key
        FROM (SELECT c.age, c.value, c."user", coalesce(x.golden_id, d.redirects_to, c.golden_id) AS golden_id
            FROM memory.collected AS c LEFT JOIN gold.xref AS x USING (entity, source, key)
            LEFT JOIN gold.redirects AS d ON d.entity = c.entity AND d.golden_id = c.golden_id
            WHERE c.entity = {literal(entity)} AND c.field = {literal(field)})
        GROUP BY golden_id"""


def _derived(run: Run, entity: str, field: str, expression: str) -> str:
    """What is no text is rounded as the field's type is stored; texts are read by the type."""
    kind = run.config.entities[entity].fields[field].kind
    return f"""
        SELECT golden_id, CASE WHEN typeof(made) IN ('VARCHAR', 'BOOLEAN') THEN made::VARCHAR
                ELSE coalesce(TRY_CAST(made AS {kind.sql})::VARCHAR, made::VARCHAR) END AS value,
            NULL AS refused, 'derived' AS rule, '' AS source, '' AS key
        FROM (SELECT golden_id, ({expression}) AS made
            FROM (SELECT *, DATE '{run.as_of}' AS as_of FROM _record) AS {ident(entity)}
            WHERE {ident(field)} IS NULL)"""


def _referenced(entity: str, field: str, way: FillConfig) -> str:
    """The different values of the reference's rows that the record finds, each with its first row."""
    same = " AND ".join(f"f.{quoted(column, f'{entity}.{name}', 'key')} = r.{ident(f'{name}__key')}"
                        for name, column in way.by.items())  # fmt: skip
    value = f"f.{quoted(way.column or '', f'{entity}.{field}')}"
    refused = f"f.{quoted(way.column or '', f'{entity}.{field}', 'reason')}"
    return f"""
        SELECT r.golden_id, {value} AS value, any_value({refused}) AS refused, 'reference' AS rule,
            {literal(way.reference or "")} AS source, '#' || min(f._row) AS key
        FROM _record AS r JOIN std.{ident((way.reference or "").replace(".", "__"))} AS f ON {same}
        WHERE r.{ident(field)} IS NULL GROUP BY r.golden_id, {value}"""


def _take(con: Connection, config: Config, entity: str, field: str, parts: list[str], candidates: str) -> None:
    """Fill one field one way: the candidates that its type accepts, the only one for its record each."""
    settings = config.entities[entity].fields[field]
    near = neighbours_of(config, entity, field)
    context = "".join(f", r.{ident(name)}::VARCHAR AS {ident(place)}" for place, name in near.items())
    with blame(f"entities.{entity}.fields.{field}.fill"):
        con.execute(f"""CREATE TEMP TABLE _offered AS
            SELECT c.*{context}, count(*) OVER (PARTITION BY golden_id) > 1 AS several
            FROM ({candidates}) AS c JOIN _record AS r USING (golden_id)
            WHERE c.value IS NOT NULL AND (r.{ident(field)} IS NULL OR c.rule = {literal(OVERRIDE)})""")
    places = "".join(f", {ident(place)}" for place in near)
    values = f"SELECT value AS before{places}, count(*) AS times FROM _offered GROUP BY ALL"
    clean_values(
        con, settings.kind, told_of(config, entity, field), values, "_cleaned", neighbours=list(near), settings={}
    )
    listed = ", ".join(literal(row[0]) for row in config.codes(settings.codes)) if settings.codes else ""
    same = "".join(f" AND c.{ident(place)} IS NOT DISTINCT FROM o.{ident(place)}" for place in near)
    con.execute(f"""CREATE TEMP TABLE _judged AS
        SELECT o.golden_id, o.value, o.rule, o.source, o.key, c.* EXCLUDE (rule), CASE
            WHEN o.several AND o.rule = {literal(OVERRIDE)} THEN 'another override says otherwise'
            WHEN o.several THEN 'other rows of ' || o.source || ' say otherwise'
            WHEN c.valid IS NULL THEN 'means that nothing is known'
            WHEN o.refused IS NOT NULL THEN o.refused WHEN NOT c.valid THEN c.reason
            {f"WHEN c.after::VARCHAR NOT IN ({listed}) THEN 'not in its code list'" if listed else ""} END AS problem
        FROM _offered AS o JOIN _cleaned AS c ON c.before = o.value{same}
        WHERE c.valid IS NOT NULL OR o.rule = {literal(OVERRIDE)}""")
    place = f"{literal(entity)}, golden_id, {literal(field)}"
    con.execute(f"""INSERT INTO gold.fill_problems SELECT {place}, value, source, key, rule, problem
        FROM _judged WHERE problem IS NOT NULL ORDER BY golden_id, value""")
    con.execute("DELETE FROM _judged WHERE problem IS NOT NULL")
    con.execute(f"""DELETE FROM gold.provenance WHERE entity = {literal(entity)} AND field = {literal(field)}
        AND golden_id IN (SELECT golden_id FROM _judged)""")
    con.execute(f"""INSERT INTO gold.provenance
        SELECT {place}, after::VARCHAR, source, key, rule, {_losing(config, entity, field)}
        FROM _judged AS j ORDER BY golden_id""")
    made = "".join(f", {ident(part)} = j.{ident('__' + part.partition('__')[2])}" for part in parts)
    con.execute(f"""UPDATE _record SET {ident(field)} = j.after{made} FROM _judged AS j
        WHERE j.golden_id = _record.golden_id""")
    con.execute("DROP TABLE _offered; DROP TABLE _cleaned; DROP TABLE _judged")


def _losing(config: Config, entity: str, field: str) -> str:
    """What the records of a row j of _judged state otherwise: it loses to an override, or was left by its group."""
    if entity not in config.match:
        return "[]"
    name = ident(field)
    return f"""coalesce((
        SELECT list({{'value': o.{name}::VARCHAR, 'source': o.source, 'key': o.key}} ORDER BY o.source, o.key)
        FROM {ident(f"_own_{entity}")} AS o WHERE o.golden_id = j.golden_id AND o.{name} <> j.after), [])"""


def _count(con: Connection, entity: str, fields: list[str]) -> None:
    """Of each field how many golden records have it, how, and how many lack it."""
    given = (*FILLED, OVERRIDE)
    names, known = ", ".join(map(literal, fields)), ", ".join(f"count({ident(name)})" for name in fields)
    ways = ", ".join(f"coalesce(sum(n) FILTER (WHERE rule = '{rule}'), 0)::BIGINT AS {rule}" for rule in given)
    con.execute(f"""
        INSERT INTO gold.filled
        WITH held AS (
            SELECT unnest([{names}]) AS field, unnest(known) AS known, unnest(range({len(fields)})) AS place, records
            FROM (SELECT count(*) AS records, [{known}] AS known FROM {ident("gold", entity)})),
        ways AS (
            SELECT field, {ways}
            FROM (SELECT field, rule, count(*) AS n FROM gold.provenance WHERE entity = {literal(entity)} GROUP BY ALL)
            GROUP BY field)
        SELECT {literal(entity)}, field, records, known - {" - ".join(f"coalesce({rule}, 0)" for rule in given)},
            {", ".join(f"coalesce({rule}, 0)" for rule in given)}, records - known
        FROM held LEFT JOIN ways USING (field) ORDER BY place""")
