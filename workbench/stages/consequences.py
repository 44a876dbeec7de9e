"""What merged records entail: two credit limits, two payment terms. By rule, or for a person to decide.

`sum` adds the limits up, `largest` takes the largest, `review` lists values that differ: one is taken meanwhile by the
field's ordinary rules, and an override settles it. What counts are the records of the field's owners, where it has any:
another source's value is a copy of one of theirs, or a deviation from it.
"""

from __future__ import annotations

from ..config import Config
from ..config.golden import GoldenConfig
from ..store import Connection, literal
from .fill import OVERRIDE
from .survival import SEVERAL


def entail(con: Connection, config: Config, entity: str, field: str) -> None:
    """Write down in gold.consequences the values that _contenders has for a field with a consequence; add up sums.

    Amounts of several currencies can neither be added nor compared: they are for review, and the ordinary rules' one is
    taken meanwhile, in its own currency.
    """
    rule = config.golden.get(entity, GoldenConfig()).consequences.get(field)
    if rule is None:
        return
    several = "count(*) > 1" if rule == "sum" else "count(DISTINCT (same, currency)) > 1"
    con.execute(f"""
        INSERT INTO gold.consequences
        SELECT {literal(entity)}, golden_id, {literal(field)}, {literal(rule)},
            list({{'value': value, 'source': source, 'key': key}} ORDER BY source, key), NULL,
            CASE WHEN {literal(rule)} = 'review' OR {SEVERAL} THEN 'review' ELSE 'decided' END
        FROM _contenders WHERE owned GROUP BY golden_id HAVING {several} ORDER BY golden_id""")
    if rule == "sum":
        _add_up(con, entity, field)


def _add_up(con: Connection, entity: str, field: str) -> None:
    """Put the sums in place of what survived; what is in a sum has not lost."""
    con.execute(f"""
        UPDATE gold.provenance AS p SET rule = 'sum', value = c.total::VARCHAR,
            losing = [l for l in losing if NOT list_contains(c.members, {{'source': l.source, 'key': l.key}})]
        FROM (SELECT golden_id, list_sum([v.value::DECIMAL(38, 6) for v in "values"])::DECIMAL(38, 6) AS total,
                [{{'source': v.source, 'key': v.key}} for v in "values"] AS members
            FROM gold.consequences WHERE entity = {literal(entity)} AND field = {literal(field)}
                AND status = 'decided') AS c
        WHERE p.entity = {literal(entity)} AND p.field = {literal(field)} AND p.golden_id = c.golden_id""")


def conclude(con: Connection, entity: str) -> None:
    """Put into gold.consequences what the golden record has at last; an override has settled what was for review."""
    con.execute(f"""
        UPDATE gold.consequences AS c SET chosen = p.value,
            status = CASE WHEN p.rule = {literal(OVERRIDE)} THEN 'decided' ELSE status END
        FROM gold.provenance AS p WHERE c.entity = {literal(entity)} AND p.entity = c.entity
            AND p.golden_id = c.golden_id AND p.field = c.field""")
