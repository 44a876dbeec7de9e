"""What the pages say beyond the views, from the published tables."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatch
from typing import Any

from markupsafe import Markup

from ..errors import ConfigError
from ..matching.quality import ENOUGH
from ..published import OUTCOMES, REPORTS, Published
from ..reports.fragments import share
from ..reports.pages import REASONS
from ..store import Connection, ident, literal, records
from ..views.amounts import amounts_data
from ..views.flow import flow_data, target_named
from ..views.flow import targets as in_order
from ..views.issues import owners as in_charge
from ..views.svg import strip

Row = dict[str, Any]
RUNS = 100
"""Runs on a page."""

MOST = 200
"""Reasons listed."""

CHECKED = "SELECT DISTINCT {} FROM published.metrics WHERE run_id = {} AND metric = 'evaluated' AND {} ORDER BY 1"

EXTRACTS = """
    SELECT source || '.' || "table" AS name, extract_of, date_diff('day', extract_of::DATE, as_of) AS age_days, rows,
        rejects
    FROM published.inputs WHERE run_id = ? ORDER BY age_days DESC, name"""

ACCOUNTED = """
    SELECT count(*) AS read, count(*) FILTER (WHERE outcome <> 'unexplained') AS explained
    FROM published.recon_rows WHERE target = ?"""

PLANNED = """
    SELECT wave, target, object, count(*) AS records
    FROM published.wave_members JOIN published.target_objects USING (entity) GROUP BY ALL"""

STAGES = "SELECT stage FROM published.stages GROUP BY stage ORDER BY min(rowid)"

ALL_RUNS = """
    SELECT r.*, coalesce(s.by_stage, MAP([], [])) AS by_stage, count(*) OVER () AS runs FROM published.runs AS r
    LEFT JOIN (SELECT run_id, map(list(stage), list(seconds)) AS by_stage FROM published.stages GROUP BY run_id) AS s
        USING (run_id) ORDER BY started_at DESC, run_id DESC LIMIT {size} OFFSET {skip}"""


def checked(run: Published, value: str, known: str) -> list[str]:
    """What the run's checks looked at: a column or expression, where another is true."""
    found = run.records(CHECKED.format(f"{value} AS value", literal(run.run_id), known))
    return [line["value"] for line in found]


def matched(run: Published) -> list[str]:
    """The entities whose records were matched, also where what is known of them is damaged."""
    return [name[len("match_") : -len("_pairs")] for name in run.tables if fnmatch(name, "match_*_pairs")]


def asked(ask: Callable[[Connection], list[str]], run: Published) -> list[str]:
    """What a function of a session finds in a run."""
    with run.session() as con:
        return ask(con)


def targets(run: Published) -> list[str]:
    """The targets that records went to, the one that counts first."""
    return asked(in_order, run)


def owners(run: Published) -> list[str]:
    """The persons who have issues."""
    return asked(in_charge, run)


def planned(run: Published) -> dict[tuple[str, str, str], int]:
    """How many rows each wave has for an object of a target: (wave, target, object) -> golden records."""
    if not {"wave_members", "target_objects"} <= set(run.tables):
        return {}
    found = run.records(PLANNED)
    return {(line["wave"], line["target"], line["object"]): line["records"] for line in found}


def accounted(run: Published) -> Row:
    """Whether every record and every amount has its place in the target that counts."""
    with run.session() as con:
        target = target_named(con, None)
        sums = amounts_data(con, target)
        (rows,) = records(con, ACCOUNTED, [target])
    return rows | {"target": target, "sums": len(sums), "balanced": sum(s["status"] == "balanced" for s in sums)}


def extracts(run: Published) -> Row:
    """What was read, and how old it was."""
    return {"extracts": run.records(EXTRACTS, [run.run_id])}


def outcomes(run: Published, target: str | None) -> Row:
    """How many records had each outcome in a target."""
    with run.session() as con:
        found = flow_data(con, target)
    sums = [{"name": o, "records": sum(line["records"] for line in found if line["outcome"] == o)} for o in OUTCOMES]
    return {"target": target, "outcomes": sums}


def reasons(run: Published, target: str | None) -> Row:
    """Why records did not go to a target."""
    return {"reasons": run.records(f"{REASONS} LIMIT {MOST}", [target]), "most": MOST}


def matching_quality(run: Published, entity: str) -> Row:
    """How good the matching is, as far as people's decisions tell; and the sample that they are of.

    Raises ConfigError for a run of an older version.
    """
    if "match_quality" not in run.tables:
        raise ConfigError("The table match_quality is missing from this run. Run its date again.")
    measures, strata = (
        run.records(f"FROM published.match_{name} WHERE entity = ?", [entity]) for name in ("quality", "strata")
    )
    reviewed = sum(line["reviewed"] for line in strata)
    lowest = min((line["low"] for line in measures if line["low"] is not None), default=0.0)
    for line in measures:
        known = line["unit"] == "share" and line["low"] is not None
        line["picture"] = _interval(line, lowest) if known else None
    return {"measures": measures, "strata": strata, "reviewed": reviewed, "least": ENOUGH}


def _interval(line: Row, lowest: float) -> Markup:
    """A measure with its interval, all on the same scale up to 100%."""
    said = f"{share(line['value'])}: {share(line['low'])} – {share(line['high'])}"
    return strip((lowest, 1.0), (line["low"], line["high"]), line["value"], None, said)


def runs(run: Published, page: int) -> Row:
    """All runs on a page of the list, newest first; whether there is anything of them to show; the stages there are."""
    found = run.records(ALL_RUNS.format(size=RUNS, skip=(page - 1) * RUNS))
    for line in found:
        line["published"] = (run.root / REPORTS / line["run_id"] / "tables").is_dir()
    return {"runs": found, "size": RUNS, "stages": [line["stage"] for line in run.records(STAGES)]}


def golden_ids(run: Published, entity: str, ends: list[tuple[str, str]]) -> list[str]:
    """The golden records that some records (source and key) are in, of several records each."""
    table = ident("published", f"match_{entity}_clusters")
    query = f"""SELECT golden_id FROM {table} WHERE source = ? AND key = ? AND golden_id IN
        (SELECT golden_id FROM {table} GROUP BY golden_id HAVING count(*) > 1)"""
    return list(dict.fromkeys(line["golden_id"] for end in ends for line in run.records(query, list(end))))
