"""The page that a controller signs by, and what a notebook shows of a reconciliation."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import groupby
from typing import Any

import pandas as pd

from ..language import gettext as _
from ..language import spoken
from ..reports.fragments import render
from ..reports.masking import is_masked
from ..signatures import PARTS
from .lineage import REASONS
from .logical import EXPLAINED
from .reconcile import Proof, listed, mask
from .technical import OPEN

Row = dict[Hashable, Any]
EXAMPLES = 3
"""Findings that are shown of each kind; Proof.findings has more."""


def page(proof: Proof) -> str:
    """The page, its values masked."""
    with spoken(proof.config.language):
        heading = _("Reconciliation with {target}").format(target=proof.target)
        return render("proof.html.j2", project=proof.config.project, heading=heading, **_content(proof))


def body(proof: Proof) -> str:
    """The same for a notebook, masked where the project is."""
    return render("proof_view.html.j2", **_content(proof, masked=is_masked()))


def _content(proof: Proof, masked: bool = True) -> dict[str, Any]:
    signed = {signature.part: signature for signature in proof.signatures}
    found = mask(proof.findings, proof.journal.mask_key()) if masked and not is_masked() else proof.findings
    controls = proof.controls.to_dict("records")
    return {
        "proof": proof,
        "parts": [_part(proof, part, signed) for part in PARTS],
        "objects": [(title, _steps(list(lines))) for title, lines in
                    groupby(_rows(proof.counts), key=lambda line: line["object"])],
        "fates": _rows(proof.technical),
        "fields": _rows(_by_field(proof.logical)),
        "why": _rows(_by_reason(proof.lineage)),
        "meanings": REASONS,
        "findings": _rows(found.groupby(["object", "field", "reason"]).head(EXAMPLES)),
        "receivables": _rows(proof.receivables),
        "controls": [(place, list(lines)) for place, lines in
                     groupby(controls, key=lambda line: (line["object"], line["measure"], line["currency"]))],
        "customers": _rows(proof.customers.head(20)),
        "rounds": _rows(proof.rounds),
        "explained": EXPLAINED,
        "open_fates": OPEN,
    }  # fmt: skip


def _part(proof: Proof, part: str, signed: dict[str, Any]) -> Row:
    """One of the three parts: what is open, and its signature."""
    found = proof.open.get(part, {})
    done = proof.sure if part == "business" else not found
    return {
        "part": part,
        "status": ("shown" if done else "not shown") if part == "business" else "nothing open" if done else "open",
        "said": proof.said if part == "business" else listed(found),
        "waiting": listed(proof.waiting) if part == "technical" else "",
        "signature": signed.get(part),
    }


def _steps(lines: list[Row]) -> list[Row]:
    """The stages of an object, each with what does not come to the next."""
    steps: list[Row] = []
    for line in lines:
        if line["stage"]:
            steps.append({"stage": line["stage"], "rows": line["rows"], "left": []})
        else:
            steps[-1]["left"].append(line)
    most = max((step["rows"] for step in steps), default=0)
    return [step | {"share": step["rows"] / most if most else 0.0} for step in steps]


def _by_field(found: pd.DataFrame) -> pd.DataFrame:
    """Fields with a column for the equal, the normalised and each kind of difference."""
    return found.assign(field=found.field.replace("", "(the row)"))


def _by_reason(found: pd.DataFrame) -> pd.DataFrame:
    """How many values each reason explains, of all sources and fields of an object."""
    return found.groupby(["object", "reason"])["rows"].sum().reset_index()


def _rows(found: pd.DataFrame) -> list[Row]:
    """The lines of a frame, None for what is missing."""
    return [{name: None if pd.isna(value) else value for name, value in line.items()}
            for line in found.astype(object).to_dict("records")]  # fmt: skip
