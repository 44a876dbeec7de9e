"""What belongs together without being one: branches, groups, ship-to parties, shared tax ids, households.

Golden records that share a value (the core of a name, a brand, a tax id) are looked at in pairs; each gets the best of
its heads for each kind, with all that the two have in common as evidence. People confirm or refuse what is found, and
relate what is not. A value that more than MOST golden records share says nothing: it is told once, and gives no pairs.
"""

from __future__ import annotations

from ..config import Config
from ..config.golden import MUTUAL, GoldenConfig
from ..store import Connection, blame, ident, literal
from ..types.company_name import SIGNS
from .context import Run

MOST = 50
"""Golden records that may share a value for it to relate them."""

TOLD = {
    "tax_id": {"tax id": "{0}__key", "organisation code": "{0}__org"},
    "phone": {"phone": "{0}__key"},
    "url": {"web site": "{0}__key"},
    "email": {"mail domain": "{0}__domain"},
    "address": {"address": "coalesce({0}__street, {0}__key)"},
}
"""What two golden records may have in common, by type of field, and the SQL of its value; names come beside these."""

# blocks: what golden records must share to be looked at for a kind, and when a shared value is of interest
BLOCKS = """
    SELECT 'branch' AS kind, fact, value, golden_id FROM _facts WHERE fact IN ('core', 'organisation code')
    UNION ALL SELECT 'group', fact, value, golden_id FROM _facts WHERE fact = 'brand'
    UNION ALL SELECT 'group', s.fact, b.value || ' ' || s.value, golden_id
    FROM _facts AS b JOIN _facts AS s USING (golden_id) WHERE b.fact = 'brand' AND s.fact IN ('web site', 'mail domain')
    UNION ALL SELECT 'ship_to', fact, value, golden_id FROM _facts WHERE fact = 'name'
    UNION ALL SELECT 'shared_tax_id', fact, value, golden_id FROM _facts WHERE fact = 'tax id'
    UNION ALL SELECT 'household', 'family and address', f.value || ' ' || a.value, golden_id
    FROM _facts AS f JOIN _facts AS a USING (golden_id) WHERE f.fact = 'family' AND a.fact = 'address'"""
LEADS = "CASE WHEN kind = 'branch' THEN NOT branch WHEN fact = 'brand' THEN grouped ELSE true END"
FOLLOWS = "CASE WHEN kind = 'branch' THEN branch WHEN fact = 'brand' THEN NOT grouped ELSE true END"
TELLING = f"count(*) > 1 AND bool_or({LEADS}) AND bool_or({FOLLOWS})"
SIZE = "CASE kind WHEN 'branch' THEN count(*) FILTER (NOT branch) ELSE count(*) END"
"""A head office may have any number of branches: what counts is how many it could be of."""

PAIRS = """
    SELECT DISTINCT kind, fact, c.golden_id, h.golden_id AS related_id, '' AS said, ct.taxed,
        ct.addressed AND ht.addressed AS addressed
    FROM (FROM _small WHERE follows) AS c JOIN (FROM _small WHERE leads) AS h USING (kind, fact, value)
    JOIN _traits AS ct ON ct.golden_id = c.golden_id JOIN _traits AS ht ON ht.golden_id = h.golden_id
    WHERE c.golden_id <> h.golden_id AND (kind = 'branch' OR fact = 'brand' OR ht.place < ct.place)
        AND (kind NOT IN ('group', 'ship_to') OR NOT ct.branch AND NOT ht.branch)"""
"""Golden records that share a value of a kind, with the likelier head as the related one."""

COMMON = """
    SELECT golden_id, related_id, list(DISTINCT c.fact ORDER BY c.fact) AS facts
    FROM (SELECT DISTINCT golden_id, related_id FROM _pairs) AS p JOIN _facts AS c USING (golden_id)
    JOIN _facts AS h ON h.golden_id = p.related_id AND h.fact = c.fact AND h.value = c.value GROUP BY ALL"""
"""All that two golden records have in common."""

# a branch is called like its head and more, or its head names no place; a ship-to party has another address than its
# bill-to and no tax id of its own
CANDIDATES = """
    SELECT kind, golden_id, related_id, max(said) AS said, any_value(coalesce(facts, [])) AS facts
    FROM _pairs LEFT JOIN _common USING (golden_id, related_id)
    WHERE CASE
        WHEN said <> '' OR (kind, golden_id, related_id) IN (
            SELECT (kind, golden_id, related_id) FROM _said WHERE status = 'confirmed') THEN true
        WHEN kind = 'branch' THEN fact <> 'core' OR (golden_id, related_id) IN (
            SELECT (p.golden_id, p.related_id) FROM _pairs AS p
            JOIN _names AS c ON c.golden_id = p.golden_id
            JOIN _names AS h ON h.golden_id = p.related_id AND h.core = c.core
            WHERE p.kind = 'branch' AND c.branch AND NOT h.branch AND (starts_with(c.key, h.key) OR h.place IS NULL))
        WHEN kind = 'ship_to' THEN addressed AND NOT list_contains(facts, 'address')
            AND (NOT taxed OR list_contains(facts, 'tax id'))
        ELSE true END
    GROUP BY ALL"""


