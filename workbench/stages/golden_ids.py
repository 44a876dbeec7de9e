"""Golden ids: they survive re-runs, new extracts and a deleted database.

The cluster that holds an id's founding record keeps the id; of several the oldest. A cluster whose founders have all
left the extracts, or are left out by people, keeps the oldest id that its records had and that no other cluster has a
better claim to. Any other cluster gets a new id, a hash of the project, the entity and its founding record. A record
that is left out has no id.
"""

from __future__ import annotations

from ..store import Connection, ident, literal
from .context import Run


def assign(con: Connection, run: Run, entity: str, *, remembered: bool) -> None:
    """Write match.<entity>_clusters from _records and _clusters (id, cluster, confidence), and match.new_ids.

    Reads memory.golden_ids and _excluded. The ids of entities that are not matched follow from their keys and need no
    memory.
    """
    trust = " ".join(f"WHEN {literal(name)} THEN {s.trust}" for name, s in run.config.sources.items())
    con.execute(f"""
        CREATE TEMP TABLE _members AS
        SELECT r.id, c.cluster, c.confidence, r.source, r.key,
            row_number() OVER (PARTITION BY c.cluster ORDER BY CASE r.source {trust} END DESC, r.id) AS place
        FROM _clusters AS c JOIN _records AS r USING (id) WHERE id NOT IN (SELECT id FROM _excluded)""")
    known = f"SELECT * FROM memory.golden_ids WHERE {remembered} AND entity = {literal(entity)}"
    hashed = f"sha256(concat_ws(chr(31), {literal(run.config.project)}, {literal(entity)}, m.source, m.key))[:16]"
    con.execute(f"""
        CREATE TEMP TABLE _ids AS
        WITH known AS ({known}),
        founders AS (
            SELECT * FROM known WHERE founding
            QUALIFY row_number() OVER (PARTITION BY golden_id ORDER BY age) = 1),
        kept AS (           -- a founding record is here: its id stays, of several the oldest
            SELECT m.cluster, f.golden_id, f.source, f.key FROM founders AS f JOIN _members AS m USING (source, key)
            QUALIFY row_number() OVER (PARTITION BY m.cluster ORDER BY f.age) = 1),
        last_seen AS (      -- the id each record had last, on or before this date
            SELECT * FROM known WHERE as_of <= DATE '{run.as_of}'
            QUALIFY row_number() OVER (PARTITION BY source, key ORDER BY as_of DESC, age DESC) = 1),
        orphaned AS (       -- an id whose founding record has gone passes to the oldest cluster of its records
            SELECT m.cluster, l.golden_id, f.age, m.source, m.key
            FROM last_seen AS l JOIN _members AS m USING (source, key) JOIN founders AS f USING (golden_id)
            WHERE NOT EXISTS (FROM _members AS g WHERE g.source = f.source AND g.key = f.key)
                AND m.cluster NOT IN (SELECT cluster FROM kept)
            QUALIFY row_number() OVER (PARTITION BY l.golden_id ORDER BY m.source, m.key) = 1),
        inherited AS (
            SELECT * FROM orphaned QUALIFY row_number() OVER (PARTITION BY cluster ORDER BY age) = 1),
        fresh AS (
            SELECT m.cluster, {hashed} AS golden_id, m.source, m.key FROM _members AS m
            WHERE m.place = 1 AND m.cluster NOT IN (SELECT cluster FROM kept UNION ALL SELECT cluster FROM inherited))
        SELECT cluster, golden_id, source, key, false AS given FROM kept
        UNION ALL SELECT cluster, golden_id, source, key, false FROM inherited
        UNION ALL SELECT cluster, golden_id, source, key, true FROM fresh""")
    table = ident("match", f"{entity}_clusters")
    con.execute(f"""
        CREATE TABLE {table} AS
        SELECT r.source, r.key, i.golden_id, c.confidence,
            i.golden_id IS NOT NULL AND (r.source, r.key) = (i.source, i.key) AS founding
        FROM _clusters AS c JOIN _records AS r USING (id) LEFT JOIN _ids AS i USING (cluster) ORDER BY r.id""")
    if remembered:
        con.execute(f"""
            INSERT INTO match.new_ids
            WITH last_seen AS (
                {known} AND as_of <= DATE '{run.as_of}'
                QUALIFY row_number() OVER (PARTITION BY source, key ORDER BY as_of DESC, age DESC) = 1)
            SELECT {literal(entity)}, i.golden_id, m.source, m.key,
                i.given AND (m.source, m.key) = (i.source, i.key) AS founded
            FROM _members AS m JOIN _ids AS i USING (cluster)
            LEFT JOIN last_seen AS l ON l.source = m.source AND l.key = m.key
            WHERE l.golden_id IS DISTINCT FROM i.golden_id OR founded""")
    con.execute("DROP TABLE _members; DROP TABLE _ids")
