"""What a person must say about an extract in another shape, in words that end in its line for workbench.yml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher

from ...config import TableConfig, flow, scalar
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
    pairs: dict[tuple[str, str], Likeness] = field(default_factory=dict)  # of those gone and came
    values: dict[str, Recoded] = field(default_factory=dict)

    def pair(self, gone: str, came: str) -> Likeness | None:
        """How alike the two are, where records have values in both."""
        found = self.pairs.get((gone, came))
        return found if found and found.n else None


def asked(
    change: Change, table: TableConfig, used: Mapping[str, list[str]], fields: Mapping[str, list[str]]
) -> list[str]:
    """What a person must say of a table, and its line for workbench.yml with what is likely; nothing if all is certain.

    `used`: the columns that are gone, with the places that name them; `fields`: those that a column of codes fills.
    """
    lines = [*_columns_asked(change, used), *_values_asked(change, fields)]
    if not lines:
        return []
    source, name = change.place
    lines = [f"{source}.{name}: {lines[0]}", *(f"  {line}" for line in lines[1:])]
    given = table.model_dump(mode="json", exclude_unset=True)
    found = {"columns": _likely(change, used), "values": {column: f"mappings/{column}.csv" for column in change.values}}
    more = {key: given.get(key, {}) | told for key, told in found.items() if told}
    if more:
        place = f"sources.{source}.tables.{name}"
        lines += [f"  Put this in place of {place}:", f"    {scalar(name)}: {flow(given | more)}"]
    return lines


def _columns_asked(change: Change, used: Mapping[str, list[str]]) -> list[str]:
    lines = []
    for gone, places in used.items():
        found = [f"'{came}'{_agreed(change.pair(gone, came))}" for came in _candidates(change, gone)]
        shown = ", ".join(found[:SHOWN]) or "none"
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        lines.append(f"'{gone}' is gone since {change.since}; it is used in {', '.join(dict.fromkeys(places))}. "
                     f"Columns that came: {shown}{more}.")  # fmt: skip
    hint = "Where one has another heading now, say so under `columns` (known name: heading now); where it is gone for "
    return [*lines, f"{hint}good, take it out of these places."] if lines else []


def _values_asked(change: Change, fields: Mapping[str, list[str]]) -> list[str]:
    """Never the values themselves."""
    lines = []
    for name, found in change.values.items():
        sure = sum(met.certain for met in found.met)
        lines.append(f"'{name}' ({', '.join(fields[name])}) has new values since {change.since}: "
                     f"{share(found.new, found.rows)} of {found.rows:,} rows, {found.kinds:,} different ones, of which "
                     f"{sure:,} stand for one code in at least 90% of their records.")  # fmt: skip
    hint = "List what they stand for under the headings value,code; a value that is not listed stays as it is, "
    return [*lines, f"{hint}so a file with this line alone takes them as they come."] if lines else []


def _likely(change: Change, used: Iterable[str]) -> dict[str, str]:
    """The heading that each column is likely to have now, where one is."""
    found: dict[str, str] = {}
    for gone in used:
        free = [came for came in _candidates(change, gone) if came not in found.values()]
        if free and _score(gone, free[0], change.pair(gone, free[0])) >= LIKELY:
            found[gone] = free[0]
    return found


def _candidates(change: Change, gone: str) -> list[str]:
    """The columns that came, the likeliest first."""
    return sorted(change.came, key=lambda came: -_score(gone, came, change.pair(gone, came)))


def _score(gone: str, came: str, pair: Likeness | None) -> float:
    """How likely a column is the one that is gone: by its values, else by its heading."""
    agreed = pair.same / pair.n if pair else 0
    return max(agreed, SequenceMatcher(None, gone.casefold(), came.casefold()).ratio())


def _agreed(pair: Likeness | None) -> str:
    return f" ({share(pair.same, pair.n)} of {pair.n:,} records have the same value)" if pair else ""
