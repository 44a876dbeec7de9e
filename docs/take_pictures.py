"""Take the pictures of docs/pictures/ anew: of each page of the dashboard, each notebook and each page of a report.

make rehearsal; python docs/take_pictures.py        (needs chromium; the demo is run where it never was)
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

import workbench as wb
from workbench.dashboard.pages import PAGES
from workbench.draft.notebooks import lay_notebooks
from workbench.language import LANGUAGES
from workbench.notebooks import render_notebooks
from workbench.readiness import write_plan
from workbench.reports.pages import PAGES as REPORT
from workbench.summary import write_summary
from workbench.trial import with_settings

PICTURES = Path(__file__).parent / "pictures"
REHEARSAL = Path(__file__).parents[1] / ".tryton" / "rehearsal" / "demo"
WIDE, HIGH = 1200, 1500
PHONE = (390, 1100)
COLOURS = 96
"""Of a picture as it is kept."""

DRAWN = "table:visible, h2:visible, [data-on]:visible, form[action^=login]:visible"
"""What is there once a page is: the dashboard's parts come after it."""

GOLDEN = "SELECT golden_id FROM published.match_customer_clusters GROUP BY ALL HAVING count(*) > 2 ORDER BY ALL LIMIT 1"
HEADING = "at => [...document.querySelectorAll('h2')].find(h => h.textContent.includes(at)).getBoundingClientRect().top"


@contextmanager
def dashboard(root: Path) -> Iterator[str]:
    """The dashboard of a project; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = [Path(sys.executable).with_name("workbench"), "dashboard", root, "--port", port]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        server.stdout.readline()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def main() -> None:
    """Run the demo, render its notebooks, and look at everything."""
    demo = wb.open_demo()
    lay_notebooks(demo.root / "notebooks")
    rendered = render_notebooks(demo)
    rehearsed = wb.open_project(REHEARSAL)
    whole = {"plan": write_plan(rehearsed.config, rehearsed.journal, rehearsed.plan()),
             "mapping": rehearsed.mapping("tryton").document(),
             "proof": REHEARSAL / "reports" / "proof_tryton.html"}  # fmt: skip
    run = demo.root / "reports" / demo.published().run_id
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir()
    with sync_playwright() as playwright, dashboard(demo.root) as address:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])

        def take(name: str, url: str, size: tuple[int, int] = (WIDE, HIGH), at: str = "", **how: Any) -> None:
            page = browser.new_page(viewport={"width": size[0], "height": size[1]}, **how)
            page.goto(url, wait_until="networkidle")
            page.locator(DRAWN).first.wait_for()
            begin = int(page.evaluate(HEADING, at)) if at else 0
            height = min(page.evaluate("document.documentElement.scrollHeight") - begin, size[1])
            clip = {"x": 0, "y": begin, "width": size[0], "height": height}
            file = PICTURES / f"{name}.png"
            page.screenshot(path=file, clip=clip, full_page=True)
            page.close()
            Image.open(file).convert("RGB").quantize(COLOURS).save(file, optimize=True)

        golden = demo.published().records(GOLDEN)[0]["golden_id"]
        pages = {name: f"{name}?" for name in PAGES} | {
            "find": f"find?find={golden}&", "check": "quality?check=valid%3Acustomer.phone&",
            "cluster": f"review?golden={golden}&", "mapping": "approvals?part=mapping&",
        }  # fmt: skip
        for language in LANGUAGES:
            for name, place in pages.items():
                take(f"dashboard_{name}_{language}", f"{address}/{place}language={language}")
            take(f"dashboard_phone_{language}", f"{address}/overview?language={language}", PHONE)
        take("dashboard_dark", f"{address}/overview", color_scheme="dark")
        for page in rendered:
            take(f"notebook_{page.name}", (run / "notebooks" / str(page.page)).as_uri())
        take("notebook_pair", (run / "notebooks" / "03_matching.html").as_uri(), at="One pair, looked at closely")
        for name, file in whole.items():
            take(f"report_{name}", file.as_uri(), (1300, 2100))
        for name in REPORT:
            take(f"report_{name}", (run / f"{name}.html").as_uri())
        for language in LANGUAGES:
            with_settings(demo.root, {"language": language, "dashboard": {"sign_in": "password"}})
            written = write_summary(wb.open_project(demo.root).config, demo.journal, run.name)
            take(f"report_quality_{language}", written.as_uri(), (WIDE, 3000))
        with dashboard(demo.root) as closed:
            for language in LANGUAGES:
                take(f"dashboard_login_{language}", f"{closed}/overview?language={language}", (WIDE, 700))
        browser.close()


if __name__ == "__main__":
    main()
