"""The pages of a published run. They read the masked tables of the schema `published` and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from itertools import groupby
from typing import Any

from ..config import Config
from ..store import Connection, ident, records
from .fragments import render

Row = dict[str, Any]

FAILURES_SHOWN = 20
OUTCOMES = {
    "written": "founding record of a golden record, in this run's load files",
    "loaded": "the same, and the target says that it has it",
    "merged": "another record of a golden record that goes over",
    "deferred": "its wave goes over later",
    "archived": "kept outside the new system",
    "excluded": "left out by a decision, a rule or a view",
    "rejected": "unreadable, or the target would refuse it",
    "unexplained": "none of these: must not be",
}
COLOURS = ("written", "merged", "deferred", "archived", "excluded", "rejected", "unexplained", "loaded")
"""The outcomes in the order of the colours c0 to c7 of the style sheet."""

LINES = {
    "source": "Source", "target": "= target", "deferred": "+ deferred", "archived": "+ archived", "excluded": "+ excluded",
    "rejected": "+ rejected", "difference": "+ difference", "merged": "of the target: merged",
}  # fmt: skip
"""The lines of the equation of amounts, the memo last."""

QUANTILES = ("q05", "q25", "q50", "q75", "q95")
SUMS = ("rows", "amount", "debit", "credit", "unreadable_rows")
STATUSES = ("fail", "warn", "pass", "no longer run")
COUNTED = ("evaluated", "failed", "new", "persisting", "resolved")


def run_pages(con: Connection, config: Config, run_id: str, as_of: date) -> dict[str, str]:
    """The pages of a run by file name. The configuration gives names and their order, no values."""
    builders: dict[str, tuple[str, Callable[[Connection, Config], Row]]] = {
        "index.html": ("Overview", _overview),
        "reconciliation.html": ("Reconciliation", _reconciliation),
        "checks.html": ("Checks", lambda con, config: {"checks": _checks(con)}),
        "profile.html": ("Profile", _profile),
    }
    titles = {file: title for file, (title, _) in builders.items()}
    titles |= {f"profiler_{entity}.html": f"Profiler: {entity}" for entity in config.match}
    shared = {"project": config.project, "run_id": run_id, "as_of": as_of, "pages": titles}
    return {
        file: render(f"{file}.j2", page=file, heading=title, **shared, **build(con, config))
        for file, (title, build) in builders.items()
    }


def index_page(project: str, runs: Iterable[str]) -> str:
    """The list of published runs, given by their ids '<as-of date>.<n>', newest first."""
    named = sorted(((run.rpartition(".")[0], int(run.rpartition(".")[2]), run) for run in runs), reverse=True)
    newest = {day: name for day, _, name in reversed(named)}
    lines = [{"name": name, "as_of": day, "counts": newest[day] == name} for day, _, name in named]
    return render("runs.html.j2", project=project, heading="Published runs", runs=lines)


def _overview(con: Connection, config: Config) -> Row:
    target = next(iter(config.targets))
    outcomes = Counter[str]()
    for line in _matrix(con, config, target):
        outcomes += Counter(line["counts"])
    amounts = _amounts(con, target)
    checks = _checks(con)
    return {
        "target": target,
        "outcomes": [
            {"outcome": name, "records": outcomes[name], "meaning": meaning, "colour": COLOURS.index(name)}
            for name, meaning in OUTCOMES.items() if name in _shown(outcomes)
        ],
        "total": outcomes.total(),
        "unexplained": outcomes["unexplained"],
        "amounts": [found | {name: found["by"][name]["amount"] for name in LINES} for found in amounts],
        "balanced": sum(found["status"] == "balanced" for found in amounts),
        "tally": {status: sum(check["status"] == status for check in checks) for status in ("fail", "warn", "pass")},
        "dimensions": _dimensions(con, checks),
        "attention": [
            {**check, **line, "limit": line["fail"] if line["status"] == "fail" else line["warn"]}
            for check in checks for line in check["sources"] if line["status"] in ("fail", "warn")
        ],
        "files": _files(con, config),
        "matching": [_matching(con, config, entity) for entity in config.match],
    }  # fmt: skip


def _reconciliation(con: Connection, config: Config) -> Row:
    waves = records(con, """SELECT wave, CASE WHEN later THEN 'later' ELSE 'now' END AS "when", entity, count(*) AS records
        FROM published.wave_members GROUP BY ALL""")  # fmt: skip
    order, entities = [wave.name for wave in config.waves], config.parents_first()
    rejects = records(con, """SELECT source || '.' || "table" AS name, line, reason, left(text, 200) AS text
        FROM published.raw_rejects ORDER BY source, "table", _row LIMIT 100""")  # fmt: skip
    return {
        "targets": [_target(con, config, target) for target in config.targets],
        "waves": sorted(waves, key=lambda line: (order.index(line["wave"]), entities.index(line["entity"]))),
        "files": _files(con, config),
        "rejects": rejects,
    }


def _target(con: Connection, config: Config, target: str) -> Row:
    """One target's section: outcomes by entity and source, reasons, amounts, and what it would refuse."""
    matrix = _matrix(con, config, target)
    seen = Counter[str]()
    for line in matrix:
        seen += Counter(line["counts"])
    reasons = records(con, """SELECT outcome, entity, source, reason, count(*) AS records FROM published.recon_rows
        WHERE target = ? AND outcome IN ('rejected', 'excluded', 'unexplained') GROUP BY ALL
        ORDER BY outcome DESC, records DESC, entity, source, reason""", [target])  # fmt: skip
    problems = records(con, """SELECT object, field, reason, count(DISTINCT golden_id) AS records, min(value) AS example
        FROM published.target_problems WHERE target = ? GROUP BY ALL ORDER BY records DESC, object, field, reason""", [target])  # fmt: skip
    return {"target": target, "matrix": matrix, "outcomes": _shown(seen), "reasons": reasons, "problems": problems,
            "amounts": _amounts(con, target)}  # fmt: skip


