"""How often the kind of a bare tax number is among the first guesses: `python -m benchmarks.tax_ids`.

WORKBENCH_REAL_DATA names the folder of the data: tax_ids_stdnum, the numbers of python-stdnum's own tests. A number of
its module `cl.rut` is right with the kind `cl_rut`. Modules without a kind are counted as left out: securities, bank
accounts, books, parts, single documents and the like, which are no numbers of a company or a person with an authority.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.measured import Line
from workbench.types.tax_kinds import guesses, kinds

SAME = {"cz.rc": "cz_dic"}  # a Czech person's DIČ is the birth number


@dataclass
class Guessed:
    """Valid numbers by module: all, with the right kind first, among three, among three given the country; left out."""

    numbers: Counter[str] = field(default_factory=Counter)
    first: Counter[str] = field(default_factory=Counter)
    among: Counter[str] = field(default_factory=Counter)
    with_country: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)

    def share(self, hits: Counter[str]) -> float:
        """The share (0 to 1) of the numbers."""
        return hits.total() / self.numbers.total()


def judged(data: Path) -> Guessed:
    """Guess the kind of every valid number."""
    known = {kind.name for kind in kinds()}
    out = Guessed()
    with (data / "tax_ids_stdnum" / "tax_ids_extracted.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["expected"] == "valid"]
    for row in rows:
        module, number = row["stdnum_module"], row["number"]
        kind = SAME.get(module, module.replace("_", "").replace(".", "_"))
        if kind not in known:
            out.left_out[module] += 1
            continue
        found = guesses(number)
        out.numbers[module] += 1
        out.first[module] += found[:1] == [kind]
        out.among[module] += kind in found
        out.with_country[module] += kind in guesses(number, kind[:2].upper())
    return out


def main() -> list[Line]:
    """Print the shares, the modules with misses, and what was left out."""
    out = judged(Path(os.environ["WORKBENCH_REAL_DATA"]))
    shown = Table("module", "numbers", "first", "first three", "with its country", title="Kinds of bare tax numbers")
    counts = (out.numbers, out.first, out.among, out.with_country)
    missed = sorted(out.numbers, key=lambda module: out.among[module] - out.numbers[module])
    for module in (each for each in missed if out.among[each] < out.numbers[each]):
        shown.add_row(module, *(str(count[module]) for count in counts))
    shown.add_row("all", str(out.numbers.total()), *(f"{out.share(count):.1%}" for count in counts[1:]))
    console = Console()
    console.print(shown)
    left = ", ".join(f"{module} {count}" for module, count in out.left_out.most_common())
    console.print(f"Left out, no numbers of companies or persons: {out.left_out.total()} ({left})")
    said = f"{out.share(out.among):.1%}, with its country {out.share(out.with_country):.1%}"
    return [Line("kind of a bare tax number among the first three guesses", "", said)]


if __name__ == "__main__":
    main()
