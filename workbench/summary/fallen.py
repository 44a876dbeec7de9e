"""What a sponsor is told first: the gates that fell and what is unusual, each in a sentence."""

from __future__ import annotations

from typing import NamedTuple

from ..language import gettext as _
from ..language import marked
from ..published import Published
from ..reports.fragments import money, share
from ..store import Connection, exists, records
from ..views.changes import MISSED
from ..views.flow import target_named

GATE, ANOMALY = marked("gate missed"), marked("unusual")

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
    """The gates that the run did not meet, those that `pipeline.Result` has, in words for those who did not make it."""
    with run.session() as con:
        said = [*_quality(con, run.run_id), *_unmapped(con), *_lost(con)]
    return [Fallen(GATE, line) for line in said]


def _quality(con: Connection, run_id: str) -> list[str]:
    low, failing = (
        _("{what} is {score}, and {threshold} was agreed as the least."),
        _("{failed} of {evaluated} values of {source} fail the check {check}; more than {limit} must not."),
    )
    said = [low.format(what=_(line["dimension"]), score=share(line["score"]), threshold=share(line["threshold"]))
            for line in records(con, MISSED, [run_id])]  # fmt: skip
    return said + [
        failing.format(failed=f"{line['failed']:,}", evaluated=f"{line['evaluated']:,}", source=line["source"],
                       check=line["check_id"], limit=share(line["fail"]))
        for line in records(con, CHECKS)
    ]  # fmt: skip


def _unmapped(con: Connection) -> list[str]:
    if not exists(con, "published", "target_unmapped"):  # a run of an older version
        return []
    told = _("{target} {field}: {codes} values have no new code; {rows} rows would lose theirs.")
    return [told.format(**line) for line in records(con, UNMAPPED)]


def _lost(con: Connection) -> list[str]:
    target = [target_named(con, None)]
    rows, amounts = _("{records} records that were read are unaccounted for."), _("{amount} are unaccounted for.")
    said = [rows.format(records=f"{line['records']:,}") for line in records(con, UNEXPLAINED, target)]
    return said + [
        amounts.format(amount=f"{money(line['amount'], line['currency'])} {line['currency']}")
        for line in records(con, DIFFERENCES, target)
    ]
