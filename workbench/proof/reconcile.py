"""The reconciliation of a target as people hold it: what was found, what is open, who signed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..config import Config, ObjectMap, load_mapping
from ..errors import ConfigError
from ..journal import Journal, whoever
from ..language import gettext as _
from ..language import spoken
from ..reports.front import write_page
from ..reports.masking import demand_plain, is_masked
from ..signatures import PARTS, Signature, hashes, sign, standing
from ..store import Connection, frame, rows
from ..summary import renew_summary
from ..types import TYPES
from ..words import told
from . import lineage, logical, receivables, rounds, sampled, technical
from .business import Accuracy, Stratum, accuracy
from .ground import chosen, ground

THEIRS = {"extra", "without our key"}
"""What is open because of rows of the new system that may have been there before: a note may accept it."""

MOST = 100
"""Findings that are listed one by one of each object, field and reason, and customers whose sums differ."""

FINDINGS = f"""
    FROM (SELECT object, golden_id, '' AS field, fate AS reason, NULL::VARCHAR AS expected, reason AS actual
    FROM proof.golden WHERE fate IN ({", ".join(f"'{fate}'" for fate in technical.OPEN)})
    UNION ALL SELECT object, golden_id, field, reason, expected, actual FROM proof.cells
    WHERE field <> '' AND reason NOT IN ({", ".join(f"'{name}'" for name in logical.EXPLAINED)})
    UNION ALL
    SELECT object, golden_id, field, 'UNEXPLAINED', source || ' ' || key || ': ' || coalesce(stated, ''), expected
    FROM proof.unexplained)
    QUALIFY row_number() OVER (PARTITION BY object, field, reason ORDER BY golden_id, expected) <= {MOST}
    ORDER BY ALL"""

TECHNICAL = "SELECT entity, source, fate, count(*) AS records FROM proof.rows GROUP BY ALL ORDER BY ALL"
CUSTOMERS = f"FROM proof.receivables WHERE {receivables.DIFFERS} ORDER BY ALL LIMIT {MOST}"


@dataclass(frozen=True, repr=False)
class Proof:
    """A reconciliation. Frames:

    counts       object, stage, rows, less, why: each stage is the one before without its `less`
    technical    entity, source, fate, records: one fate a record of the sources
    logical      object, field, reason, rows: expected values against those read back
    lineage      object, field, source, reason, rows: source values against the expected ones
    receivables  object, currency, bucket, then items, debit and credit of both sides
    customers    the sums by customer and due date that differ; `controls` the control totals by currency
    findings     the first MOST of each object, field and reason one by one; masked where the project is
    rounds       this one and those before, side by side

    `open` has for each part what is open and how often; a part without it can be signed.
    """

    config: Config
    journal: Journal
    target: str
    run_id: str
    counts: pd.DataFrame
    technical: pd.DataFrame
    logical: pd.DataFrame
    lineage: pd.DataFrame
    receivables: pd.DataFrame
    customers: pd.DataFrame
    controls: pd.DataFrame
    findings: pd.DataFrame
    unread: list[tuple[str, str]]
    strata: list[Stratum]
    accuracy: Accuracy
    open: dict[str, dict[str, int]]
    hashes: dict[str, str]

    @property
    def rounds(self) -> pd.DataFrame:
        """The rounds of this target, a column each."""
        return rounds.rounds(self.journal, self.target)

    @property
    def signatures(self) -> list[Signature]:
        """Who signed which part, and what changed since."""
        return standing(self.journal, self.target, self.hashes)

    @property
    def sure(self) -> bool:
        """Whether the agreed accuracy is shown: its lower limit reaches it."""
        return self.accuracy.looked > 0 and self.accuracy.low >= self.config.business.accuracy

    @property
    def waiting(self) -> dict[str, int]:
        """The rows that are to go over and did not, for a reason that is known: refused, or written and not loaded."""
        found = self.counts[self.counts.why.isin(technical.WAITING)]
        return {str(why): int(n) for why, n in found.groupby("why")["less"].sum().items()}

    def sign(self, part: str, user: str | None = None, note: str = "") -> None:
        """Sign a part. Raises ConfigError while something of it is open, and for a user who is no approver.

        A note says why something is accepted all the same: rows of the new system that are not ours, rows that were
        refused or are not loaded yet, an accuracy below the agreed one, differences beside the verdicts of people.
        """
        demand_plain(is_masked())
        with spoken("en"):  # as all errors
            self._demand_signable(part, note)
        sign(self.config, self.journal, self.target, part, self.hashes, user or whoever(), note)
        renew_summary(self.config, self.journal)

    def _demand_signable(self, part: str, note: str) -> None:
        left = self.open.get(part, {})
        if left.keys() - THEIRS or (left and not note.strip()):
            more = "" if left.keys() - THEIRS else ". If they were there before, say so with a note"
            raise ConfigError(
                f"The {part} reconciliation of {self.target} is not to be signed yet: {listed(left)}{more}."
            )
        beside = self.waiting if part == "technical" else self.open.get("logical", {}) if part == "business" else {}
        if beside and not note.strip():
            raise ConfigError(f"{listed(beside)}: say with a note why the {part} part is signed all the same.")
        if part == "business" and not self.accuracy.looked:
            raise ConfigError(
                f"Nobody has looked at records of {self.target} as they were read back last. Write a worksheet first: "
                f"workbench sample {self.config.root} --target {self.target} --to FILE"
            )
        if part == "business" and not self.sure and not note.strip():
            raise ConfigError(f"{self.said}. Look at more, or say with a note why it is accepted.")

    @property
    def said(self) -> str:
        """The accuracy in a sentence."""
        found, agreed = self.accuracy, self.config.business
        if not found.looked:
            said = _("no record was looked at; agreed are {agreed} right records")
            return said.format(agreed=f"{agreed.accuracy:.2%}")
        said = _("{n} of {all} records were looked at: about {value} are right, with {confidence} confidence "
                 "at least {low} and at most {high}; agreed are {agreed}")  # fmt: skip
        if found.value is None:
            said = _("{n} of {all} records were looked at: with {confidence} confidence "
                     "at least {low} and at most {high}; agreed are {agreed}")  # fmt: skip
        said = said.format(
            n=f"{found.looked:,}", all=f"{found.records:,}", value=f"{found.value or 0:.2%}",
            confidence=f"{agreed.confidence:.0%}", low=f"{found.low:.2%}", high=f"{found.high:.2%}",
            agreed=f"{agreed.accuracy:.2%}",
        )  # fmt: skip
        if self.sure:
            return said
        if found.more is None:
            return _("{said}, and that cannot be shown").format(said=said)
        return _("{said}, and {n} more right ones would show it").format(said=said, n=f"{found.more:,}")

    def __str__(self) -> str:
        """What is open, in a few lines."""
        lines = [_("{target} as run {run} expects it").format(target=self.target, run=self.run_id)]
        for part in PARTS:
            found = listed(self.open.get(part, {})) or (self.said if part == "business" else _("nothing open"))
            lines.append(_("{part}: {found}").format(part=told(part), found=found))
        lines += [_("not there yet: {what}").format(what=listed(self.waiting))] if self.waiting else []
        signed = _("; ").join(map(_signed, self.signatures)) or _("none")
        return "\n".join([*lines, _("signatures: {what}").format(what=signed)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from .page import body

        return body(self)


@contextmanager
def held(
    config: Config, journal: Journal, target: str | None, tables: Path | None = None
) -> Iterator[tuple[str, dict[str, ObjectMap], Connection]]:
    """The target that is meant, its mapping, and a session in which all of it is reconciled, its sample drawn.

    `tables` are those of `ground`.
    """
    name = chosen(config, target)
    mapping = load_mapping(config, name)
    with ground(config.root, config, journal, name, tables) as con:
        technical.settle(con, name)
        logical.hold(con, config, name, mapping)
        lineage.explain(con, config, name, mapping)
        receivables.sum_up(con, config, name, mapping)
        sampled.draw(con, config, mapping)
        yield name, mapping, con


def reconcile(config: Config, journal: Journal, target: str | None = None, user: str | None = None) -> Proof:
    """Hold what was read back of a target (by default the first) against what was expected, and write the round down.

    The page is reports/proof_<target>.html, masked. A masked project writes nothing. Raises StoreError where nothing
    was read back, or no run has come so far.
    """
    with held(config, journal, target) as (name, mapping, con):
        open_ = {
            "technical": technical.open_findings(con),
            "logical": logical.open_cells(con) | receivables.open_sums(con),
        }
        strata, agreed = sampled.strata(con, journal, name), config.business
        found = Proof(
            config, journal, name, str(rows(con, "SELECT run_id FROM meta.stage WHERE stage = 'reconcile'")[0][0]),
            counts=pd.DataFrame(technical.flow(con)).astype({"rows": "Int64", "less": "Int64"}),
            technical=frame(con, TECHNICAL),
            logical=frame(con, "FROM proof.differences ORDER BY ALL"),
            lineage=frame(con, "FROM proof.lineage ORDER BY ALL"),
            receivables=pd.DataFrame(receivables.by_age(con)),
            customers=frame(con, CUSTOMERS),
            controls=frame(con, "FROM proof.controls"),
            findings=_shown(frame(con, FINDINGS), journal),
            unread=logical.unread(con, mapping),
            strata=strata,
            accuracy=accuracy(strata, agreed.accuracy, agreed.confidence),
            open={part: lines for part, lines in open_.items() if lines},
            hashes=hashes(con, config, journal, name),
        )  # fmt: skip

    if not is_masked():
        rounds.record(config, journal, name, found.run_id, found.hashes, _figures(found), user or whoever())
        write_proof(found)
        renew_summary(config, journal)
    return found


def write_proof(proof: Proof) -> Path:
    """Write reports/proof_<target>.html, masked; returns the file."""
    from .page import page

    return write_page(proof.config, proof.journal, f"proof_{proof.target}.html", page(proof))


def listed(found: dict[str, int]) -> str:
    """How many there are of what, in words."""
    return _(", ").join(_("{n} {what}").format(n=f"{n:,}", what=told(name)) for name, n in found.items())


def _signed(given: Signature) -> str:
    said = _("{part} {status} by {person} ({changed} changed)") if given.changed else _("{part} {status} by {person}")
    changed = _(", ").join(map(told, given.changed))
    return said.format(part=told(given.part), status=told(given.status), person=given.user, changed=changed)


def _figures(proof: Proof) -> dict[str, int]:
    """What a round is remembered by."""
    stages = proof.counts[proof.counts.stage.isin(("to go", "read back"))]
    found = {f"{line['object']} {line['stage']}": int(line["rows"]) for line in stages.to_dict("records")}
    return found | {f"{part}: {name}": n for part, lines in proof.open.items() for name, n in lines.items()}


def _shown(found: pd.DataFrame, journal: Journal) -> pd.DataFrame:
    """Findings with their values masked where the project is."""
    return mask(found, journal.mask_key()) if is_masked() else found


def mask(found: pd.DataFrame, key: bytes) -> pd.DataFrame:
    """Findings with pseudonyms in place of values."""
    values = {
        name: [TYPES["text"].mask(value, key) if value and field else value
               for value, field in zip(found[name], found.field, strict=True)]
        for name in ("expected", "actual")
    }  # fmt: skip
    return found.assign(**values)
