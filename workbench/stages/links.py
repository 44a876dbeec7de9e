"""What belongs together without being one: branches, groups, ship-to parties, shared tax ids, households.

Golden records that share a value (the core of a name, a brand, a tax id) are looked at in pairs; each gets the best of
its heads for each kind, with all that the two have in common as evidence. People confirm or refuse what is found, and
relate what is not. A value that more than MOST golden records share says nothing: it is told once, and gives no pairs.
"""

from __future__ import annotations

from ..config import Config
from ..config.golden import GoldenConfig
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
TELLING = """count(DISTINCT golden_id) > 1 AND CASE
    WHEN kind = 'branch' THEN bool_or(branch) AND NOT bool_and(branch) WHEN fact = 'brand' THEN bool_or(grouped)
    ELSE true END"""

# candidates: a golden record c and its head h. A branch is called like its head and more, or its head names no place;
# a ship-to party is called like its bill-to, has another address and no tax id of its own
CANDIDATES = """
    SELECT DISTINCT kind, c.golden_id, h.golden_id AS related_id, '' AS said
    FROM _small AS c JOIN _small AS h USING (kind, fact, value)
    JOIN _traits AS ct ON ct.golden_id = c.golden_id JOIN _traits AS ht ON ht.golden_id = h.golden_id
    WHERE c.golden_id <> h.golden_id AND CASE
        WHEN kind = 'branch' THEN ct.branch AND NOT ht.branch AND (fact <> 'core' OR EXISTS (
            FROM _names AS cn JOIN _names AS hn ON hn.core = cn.core
            WHERE cn.golden_id = c.golden_id AND hn.golden_id = h.golden_id AND cn.branch AND NOT hn.branch
                AND (starts_with(cn.key, hn.key) OR hn.place IS NULL)))
        WHEN fact = 'brand' THEN ht.grouped AND NOT ct.grouped AND NOT ct.branch AND NOT ht.branch
        WHEN kind = 'group' THEN ht.place < ct.place AND NOT ct.branch AND NOT ht.branch
        WHEN kind = 'ship_to' THEN ht.place < ct.place AND NOT ct.branch AND NOT ht.branch
            AND ct.addressed AND ht.addressed AND NOT EXISTS (
                FROM _facts AS cf JOIN _facts AS hf USING (fact, value)
                WHERE fact = 'address' AND cf.golden_id = c.golden_id AND hf.golden_id = h.golden_id)
            AND (NOT ct.taxed OR EXISTS (
                FROM _facts AS cf JOIN _facts AS hf USING (fact, value)
                WHERE fact = 'tax id' AND cf.golden_id = c.golden_id AND hf.golden_id = h.golden_id))
        ELSE ht.place < ct.place END"""


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
        SELECT kind, fact, value, count(DISTINCT golden_id) AS size, min(golden_id) AS golden_id
        FROM _blocks JOIN _traits USING (golden_id) GROUP BY kind, fact, value HAVING {TELLING}""")
    con.execute(f"""
        CREATE TEMP TABLE _small AS SELECT b.kind, b.fact, b.value, b.golden_id
        FROM _blocks AS b JOIN _sizes AS s USING (kind, fact, value) WHERE s.size <= {MOST}""")
    con.execute(f"CREATE TEMP TABLE _candidates AS {CANDIDATES}")
    for kind, field in settings.partners.items():
        _look_up(con, kind, field)
    _choose(con, entity)
    con.execute(f"""
        INSERT INTO gold.relations
        SELECT {literal(entity)}, kind, golden_id, NULL, fact || ' shared by ' || size, size, 'too many', ''
        FROM _sizes WHERE size > {MOST} ORDER BY kind, fact, golden_id, size""")
    con.execute("DROP VIEW _records")
    for table in ("_names", "_facts", "_traits", "_blocks", "_sizes", "_small", "_candidates"):
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
            SELECT *, regexp_replace({name}__near, {literal(SIGNS)}, '', 'g') AS core,
                split_part({name}__words, ' ', 1) AS brand, regexp_matches({ident(name)}, '\\p{{Han}}') AS chinese
            FROM _records WHERE {name}__key IS NOT NULL AND {company})
        SELECT DISTINCT golden_id, {name}__key, core,
            CASE WHEN chinese THEN left(core, 2) || ' ' ELSE '' END || brand,
            {name}__place, {name}__branch IS NOT NULL,
            regexp_matches(concat({name}__key, ' ', {name}__form), '集团|(group|holdings?)\\b'), chinese
        FROM taken""")


