"""Everything -> files: load files by wave, masked pages and tables for sharing, the same unmasked for stewards.

Each run's files are written under a new name and moved into place when they are complete; no report is
ever changed, while load files are those of the latest run of their date.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..config import Config
from ..export import write_parquet
from ..files import discard, new_folder, restore
from ..language import gettext as _
from ..language import spoken
from ..matching.blocking import in_words
from ..published import HASHES, PRIVATE, REPORTS
from ..reports.masking import COMMON, OPEN, Masks, mask_columns, masks
from ..reports.pages import run_pages
from ..reports.profiler import profiler_page
from ..store import Connection, count, fresh_schema, ident, literal, rows
from .archive import ARCHIVE, keeps_archive, write_archive
from .context import Counts, Run
from .fill import FILLED, OVERRIDE
from .load_files import list_load_files, write_load_files
from .queue import LONGEST, queue

LOAD = "load"
SHARED = {
    "raw": ("files", "rejects", "remarks"),
    "gold": ("filled", "fill_problems", "deviations", "ownership"),
    "qa": ("results", "scores", "failures", "resolved"),
    "target": ("objects", "problems", "doubtful", "unmapped"),
    "wave": ("members", "waves", "amounts", "entities", "cutover"),
    "match": ("decisions", "contradictions", "strata", "quality"),
    "recon": ("amounts", "differences", "survival"),
}
"""The tables that are published as they are."""

# a quantile is some record's own value: of phones or tax numbers it must not be seen
COLUMNS = """SELECT * REPLACE (CASE WHEN type IN ('money', 'code') THEN q05 END AS q05,
    CASE WHEN type IN ('money', 'code') THEN q25 END AS q25, CASE WHEN type IN ('money', 'code') THEN q50 END AS q50,
    CASE WHEN type IN ('money', 'code') THEN q75 END AS q75, CASE WHEN type IN ('money', 'code') THEN q95 END AS q95)
    FROM profile.columns"""
PROFILED = 'SELECT t.*, c.type FROM profile.{} AS t JOIN profile.columns AS c USING (source, "table", "column")'
SELDOM = f"CASE WHEN type NOT IN {OPEN} OR rows < {COMMON} THEN type END"

SEVERAL = "SELECT (entity, golden_id) FROM gold.xref GROUP BY entity, golden_id HAVING count(*) > 1"
"""The golden records of several records."""

# why people leave records out may speak of persons, and what is published stays; the first target comes first
OUTCOMES = """
    SELECT r.* REPLACE (CASE r.outcome WHEN 'excluded' THEN coalesce(e.said, r.reason) ELSE r.reason END AS reason)
    FROM recon.rows AS r LEFT JOIN match.excluded AS e USING (entity, source, key)
    ORDER BY r.rowid"""

RULES = """SELECT entity, source, field, rule, reason, count(*) AS rows, arg_min(before, _row) AS before,
    arg_min(after, _row) AS after, arg_min(proposal, _row) AS proposal FROM std.changes GROUP BY ALL ORDER BY ALL"""

PROVENANCE = f"""
    SELECT entity, golden_id, field, value, source, key, rule, true AS stands FROM gold.provenance
    WHERE (entity, golden_id) IN ({SEVERAL}) OR rule IN {(*FILLED, OVERRIDE)}
    UNION ALL SELECT entity, golden_id, field, l.value, l.source, l.key, NULL, false
    FROM (SELECT entity, golden_id, field, unnest(losing) AS l FROM gold.provenance)"""

CONSEQUENCES = """SELECT entity, golden_id, field, rule, status, chosen, v.value AS value, v.source AS source,
        v.key AS key
    FROM (SELECT *, unnest("values") AS v FROM gold.consequences) ORDER BY entity, golden_id, field, source, key"""

# what the field of a record is called in its extract, where it is a column as it came
HEADINGS = """SELECT entity, field, source, c."column" FROM (VALUES {}) AS f(entity, field, source, "table", term)
    JOIN profile.columns AS c USING (source, "table") WHERE lower(c."column") = lower(trim(term, ' "')) ORDER BY ALL"""

SAMPLE = 1_000
"""Records in the sample that the profiler's page is made from."""


