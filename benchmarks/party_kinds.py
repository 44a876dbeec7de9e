"""Persons told from companies by their names alone: `python -m benchmarks.party_kinds`.

WORKBENCH_REAL_DATA names the folder that holds name_parse_probablepeople/, whose names were labelled by hand. The words
that tell come from no such labels: the United States Census of 1990 and a list of words of trades and bodies.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from benchmarks.measured import Line
from workbench.types import TYPES

KINDS = ("company", "person")


def labelled(data: Path) -> list[tuple[str, str]]:
    """(name, kind) of every labelled name."""
    trees = {kind: ElementTree.parse(data / "name_parse_probablepeople" / f"{kind}_labeled.xml") for kind in KINDS}
    return [("".join(name.itertext()).strip(), kind) for kind, tree in trees.items() for name in tree.getroot()]


def told(names: list[tuple[str, str]]) -> Counter[tuple[str, str, str]]:
    """How many names of each (kind, "one word" or "several words") were told (as)."""
    party = TYPES["party_name"]
    return Counter(
        (kind, "several words" if " " in name else "one word", party.standardise(name, {}, {}).parts["kind"] or "")
        for name, kind in names
    )


def right(found: Counter[tuple[str, str, str]]) -> float:
    """The share told rightly (0 to 1)."""
    return sum(times for (kind, _, said), times in found.items() if kind == said) / found.total()


def main() -> list[Line]:
    """Print the table."""
    found = told(labelled(Path(os.environ["WORKBENCH_REAL_DATA"])))
    print("| kind | of | told company | told person | right |\n|---|---|---|---|---|")
    for kind, size in sorted({(kind, size) for kind, size, _ in found}):
        counts = {said: found[kind, size, said] for said in KINDS}
        share = counts[kind] / sum(counts.values())
        print(f"| {kind} | {size} | {counts['company']:,} | {counts['person']:,} | {share:.1%} |")
    print(f"| both | all | | | {right(found):.1%} |")
    return [Line("persons told from companies by their names", "", f"{right(found):.1%} of {found.total():,}")]


if __name__ == "__main__":
    main()