def _look_up(con: Connection, kind: str, field: str) -> None:
    """Candidates of a field that holds the key of another record of its source."""
    con.execute(f"""
        INSERT INTO _candidates
        SELECT DISTINCT {literal(kind)}, c.golden_id, h.golden_id, {literal(f"stated in {field}")}
        FROM _records AS c JOIN _records AS h ON h.source = c.source AND h.key = c.{ident(field)}::VARCHAR
        WHERE h.golden_id <> c.golden_id""")


def _choose(con: Connection, entity: str) -> None:
    """Of each golden record's candidates of a kind those that people confirmed, else the best; and those refused."""
    con.execute(f"""
        CREATE TEMP TABLE _said AS
        SELECT d.field AS kind, l.golden_id, r.golden_id AS related_id, arg_max(d."user", d.act) AS decided_by,
            CASE arg_max(d.kind, d.act) WHEN 'relate' THEN 'confirmed' ELSE 'refused' END AS status
        FROM memory.decisions AS d
        JOIN gold.xref AS l ON l.entity = d.entity AND l.source = d.source_l AND l.key = d.key_l
        JOIN gold.xref AS r ON r.entity = d.entity AND r.source = d.source_r AND r.key = d.key_r
        WHERE d.entity = {literal(entity)} AND d.kind IN ('relate', 'unrelate') AND d.status = 'stands'
            AND l.golden_id <> r.golden_id GROUP BY ALL""")
    con.execute(f"""
        INSERT INTO gold.relations
        WITH either AS (     -- a person may name the two the other way round
            SELECT * FROM _said UNION ALL SELECT kind, related_id, golden_id, decided_by, status FROM _said),
        candidates AS (
            SELECT kind, golden_id, related_id, max(said) AS said FROM (
                FROM _candidates UNION ALL
                SELECT kind, golden_id, related_id, '' FROM _said AS s WHERE status = 'confirmed'
                    AND NOT EXISTS (FROM _candidates AS c WHERE c.kind = s.kind
                        AND c.golden_id = s.related_id AND c.related_id = s.golden_id))
            GROUP BY ALL),
        shared AS (          -- who has the name in common has its core and brand too, which says nothing more
            SELECT kind, golden_id, related_id, list(DISTINCT c.fact ORDER BY c.fact) AS all_facts,
                [f for f in all_facts if NOT (f = 'brand' AND list_contains(all_facts, 'core')
                    OR f = 'core' AND list_contains(all_facts, 'name'))] AS facts
            FROM candidates JOIN _facts AS c USING (golden_id)
            JOIN _facts AS h ON h.golden_id = related_id AND h.fact = c.fact AND h.value = c.value
            GROUP BY ALL),
        weighed AS (
            SELECT c.*, list_concat(CASE said WHEN '' THEN [] ELSE [said] END, coalesce(facts, [])) AS evidence,
                coalesce(e.status, 'found') AS status, coalesce(e.decided_by, '') AS decided_by
            FROM candidates AS c LEFT JOIN shared USING (kind, golden_id, related_id)
            LEFT JOIN either AS e USING (kind, golden_id, related_id))
        SELECT {literal(entity)}, kind, w.golden_id, related_id, array_to_string(evidence, ', '), len(evidence), status,
            decided_by
        FROM weighed AS w JOIN _traits AS t ON t.golden_id = w.related_id
        QUALIFY status <> 'found' OR row_number() OVER (PARTITION BY kind, w.golden_id, status = 'refused'
            ORDER BY status, len(evidence) DESC, t.place) = 1
        ORDER BY kind, w.golden_id, related_id""")
    con.execute("DROP TABLE _said")
