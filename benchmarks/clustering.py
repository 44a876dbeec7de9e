"""Clusters of values that are likely one, of a million different ones: `python -m benchmarks.clustering`."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
from rich.console import Console
from rich.table import Table

from benchmarks.measured import Line, alone, quiet
from benchmarks.standardising import GIVEN, HAN, SYLLABLES, spelt
from workbench.explore.clusters import KEYS, clusters
from workbench.store import append

VALUES = 1_000_000


def name(n: int) -> str:
    """A company's name unlike all others; one in a hundred is the one before it written in another way."""
    of = n - n % 100 if n % 100 == 1 else n
    chinese = of // 100 % 2
    word, given = spelt(of, SYLLABLES, 6).title(), GIVEN[of % 10]
    right = f"北京{spelt(of, HAN, 4)}贸易有限公司" if chinese else f"{word} {given} Trading Ltd"
    other = f"{right[:6]} {right[6:]}" if chinese else f"Ltd. {given.upper()} {word}, Trading"
    return right if of == n else other


def write(file: Path) -> Callable[[], None]:
    """A table of names."""

    def work() -> None:
        with quiet(file) as con:
            con.execute("CREATE TABLE names (name VARCHAR)")
            append(con, "names", pa.table({"name": list(map(name, range(VALUES)))}))

    return work


def clustered(file: Path, method: str) -> Callable[[], int]:
    """The clusters of a method; gives how many there are."""

    def work() -> int:
        with quiet(file) as con:
            return clusters(con, "names", "name", method).total

    return work


def main() -> list[Line]:
    """Print seconds and memory of each method."""
    title = f"Clusters among {VALUES:,} different values"
    shown = Table("method", "clusters", "seconds", "of the processor", "peak memory MB", title=title)
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "names.duckdb"
        alone(write, file)
        for method in KEYS:
            run = alone(clustered, file, method)
            shown.add_row(method, f"{run.result:,}", f"{run.seconds:.1f}", f"{run.processor:.1f}", f"{run.memory:,.0f}")
            lines.append(Line(f"{title}, {method}", "under 60 s", f"{run.seconds:.1f} s"))
    Console().print(shown)
    return lines


if __name__ == "__main__":
    main()
