"""What changed since last time: how good the data is, what got better and worse, what is late, what is missed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..language import day, ngettext
from ..language import gettext as _
from ..published import Published
from ..reports.fragments import share
from ..store import Connection, records, rows
from ..words import told
from .view import View, draw

TOP = 5

BEFORE = """SELECT run_id, as_of FROM published.runs
    WHERE counts AND as_of < ? ORDER BY as_of DESC LIMIT 1"""
TALLIES = """
    SELECT dimension, check_id, sum(value) FILTER (WHERE metric = 'evaluated') AS evaluated,
        coalesce(sum(value) FILTER (WHERE metric = 'failed'), 0) AS failed
    FROM published.metrics WHERE run_id = ? AND metric IN ('evaluated', 'failed') AND check_id IS NOT NULL
    GROUP BY ALL HAVING evaluated > 0 ORDER BY dimension, check_id"""
LATE = """
    SELECT source || '.' || "table" AS name, min(extract_of::DATE) AS extract_of,
        date_diff('day', min(extract_of::DATE), ?::DATE) AS age_days
    FROM published.inputs WHERE run_id = ? GROUP BY source, "table" HAVING age_days > 0 ORDER BY age_days DESC, name"""
GONE = """
    SELECT DISTINCT source || '.' || "table" AS name FROM published.inputs WHERE run_id = ?
    EXCEPT SELECT source || '.' || "table" FROM published.inputs WHERE run_id = ? ORDER BY name"""
MISSED = """
    SELECT t.dimension, s.value AS score, t.value AS threshold
    FROM published.metrics AS t JOIN published.metrics AS s ON s.run_id = t.run_id AND s.dimension = t.dimension
    WHERE t.run_id = ? AND t.metric = 'threshold' AND s.metric = 'score' AND s.value < t.value ORDER BY t.dimension"""
STATUSES = """
    SELECT count(*) FILTER (WHERE status = 'new') AS new, count(*) FILTER (WHERE status = 'persisting') AS persisting,
        (SELECT count(*) FROM published.qa_resolved) AS resolved FROM published.qa_failures"""


@dataclass(frozen=True)
class Tally:
    """What a check looked at, what failed, and the part of the overall score that its dimension gives it."""

    evaluated: int
    failed: int
    weight: float

    @property
    def score(self) -> float:
        """The share that passes."""
        return 1 - self.failed / self.evaluated


@dataclass(frozen=True)
class Change:
    """A check of both dates; `points` is what it did to the overall score, in percentage points."""

    check_id: str
    now: Tally
    then: Tally
    points: float

    @property
    def words(self) -> str:
        """The change in plain words, such as 'customer.phone valid: 41 fewer failures'."""
        kind, *what = self.check_id.split(":", 1)
        said = self._failures
        if (self.now.failed - self.then.failed) * self.points >= 0:  # only the number of values explains it
            said = _("{failures} among {values}").format(failures=said, values=self._values)
        named = told(kind.replace("_", " ")) if what else kind
        return _("{check}: {said}").format(check=" ".join([*what, named]), said=said)

    @property
    def _failures(self) -> str:
        more = self.now.failed - self.then.failed
        if not more:
            return _("as many failures")
        if more > 0:
            return ngettext("{n} more failure", "{n} more failures", more).format(n=f"{more:,}")
        return ngettext("{n} fewer failure", "{n} fewer failures", -more).format(n=f"{-more:,}")

    @property
    def _values(self) -> str:
        more = self.now.evaluated - self.then.evaluated
        if more > 0:
            return ngettext("{n} more value", "{n} more values", more).format(n=f"{more:,}")
        return ngettext("{n} fewer value", "{n} fewer values", -more).format(n=f"{-more:,}")


@dataclass(frozen=True)
class Changes:
    """All of it. Scores are 0..1 (None: no check looked at anything), `before` is None on the first date."""

    as_of: date
    before: date | None
    score: float | None
    score_before: float | None
    changes: list[Change]
    others: float
    """Percentage points by checks that were added or removed, and so changed what the others count for."""

    failures: dict[str, int]
    late: list[dict[str, Any]]
    gone: list[str]
    missed: list[dict[str, Any]]

    @property
    def difference(self) -> float | None:
        """Percentage points since the date before; None where there is nothing to compare."""
        return None if self.score is None or self.score_before is None else 100 * (self.score - self.score_before)

    @property
    def better(self) -> list[Change]:
        """What raised the score, most of all first."""
        return sorted((c for c in self.changes if c.points > 0), key=lambda c: (-c.points, c.check_id))

    @property
    def worse(self) -> list[Change]:
        """What lowered it, most of all first."""
        return sorted((c for c in self.changes if c.points < 0), key=lambda c: (c.points, c.check_id))

    @property
    def headline(self) -> str:
        """One sentence."""
        if self.score is None:
            return _("No check looked at anything, so there is no score.")
        if self.before is None:
            said = _("Quality is {score}. This is the first date, so there is nothing to compare with.")
            return said.format(score=share(self.score))
        if self.difference is None:
            said = _("Quality is {score}. On {day} no check looked at anything, so there is nothing to compare with.")
        elif abs(self.difference) < 1e-9:
            said = _("Quality is {score}, the same as on {day}.")
        elif self.difference > 0:
            said = _("Quality is {score}, {points} better than on {day}.")
        else:
            said = _("Quality is {score}, {points} worse than on {day}.")
        moved = points(abs(self.difference or 0))
        return said.format(score=share(self.score), day=day(self.before), points=moved)

    @property
    def caveat(self) -> str:
        """Why the score and the number of failures may go different ways, where they do."""
        then = self.failures["persisting"] + self.failures["resolved"]
        now = self.failures["persisting"] + self.failures["new"]
        if self.before is None or not self.difference or (now - then) * self.difference <= 0:
            return ""
        most = next(iter(self.better if self.difference > 0 else self.worse), None)
        if now > then:
            said = _("There are {now} failures, more than the {then} before, all the same: "
                     "the score is a mean of shares, by check.")  # fmt: skip
        else:
            said = _("There are {now} failures, fewer than the {then} before, all the same: "
                     "the score is a mean of shares, by check.")  # fmt: skip
        said = said.format(now=f"{now:,}", then=f"{then:,}")
        if not most or abs(most.points) < abs(self.others):  # checks that came or went did more
            return said
        mostly = _("Most of it is {change} ({n} values looked at).")
        return f"{said} {mostly.format(change=most.words, n=f'{most.now.evaluated:,}')}"


def signed(number: float) -> str:
    """Percentage points that were won or lost.

    >>> signed(0.124), signed(-0.3), signed(-0.001), signed(0)
    ('+0.12', '−0.30', 'down by less than 0.01', '0')
    """
    if not number:
        return "0"
    if abs(number) < 0.005:
        return _("up by less than 0.01") if number > 0 else _("down by less than 0.01")
    return f"{'+' if number > 0 else '−'}{abs(number):.2f}"


def points(number: float) -> str:
    """Percentage points without a sign.

    >>> points(0.62), points(0.96), points(0.01)
    ('0.6 points', '1 point', 'less than 0.1 points')
    """
    if number < 0.05:
        return _("less than 0.1 points")
    return _("1 point") if f"{number:.1f}" == "1.0" else _("{n} points").format(n=f"{number:.1f}")


def changes_data(con: Connection, run_id: str, as_of: date) -> Changes:
    """The run against the one that counts for the newest date before its own.

    The overall score is the mean of dimensions, a dimension the mean of its checks: a check's part is its score by
    its weight, 1 / (dimensions * checks of the dimension). The changes and `others` add up to the difference.
    """
    before = records(con, BEFORE, [as_of])
    now, then = _tallies(con, run_id), _tallies(con, before[0]["run_id"]) if before else {}
    both = [
        Change(key[1], now[key], then[key], 100 * now[key].weight * (now[key].score - then[key].score))
        for key in sorted(now.keys() & then.keys())
    ]
    # with other checks each counts for more or less; that is their doing, not this check's, and goes to them
    others = (
        sum(now[key].weight * now[key].score for key in now.keys() - then.keys())
        - sum(then[key].weight * then[key].score for key in then.keys() - now.keys())
        + sum((now[key].weight - then[key].weight) * then[key].score for key in now.keys() & then.keys())
    )
    return Changes(
        as_of,
        before[0]["as_of"] if before else None,
        _overall(now),
        _overall(then),
        [change for change in both if change.points],
        100 * others if then else 0.0,
        records(con, STATUSES)[0],
        records(con, LATE, [as_of, run_id]),
        [name for (name,) in rows(con, GONE, [before[0]["run_id"], run_id])] if before else [],
        records(con, MISSED, [run_id]),
    )


def changes(run: Published) -> View:
    """What changed in the run against the date before."""
    with run.session() as con:
        found = changes_data(con, run.run_id, run.as_of)
    lists = [
        {"title": title, "all": its, "shown": [change for change in its[:TOP] if abs(change.points) >= 0.005]}
        for title, its in ((_("What got better"), found.better), (_("What got worse"), found.worse))
    ]
    return draw("changes", changes=found, lists=lists, signed=signed)


def checks_by_dimension(run: Published) -> dict[str, int]:
    """How many checks that looked at anything each dimension's score is the mean of."""
    with run.session() as con:
        return Counter(dimension for dimension, _ in _tallies(con, run.run_id))


def _tallies(con: Connection, run_id: str) -> dict[tuple[str, str], Tally]:
    """What each check found in a run, by (dimension, check)."""
    found = records(con, TALLIES, [run_id])
    checks = Counter(line["dimension"] for line in found)
    return {
        (line["dimension"], line["check_id"]): Tally(
            int(line["evaluated"]), int(line["failed"]), 1 / (len(checks) * checks[line["dimension"]])
        )
        for line in found
    }


def _overall(tallies: dict[tuple[str, str], Tally]) -> float | None:
    return sum(tally.weight * tally.score for tally in tallies.values()) if tallies else None
