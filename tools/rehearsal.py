"""Rehearse the cutover on the demo: run it, load all waves that go now into a Tryton, read back, compare to the cent.

    python tools/rehearsal.py [--postgres postgresql://user:password@localhost:5432/]

The sums here are worked out without the workbench's own reconciliation, which is made beside them. The project stays in
.tryton/rehearsal to be looked at. Exit 1 if a customer or an amount is missing, doubled or another.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

import workbench as wb
from tools import tryton
from workbench.pipeline import database
from workbench.readbacks import attach_readback
from workbench.store import overlay, records

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "data" / "demo"
STAYS = ROOT / ".tryton" / "rehearsal"
TARGET = "tryton"

NOW = "(SELECT golden_id FROM work.wave.members WHERE entity = '{}' AND NOT later AND NOT archive)"
CUSTOMERS = f"""
SELECT count(DISTINCT g.golden_id) AS sent, count(DISTINCT p._golden_id) AS arrived,
    count(p._golden_id) - count(DISTINCT p._golden_id) AS doubled
FROM {NOW.format("customer")} AS g LEFT JOIN readback.party AS p ON p._golden_id = g.golden_id"""
OPEN_ITEMS = f"""
WITH lines AS (
    SELECT g.parent_golden_id AS customer, g.document, t.due, g.currency, g.amount AS sent, 0 AS arrived
    FROM work.gold.open_item AS g JOIN work.target.tryton__receivable AS t ON t._golden_id = g.golden_id
    WHERE g.golden_id IN {NOW.format("open_item")}
    UNION ALL
    SELECT party, document, due, currency, 0, amount::DECIMAL(38, 6) FROM readback.receivable),
balanced AS (
    SELECT customer, document, due, currency, sum(sent) AS sent, sum(arrived) AS arrived FROM lines GROUP BY ALL)
SELECT currency, sum(sent)::DECIMAL(38, 2) AS sent, sum(arrived)::DECIMAL(38, 2) AS arrived,
    count(*) FILTER (WHERE sent <> arrived) AS differing
FROM balanced GROUP BY currency ORDER BY currency"""
"""The golden items against those read back, by customer, document and due date; a line a currency."""


def compare(root: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Customers that were to go over, arrived, are there twice; and the open items by currency."""
    with overlay(database(root)) as con:
        attach_readback(con, root, TARGET)
        return records(con, CUSTOMERS)[0], records(con, OPEN_ITEMS)


def lay_out(root: Path, port: int) -> wb.Project:
    """A copy of the demo, its newest extracts alone, that loads into a port."""
    shutil.copytree(DEMO, root, ignore=shutil.ignore_patterns("state", "reports", "load", "journal*", "generator"))
    for folder in sorted((root / "sources").iterdir())[:-1]:
        shutil.rmtree(folder)
    file = root / "workbench.yml"
    text = file.read_text(encoding="utf-8").replace("http://localhost:18069", f"http://localhost:{port}")
    file.write_text(text, encoding="utf-8")
    return wb.open_project(root)


@contextmanager
def _timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    print(f"{name} ...", flush=True)
    start = time.perf_counter()
    yield
    seconds[name] = time.perf_counter() - start


def rehearse(folder: Path, postgres: str | None = None) -> tuple[wb.Project, dict[str, float]]:
    """Run, load and read back in a folder; the project, and the seconds of each step."""
    seconds: dict[str, float] = {}
    port = tryton.free_port()
    os.environ[f"WORKBENCH_PASSWORD_{TARGET.upper()}"] = tryton.PASSWORD
    with _timed(seconds, "run"):
        project = lay_out(folder / "demo", port)
        project.run()
    with ExitStack() as stack:
        with _timed(seconds, "start of Tryton"):
            stack.enter_context(tryton.serving(folder / "tryton", port, postgres))
        with _timed(seconds, "load"):
            project.load(TARGET)
        with _timed(seconds, "read-back"):
            project.readback(TARGET)
    return project, seconds


def main() -> int:
    """Rehearse, and print what came of it."""
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("--postgres", help="the database server of Tryton; default SQLite")
    given = options.parse_args()
    out = Console(highlight=False)
    print("Tryton is installed where it is not yet ...", flush=True)
    tryton.prepared()  # what is not installed yet, is now
    shutil.rmtree(STAYS, ignore_errors=True)
    project, seconds = rehearse(STAYS, given.postgres)
    customers, items = compare(project.root)
    with _timed(seconds, "reconciliation"):
        proof = project.reconcile(TARGET)
    told = Table("", "sent", "arrived", "wrong", title="Read back from Tryton", title_justify="left")
    told.add_row("customers", *(f"{customers[name]:,}" for name in ("sent", "arrived", "doubled")))
    for line in items:
        told.add_row(line["currency"], *(f"{line[name]:,}" for name in ("sent", "arrived", "differing")))
    out.print(told)
    steps = ", ".join(f"{name} {taken:.1f} s" for name, taken in seconds.items())
    out.print(f"{steps}; {sum(seconds.values()):.0f} s together")
    for part in ("technical", "logical"):
        left = ", ".join(f"{name}: {n:,}" for name, n in proof.open.get(part, {}).items())
        out.print(f"{part} reconciliation: {left or 'nothing open'}")
    out.print(f"Look at it: {project.root / 'reports' / f'proof_{TARGET}.html'}", soft_wrap=True)
    right = customers["sent"] == customers["arrived"] and not customers["doubled"]
    right = right and not any(line["differing"] for line in items)
    return 0 if right and not {"technical", "logical"} & proof.open.keys() else 1


if __name__ == "__main__":
    sys.exit(main())
