"""How good the data is: scores over time, what changed, and the fields that are worst."""

from __future__ import annotations

from ..anomalies import NEEDED, UNKNOWN, UNUSUAL, Reading, anomalies
from ..language import counted
from ..language import gettext as _
from ..reports.fragments import FORMATS, share
from ..store import records
from ..views.burn_down import burn_down
from ..views.changes import Changes, changes, changes_data
from ..views.failures import quality_matrix
from ..views.plan import NOT_SET_UP
from ..views.scores import scores, scores_data
from ..views.trend import Trend, trend, trend_data
from .chapter import ACT, FINE, WATCH, Chapter, Ground, Row, Table
from .columns import columns

WORST, EXAMPLES = 10, 3
"""Checks of which examples are shown, and how many of each."""

FIELDS = """
    SELECT entity, field, "check", check_id, source, evaluated, failed, failed / nullif(evaluated, 0) AS share, status
    FROM published.qa_results ORDER BY status = 'pass', status = 'warn', share DESC NULLS LAST, check_id, source"""

# of each check the first failing rows by their order in the extract, so that people find them
FAILING = f"""
    WITH worst AS (
        SELECT check_id, row_number() OVER (
            ORDER BY min(CASE status WHEN 'fail' THEN 0 WHEN 'warn' THEN 1 ELSE 2 END),
                sum(failed) / sum(evaluated) DESC, check_id) AS place
        FROM published.qa_results WHERE failed > 0 GROUP BY check_id)
    SELECT f.check_id, f.source, f.key, f.value, f.reason, f.status
    FROM published.qa_failures AS f JOIN worst USING (check_id) WHERE place <= {WORST}
    QUALIFY row_number() OVER (PARTITION BY check_id ORDER BY source, _row, field) <= {EXAMPLES}
    ORDER BY place, source, _row, field"""

WHOLE = """
    SELECT DISTINCT check_id FROM published.qa_results ANTI JOIN published.qa_failures USING (check_id)
    WHERE failed > 0 ORDER BY check_id"""
"""Checks that fail of an extract as a whole, so that there is no row to show."""


def over_time(ground: Ground) -> Chapter:
    """The scores, now and by date."""
    run = ground.run
    with run.session() as con:
        now, found = scores_data(con, run.run_id, run.as_of), trend_data(con, until=run.as_of)
    agreed = any(line["threshold"] is not None for line in now["dimensions"])
    low = [line for line in now["dimensions"] if line["threshold"] is not None and line["score"] < line["threshold"]]
    if now["score"] is None:
        said = _("No check looked at anything, so there is no score.")
    elif low:
        said = _("{score} overall; below what was agreed: {names}.").format(
            score=share(now["score"]), names=", ".join(_(line["dimension"]) for line in low)
        )
    elif agreed:
        said = _("{score} overall; nothing is below what was agreed.").format(score=share(now["score"]))
    else:
        said = _("{score} overall; no least score is agreed (`thresholds` in workbench.yml).").format(
            score=share(now["score"])
        )
    state = ACT if low else WATCH if now["score"] is None else FINE if agreed else NOT_SET_UP
    table = Table(_("Scores by date"), _headings(found), _dated(found), drawn=True)
    return Chapter("quality", _("Quality over time"), state, said, [scores(run), trend(run)], [table])


def _headings(found: Trend) -> list[tuple[str, str, str]]:
    return [("as_of", "moment", _("As of")), *((name, "share", _(name)) for name in found.lines)]


def _dated(found: Trend) -> list[Row]:
    return [{"as_of": day} | {name: line.get(day) for name, line in found.lines.items()}
            for day in reversed(found.dates)]  # fmt: skip


def changed(ground: Ground) -> Chapter:
    """What is new, what persists, what was resolved, what came late."""
    run = ground.run
    with run.session() as con:
        found = changes_data(con, run.run_id, run.as_of)
    seen = anomalies(run)
    unusual = [one for one in seen if one.verdict == UNUSUAL]
    counts = {name: f"{number:,}" for name, number in found.failures.items()}
    if found.before is None:
        said = _("The first date: there is nothing to compare it with.")
    else:
        said = counted("{n} new failure, {resolved} resolved, {persisting} persisting.",
                       "{n} new failures, {resolved} resolved, {persisting} persisting.",
                       found.failures["new"], **counts)  # fmt: skip
    if found.late or found.gone:
        said += " " + _("Extracts late or missing: {count}.").format(count=len(found.late) + len(found.gone))
    if unusual:
        said += " " + _("Unusual: {count}.").format(count=len(unusual))
    more = found.before is not None and found.failures["new"] > found.failures["resolved"]
    state = WATCH if unusual or more or found.late or found.gone else FINE
    tables = [
        Table(_("Checks that changed"), columns("check then now points"), _by_check(found), drawn=True),
        Table(_("Unusual measures"), columns("measure value band runs", value="text"), [*map(_reading, unusual)],
              _history(seen)),
    ]  # fmt: skip
    return Chapter("changes", _("What changed"), state, said, [changes(run), burn_down(run)], tables)


def _by_check(found: Changes) -> list[Row]:
    return [{"check": one.check_id, "then": 1 - one.then.score, "now": 1 - one.now.score, "points": one.points}
            for one in (*found.worse, *found.better)]  # fmt: skip


def _history(seen: list[Reading]) -> str:
    """How many measures could be judged."""
    short = sum(one.verdict == UNKNOWN for one in seen)
    if not short:
        return counted("{n} measure was held against the dates before.",
                       "{n} measures were held against the dates before.", len(seen))  # fmt: skip
    return counted("{short} of {n} measure has not enough history: {needed} dates are needed before.",
                   "{short} of {n} measures have not enough history: {needed} dates are needed before.",
                   len(seen), short=short, needed=NEEDED)  # fmt: skip


def _reading(one: Reading) -> Row:
    low, high = (FORMATS[one.unit](number) for number in (one.low or 0, one.high or 0))
    band = _("{low} to {high}").format(low=low, high=high)
    return {"measure": one.measure, "value": FORMATS[one.unit](one.value), "band": band, "runs": one.runs}


def worst_fields(ground: Ground) -> Chapter:
    """Which fields fail which checks, and a few rows of the worst."""
    with ground.run.session() as con:
        lines, failing, whole = (records(con, query) for query in (FIELDS, FAILING, WHOLE))
    poor, fair = (len({line["check_id"] for line in lines if line["status"] == status}) for status in ("fail", "warn"))
    said = _("Checks that fail more than is allowed: {poor}; that warn: {fair}; of {all}.").format(
        poor=poor, fair=fair, all=len({line["check_id"] for line in lines})
    )
    tables = [
        Table(_("Fields and checks"), columns("entity field check source evaluated failed share status"), lines,
              drawn=True),
        Table(_("Examples"), columns("check_id source key value reason status"), failing,
              _examples(failing, [line["check_id"] for line in whole])),
    ]  # fmt: skip
    state = ACT if poor else WATCH if fair else FINE
    return Chapter("fields", _("Worst fields"), state, said, [quality_matrix(ground.run)], tables)


def _examples(failing: list[Row], whole: list[str]) -> str:
    """What stands above the examples, and why there are none."""
    if failing:
        said = _("Values are pseudonyms; keys are those of the extracts.")
    else:
        said = _("No single value fails a check.")
    if whole:
        said += " " + _("No value is shown of checks that judge an extract as a whole: {checks}.").format(
            checks=", ".join(whole)
        )
    return said
