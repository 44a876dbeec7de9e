"""What a person must say about an extract in another shape, in words that end in the lines to add to workbench.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher

from ...config import scalar
from ...reports.fragments import share
from .alike import Likeness, Recoded
from .names import Place

SHOWN = 5
"""Candidates that are named."""

LIKELY = 0.5
"""How alike, in values or in its heading, a candidate is that the line to add names."""


@dataclass
class Change:
    """How a table differs from its older extract, since a date: columns gone and come that are not known to be the
    same, how alike they are, and columns of codes with new values of which it is not certain what they stand for."""

    place: Place
    since: date
    gone: list[str]
    came: list[str]
    pairs: list[Likeness] = field(default_factory=list)
    values: dict[str, Recoded] = field(default_factory=dict)


def columns_asked(change: Change, used: Mapping[str, list[str]]) -> list[str]:
    """The lines about columns that are gone and were used, by these places."""
    lines: list[str] = []
    names: dict[str, str] = {}
    for gone, places in used.items():
        pairs = {pair.came: pair for pair in change.pairs if pair.gone == gone and pair.n}
        scores = {came: _score(gone, came, pairs.get(came)) for came in change.came}
        found = sorted(scores, key=lambda came: -scores[came])
        shown = ", ".join(f"'{came}'{_agreed(pairs.get(came))}" for came in found[:SHOWN]) or "none"
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        lines.append(f"'{gone}' is gone since {change.since}; it is used in {', '.join(dict.fromkeys(places))}. "
                     f"Columns that came: {shown}{more}.")  # fmt: skip
        free = (came for came in found if scores[came] >= LIKELY and came not in names.values())
        names[gone] = next(free, "NEW")
    lines.append("Where it has another heading now, say so; where it is gone for good, take it out of these places.")
    return _asked(change, lines, "columns", names)


def values_asked(change: Change, fields: Mapping[str, list[str]]) -> list[str]:
    """The lines about columns of codes, each with the fields it fills, whose values are others; never the values."""
    lines = []
    for name, found in change.values.items():
        sure = sum(met.certain for met in found.met)
        lines.append(f"'{name}' ({', '.join(fields[name])}) has new values since {change.since}: "
                     f"{share(found.new, found.rows)} of {found.rows:,} rows, {found.kinds:,} different ones, of which "
                     f"{sure:,} stand for one code in at least 90% of their records.")  # fmt: skip
    lines.append("List what they stand for under the headings value,code; a value that is not listed stays as it is, "
                 "so a file with this line alone takes them as they come.")  # fmt: skip
    return _asked(change, lines, "values", {name: f"mappings/{name}.csv" for name in change.values})


def _asked(change: Change, lines: list[str], key: str, found: Mapping[str, str]) -> list[str]:
    if not found:
        return []
    source, table = change.place
    pairs = ", ".join(f"{scalar(name)}: {scalar(value)}" for name, value in found.items())
    lines = [f"{source}.{table}: {lines[0]}", *(f"  {line}" for line in lines[1:])]
    return [*lines, f"  Add to sources.{source}.tables.{table}, beside its file:", f"    {key}: {{{pairs}}}"]


def _score(gone: str, came: str, pair: Likeness | None) -> float:
    """How likely a column is the one that is gone: by its values, else by its heading."""
    agreed = pair.same / pair.n if pair else 0
    return max(agreed, SequenceMatcher(None, gone.casefold(), came.casefold()).ratio())


def _agreed(pair: Likeness | None) -> str:
    return f" ({share(pair.same, pair.n)} of {pair.n:,} records have the same value)" if pair else ""
