"""The diff of two tables beside datacompy and reladiff: `python -m benchmarks.diffing [ROWS]`, after `make peers`.

The tools take turns. Each run is a process of its own, from two files (or two tables of a DuckDB file) to the number
of differing cells; 1 % of the cells differ, and some amounts are a cent apart, which the tolerance lets pass. What ours
finds has to be what was planted. reladiff has no tolerance and counts rows; datacompy's tolerance is one of floats.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.linkage import peers
from benchmarks.measured import Line
from workbench.differences import diff
from workbench.export import write_csv, write_parquet
from workbench.store import count, session

TIMES = 3
GIVEN = ("parquet", "csv", "database")
TOOLS = {"workbench": GIVEN, "datacompy": GIVEN[:2], "datacompy with Polars": GIVEN[:2], "reladiff": GIVEN[2:]}
"""What each tool is given."""
BARS = {"datacompy": 10.0, "datacompy with Polars": 1.0, "reladiff": 1.0}
"""How many times as fast the workbench must be; no bar was set beside Polars."""
LIMIT = 8_000
"""MB that ten million rows may take."""

COLUMNS = """i AS id, '{pre}Customer ' || i AS name, '{pre}华东贸易有限公司' || (i % 50021) AS legal_name,
    ((i * 7919 % 10000019) * 0.01 + {plus})::DECIMAL(18, 2) AS amount,
    ((i * 104729 % 5000011) * 0.01 + {plus})::DECIMAL(18, 2) AS credit_limit,
    (DATE '2020-01-01' + ((i % 2000)::INTEGER + {plus})) AS opened,
    (DATE '2023-01-01' + ((i % 900)::INTEGER + {plus})) AS due,
    '{pre}' || ['上海', '北京', '深圳', 'London', 'Berlin'][i % 5 + 1] AS city,
    '{pre}南京路' || (i % 3001) || '号' AS street,
    '{pre}+86' || (13000000000 + i) AS phone, '{pre}c' || i || '@example.cn' AS email, '{pre}C' || (i % 7) AS class"""
NAMES = ("name", "legal_name", "amount", "credit_limit", "opened", "due", "city", "street", "phone", "email", "class")


def made(rows: int, folder: Path, kinds: Sequence[str] = GIVEN) -> int:
    """Two tables of 12 columns as files and in a database; returns the cells that differ by more than the tolerance."""
    one, other = COLUMNS.format(pre="", plus="0"), COLUMNS.format(pre="x", plus="1")
    with session(folder / "tables.duckdb") as con:
        con.execute(f"CREATE TABLE a AS SELECT {one} FROM range({rows}) AS t(i)")
        con.execute(f"CREATE TEMP TABLE changed AS SELECT {other} FROM range({rows}) AS t(i)")
        # a cell in a hundred, and as many amounts that are a cent apart, which the tolerance lets pass
        picked = ", ".join(
            f"CASE WHEN (a.id * 31 + {n * 7}) % 100 = 0 THEN c.{name} ELSE a.{name} END AS {name}"
            for n, name in enumerate(NAMES)
        )
        cent = "amount + CASE WHEN id % 100 = 50 THEN 0.01 ELSE 0 END"
        con.execute(f"""
            CREATE TABLE b AS SELECT * REPLACE (({cent})::DECIMAL(18, 2) AS amount)
            FROM (SELECT a.id, {picked} FROM a JOIN changed AS c ON c.id = a.id)""")
        con.execute("DROP TABLE changed")
        unlike = " + ".join(
            f"(abs(a.{name} - b.{name}) > 0.01)::INTEGER" if name in ("amount", "credit_limit")
            else f"(a.{name} <> b.{name})::INTEGER" for name in NAMES
        )  # fmt: skip
        planted = count(con, f"SELECT sum({unlike})::BIGINT FROM a JOIN b USING (id)")
        for table in ("a", "b"):
            for kind, write in (("csv", write_csv), ("parquet", write_parquet)):
                if kind in kinds:
                    write(con, f"FROM {table}", folder / f"{table}.{kind}")
    return planted


def ours(folder: Path, given: str) -> int:
    """The cells that differ, as the workbench finds them."""
    sides = [f"{folder / 'tables.duckdb'}::{t}" if given == "database" else folder / f"{t}.{given}" for t in "ab"]
    found = diff(sides[0], sides[1], "id", tolerance=Decimal("0.01"))
    return int(found.columns["cells"].sum())


def measured(tool: str, given: str, folder: Path) -> dict[str, Any]:
    """One run in a process of its own: seconds, MB, and what it found."""
    python, module = sys.executable, "benchmarks.diffing"
    if tool != "workbench":
        python, module = str(peers.PYTHON), "benchmarks.diffing_peers"
    home = {**os.environ, "PYTHONPATH": str(peers.ROOT)}
    done = subprocess.run([python, "-m", module, "--one", tool, given, str(folder)], cwd=peers.ROOT, env=home,
                          capture_output=True, text=True, check=False)  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{tool} fails on {given}: {done.stderr.strip()[-800:]}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def main(rows: int = 1_000_000) -> list[Line]:
    """Print medians of runs that take turns; then ten times as many rows, ours alone."""
    if not peers.installed():
        print(f"There is no {peers.PYTHON}, so nothing is measured: `make peers`, or set WORKBENCH_PEERS.")
        return []
    lines = []
    with TemporaryDirectory() as scratch:
        planted = made(rows, Path(scratch))
        runs: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for _ in range(TIMES):
            for tool, kinds in TOOLS.items():
                for given in kinds:
                    runs.setdefault((given, tool), []).append(measured(tool, given, Path(scratch)))
    title = f"{rows:,} x 12, {planted:,} cells differ"
    shown = Table("from", "tool", "seconds", "all runs", "MB", "found", title=title)
    for (given, tool), took in sorted(runs.items()):
        each = ", ".join(f"{run['seconds']:.1f}" for run in took)
        shown.add_row(given, tool, f"{_seconds(took):.1f}", each, f"{took[0]['memory']:,.0f}", f"{took[0]['found']:,}")
        if tool == "workbench" and took[0]["found"] != planted:
            raise RuntimeError(f"{took[0]['found']:,} cells were found, {planted:,} were planted.")
    Console(width=130).print(shown)
    for (given, tool), took in runs.items():
        if tool != "workbench":
            mine = runs[given, "workbench"]
            ratio = _seconds(took) / _seconds(mine)
            missed = "missed: " if ratio < BARS[tool] else ""
            said = f"{missed}{ratio:.1f} times: {_seconds(mine):.1f} s"
            what = f"diff of two {rows:,} x 12 from {given} beside {tool}"
            lines.append(Line(what, f"{BARS[tool]:.0f} times as fast", said, f"{_seconds(took):.1f} s"))
    return [*lines, _large(10 * rows)]


def _large(rows: int) -> Line:
    with TemporaryDirectory() as scratch:
        planted = made(rows, Path(scratch), ("parquet",))
        took = measured("workbench", "parquet", Path(scratch))
    missed = "" if took["memory"] <= LIMIT and took["found"] == planted else "missed: "
    said = f"{missed}{took['memory']:,.0f} MB, {took['seconds']:.0f} s"
    return Line(f"diff of two {rows:,} x 12 from parquet", f"{LIMIT:,} MB", said)


def _seconds(took: list[dict[str, Any]]) -> float:
    return statistics.median(run["seconds"] for run in took)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        from benchmarks.diffing_peers import told

        told(lambda: ours(Path(sys.argv[4]), sys.argv[3]))
    else:
        main(*map(int, sys.argv[1:]))
