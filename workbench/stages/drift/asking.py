"""What a person must say about an extract in another shape, in words that end in the lines to add to workbench.yml."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from difflib import SequenceMatcher

from ...reports.fragments import share
from .learning import Change
from .recoded import Recoded
from .renamed import Likeness

SHOWN = 5
"""Candidates that are named."""

LIKELY = 0.5
"""How alike, in values or in its heading, a candidate is that the line to add names."""


def columns_asked(change: Change, used: Mapping[str, list[str]]) -> list[str]:
    """The lines about columns that are gone and were used, by these places."""
    if not used:
        return []
    pairs = {(pair.gone, pair.came): pair for pair in change.pairs}
    lines: list[str] = []
    names: dict[str, str] = {}
    for gone, places in used.items():
        scores = {came: _score(gone, came, pairs.get((gone, came))) for came in change.came}
        found = sorted(scores, key=lambda came: -scores[came])
        shown = ", ".join(_candidate(came, pairs.get((gone, came))) for came in found[:SHOWN]) or "none"
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        places = list(dict.fromkeys(places))
        lines.append(f"'{gone}' is gone since {change.since}; it is used in {', '.join(places)}. "
                     f"Columns that came: {shown}{more}.")  # fmt: skip
        free = [came for came in found if scores[came] >= LIKELY and came not in names.values()]
        names[gone] = free[0] if free else "NEW"
    lines.append("Where it has another heading now, say so; where it is gone for good, take it out of these places.")
    return _asked(change, lines, f"columns: {_yaml(names)}")


def values_asked(change: Change, fields: Mapping[str, list[str]]) -> list[str]:
    """The lines about columns of codes, each with the fields it fills, whose values are others."""
    if not change.values:
        return []
    lines = [f"'{name}' ({', '.join(fields[name])}) {_new(found, change)}" for name, found in change.values.items()]
    lines.append(
        "List what they stand for under the headings value,code; a value that is not listed stays as it is, so a file "
        "with this line alone takes them as they come."
    )
    return _asked(change, lines, f"values: {_yaml({name: f'mappings/{name}.csv' for name in change.values})}")


def _asked(change: Change, lines: list[str], line: str) -> list[str]:
    source, table = change.place
    lines = [f"{source}.{table}: {lines[0]}", *(f"  {line}" for line in lines[1:])]
    return [*lines, f"  Add to sources.{source}.tables.{table}, beside its file:", f"    {line}"]


def _score(gone: str, came: str, pair: Likeness | None) -> float:
    """How likely a column is the one that is gone: by its values, else by its heading."""
    agreed = pair.same / pair.n if pair and pair.n else 0
    return max(agreed, SequenceMatcher(None, gone.casefold(), came.casefold()).ratio())


def _candidate(came: str, pair: Likeness | None) -> str:
    agreed = f" ({share(pair.same, pair.n)} of {pair.n:,} records have the same value)" if pair and pair.n else ""
    return f"'{came}'{agreed}"


def _new(found: Recoded, change: Change) -> str:
    """How much is new in a column, without its values."""
    sure = sum(met.certain for met in found.met)
    return (
        f"has new values since {change.since}: {share(found.new, found.rows)} of {found.rows:,} rows, {found.kinds:,} "
        f"different ones, of which {sure:,} stand for one code in at least 90% of their records."
    )


def _yaml(pairs: Mapping[str, str]) -> str:
    """A mapping as one line of YAML."""
    return "{" + ", ".join(f"{_scalar(key)}: {_scalar(value)}" for key, value in pairs.items()) + "}"


def _scalar(text: str) -> str:
    plain = re.fullmatch(r"[^\W\d]([\w ./()-]*[\w)])?", text) and text.lower() not in ("true", "false", "null")
    return text if plain else json.dumps(text, ensure_ascii=False)
