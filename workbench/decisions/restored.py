"""Decisions that come from a file as they were made: who, when, why, and what was undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from ..config import Config
from ..config.golden import GoldenConfig
from ..config.mistakes import suggestion
from ..errors import SourceError
from ..journal import DECISION, ENDS, Journal
from ..workbook import LINE
from .standing import as_said

PAIRS = ("match", "no_match", "split", "relate", "unrelate")
NEEDS = {
    **dict.fromkeys(PAIRS, (*ENDS, "why")),
    **dict.fromkeys(("relate", "unrelate"), (*ENDS, "field", "why")),
    "override": ("source_l", "key_l", "field", "value", "why"),
    "exclude": ("source_l", "key_l", "why"),
    "confirm": ("of",),
    "undo": ("of",),
}
"""What a line of each kind must have, beside who, when and the entity."""

ONCE = ("user", "at", "kind", "entity")
"""What all lines of an act have in common."""


def take_decisions(journal: Journal, config: Config, lines: list[dict[str, Any]], file: str) -> int:
    """Append the acts of a file that the journal has not; returns how many. Raises SourceError, naming mistakes."""
    first = {line["act"]: line for line in reversed(lines)}
    if wrong := [f"line {line[LINE]}: {said}." for line in lines for said in _mistakes(config, line, first)]:
        raise SourceError("\n".join([f"{file} has mistakes, so nothing of it is taken:", *wrong]))
    given = sorted(lines, key=lambda line: int(line["act"]))  # an undo after what it undoes, however they were sorted
    there = {what: act for act, what in _acts(as_said(journal, config))}
    numbers: dict[Any, int] = {}
    new: dict[Any, list[tuple[Any, ...]]] = {}
    for act, what in _acts(given):
        if what in there:
            numbers[act] = there[what]
        else:
            new[act] = [_line(line) for line in given if line["act"] == act]
    journal.restore(new, numbers)
    return len(new)


def _line(line: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple((line[name] or "") if name == "why" else line[name] for name in DECISION)


def _acts(lines: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """Each act with what makes it the same in another journal, where it has another number.

    What an act is of is told by that one's own content; of several that are quite the same each has its place.
    """
    found: dict[Any, list[tuple[Any, ...]]] = {}
    known: dict[Any, tuple[Any, ...]] = {}
    times: Counter[tuple[Any, ...]] = Counter()
    for line in lines:
        found.setdefault(line["act"], []).append((line["of"], _line(line)[:-1]))
    for act, its in found.items():
        what = tuple(sorted(((known.get(of, ()), tuple(v or "" for v in rest)) for of, rest in its), key=repr))
        times[what] += 1
        known[act] = (what, times[what])
        yield act, known[act]


def _mistakes(config: Config, line: Mapping[str, Any], first: Mapping[Any, Mapping[str, Any]]) -> Iterator[str]:
    """What is wrong with a line; `first` is the first line of each act."""
    kind, needs = line["kind"], ("act", "at", "user", "entity")
    if kind not in NEEDS:
        yield f"kind {kind!r} is none of {', '.join(NEEDS)}"
    for name in (*needs, *NEEDS.get(kind, ())):
        if not (line[name] or "").strip():
            yield f"{name} is missing"
    if line["entity"] and line["entity"] not in config.entities:
        yield f"there is no entity {line['entity']!r}"
    if line["of"] and line["of"] not in first:
        yield f"the act {line['of']} that it is of is not in the file"
    for name in ONCE:
        if line["act"] and line[name] != (given := first[line["act"]])[name]:
            yield f"act {line['act']} has the {name} {given[name]!r} in line {given[LINE]}, and an act has but one"
    known = config.golden.get(line["entity"] or "", GoldenConfig()).kinds
    if kind in ("relate", "unrelate") and line["field"] and line["field"] not in known:
        yield f"field {line['field']!r} is no relation{suggestion(line['field'], known)}"
    ends = [(line[source] or "", line[key] or "") for source, key in (ENDS[:2], ENDS[2:])]
    if kind == "relate" and ends[0] == ends[1]:
        yield "the two records must be different"
    elif kind in PAIRS and kind != "relate" and ends[0] >= ends[1]:
        yield "the two records must be different, the first by source and key on the left"
    if line["act"] and not line["act"].isdecimal():
        yield f"act {line['act']!r} is no number"
    try:
        datetime.fromisoformat(line["at"] or "2026-01-01")
    except ValueError:
        yield f"at {line['at']!r} is no time"
