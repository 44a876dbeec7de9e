"""What a sponsor is told first: the gates that fell and what is unusual, each in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..anomalies import UNUSUAL, anomalies
from ..faults import safely
from ..language import counted, marked
from ..language import gettext as _
from ..published import Published
from ..reports.fragments import FORMATS, money, share
from ..views.changes import MISSED
from ..views.flow import target_named
from .chapter import UNKNOWN

GATE, ANOMALY = marked("gate missed"), UNUSUAL

CHECKS = """
    SELECT check_id, source, failed, evaluated, fail FROM published.qa_results WHERE status = 'fail' ORDER BY ALL"""
UNMAPPED = """
    SELECT target, object || '.' || field AS field, count(*) AS codes, sum(rows)::BIGINT AS rows
    FROM published.target_unmapped GROUP BY ALL ORDER BY ALL"""
UNEXPLAINED = """
    SELECT count(*) AS records FROM published.recon_rows
    WHERE target = ? AND outcome = 'unexplained' HAVING count(*) > 0"""
# where an amount is 0, its debit and credit may still be wrong by as much
DIFFERENCES = """
    SELECT currency, sum(coalesce(nullif(abs(amount), 0), abs(debit))) AS amount FROM published.recon_amounts
    WHERE target = ? AND outcome = 'difference' GROUP BY ALL HAVING amount <> 0 ORDER BY ALL"""


class Fallen(NamedTuple):
    """A gate that fell, or something unusual, and what it is in a sentence."""

    kind: str
    said: str


def fallen(run: Published) -> list[Fallen]:
    """The gates that the run did not meet, those of `pipeline.Result`, in words for others; then what is unusual.

    What cannot be read, of a damaged file or an older version, is among them, so that no gate falls unseen.
    """
    return [one for kind, part in PARTS for one in _told(run, kind, part)]


def _told(run: Published, kind: str, part: Callable[[Published], list[str]]) -> list[Fallen]:
    return safely(lambda: [Fallen(kind, said) for said in part(run)], lambda why: [Fallen(UNKNOWN, why)])


def _unusual(run: Published) -> list[str]:
    return [
        counted("{measure} is {value}; on the {n} date before it was between {low} and {high}.",
                "{measure} is {value}; on the {n} dates before it was between {low} and {high}.",
                one.runs, measure=one.measure,
                **{name: FORMATS[one.unit](getattr(one, name)) for name in ("value", "low", "high")})
        for one in anomalies(run) if one.verdict == UNUSUAL
    ]  # fmt: skip


def _quality(run: Published) -> list[str]:
    low = _("{what} is {score}, and {threshold} was agreed as the least.")
    said = [low.format(what=_(line["dimension"]), score=share(line["score"]), threshold=share(line["threshold"]))
            for line in run.records(MISSED, [run.run_id])]  # fmt: skip
    return said + [
        counted("{n} of {evaluated} values of {source} fails the check {check}; more than {limit} must not.",
                "{n} of {evaluated} values of {source} fail the check {check}; more than {limit} must not.",
                line["failed"], evaluated=f"{line['evaluated']:,}", source=line["source"], check=line["check_id"],
                limit=share(line["fail"]))
        for line in run.records(CHECKS)
    ]  # fmt: skip


def _unmapped(run: Published) -> list[str]:
    if "target_unmapped" not in run.tables:  # a run of an older version
        return []
    return [
        counted("{target} {field}: {n} value has no new code; rows that would lose theirs: {rows}.",
                "{target} {field}: {n} values have no new code; rows that would lose theirs: {rows}.",
                line["codes"], **line)
        for line in run.records(UNMAPPED)
    ]  # fmt: skip


def _lost(run: Published) -> list[str]:
    with run.session() as con:
        target = [target_named(con, None)]
    amounts = _("{amount} are unaccounted for.")
    said = [
        counted("{n} record that was read is unaccounted for.", "{n} records that were read are unaccounted for.",
                line["records"])
        for line in run.records(UNEXPLAINED, target)
    ]  # fmt: skip
    return said + [
        amounts.format(amount=f"{money(line['amount'], line['currency'])} {line['currency']}")
        for line in run.records(DIFFERENCES, target)
    ]


PARTS = ((GATE, _quality), (GATE, _unmapped), (GATE, _lost), (ANOMALY, _unusual))