def run(con: Connection, run: Run) -> Counts:
    """Publish a run. Raises StageError when a load file does not hold what the reconciliation counted."""
    fresh_schema(con, "published")
    tables = published_tables(run.config)
    for name, (query, hidden) in tables.items():
        con.execute(f"CREATE TABLE published.{name} AS {query}")
        mask_columns(con, f"published.{name}", hidden, run.mask_key)
    root = run.config.root
    with new_folder(root / LOAD / run.as_of.isoformat()) as folder:
        files = write_load_files(con, run, folder)
    if keeps_archive(run):
        with new_folder(root / ARCHIVE / run.as_of.isoformat()) as folder:
            write_archive(con, run, folder)
    with new_folder(root / PRIVATE / run.id) as folder:
        _parquet(con, folder, {name: query for name, (query, _) in tables.items()})
        (folder / HASHES).parent.mkdir()
        write_parquet(con, record_hashes(run.config), folder / HASHES)
    with new_folder(root / REPORTS / run.id) as folder:
        _report(con, run, folder, list(tables))
    return Counts(sum(count(con, f"SELECT count(*) FROM published.{name}") for name in tables), files)


def record_hashes(config: Config) -> str:
    """Each record with a hash of each field, as SQL, by which two runs are compared: see `changes.py`.

    entity, source, key, golden_id (NULL where it has none), fields, and in the same order hashes (NULL of no value).
    """
    found = []
    for entity, settings in config.entities.items():
        values = {"parent": "s.parent_key"} if settings.parent else {}
        values |= {name: f"s.{ident(name)}::VARCHAR" for name in settings.fields}
        hashes = ", ".join(f"md5_number_lower({value})" for value in values.values())
        found.append(f"""
            SELECT {literal(entity)} AS entity, s.source, s.key, x.golden_id,
                [{", ".join(map(literal, values))}] AS fields, [{hashes}] AS hashes
            FROM {ident("std", entity)} AS s
            LEFT JOIN gold.xref AS x ON x.entity = {literal(entity)} AND x.source = s.source AND x.key = s.key""")
    return " UNION ALL ".join(found)


def load_files(config: Config, as_of: str) -> list[str]:
    """The load files of an as-of date, relative to the project."""
    return [file.relative_to(config.root).as_posix() for file in list_load_files(config.root / LOAD / as_of)]


def tidy(root: Path, unpublished: list[str]) -> None:
    """After a crash: put back what was being replaced below load/ and archive/, take away what these runs left."""
    for old in (*(root / LOAD).glob(".*.old"), *(root / ARCHIVE).glob(".*.old")):
        restore(old.with_name(old.name[1:].removesuffix(".old")))
    for run_id in unpublished:
        discard(root / REPORTS / run_id)
        discard(root / PRIVATE / run_id)


def published_tables(config: Config) -> dict[str, tuple[str, Masks]]:
    """What is published: name -> (query, the columns to mask with SQL for the type of their values)."""
    known = masks(config)
    found: dict[str, tuple[str, Masks]] = {
        f"{schema}_{table}": (f"FROM {schema}.{table}", known.get(f"{schema}.{table}", {}))
        for schema, tables in SHARED.items()
        for table in tables
    }
    found |= {
        "profile_columns": (COLUMNS, {"min": "type", "max": "type"}),
        "profile_values": (PROFILED.format("values"), {"value": SELDOM}),
        "profile_shapes": (PROFILED.format("shapes"), {"example": "type"}),
        "std_rules": (RULES, known["std.changes"]),
        "recon_rows": (OUTCOMES, {}),
        "gold_provenance": (PROVENANCE, known["gold.provenance"]),
        "gold_consequences": (CONSEQUENCES, known["gold.consequences"]),
        "gold_relations": _relations(config),
        "std_headings": (HEADINGS.format(", ".join(_fields(config))), {}),
    }
    for entity in config.match:
        for part in ("weights", "pairs", "clusters"):
            found[f"match_{entity}_{part}"] = (f"FROM {ident('match', f'{entity}_{part}')}", {})
        rules = ", ".join(literal(in_words(rule)) for rule in config.match[entity].block)
        blocks = f"SELECT *, [{rules}][rule + 1] AS shared FROM {ident('match', f'{entity}_blocks')} ORDER BY rule"
        found[f"match_{entity}_blocks"] = (blocks, {})
        compared = {name: literal(config.entities[entity].fields[name].type) for name in config.compared(entity)}
        found[f"match_{entity}_review"] = (f"{queue(config, entity)} LIMIT {LONGEST}", {"amounts": "'text'"})
        found[f"match_{entity}_records"] = (_records(entity, list(compared)), compared)
    return found


