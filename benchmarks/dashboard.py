"""How soon the dashboard is seen with 500 runs and 1,000,000 failures: `python -m benchmarks.dashboard [PROJECT]`.

The project is one that has published, by default the demo; what it published last is repeated in a copy.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.table import Table

import workbench as wb
from benchmarks.measured import Line

RUNS, FAILURES, TIMES = 500, 1_000_000, 3
PORT = 5099
CHROMIUM = shutil.which("chromium") or "chromium"
SEEN = {"overview": "svg[role=img]", "quality": "table.matrix", "runs": "tbody tr"}
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"


def enlarge(project: Path, root: Path) -> Path:
    """A project with that many runs, the last one with that many failures, each row told from the others."""
    shutil.copytree(project, root, ignore=shutil.ignore_patterns("sources", "state", "load", "reports", "journal*"))
    run = wb.open_project(project).published()
    newest = root / "reports" / run.run_id / "tables"
    shutil.copytree(project / "reports" / run.run_id / "tables", newest)
    history = pq.read_table(project / "reports/history.parquet")
    known = [line for line in history.to_pylist() if line["run_id"] == run.run_id]
    days = [run.as_of - timedelta(weeks=RUNS - 1 - number) for number in range(RUNS)]
    lines = [known[0] | {"run_id": f"{day}.1", "as_of": str(day)} for day in days[:-1]] + known
    pq.write_table(pa.Table.from_pylist(lines, history.schema), root / "reports/history.parquet")
    failures = pq.read_table(newest / "qa_failures.parquet")
    many = failures.take(pa.array(np.arange(FAILURES) % failures.num_rows))
    place = many.schema.get_field_index("_row")
    pq.write_table(many.set_column(place, "_row", pa.array(np.arange(FAILURES))), newest / "qa_failures.parquet")
    return root


def paint(browser: Browser, name: str) -> tuple[float, float]:
    """Seconds until something is seen of a page, and until what matters on it is; nothing is in the browser's cache."""
    context = browser.new_context()
    page = context.new_page()
    started = time.perf_counter()
    page.goto(f"http://127.0.0.1:{PORT}/{name}")
    page.locator(f"main {SEEN[name]}").first.wait_for()
    drawn = time.perf_counter() - started
    painted = float(page.evaluate(PAINTED))
    context.close()
    return painted, drawn


def main(project: Path | None = None) -> list[Line]:
    """Serve the enlarged project (by default the demo), open pages of it in a real browser, and print the seconds."""
    with tempfile.TemporaryDirectory() as folder:
        shown = wb.open_project(project) if project else wb.open_demo()  # which goes when nobody holds it
        return _served(enlarge(shown.root, Path(folder) / "large"))


def _served(root: Path) -> list[Line]:
    title = f"Dashboard: {RUNS} runs, {FAILURES:,} failures"
    shown = Table("page", "first paint", "drawn", title=f"{title}, seconds")
    lines = []
    started = time.perf_counter()
    line = [sys.executable, "-c", "from workbench.cli import main; main()", "dashboard", root, "--port", str(PORT)]
    server = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout and server.stdout.readline().startswith("Dashboard")
        shown.add_row("server, start to address", "", f"{time.perf_counter() - started:.2f}")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for name in SEEN:
                seconds = zip(*(paint(browser, name) for _ in range(TIMES)), strict=True)
                painted, drawn = map(statistics.median, seconds)
                shown.add_row(name, f"{painted:.2f}", f"{drawn:.2f}")
                lines.append(Line(f"{title}, {name}", "", f"painted {painted:.1f} s, drawn {drawn:.1f} s"))
            browser.close()
    finally:
        server.terminate()
        server.wait()
    Console().print(shown)
    return lines


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
