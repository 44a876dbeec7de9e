"""What became of what people decided: taken back, said otherwise since, contradicted, waiting for a second person."""

from __future__ import annotations

import json
from typing import Any

from ..config import Config
from ..config.golden import MUTUAL
from ..journal import DECISION, ENDS, Journal

IN_FORCE = ("stands", "unconfirmed", "contradicted")
"""The states in which a decision is said now; the others are undone, or replaced by a later one of the same person."""

PLACE = "about, entity, pair, field"

# `about` is what two people may say different things of, `says` what each says; a pair is the same whichever is named
# first, but who relates two records says which stands above the other
ALL = f"""
    WITH undone AS (SELECT "of" FROM decisions WHERE kind = 'undo'),
    said AS (
        SELECT *, person(user) AS who,
            CASE WHEN (source_r, key_r) < (source_l, key_l) THEN json_array(source_r, key_r, source_l, key_l)
                ELSE json_array(source_l, key_l, source_r, key_r) END AS pair,
            CASE WHEN kind IN ('match', 'no_match', 'split') THEN 'same'
                WHEN kind IN ('relate', 'unrelate') THEN 'related' ELSE kind END AS about,
            CASE kind WHEN 'split' THEN 'no_match' WHEN 'override' THEN value
                WHEN 'relate' THEN iif(field IN {MUTUAL}, kind, json_array(kind, source_l, key_l)) ELSE kind END AS says
        FROM decisions WHERE act NOT IN undone),
    confirmed AS (
        SELECT c."of" FROM said AS c JOIN decisions AS d ON d.act = c."of"
        WHERE c.kind = 'confirm' AND c.who <> person(d.user)),
    latest AS (
        SELECT *, row_number() OVER (PARTITION BY who, {PLACE} ORDER BY id DESC) AS place
        FROM said WHERE kind NOT IN ('undo', 'confirm')),
    judged AS (
        SELECT id, min(says) OVER w <> max(says) OVER w AS contradicted,
            (entity || '.' || field IN (SELECT value FROM json_each(?)) AND kind = 'override' OR kind = 'exclude' AND ?)
            AND act NOT IN confirmed AS unconfirmed
        FROM latest WHERE place = 1 WINDOW w AS (PARTITION BY {PLACE}))
    SELECT d.act, {", ".join(f'd."{name}"' for name in DECISION)},
        CASE WHEN d.act IN undone THEN 'undone' WHEN d.kind IN ('undo', 'confirm') THEN 'stands'
            WHEN j.id IS NULL THEN 'replaced' WHEN j.contradicted THEN 'contradicted'
            WHEN j.unconfirmed THEN 'unconfirmed' ELSE 'stands' END AS status
    FROM decisions AS d LEFT JOIN judged AS j ON j.id = d.id ORDER BY d.id"""


def all_decisions(journal: Journal, config: Config) -> list[dict[str, Any]]:
    """Every line that was ever decided, as `as_said` has it, but each pair in its order: the lesser record first."""
    return [line | _in_order(line) for line in as_said(journal, config)]


def as_said(journal: Journal, config: Config) -> list[dict[str, Any]]:
    """Every line that was ever decided, oldest first: act, then as DECISION, and its status.

    Of `relate` the first record is the branch, member or ship-to party of the second.
    """
    sensitive = [f"{entity}.{name}" for entity, settings in config.golden.items() for name in settings.sensitive]
    names = ("act", *DECISION, "status")
    said = journal.read(ALL, [json.dumps(sensitive), bool(config.roles)])
    return [dict(zip(names, line, strict=True)) for line in said]


def _in_order(line: dict[str, Any]) -> dict[str, Any]:
    """The ends of a line of two records, the lesser one left; nothing of another line."""
    one, other = (line["source_l"], line["key_l"]), (line["source_r"], line["key_r"])
    return dict(zip(ENDS, (*min(one, other), *max(one, other)), strict=True)) if line["key_r"] else {}


def in_force(journal: Journal, config: Config) -> list[tuple[Any, ...]]:
    """What is said now, as memory.decisions has it."""
    return [
        tuple(value for name, value in line.items() if name != "of")
        for line in as_said(journal, config)
        if line["status"] in IN_FORCE and line["kind"] not in ("undo", "confirm")
    ]
