"""What people decided of records, laid out for matching: they outrank the model, whatever the date."""

from __future__ import annotations

from ..config import Config
from ..store import Connection, ident, literal

LAID_OUT = ("_said", "_excluded", "_must", "_cannot")

ERASED = "erased on demand"

FOUNDED = """SELECT entity, source, key, arg_max(golden_id, age) AS golden_id FROM memory.golden_ids
    WHERE founding AND (entity, source, key) IN (
        SELECT (entity, source_l, key_l) FROM memory.decisions WHERE kind = 'override')
    GROUP BY ALL"""
"""The golden ids that records with an override founded, also those that are not here."""


def decided(con: Connection, entity: str) -> None:
    """Write the temp tables _must, _cannot (l, r, act; l < r) and _excluded (id) over _records; match.decisions.

    Reads memory.decisions and memory.erased. Of a decision that does not stand, or whose record is not in the extracts,
    nothing follows; a record that is left out is nobody's match. Who relates two records says that they are not one,
    and where another act says that they are, that is a contradiction: they stay apart.
    """
    con.execute(f"""
        CREATE TEMP TABLE _said AS
        SELECT d.*, least(l.id, r.id) AS l, greatest(l.id, r.id) AS r, l.id,
            CASE WHEN d.status = 'stands' AND (l.id IS NULL OR d.key_r IS NOT NULL AND r.id IS NULL) THEN 'waits'
                ELSE d.status END AS fate
        FROM (FROM memory.decisions WHERE entity = {literal(entity)}) AS d
        LEFT JOIN _records AS l ON l.source = d.source_l AND l.key = d.key_l
        LEFT JOIN _records AS r ON r.source = d.source_r AND r.key = d.key_r""")
    con.execute("""
        INSERT INTO match.decisions
        SELECT entity, act, "at", "user", kind, source_l, key_l, source_r, key_r, field, fate FROM _said
        ORDER BY act, source_l, key_l, source_r, key_r""")
    con.execute(f"""
        CREATE TEMP TABLE _excluded AS
        SELECT id FROM _said WHERE kind = 'exclude' AND fate = 'stands'
        UNION SELECT id FROM _records SEMI JOIN ({erased_records(entity)}) USING (source, key)""")
    for table, kinds in (("_must", "('match')"), ("_cannot", "('no_match', 'split', 'relate')")):
        con.execute(f"""
            CREATE TEMP TABLE {table} AS
            SELECT l, r, min(act) AS act FROM _said WHERE kind IN {kinds} AND fate = 'stands'
                AND l NOT IN (SELECT id FROM _excluded) AND r NOT IN (SELECT id FROM _excluded)
            GROUP BY l, r""")
    con.execute("DELETE FROM _must WHERE (l, r) IN (SELECT (l, r) FROM _cannot)")
    deny(con, "_cannot")


def erased_records(entity: str, erased: str = "memory.erased", changes: str = "std.changes") -> str:
    """SQL for source, key and "at" of the records of an entity that were erased: of a key that is repeated now, all."""
    return f"""
        SELECT source, key, "at" FROM {erased} WHERE entity = {literal(entity)}
        UNION ALL SELECT source, c.after, "at" FROM {erased} AS e JOIN {changes} AS c USING (entity, source)
        WHERE entity = {literal(entity)} AND c.field = 'key' AND c.before = e.key"""


def deny(con: Connection, pairs: str) -> None:
    """Of decisions that two records are one, a table of `pairs` (l, r) that others deny: tell so in match.decisions."""
    con.execute(f"""
        UPDATE match.decisions AS d SET status = 'denied'
        FROM (FROM _said SEMI JOIN {pairs} USING (l, r)) AS s
        WHERE d.entity = s.entity AND d.act = s.act AND d.source_l = s.source_l AND d.key_l = s.key_l
            AND d.source_r = s.source_r AND d.key_r = s.key_r AND d.kind = 'match' AND d.status = 'stands'""")


def overridden(con: Connection, entity: str) -> None:
    """Tell in match.decisions which overrides wait, as no record has the golden id, and which a later one replaces."""
    clusters = ident("match", f"{entity}_clusters")
    con.execute(f"""
        UPDATE match.decisions AS d SET status = CASE
            WHEN gone THEN 'waits' WHEN place > 1 THEN 'replaced' ELSE 'stands' END
        FROM (
            WITH said AS (
                SELECT s.act, s.status, s.field, lower(s."user") AS who, coalesce(x.golden_id, f.golden_id) AS golden_id
                FROM _said AS s
                LEFT JOIN {clusters} AS x ON x.source = s.source_l AND x.key = s.key_l
                LEFT JOIN ({FOUNDED}) AS f ON f.entity = s.entity AND f.source = s.source_l AND f.key = s.key_l
                WHERE s.kind = 'override'),
            here AS (SELECT DISTINCT golden_id FROM {clusters} SEMI JOIN said USING (golden_id))
            SELECT act, status, h.golden_id IS NULL AS gone,
                row_number() OVER (PARTITION BY said.golden_id, field, who ORDER BY act DESC) AS place
            FROM said LEFT JOIN here AS h USING (golden_id)) AS o
        WHERE d.entity = {literal(entity)} AND d.act = o.act AND d.kind = 'override' AND o.status = 'stands'""")


def leave_out(con: Connection, config: Config) -> None:
    """Fill match.excluded: the records that were erased or that people leave out, and below them their children."""
    for entity in config.parents_first():
        con.execute(f"""
            INSERT INTO match.excluded
            SELECT {literal(entity)}, source, key, {literal(ERASED)}, 'on ' || left(min("at"), 10)
            FROM ({erased_records(entity)}) SEMI JOIN {ident("std", entity)} USING (source, key)
            GROUP BY ALL ORDER BY ALL""")
        con.execute(f"""
            INSERT INTO match.excluded
            SELECT entity, source_l, key_l, 'left out by ' || "user", why
            FROM match.decisions AS m JOIN memory.decisions AS d USING (entity, act, kind, source_l, key_l, "user")
            WHERE entity = {literal(entity)} AND kind = 'exclude' AND m.status = 'stands'
                AND (source_l, key_l) NOT IN (SELECT (source, key) FROM match.excluded WHERE entity = {literal(entity)})
            QUALIFY row_number() OVER (PARTITION BY source_l, key_l ORDER BY act) = 1""")
        if parent := config.entities[entity].parent:
            con.execute(f"""
                INSERT INTO match.excluded
                SELECT {literal(entity)}, s.source, s.key, {literal(f"with its {parent}, ")} || e.said, e.why
                FROM {ident("std", entity)} AS s JOIN match.excluded AS e
                    ON e.entity = {literal(parent)} AND e.source = s.source AND e.key = s.parent_key
                WHERE (s.source, s.key) NOT IN (
                    SELECT (source, key) FROM match.excluded WHERE entity = {literal(entity)})
                ORDER BY s.source, s.key""")
