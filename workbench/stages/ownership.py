"""Who is the system of record of which field, and what other systems have otherwise: for correction in the source.

The owner's value is that of the first of a field's owners that has one in the golden record. Values are compared by
the key of the field's type: what is only spelt otherwise does not deviate. A value that is missing is a gap, not a
deviation, and neither is what the owner has in further records: that is a consequence of merging them.
"""

from __future__ import annotations

from ..config import Config
from ..config.golden import GoldenConfig
from ..store import Connection, literal
from .survival import NOBODY, item


def deviate(con: Connection, config: Config, entity: str, unit: str, fields: list[str]) -> None:
    """From _contenders to gold.deviations, and into gold.ownership how many values were compared and deviate."""
    owners = config.golden.get(entity, GoldenConfig()).owners.get(unit)
    if owners is None:
        return
    con.execute(f"""
        CREATE TEMP TABLE _held AS
        SELECT w.golden_id, w.stage, w.source AS owner, w.key AS owner_key, w.value AS owner_value,
            w.same AS owner_same, c.source, c.key, c.value, c.same
        FROM _contenders AS w JOIN _contenders AS c USING (golden_id)
        WHERE w.place = 1 AND w.owner < {NOBODY} AND c.source <> w.source""")
    places = ", ".join(f"({literal(stage)}, {literal(', '.join(sources))})" for stage, sources in owners.items())
    sources = ", ".join(f"({literal(name)})" for name, held in config.records(entity).items()
                        if set(fields) & set(held.fields)) or "(NULL)"  # fmt: skip
    for place, field in enumerate(fields, 1):
        value, owner_value = item("value", fields, place), item("owner_value", fields, place)
        compared = f"{owner_value} IS NOT NULL AND {value} IS NOT NULL"
        deviates = f"{item('same', fields, place)} <> {item('owner_same', fields, place)}"
        con.execute(f"""
            INSERT INTO gold.deviations
            SELECT {literal(entity)}, golden_id, {literal(field)}, stage, owner, owner_key, {owner_value},
                source, key, {value} FROM _held WHERE {compared} AND {deviates} ORDER BY ALL""")
        con.execute(f"""
            INSERT INTO gold.ownership
            SELECT {literal(entity)}, {literal(field)}, p.stage, p.owners, s.source,
                count(*) FILTER (WHERE {compared}), count(*) FILTER (WHERE {compared} AND {deviates})
            FROM (VALUES {places}) AS p(stage, owners) CROSS JOIN (VALUES {sources}) AS s(source)
            LEFT JOIN _held AS h ON h.stage = p.stage AND h.source = s.source GROUP BY ALL ORDER BY ALL""")
    con.execute("DROP TABLE _held")