def link(con: Connection, run: Run, entity: str) -> None:
    """Fill gold.relations for an entity that is matched, from the records of its golden records.

    Records that are never matched stand for many and are related to none.
    """
    config, settings = run.config, run.config.golden.get(entity, GoldenConfig())
    with blame(f"match.{entity}.never"):
        con.execute(f"""CREATE TEMP VIEW _records AS SELECT x.golden_id, s.*
            FROM gold.xref AS x JOIN (
                FROM (SELECT *, DATE '{run.as_of}' AS as_of FROM {ident("std", entity)})
                WHERE ({config.match[entity].never or "false"}) IS NOT TRUE) AS s USING (source, key)
            WHERE x.entity = {literal(entity)}""")
    _tell(con, config, entity)
    wanted = ", ".join(map(literal, settings.relations)) or "NULL"
    con.execute(f"CREATE TEMP TABLE _blocks AS SELECT DISTINCT * FROM ({BLOCKS}) WHERE kind IN ({wanted})")
    con.execute(f"""
        CREATE TEMP TABLE _sizes AS
        SELECT kind, fact, value, {SIZE} AS size, min(golden_id) AS golden_id
        FROM _blocks JOIN _traits USING (golden_id) GROUP BY kind, fact, value HAVING {TELLING}""")
    con.execute(f"""
        CREATE TEMP TABLE _small AS
        SELECT kind, fact, value, b.golden_id, {LEADS} AS leads, {FOLLOWS} AS follows
        FROM _blocks AS b JOIN _sizes AS s USING (kind, fact, value) JOIN _traits AS t ON t.golden_id = b.golden_id
        WHERE s.size <= {MOST}""")
    con.execute(f"CREATE TEMP TABLE _pairs AS {PAIRS}")
    for kind, field in settings.partners.items():
        _look_up(con, kind, field)
    _hear(con, entity)
    con.execute(f"CREATE TEMP TABLE _common AS {COMMON}")
    con.execute(f"CREATE TEMP TABLE _candidates AS {CANDIDATES}")
    _choose(con, entity)
    con.execute(f"""
        INSERT INTO gold.relations
        SELECT {literal(entity)}, kind, golden_id, NULL, fact || ' shared by ' || size, size, 'too many', ''
        FROM _sizes WHERE size > {MOST} ORDER BY kind, fact, golden_id, size""")
    con.execute("DROP VIEW _records")
    for table in ("_names", "_facts", "_traits", "_blocks", "_sizes", "_small", "_said", "_pairs", "_common",
                  "_candidates"):  # fmt: skip
        con.execute(f"DROP TABLE {table}")


def _tell(con: Connection, config: Config, entity: str) -> None:
    """_names: what companies are called; _facts: what golden records share; _traits: what each is, in its place.

    The place of a golden record is the first where it is the likeliest head: a group, no branch, with a tax id, of many
    records.
    """
    con.execute("""CREATE TEMP TABLE _names (golden_id VARCHAR, key VARCHAR, core VARCHAR, brand VARCHAR, place VARCHAR,
        branch BOOLEAN, grouped BOOLEAN, chinese BOOLEAN)""")
    told = [f"SELECT golden_id, {literal(fact)} AS fact, {column} AS value FROM _names"
            for fact, column in {"name": "key", "core": "core", "brand": "brand"}.items()]  # fmt: skip
    for name, field in config.entities[entity].fields.items():
        if field.type in ("company_name", "party_name"):
            _name(con, name, f"{name}__kind = 'company'" if field.type == "party_name" else "true")
        for fact, value in TOLD.get(field.type, {}).items():
            valid = "true" if field.type == "address" else f"{name}__valid"
            told.append(f"SELECT golden_id, {literal(fact)}, {value.format(name)} FROM _records WHERE {valid}")
        if "family" in field.kind.parts:
            told.append(f"SELECT golden_id, 'family', {name}__family FROM _records")
    con.execute("""UPDATE _names SET brand = NULL WHERE NOT chinese
        AND golden_id IN (SELECT golden_id FROM _names WHERE chinese)""")
    every = " UNION ALL ".join(told)
    con.execute(f"CREATE TEMP TABLE _told AS SELECT DISTINCT * FROM ({every}) WHERE value IS NOT NULL")
    con.execute("""CREATE TEMP TABLE _facts AS FROM _told
        WHERE (fact, value) IN (SELECT (fact, value) FROM _told GROUP BY fact, value HAVING count(*) > 1)""")
    con.execute("""
        CREATE TEMP TABLE _traits AS
        WITH named AS (
            SELECT golden_id, bool_or(branch) AS branch, bool_or(grouped) AS grouped FROM _names GROUP BY ALL),
        held AS (
            SELECT golden_id, bool_or(fact = 'address') AS addressed, bool_or(fact = 'tax id') AS taxed
            FROM _told GROUP BY ALL),
        sized AS (SELECT golden_id, count(*) AS records FROM _records GROUP BY ALL),
        known AS (
            SELECT golden_id, records, coalesce(branch, false) AS branch, coalesce(grouped, false) AS grouped,
                coalesce(addressed, false) AS addressed, coalesce(taxed, false) AS taxed
            FROM sized LEFT JOIN named USING (golden_id) LEFT JOIN held USING (golden_id))
        SELECT *, row_number() OVER (ORDER BY grouped DESC, branch, taxed DESC, records DESC, golden_id) AS place
        FROM known""")
    con.execute("DROP TABLE _told")