def _shown(seen: Counter[str]) -> list[str]:
    """The outcomes to show: all but 'loaded', which is shown where something is."""
    return [name for name in OUTCOMES if name != "loaded" or seen[name]]


def _matrix(con: Connection, config: Config, target: str) -> list[Row]:
    """For each (entity, source): how many records had each outcome, and how many its extract held."""
    counted = {
        (line["entity"], line["source"], line["outcome"]): line["records"]
        for line in records(con, """SELECT entity, source, outcome, count(*) AS records FROM published.recon_rows
            WHERE target = ? GROUP BY ALL""", [target])
    }  # fmt: skip
    read = {(file["source"], file["table"]): file["read"] for file in _read(con)}
    lines = []
    for entity in config.parents_first():
        for source, record in config.records(entity).items():
            counts = {outcome: counted.get((entity, source, outcome), 0) for outcome in OUTCOMES}
            lines.append({"entity": entity, "source": source, "table": f"{source}.{record.lead_table}", "counts": counts,
                          "sum": sum(counts.values()), "read": read[source, record.lead_table]})  # fmt: skip
    return lines


def _amounts(con: Connection, target: str) -> list[Row]:
    """The equation of each (entity, measure, source, currency)."""
    found = records(con, "FROM published.recon_amounts WHERE target = ? ORDER BY entity, measure, source, currency", [target])
    equations = []
    for place, group in groupby(found, key=lambda line: (line["entity"], line["measure"], line["source"], line["currency"])):
        by = {line["outcome"]: line for line in group}
        for outcome in LINES:
            by.setdefault(outcome, dict.fromkeys(SUMS, 0))
        equations.append({
            "title": f"{place[0]} {place[1]} of {place[2]}", "currency": place[3], "by": by,
            "lines": [{**by[outcome], "outcome": outcome, "label": label} for outcome, label in LINES.items()],
            "status": "not balanced" if any(by["difference"][name] for name in SUMS) else "balanced",
        })  # fmt: skip
    return equations


def _read(con: Connection) -> list[Row]:
    return records(con, "SELECT *, rows + rejects AS read FROM published.raw_files")


def _files(con: Connection, config: Config) -> list[Row]:
    """The extracts, and for which entities each holds the records."""
    served: dict[tuple[str, str], list[str]] = {}
    for entity in config.entities:
        for source, record in config.records(entity).items():
            served.setdefault((source, record.lead_table), []).append(f"records of {entity}")
    return [
        {**file, "name": f"{file['source']}.{file['table']}", "fingerprint": file["sha256"][:12],
         "serves": ", ".join(served.get((file["source"], file["table"]), ["look-ups"]))}
        for file in _read(con)
    ]  # fmt: skip