def _relations(config: Config) -> tuple[str, Masks]:
    """The relations with what the two golden records are called: by their first field that identifies."""
    named, types = "SELECT NULL::VARCHAR AS entity, NULL::VARCHAR AS golden_id, NULL::VARCHAR AS name", "NULL"
    for entity in config.match:
        fields = config.entities[entity].fields
        name = next((name for name, field in fields.items() if field.kind.identifying), next(iter(fields)))
        named += f" UNION ALL SELECT {literal(entity)}, golden_id, {ident(name)}::VARCHAR FROM {ident('gold', entity)}"
        types = f"CASE entity WHEN {literal(entity)} THEN {literal(fields[name].type)} ELSE {types} END"
    query = f"""SELECT r.*, a.name, b.name AS related_name FROM gold.relations AS r
        LEFT JOIN ({named}) AS a ON a.entity = r.entity AND a.golden_id = r.golden_id
        LEFT JOIN ({named}) AS b ON b.entity = r.entity AND b.golden_id = r.related_id
        ORDER BY r.entity, kind, r.golden_id, r.related_id"""
    return query, {"name": types, "related_name": types}


def _fields(config: Config) -> Iterator[str]:
    """Each field of each record, as SQL: entity, field, source, lead table, and what it is read from."""
    for entity in config.entities:
        for source, record in config.records(entity).items():
            for field, term in record.fields.items():
                yield f"({', '.join(map(literal, (entity, field, source, record.lead_table, term)))})"


def _records(entity: str, compared: list[str]) -> str:
    """The records, by the fields compared, that are in a golden record of several or in a pair for review."""
    chosen = ", ".join(f"s.{ident(name)}::VARCHAR AS {ident(name)}" for name in compared)
    pairs = f"(FROM {ident('match', f'{entity}_pairs')} WHERE verdict = 'review')"
    return f"""SELECT s.source, s.key, x.golden_id, {chosen} FROM {ident("std", entity)} AS s
        JOIN gold.xref AS x ON x.entity = {literal(entity)} AND x.source = s.source AND x.key = s.key
        WHERE (x.entity, x.golden_id) IN ({SEVERAL})
            OR (s.source, s.key) IN (SELECT (source_l, key_l) FROM {pairs})
            OR (s.source, s.key) IN (SELECT (source_r, key_r) FROM {pairs})
        ORDER BY s.source, s.key"""


def _parquet(con: Connection, folder: Path, queries: dict[str, str]) -> None:
    for name, query in queries.items():
        write_parquet(con, query, folder / f"{name}.parquet")


def _report(con: Connection, run: Run, folder: Path, tables: list[str]) -> None:
    """The masked tables, the pages, and a profiler's page for each matched entity."""
    (folder / "tables").mkdir()
    _parquet(con, folder / "tables", {name: f"FROM published.{name}" for name in tables})
    with spoken(run.config.language):
        pages = run_pages(con, run.config, run.id, run.as_of)
    for entity in run.config.match:
        fields = run.config.entities[entity].fields
        chosen = ", ".join(f"{ident(name)}::VARCHAR AS {ident(name)}" for name in fields)
        con.execute(
            f"CREATE TEMP TABLE _sample AS SELECT source, {chosen} FROM {ident('std', entity)} "
            f"ORDER BY md5(source || chr(31) || key) LIMIT {SAMPLE}"
        )
        mask_columns(con, "_sample", {name: literal(field.type) for name, field in fields.items()}, run.mask_key)
        sample, of = con.sql("FROM _sample").df(), count(con, f"SELECT count(*) FROM {ident('std', entity)}")
        with spoken(run.config.language):
            title = _("{project}: {n} of {all} records of {entity}, masked").format(
                project=run.config.project, n=f"{len(sample):,}", all=f"{of:,}", entity=entity
            )
            pages[f"profiler_{entity}.html"] = profiler_page(title, sample)
        con.execute("DROP TABLE _sample")
    pages |= {f"model_{entity}.json": model for entity, model in rows(con, "FROM match.models")}
    for name, text in pages.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
