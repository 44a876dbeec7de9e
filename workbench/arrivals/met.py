"""The records of the newest run that arrivals meet: those that blocking rules or people bring together with them."""

from __future__ import annotations

from ..config import columns_of
from ..errors import StoreError
from ..journal import Journal
from ..matching.blocking import block_keys, candidate_pairs
from ..pipeline import lay_out
from ..stages.context import Run
from ..stages.numbered import asked, uncompared
from ..store import Connection, ident, literal, rows


def meet(con: Connection, run: Run, entity: str, journal: Journal) -> None:
    """Add to std.<entity>, which has the arrivals, all records of the golden records that they may belong to.

    _arrived has the arrivals, `id` negative; _everyone all records as blocking and rarity ask for them, those that
    arrivals replace left out; _may_match those of them that may match; _found the pairs to compare, by _ends (id,
    source, key); memory.golden_ids what ids these records had.
    """
    _gather(con, run, entity)
    settings = run.config.match[entity]
    further = [f"{name}__key" for name in run.config.compared(entity)]
    block_keys(con, "_may_match", settings.block, further, settings.budget, "_arrived")
    candidate_pairs(con, settings.block, f"(l.id >= 0 AND r.id >= 0) OR ({uncompared(settings)})")
    con.execute(f"""
        CREATE TEMP TABLE _ends AS
        SELECT id, source, key FROM _arrived UNION ALL
        SELECT rowid, source, key FROM {ident("work", "std", entity)}
        WHERE rowid IN (SELECT l FROM _pairs UNION SELECT r FROM _pairs)""")
    con.execute("ALTER TABLE _pairs RENAME TO _found")
    _remember(con, entity, journal)
    _add_golden(con, run, entity)
    _remember(con, entity, journal)


def _gather(con: Connection, run: Run, entity: str) -> None:
    """_arrived and _everyone. Raises StoreError where workbench.yml has other fields than the newest run."""
    new, there = ident("std", entity), ident("work", "std", entity)
    shapes = [[column[:2] for column in con.execute(f"FROM {name} LIMIT 0").description or []] for name in (new, there)]
    if shapes[0] != shapes[1]:
        raise StoreError(f"workbench.yml has other fields of {entity} than the newest run. Run the project again.")
    columns = ", ".join(["source", "key", *map(ident, asked(run.config, entity))])
    con.execute(f"CREATE TEMP TABLE _arrived AS SELECT -1 - rowid AS id, * FROM {new}")
    con.execute(f"""
        CREATE TEMP TABLE _replaced AS SELECT t.rowid AS id FROM {there} AS t SEMI JOIN _arrived USING (source, key)""")
    con.execute(f"""
        CREATE TEMP VIEW _everyone AS SELECT id, {columns} FROM _arrived UNION ALL
        SELECT rowid, {columns} FROM {there} WHERE rowid NOT IN (SELECT id FROM _replaced)""")
    never = run.config.match[entity].never or "false"
    con.execute(f"""
        CREATE TEMP TABLE _left_out AS
        WITH all_of AS (SELECT -1 - rowid AS id, * FROM {new} UNION ALL SELECT rowid, * FROM {there})
        SELECT id FROM (SELECT *, DATE '{run.as_of}' AS as_of FROM all_of) WHERE ({never}) IS TRUE
        UNION SELECT id FROM all_of JOIN memory.decisions AS d ON (d.source_l, d.key_l) = (all_of.source, all_of.key)
        WHERE d.entity = {literal(entity)} AND d.kind = 'exclude' AND d.status = 'stands'""")
    con.execute("CREATE TEMP VIEW _may_match AS FROM _everyone WHERE id NOT IN (SELECT id FROM _left_out)")


def _remember(con: Connection, entity: str, journal: Journal) -> None:
    """memory.golden_ids: what ids the records of std.<entity> ever had, and who founded these."""
    known = journal.golden_ids_of(entity, rows(con, f"SELECT source, key FROM {ident('std', entity)}"))
    con.execute("DELETE FROM memory.golden_ids")
    lay_out(con, "golden_ids", known)


def _add_golden(con: Connection, run: Run, entity: str) -> None:
    """Add the golden records of the records that are met, that people named with arrivals, and that arrivals left.

    Of the columns only those that matching asks for.
    """
    std, there = ident("std", entity), ident("work", "std", entity)
    clusters = ident("work", "match", f"{entity}_clusters")
    con.execute(f"""
        CREATE TEMP TABLE _beside AS
        WITH met AS (
            SELECT source, key FROM _ends
            UNION SELECT source, key FROM memory.golden_ids
            UNION SELECT source_r, key_r FROM memory.decisions JOIN _arrived ON (source, key) = (source_l, key_l)
            UNION SELECT source_l, key_l FROM memory.decisions JOIN _arrived ON (source, key) = (source_r, key_r)),
        members AS (
            SELECT source, key FROM {clusters} WHERE golden_id IN (
                SELECT golden_id FROM {clusters} SEMI JOIN met USING (source, key)))
        SELECT t.rowid AS id FROM {there} AS t SEMI JOIN members USING (source, key)
        WHERE t.rowid NOT IN (SELECT id FROM _replaced)""")
    named = {name.casefold() for name in columns_of(run.config.match[entity].never or "true")}
    known = [column[0] for column in con.execute(f"FROM {std} LIMIT 0").description or []]
    wanted = {"source", "key", *asked(run.config, entity), *(name for name in known if name.casefold() in named)}
    columns = ", ".join(ident(name) for name in known if name in wanted)
    con.execute(f"INSERT INTO {std} BY NAME SELECT {columns} FROM {there} WHERE rowid IN (SELECT id FROM _beside)")