def _checks(con: Connection) -> list[Row]:
    """Every check with its sources and first failures, those that fail first."""
    found = records(con, """
        WITH failing AS (
            SELECT check_id, source, count(*) FILTER (WHERE status = 'new') AS new,
                count(*) FILTER (WHERE status = 'persisting') AS persisting
            FROM published.qa_failures GROUP BY ALL),
        gone AS (SELECT check_id, source, count(*) AS resolved FROM published.qa_resolved GROUP BY ALL)
        SELECT check_id, source, dimension, warn, fail, coalesce(status, 'no longer run') AS status,
            coalesce(evaluated, 0) AS evaluated, coalesce(failed, 0) AS failed, coalesce(new, 0) AS new,
            coalesce(persisting, 0) AS persisting, coalesce(resolved, 0) AS resolved, failed / nullif(evaluated, 0) AS share
        FROM published.qa_results LEFT JOIN failing USING (check_id, source) FULL JOIN gone USING (check_id, source)
        ORDER BY check_id, source""")  # fmt: skip
    failures = records(con, f"""SELECT * FROM published.qa_failures
        QUALIFY row_number() OVER (PARTITION BY check_id ORDER BY status, source, _row, field) <= {FAILURES_SHOWN}
        ORDER BY check_id, status, source, _row, field""")  # fmt: skip
    shown = {name: list(group) for name, group in groupby(failures, key=lambda line: line["check_id"])}
    checks = []
    for name, group in groupby(found, key=lambda line: line["check_id"]):
        sources = list(group)
        worst = min((line["status"] for line in sources), key=STATUSES.index)
        checks.append({"check_id": name, "dimension": sources[0]["dimension"], "status": worst, "sources": sources,
                       "failures": shown.get(name, []), **_added(sources)})  # fmt: skip
    return sorted(checks, key=lambda check: STATUSES.index(check["status"]))


def _added(lines: list[Row]) -> Row:
    return {name: sum(line[name] for line in lines) for name in COUNTED}


def _dimensions(con: Connection, checks: list[Row]) -> list[Row]:
    scores = {line["dimension"]: line["score"] for line in records(con, "FROM published.qa_scores")}
    by_name: dict[str, list[Row]] = {}
    for check in sorted(checks, key=lambda check: check["dimension"] or ""):
        by_name.setdefault(check["dimension"] or "no longer checked", []).append(check)
    return [
        {"dimension": name, "score": scores.get(name), "checks": len(its), **_added(its)} for name, its in by_name.items()
    ]


def _matching(con: Connection, config: Config, entity: str) -> Row:
    """How the records of an entity were compared and joined."""
    blocks, pairs, clusters = (ident("published", f"match_{entity}_{part}") for part in ("blocks", "pairs", "clusters"))
    rules = [" and ".join(name.replace(".", " ") for name in rule) for rule in config.match[entity].block]
    sizes = records(con, f"""
        SELECT CASE WHEN size > 4 THEN '5 and more' ELSE size::VARCHAR END AS size, count(*) AS clusters,
            sum(size)::BIGINT AS records
        FROM (SELECT count(*) AS size FROM {clusters} GROUP BY golden_id) GROUP BY ALL ORDER BY size""")  # fmt: skip
    return {
        "entity": entity,
        "blocks": [line | {"title": rules[line["rule"]]} for line in records(con, f"FROM {blocks} ORDER BY rule")],
        "pairs": records(con, f"SELECT verdict, decided_by, count(*) AS pairs FROM {pairs} GROUP BY ALL ORDER BY ALL"),
        "clusters": sizes,
        "golden": sum(line["clusters"] for line in sizes),
        "records": sum(line["records"] for line in sizes),
    }


def _profile(con: Connection, config: Config) -> Row:
    """Each table of the extracts with its columns, and of each column its commonest values and shapes."""
    tops, forms = (
        {place: list(group) for place, group in groupby(
            records(con, f"FROM published.profile_{part} ORDER BY source, \"table\", \"column\", rows DESC, rows"), key=_place)}
        for part in ("values", "shapes")
    )  # fmt: skip
    columns = records(con, """SELECT *, 1 - missing / nullif(rows, 0) AS filled FROM published.profile_columns
        ORDER BY source, "table", place""")  # fmt: skip
    for column in columns:
        filled = column["rows"] - column["missing"]
        for name, found in (("tops", tops), ("forms", forms)):
            column[name] = [line | {"share": line["rows"] / filled} for line in found.get(_place(column), [])]
        quantiles = [{"title": f"{name[1:]} % are at most", "value": column[name]} for name in QUANTILES]
        column["quantiles"] = quantiles if column["q50"] is not None else []
    of = {place: list(group) for place, group in groupby(columns, key=lambda line: (line["source"], line["table"]))}
    return {"sheets": [file | {"columns": of.get((file["source"], file["table"]), [])} for file in _files(con, config)]}


def _place(line: Row) -> tuple[str, str, str]:
    return line["source"], line["table"], line["column"]
