"""The readiness gates of a wave, as rows: what must be so before it is loaded, whether it is, and what to do next."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from ..approvals import approved
from ..config import FILE, Config
from ..config.mistakes import suggestion
from ..config.planning import WaveConfig
from ..errors import ConfigError
from ..journal import Journal
from ..published import Published
from ..store import Connection, count, ident, literal, rows
from ..views.plan import MISSED, NOT_SET_UP, PASSED


class Gate(NamedTuple):
    """A gate of a wave: its name, how it stands, what was found, and what to do next where it is not passed."""

    wave: str
    gate: str
    state: str
    what: str
    next: str


UNEXPLAINED = """
    SELECT (SELECT count(*) FROM published.recon_rows WHERE target = $target AND outcome = 'unexplained')
        + (SELECT count(*) FROM published.recon_amounts WHERE target = $target AND outcome = 'difference'
            AND (rows <> 0 OR amount <> 0 OR debit <> 0 OR credit <> 0))"""
REFUSED = """
    SELECT count(DISTINCT (object, golden_id)) FROM published.target_problems
    JOIN published.wave_members USING (entity, golden_id) WHERE target = $target AND wave = $wave"""
UNMAPPED = "SELECT count(*) FROM published.target_unmapped WHERE target = $target"
CONTRADICTIONS = "SELECT count(*) FROM published.match_contradictions"
URGENT = "SELECT count(*) FROM published.issues WHERE priority = 'high' AND state <> 'closed'"
MEMBERS = "SELECT golden_id FROM published.wave_members WHERE wave = ? AND entity = ?"

OF_TARGET = ("accepted", "codes")
"""Gates that ask what a target takes; files that nobody named as one take everything."""

LOOKED_AT = """
    SELECT golden_id FROM sampled WHERE target = ? AND entity = ?
    GROUP BY golden_id HAVING sum(verdict = 'wrong' AND id IN (
        SELECT max(id) FROM sampled GROUP BY target, entity, golden_id, field)) = 0"""
"""Records that people looked at, and whose fields they found right the last time they looked."""


def readiness_rows(
    run: Published, config: Config, journal: Journal, wave: str, target: str | None = None
) -> list[Gate]:  # fmt: skip
    """The gates of a wave for a target (by default the first), as a published run has it.

    The wave is ready when each gate is passed. Raises ConfigError for a wave or target that there is none of, or a wave
    that does not go now.
    """
    settings = _wave(config, wave)
    target = target or next(iter(config.targets))
    if target not in config.targets:
        raise ConfigError(f"There is no target '{target}'{suggestion(target, config.targets)}")
    with run.session() as con:
        return [
            Gate(wave, name, state, what, "" if state == PASSED else then)
            for name, state, what, then in (
                *_of_run(run, config, journal),
                *_counted(con, run, config, wave, target),
                *_of_people(con, config, journal, settings, target),
            )
        ]


def _wave(config: Config, wave: str) -> WaveConfig:
    going = {settings.name: settings for settings in config.waves if not settings.deferred}
    if wave not in going:
        raise ConfigError(f"There is no wave '{wave}' that goes now{suggestion(wave, going)}")
    return going[wave]


Line = tuple[str, str, str, str]
"""A gate without its wave."""


def _of_run(run: Published, config: Config, journal: Journal) -> Iterator[Line]:
    known = journal.read("SELECT outcome, config_hash FROM runs WHERE run_id = ?", [run.run_id])
    outcome, config_hash = known[0] if known else ("not in the journal", "")
    passed = _state(outcome == "passed")
    yield "gates of the run", passed, f"run {run.run_id}: {outcome}", "workbench run lists what is missed"
    same = config_hash == hashlib.sha256((config.root / FILE).read_bytes()).hexdigest()
    said = f"{FILE} is {'that' if same else 'not that'} of run {run.run_id}"
    yield "configuration", _state(same), said, "run again"


def _state(met: bool) -> str:
    return PASSED if met else MISSED


def _counted(con: Connection, run: Published, config: Config, wave: str, target: str) -> Iterator[Line]:
    """Gates that are passed where nothing is found."""
    asked = [
        ("explained", UNEXPLAINED, "unexplained records and sums", "follow one: workbench trace"),
        ("accepted", REFUSED, "records of the wave that the target would refuse",
         "see target.problems: mend, map or exclude them"),
        ("reviewed", _review(config, wave), "pairs with a record of the wave that wait for review",
         "decide them: workbench decisions --review"),
        ("decisions", CONTRADICTIONS, "decisions that contradict others", "see match.contradictions: undo one of each"),
        ("issues", URGENT, "open issues of high priority", "see them: workbench issues"),
    ]  # fmt: skip
    if "target_unmapped" in run.tables:
        asked.append(("codes", UNMAPPED, "values without a new code", "complete the lists: see target.unmapped"))
    for name, query, said, then in asked:
        given = {key: value for key, value in (("target", target), ("wave", wave)) if f"${key}" in query}
        if name in OF_TARGET and not config.says("targets"):
            yield name, NOT_SET_UP, "workbench.yml has no targets", "write `targets` into workbench.yml"
            continue
        found = count(con, query, given)
        yield name, _state(not found), f"{said}: {found:,}", then


def _review(config: Config, wave: str) -> str:
    """How many pairs wait for review that have a record of the wave."""
    counts = ["0"]
    for entity in config.match:
        pairs, clusters = (ident("published", f"match_{entity}_{part}") for part in ("pairs", "clusters"))
        inside = f"""(SELECT (source, key) FROM {clusters} JOIN published.wave_members AS m USING (golden_id)
            WHERE m.entity = {literal(entity)} AND m.wave = {literal(wave)})"""
        counts.append(f"""(SELECT count(*) FROM {pairs} WHERE verdict = 'review'
            AND ((source_l, key_l) IN {inside} OR (source_r, key_r) IN {inside}))""")
    return f"SELECT {' + '.join(counts)}"


def _of_people(
    con: Connection, config: Config, journal: Journal, wave: WaveConfig, target: str
) -> Iterator[Line]:
    yield _owned(config, wave)
    if config.targets[target].mapping:
        agreed = approved(config, target, journal) is not None
        said = f"the mapping of {target} is {'' if agreed else 'not '}approved"
        yield "mapping", _state(agreed), said, "another person than its author approves it: workbench mapping approve"
    if wave.checker:
        whole = [name for name, entity in config.entities.items() if not entity.parent]
        left = sum(_unseen(con, journal, wave.name, entity, target) for entity in whole)
        yield ("checked one by one", _state(not left), f"records that nobody found right yet: {left:,}",
               f"{wave.checker} looks at them")  # fmt: skip


def _owned(config: Config, wave: WaveConfig) -> Line:
    """Whether somebody answers for a wave, and when it goes. A project without `waves` has not planned that yet."""
    if not config.says("waves"):
        return "owner and day", NOT_SET_UP, "workbench.yml has no waves", \
            "write `waves` into workbench.yml, each with `owner` and `on`"  # fmt: skip
    named = ", ".join(filter(None, [wave.owner, str(wave.on or "")]))
    met = bool(wave.owner and wave.on)
    return "owner and day", _state(met), named or "neither is named", "write `owner` and `on` into workbench.yml"


def _unseen(con: Connection, journal: Journal, wave: str, entity: str, target: str) -> int:
    """Of the records of a wave, how many nobody found right. Such a wave is as small as a person can look at."""
    seen = {golden_id for (golden_id,) in journal.read(LOOKED_AT, [target, entity])}
    return sum(golden_id not in seen for (golden_id,) in rows(con, MEMBERS, [wave, entity]))
