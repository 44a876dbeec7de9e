"""What people answered in a review list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..config import Config
from ..config.mistakes import suggestion
from ..errors import SourceError
from ..journal import DECISION, ENDS, Journal, now
from ..store import Connection
from ..workbook import LINE
from .records import unknown

ANSWERS = {"match": "match", "no match": "no_match", "no_match": "no_match"}
EVER = "SELECT entity, kind, source_l, key_l, source_r, key_r, why FROM decisions WHERE user = ?"


def take_answers(
    con: Connection, journal: Journal, config: Config, lines: list[dict[str, Any]], file: str, user: str
) -> int:
    """Write the lines that somebody answered and this user never said before; each is an act. Returns how many.

    So a list that is read again takes nothing, and undoes nothing that was said since.
    """
    given = [line for line in lines if line["decision"] or line["why"]]
    missing = _missing(con, config, given)
    wrong = [f"line {line[LINE]}: {said}." for line in given for said in _mistakes(config, line, missing)]
    if wrong := wrong or _twice(given):
        raise SourceError("\n".join([f"{file} has mistakes, so nothing of it is taken:", *wrong]))
    ever = set(journal.read(EVER, [user]))
    new = {said: None for line in given if (said := _said(line)) not in ever}
    at = now()
    acts = {n: [_line(at, user, *said)] for n, said in enumerate(new)}
    return len(journal.restore(acts, {}))


def _twice(given: list[dict[str, Any]]) -> list[str]:
    """Lines that say something else of a pair than an earlier one."""
    first: dict[tuple[str, ...], tuple[int, str]] = {}
    wrong = []
    for line in given:
        entity, kind, *pair, _ = _said(line)
        number, before = first.setdefault((entity, *pair), (line[LINE], kind))
        if kind != before:
            wrong.append(f"line {line[LINE]}: line {number} says otherwise of the same two records.")
    return wrong


def _said(line: dict[str, Any]) -> tuple[str, ...]:
    """A line as EVER has it, the pair in its order."""
    left, right = sorted([(line["source_l"], line["key_l"]), (line["source_r"], line["key_r"])])
    return (line["entity"], ANSWERS[line["decision"].lower()], *left, *right, line["why"])


def _line(at: str, user: str, entity: str, kind: str, *rest: str) -> tuple[Any, ...]:
    named = {"at": at, "user": user, "entity": entity, "kind": kind} | dict(zip((*ENDS, "why"), rest, strict=True))
    return tuple(named.get(name) for name in DECISION)


def _missing(con: Connection, config: Config, given: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    """The records that lines name and the newest run does not have."""
    found = set()
    for entity in {line["entity"] for line in given} & set(config.match):
        ends = [(line[f"source_{s}"], line[f"key_{s}"]) for line in given if line["entity"] == entity for s in "lr"]
        found |= {(entity, *record) for record in unknown(con, entity, ends)}
    return found


def _mistakes(config: Config, line: dict[str, Any], missing: set[tuple[str, str, str]]) -> Iterator[str]:
    entity, ends = line["entity"], [(line["source_l"], line["key_l"]), (line["source_r"], line["key_r"])]
    if entity not in config.match:
        yield f"there is no matched entity {entity!r}{suggestion(entity or '', config.match)}"
    for source, key in ends:
        if not (source and key):
            yield "source or key of a record is blank"
        elif (entity, source, key) in missing:
            yield f"{source} has no {entity} with the key {key!r} in the newest run"
    if ends[0] == ends[1]:
        yield "both records are the same one"
    if (line["decision"] or "").lower() not in ANSWERS:
        yield f"decision {line['decision'] or 'blank'!r} is neither match nor no match"
    if not (line["why"] or "").strip():
        yield "why is blank: it stands beside the decision"
