"""The pages of a published run. They read the masked tables of the schema `published` and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from ..config import Config
from ..language import gettext as _
from ..language import marked
from ..published import OUTCOMES
from ..store import Connection, ident, records, rows
from ..words import told
from .fragments import render

Row = dict[str, Any]

PAGES = {"index": marked("Overview"), "reconciliation": marked("Reconciliation"), "checks": marked("Checks"),
         "profile": marked("Profile")}  # fmt: skip
NOTEBOOKS = "notebooks/index.html"
"""Says at first that none are rendered; `workbench report` puts its own in the place."""

LINES = ("source", "target", "deferred", "archived", "excluded", "rejected", "difference", "merged", "filled")
"""The lines of the equation of amounts, the memo last."""

SUMS = ("rows", "amount", "debit", "credit", "unreadable_rows")
STATUSES = ("fail", "warn", "pass", marked("no longer run"))
COUNTED = ("evaluated", "failed", "new", "persisting", "resolved")

FILES = """SELECT *, source || '.' || "table" AS name, rows + rejects AS read, sha256[:12] AS fingerprint
    FROM published.raw_files"""

REMARKS = """SELECT source || '.' || "table" AS name, "column", rows, said FROM published.raw_remarks ORDER BY ALL"""

# one row a check with its counts by source, what is only known from before included
CHECKS = """
    WITH failing AS (
        SELECT check_id, source, count(*) FILTER (WHERE status = 'new') AS new,
            count(*) FILTER (WHERE status = 'persisting') AS persisting
        FROM published.qa_failures GROUP BY ALL),
    gone AS (SELECT check_id, source, count(*) AS resolved FROM published.qa_resolved GROUP BY ALL),
    lines AS (
        SELECT check_id, source, dimension, warn, fail, coalesce(status, 'no longer run') AS status,
            coalesce(evaluated, 0) AS evaluated, coalesce(failed, 0) AS failed, coalesce(new, 0) AS new,
            coalesce(persisting, 0) AS persisting, coalesce(resolved, 0) AS resolved,
            failed / nullif(evaluated, 0) AS share
        FROM published.qa_results LEFT JOIN failing USING (check_id, source) FULL JOIN gone USING (check_id, source))
    SELECT check_id, coalesce(min(dimension), 'no longer checked') AS dimension, list(lines ORDER BY source) AS sources
    FROM lines GROUP BY check_id ORDER BY check_id"""

FAILURES = """FROM published.qa_failures
    QUALIFY row_number() OVER (PARTITION BY check_id ORDER BY status, source, _row, field) <= 20
    ORDER BY status, source, _row, field"""

REASONS = """SELECT outcome, entity, source, reason, count(*) AS records FROM published.recon_rows
    WHERE target = ? AND outcome IN ('rejected', 'excluded', 'unexplained') GROUP BY ALL
    ORDER BY outcome DESC, records DESC, entity, source, reason"""

WAVES = """
    SELECT wave, CASE WHEN archive THEN 'archived' WHEN later THEN 'later' ELSE 'now' END AS "when", entity,
        count(*) AS records
    FROM published.wave_members GROUP BY ALL ORDER BY "when" DESC, wave, entity"""

PROFILE = """
    WITH tops AS (
        SELECT source, "table", "column", list(v ORDER BY rows DESC, value) AS tops
        FROM published.profile_values AS v GROUP BY ALL),
    forms AS (
        SELECT source, "table", "column", list(s ORDER BY rows DESC, shape) AS forms
        FROM published.profile_shapes AS s GROUP BY ALL)
    SELECT c.*, rows - missing AS filled, [q05, q25, q50, q75, q95] AS quantiles, tops, forms
    FROM published.profile_columns AS c LEFT JOIN tops USING (source, "table", "column")
    LEFT JOIN forms USING (source, "table", "column") ORDER BY place"""


def run_pages(con: Connection, config: Config, run_id: str, as_of: date) -> dict[str, str]:
    """The pages of a run by file name. The configuration gives names and their order, no values."""
    facts = {
        "project": config.project, "run_id": run_id, "as_of": as_of, "links": page_links(config),
        "targets": [_target(con, config, target) for target in config.targets],
        "waves": records(con, WAVES),
        "checks": _checks(con),
        "failures": records(con, FAILURES),
        "scores": {line["dimension"]: line["score"] for line in records(con, "FROM published.qa_scores")},
        "files": records(con, FILES),
        "remarks": records(con, REMARKS),
        "rejects": records(con, "FROM published.raw_rejects ORDER BY ALL LIMIT 100"),
        "matching": [_matching(con, entity) for entity in config.match],
        "columns": records(con, PROFILE),
    }  # fmt: skip
    pages = {
        f"{name}.html": render(f"{name}.html.j2", page=f"{name}.html", heading=told(title), **facts)
        for name, title in PAGES.items()
    }
    return pages | {NOTEBOOKS: render("notebooks.html.j2", heading=_("Notebooks"), notebooks=[], **facts)}


def page_links(config: Config) -> dict[str, str]:
    """The pages of a run by file name, with what they are called."""
    links = {f"{name}.html": told(title) for name, title in PAGES.items()}
    return links | {f"profiler_{entity}.html": _("Profiler: {entity}").format(entity=entity) for entity in config.match}


def front_page(
    project: str, pages: dict[str, str], runs: Mapping[str, Collection[str]], counting: Collection[str]
) -> str:
    """The project's own pages (file -> title), and its published runs by their ids '<as-of date>.<n>', newest first.

    Of each run which of `index`, `quality` and `notebooks` it has; those `counting` are the latest of their dates.
    """
    split = [run.rpartition(".") for run in runs]
    places = sorted(((day, int(n)) for day, _, n in split if n.isdigit()), reverse=True)
    names = [(f"{day}.{n}", day) for day, n in places]
    lines = [{"name": n, "as_of": d, "counts": n in counting, "has": runs[n]} for n, d in names]
    return render("runs.html.j2", project=project, heading=_("Runs"), pages=pages, runs=lines)


def _target(con: Connection, config: Config, target: str) -> Row:
    """One target: outcomes by entity and source, reasons, amounts, and what it would refuse."""
    problems = """SELECT object, field, reason, count(DISTINCT golden_id) AS records, min(value) AS example
        FROM published.target_problems WHERE target = ? GROUP BY ALL ORDER BY records DESC, object, field, reason"""
    matrix = _matrix(con, config, target)
    return {
        "name": target,
        "matrix": matrix,
        "totals": {outcome: sum(line["counts"][outcome] for line in matrix) for outcome in OUTCOMES},
        "amounts": amounts(con, target),
        "reasons": records(con, REASONS, [target]),
        "problems": records(con, problems, [target]),
    }


def _matrix(con: Connection, config: Config, target: str) -> list[Row]:
    """For each (entity, source): how many records had each outcome, and how many its extract held."""
    query = """SELECT entity, source, outcome, count(*) AS records FROM published.recon_rows
        WHERE target = ? GROUP BY ALL"""
    found = {(entity, source, outcome): n for entity, source, outcome, n in rows(con, query, [target])}
    read = {file["name"]: file["read"] for file in records(con, FILES)}
    lines = []
    for entity in config.parents_first():
        for source, record in config.records(entity).items():
            counts = {outcome: found.get((entity, source, outcome), 0) for outcome in OUTCOMES}
            table = f"{source}.{record.lead_table}"
            lines.append({"entity": entity, "source": source, "table": table, "counts": counts,
                          "sum": sum(counts.values()), "read": read.get(table, 0)})  # fmt: skip
    return lines


def amounts(con: Connection, target: str) -> list[Row]:
    """The equation of each measure of a source in a currency."""
    names = ("entity", "measure", "source", "currency")
    found = records(con, f"FROM published.recon_amounts WHERE target = ? ORDER BY {', '.join(names)}", [target])
    equations = []
    for place, group in groupby(found, key=lambda line: tuple(line[name] for name in names)):
        by = {line: dict.fromkeys(SUMS, 0) for line in LINES} | {line["outcome"]: line for line in group}
        status = "not balanced" if any(by["difference"][name] for name in SUMS) else "balanced"
        amounts = {line: by[line]["amount"] for line in LINES}
        title = _("{entity} {measure} of {source}").format(entity=place[0], measure=place[1], source=place[2])
        equations.append({"title": title, "currency": place[3], "by": by, "status": status, **amounts})
    return equations


def _checks(con: Connection) -> list[Row]:
    """Every check with its sources, those that fail first."""
    checks = records(con, CHECKS)
    for check in checks:
        check["status"] = min((line["status"] for line in check["sources"]), key=STATUSES.index)
        check |= {name: sum(line[name] for line in check["sources"]) for name in COUNTED}
    return sorted(checks, key=lambda check: STATUSES.index(check["status"]))


def _matching(con: Connection, entity: str) -> Row:
    """How the records of an entity were compared and joined."""
    blocks, pairs, clusters = (ident("published", f"match_{entity}_{part}") for part in ("blocks", "pairs", "clusters"))
    sizes = f"""SELECT CASE WHEN size > 4 THEN '5 and more' ELSE size::VARCHAR END AS size, count(*) AS clusters,
        sum(size)::BIGINT AS records
        FROM (SELECT count(*) AS size FROM {clusters} GROUP BY golden_id) GROUP BY ALL ORDER BY size"""
    return {
        "entity": entity,
        "blocks": records(con, f"FROM {blocks} ORDER BY rule"),
        "pairs": records(con, f"SELECT verdict, decided_by, count(*) AS pairs FROM {pairs} GROUP BY ALL ORDER BY ALL"),
        "clusters": records(con, sizes),
    }