def _name(con: Connection, name: str, company: str) -> None:
    """The names of companies; a brand is a name without industry, place and form, in Latin letters.

    Many Chinese ones read alike: with them go their first two characters, and beside them no English name counts.
    """
    con.execute(f"""
        INSERT INTO _names
        WITH taken AS (
            SELECT *, regexp_replace({name}__near, {literal(SIGNS)}, '', 'g') AS _core,
                split_part({name}__words, ' ', 1) AS _brand, regexp_matches({ident(name)}, '\\p{{Han}}') AS _chinese
            FROM _records WHERE {name}__key IS NOT NULL AND {company})
        SELECT DISTINCT golden_id, {name}__key, _core,
            CASE WHEN _chinese THEN left(_core, 2) || ' ' ELSE '' END || _brand,
            {name}__place, {name}__branch IS NOT NULL,
            regexp_matches(concat({name}__key, ' ', {name}__form), '集团|(group|holdings?)\\b'), _chinese
        FROM taken""")


def _look_up(con: Connection, kind: str, field: str) -> None:
    """Pairs of a field that holds the key of another record of its source."""
    con.execute(f"""
        INSERT INTO _pairs
        SELECT DISTINCT {literal(kind)}, '', c.golden_id, h.golden_id, {literal(f"stated in {field}")}, false, false
        FROM _records AS c JOIN _records AS h ON h.source = c.source AND h.key = c.{ident(field)}::VARCHAR
        WHERE h.golden_id <> c.golden_id""")


def _hear(con: Connection, entity: str) -> None:
    """_said: what people decided of two golden records, either way round; what they relate is a pair.

    Who stands above whom is as they say it, and not the other way round as found.
    """
    con.execute(f"""
        CREATE TEMP TABLE _said AS
        WITH said AS (
            SELECT d.act, d.field AS kind, l.golden_id, r.golden_id AS related_id, d."user" AS decided_by,
                CASE d.kind WHEN 'relate' THEN 'confirmed' ELSE 'refused' END AS status
            FROM memory.decisions AS d
            JOIN gold.xref AS l ON l.entity = d.entity AND l.source = d.source_l AND l.key = d.key_l
            JOIN gold.xref AS r ON r.entity = d.entity AND r.source = d.source_r AND r.key = d.key_r
            WHERE d.entity = {literal(entity)} AND d.kind IN ('relate', 'unrelate') AND d.status = 'stands'
                AND l.golden_id <> r.golden_id)
        FROM (SELECT *, true AS as_said FROM said UNION ALL
            SELECT * REPLACE (related_id AS golden_id, golden_id AS related_id), false FROM said)
        QUALIFY row_number() OVER (PARTITION BY kind, golden_id, related_id ORDER BY act DESC) = 1""")
    con.execute(f"""
        DELETE FROM _pairs AS p USING _said AS s
        WHERE s.status = 'confirmed' AND NOT s.as_said AND s.kind NOT IN {MUTUAL} AND s.kind = p.kind
            AND s.golden_id = p.golden_id AND s.related_id = p.related_id""")
    con.execute("""
        INSERT INTO _pairs
        SELECT kind, '', golden_id, related_id, 'decided', false, false FROM _said AS s
        WHERE status = 'confirmed' AND as_said AND NOT EXISTS (FROM _pairs AS p
            WHERE p.kind = s.kind AND p.golden_id IN (s.golden_id, s.related_id)
                AND p.related_id IN (s.golden_id, s.related_id))""")


def _choose(con: Connection, entity: str) -> None:
    """Of each golden record's candidates of a kind those that people confirmed, else the best; and those refused.

    Who has a name in common has its core and its brand too, which is no further evidence.
    """
    con.execute(f"""
        INSERT INTO gold.relations
        WITH weighed AS (
            SELECT c.* EXCLUDE (facts), coalesce(s.status, 'found') AS status, coalesce(s.decided_by, '') AS decided_by,
                list_concat([said for said in [said] if said <> ''], [fact for fact in facts
                    if NOT (fact = 'brand' AND list_contains(facts, 'core')
                        OR fact = 'core' AND list_contains(facts, 'name'))]) AS evidence
            FROM _candidates AS c LEFT JOIN _said AS s USING (kind, golden_id, related_id))
        SELECT {literal(entity)}, kind, w.golden_id, related_id, array_to_string(evidence, ', '), len(evidence), status,
            decided_by
        FROM weighed AS w JOIN _traits AS t ON t.golden_id = w.related_id
        QUALIFY status <> 'found' OR row_number() OVER (PARTITION BY kind, w.golden_id, status = 'refused'
            ORDER BY status, len(evidence) DESC, t.place) = 1
        ORDER BY kind, w.golden_id, related_id""")
