"""The migration plan: what goes over when and whose it is, whether it may, and whether it can be done in the time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_datetime

from ..errors import StoreError
from ..language import counted, language, marked
from ..language import gettext as _
from ..published import Published
from ..store import Connection, records, rows
from .flow import target_named
from .timeline import timeline
from .view import View, draw

Row = dict[str, Any]
PASSED, MISSED, NOT_SET_UP = marked("passed"), marked("gate missed"), marked("not set up")
"""How a readiness gate stands; one with nothing to be measured against is not set up, neither good nor bad."""

LAST = 5
"""Runs that stage durations are read off: the latest of the last dates."""

SOURCES = """
    SELECT r.source, r.entity, count(*) AS records, count(DISTINCT r.golden_id) AS golden
    FROM published.recon_rows AS r JOIN published.wave_entities AS e USING (entity)
    WHERE target = $target
    GROUP BY r.source, r.entity, e.place ORDER BY r.source, e.place"""
WAVES = """
    SELECT w.*, CASE WHEN w.archive THEN 'archived' WHEN w.later THEN 'later' ELSE 'now' END AS goes,
        map_from_entries(list((entity, records)) FILTER (WHERE entity IS NOT NULL)) AS counts
    FROM published.wave_waves AS w
    LEFT JOIN (SELECT wave, entity, count(*) AS records FROM published.wave_members GROUP BY ALL) USING (wave)
    GROUP BY ALL ORDER BY place"""
LEFT = """
    SELECT e.entity, count(DISTINCT r.golden_id) AS records,
        CASE WHEN e.parent IS NULL THEN 'no wave takes it' ELSE 'without a parent that goes' END AS note
    FROM published.recon_rows AS r JOIN published.wave_entities AS e USING (entity)
    ANTI JOIN published.wave_members AS m ON m.entity = r.entity AND m.golden_id = r.golden_id
    WHERE target = $target AND r.golden_id IS NOT NULL
    GROUP BY ALL ORDER BY note, any_value(e.place)"""
SUMS = """
    SELECT wave, a.entity, measure, currency, records, amount FROM published.wave_amounts AS a
    JOIN published.wave_waves USING (wave) ORDER BY place, a.entity, measure, currency"""
KEPT = """
    SELECT wave, split_part(reason, ': ', 2) AS reason, count(*) AS records FROM published.wave_members
    WHERE reason LIKE 'never deferred: %' GROUP BY ALL ORDER BY ALL"""
OBJECTS = """
    WITH placed AS (SELECT *, row_number() OVER () AS place FROM published.target_objects)
    SELECT o.target, o.object, o.entity, string_agg(p.object, ', ' ORDER BY p.place) AS after
    FROM placed AS o JOIN published.wave_entities AS e USING (entity)
    LEFT JOIN placed AS p ON p.target = o.target AND p.entity = e.parent
    GROUP BY o.target, o.object, o.entity, o.place ORDER BY o.place"""
OUTSIDE = "its day is outside the cutover window"
STAGES = f"""
    WITH latest AS (SELECT DISTINCT run_id, as_of FROM published.stages WHERE counts AND as_of <= $until
        ORDER BY as_of DESC LIMIT {LAST})
    SELECT stage, arg_max(seconds, as_of) AS newest, max(seconds) AS longest, arg_max(rows_in, as_of) AS rows_in,
        count(*) AS runs
    FROM published.stages SEMI JOIN latest USING (run_id) GROUP BY stage"""


@dataclass(frozen=True)
class Step:
    """A step of the cutover: how long it takes, when it begins at the earliest, and when at the latest."""

    name: str
    seconds: float
    begins: datetime
    latest: datetime


@dataclass(frozen=True)
class Cutover:
    """The window and what is done in it. The point of no return is the latest moment to begin loading, so that there
    is still time to go back if it fails at its end; `spare` is how much later than planned that is."""

    frozen_from: datetime
    begins: datetime
    ends: datetime
    fallback: str
    fallback_minutes: int
    steps: list[Step]
    no_return: datetime
    spare: timedelta
    unmeasured: list[str]


@dataclass(frozen=True)
class Plan:
    """The migration plan of a run. Amounts are exact and in their own currency, durations in seconds.

    `waves` have what goes: now, later or archived; counts by entity; and a note where their day is outside the cutover
    window. `left` are lines like them with the golden records that are in no wave, so that all lines together have all
    golden records. `kept` are those who are never deferred, and `after` of an object those that are loaded before it.
    `stages` have the newest and the longest duration.
    """

    run_id: str
    as_of: date
    entities: list[str]
    sources: list[Row]
    waves: list[Row]
    left: list[Row]
    amounts: list[Row]
    kept: list[Row]
    objects: list[Row]
    stages: list[Row]
    gates: list[Row]
    cutover: Cutover | None

    def _repr_html_(self) -> str:
        return show_plan(self)._repr_html_()


def plan_data(run: Published, gates: Iterable[Row] = (), loads: Mapping[str, float] | None = None) -> Plan:
    """The plan of a run, with the gates of its waves and the seconds that loading each wave took, where known.

    Raises StoreError for a run that an older version published.
    """
    if "wave_waves" not in run.tables:
        raise StoreError(f"Run {run.run_id} was published by an older version, without waves. Run the project again.")
    with run.session() as con:
        stages = _in_order(con, records(con, STAGES, {"until": run.as_of}))
        entities = [name for (name,) in rows(con, "SELECT entity FROM published.wave_entities ORDER BY place")]
        waves, target = records(con, WAVES), {"target": target_named(con, None)}
        cutover = _cutover(con, stages, waves, loads or {})
        for wave in waves:
            wave["counts"] = dict.fromkeys(entities, 0) | (wave["counts"] or {})
            wave["note"] = OUTSIDE if cutover and _outside(wave, cutover) else ""
        return Plan(
            run.run_id, run.as_of, entities, records(con, SOURCES, target), waves,
            _left(records(con, LEFT, target), entities), records(con, SUMS), records(con, KEPT),
            records(con, OBJECTS), stages, list(gates), cutover,
        )  # fmt: skip


def plan(run: Published, gates: Iterable[Row] = (), loads: Mapping[str, float] | None = None) -> View:
    """The migration plan of a run; see `plan_data`."""
    return show_plan(plan_data(run, gates, loads))


def gates_said(gates: Iterable[Row]) -> str:
    """How readiness gates stand, in a sentence: how many are missed, and how many are not set up."""
    states = Counter(line["state"] for line in gates)
    if not states:
        return _("There are no readiness gates: no wave goes now.")
    missed, blank = states[MISSED], states[NOT_SET_UP]
    if missed:
        said = counted("{n} readiness gate is missed", "{n} readiness gates are missed", missed)
    else:
        said = _("No readiness gate is missed")
    if blank:
        said += _("; ") + counted("{n} is not set up", "{n} are not set up", blank)
    return said + _(".")


def lasting(seconds: float) -> str:
    """A duration as people say it.

    >>> lasting(0.2), lasting(42.4), lasting(59.7), lasting(185), lasting(7500), lasting(7200)
    ('<1 s', '42 s', '1 min', '3 min', '2 h 05 min', '2 h')
    """
    if round(seconds) < 60:
        return _("{n} s").format(n=f"{seconds:.0f}") if seconds >= 1 else _("<1 s")
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return _("{n} min").format(n=minutes)
    if not minutes:
        return _("{n} h").format(n=hours)
    return _("{hours} h {minutes} min").format(hours=hours, minutes=f"{minutes:02}")


def weekday(moment: datetime) -> str:
    """A moment with the day of the week, as people agree on one."""
    if language() == "en":
        return f"{moment:%a %Y-%m-%d %H:%M}"
    return format_datetime(moment, "y年M月d日EEE HH:mm", locale=language())


def _outside(wave: Row, cutover: Cutover) -> bool:
    """Whether a wave that goes now has a day on which the cutover window is not open."""
    dated = wave["goes"] == "now" and wave["day"]
    return bool(dated) and not cutover.begins.date() <= wave["day"] <= cutover.ends.date()


def _left(found: Iterable[Row], entities: Sequence[str]) -> list[Row]:
    """A line for each reason why records are in no wave, in the form of the waves."""
    lines: dict[str, Row] = {}
    for one in found:
        line = lines.setdefault(one["note"], {
            "wave": "in no wave", "goes": "no", "day": None, "owner": "", "checker": "", "note": one["note"],
            "counts": dict.fromkeys(entities, 0)})  # fmt: skip
        line["counts"][one["entity"]] = one["records"]
    return list(lines.values())


def _in_order(con: Connection, stages: list[Row]) -> list[Row]:
    """Stages as the run made them: their lines in the history are in that order."""
    order = [name for (name,) in rows(con, "SELECT stage FROM published.stages")]
    return sorted(stages, key=lambda line: order.index(line["stage"]))


def _cutover(con: Connection, stages: list[Row], waves: list[Row], loads: Mapping[str, float]) -> Cutover | None:
    """When each step begins at the earliest and, from the end backwards, at the latest."""
    for line in records(con, "FROM published.wave_cutover"):
        going = [wave["wave"] for wave in waves if wave["goes"] == "now"]
        steps = [("run on the last extracts", sum(stage["longest"] for stage in stages))]
        together = ", ".join(going)  # how a load of all of them is named
        if together in loads and not all(wave in loads for wave in going):
            loads, going = {together: loads[together]}, [together]
        steps += [(f"load {wave}", loads[wave]) for wave in going if wave in loads]
        limit = line["ends"] - timedelta(minutes=line["fallback_minutes"])
        done: list[Step] = []
        begins, latest = line["begins"], limit - timedelta(seconds=sum(seconds for _, seconds in steps))
        for name, seconds in steps:
            done.append(Step(name, seconds, begins, latest))
            begins, latest = begins + timedelta(seconds=seconds), latest + timedelta(seconds=seconds)
        no_return = done[1].latest if len(done) > 1 else limit
        left = [wave for wave in going if wave not in loads]
        return Cutover(**line, steps=done, no_return=no_return, spare=limit - begins, unmeasured=left)
    return None


def show_plan(found: Plan) -> View:
    """The plan, drawn."""
    currencies = sorted({line["currency"] for line in found.amounts})
    going = [wave["wave"] for wave in found.waves if wave["goes"] == "now"]
    spare = found.cutover.spare.total_seconds() if found.cutover else 0.0
    return draw(
        "plan",
        plan=found,
        waves=[wave | wave["counts"] for wave in found.waves],
        lines=[line | line["counts"] for line in (*found.waves, *found.left)],
        noted=any(line["note"] for line in (*found.waves, *found.left)),
        currencies=currencies,
        amounts=_wide(found.amounts, currencies),
        gates=_matrix(found.gates, going),
        going=going,
        open_gates=[line for line in found.gates if line["state"] != PASSED],
        missed=sum(line["state"] == MISSED for line in found.gates),
        stands=gates_said(found.gates),
        stages=_durations(found.stages),
        runs=max((line["runs"] for line in found.stages), default=0),
        steps=[vars(step) | {"takes": lasting(step.seconds)} for step in found.cutover.steps] if found.cutover else [],
        picture=timeline(found.cutover, lasting) if found.cutover else "",
        spare=spare,
        fits=spare >= 0,
        lasting=lasting,
        weekday=weekday,
    )


def _wide(amounts: Iterable[Row], currencies: Sequence[str]) -> list[Row]:
    """A line for each measure of a wave, its currencies side by side."""
    found: dict[tuple[str, str], Row] = {}
    for line in amounts:
        measure = f"{line['entity']} {line['measure']}"
        wide = found.setdefault((line["wave"], measure), {
            "wave": line["wave"], "measure": measure, "records": 0, **dict.fromkeys(currencies)})  # fmt: skip
        wide["records"] += line["records"]
        wide[line["currency"]] = line["amount"]
    return list(found.values())


def _matrix(gates: Iterable[Row], going: Sequence[str]) -> list[Row]:
    """A line for each gate, the waves that go now side by side."""
    found: dict[str, Row] = {}
    for line in gates:
        row = found.setdefault(line["gate"], {"gate": line["gate"], **dict.fromkeys(going)})
        row[line["wave"]] = line["state"]
    return list(found.values())


def _durations(stages: Sequence[Row]) -> list[Row]:
    whole = sum(line["longest"] for line in stages) or 1
    return [
        {"stage": line["stage"], "rows_in": line["rows_in"], "newest": lasting(line["newest"]),
         "longest": lasting(line["longest"]), "share": line["longest"] / whole}
        for line in stages
    ]  # fmt: skip
