"""The quality report in a real browser: as a file, on narrow and wide screens, light and dark, and on A4."""

import re
from pathlib import Path

import pytest

import workbench as wb
from tests import small

from .conftest import Open
from .sound import sound

pytestmark = pytest.mark.apt
A4 = (595, 842)
"""Points."""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a small project."""
    root = small.project(tmp_path_factory.mktemp("report") / "p")
    result = wb.open_project(root).run()
    return root / "reports" / result.run_id / "quality.html"


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_it_opens_from_a_file_and_keeps_nobody_out(
    report: Path, new_context: Open, axe: str, width: int, scheme: str
) -> None:
    page = new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True).new_page()
    asked: list[str] = []
    told: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    page.goto(report.as_uri())
    page.get_by_role("navigation").get_by_role("link", name="Reconciliation").click()
    sound(page, axe, f"report_{scheme}")
    assert (told, {url.partition("#")[0] for url in asked}) == ([], {report.as_uri()})


def test_it_prints_on_white_a4(report: Path, new_context: Open) -> None:
    page = new_context(color_scheme="dark").new_page()
    page.goto(report.as_uri())
    page.emulate_media(media="print", color_scheme="dark")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    wide = page.evaluate("""() => { document.body.style.width = '186mm';
        const edge = document.body.getBoundingClientRect().right + 1;
        return [...document.querySelectorAll('table')].filter(t => t.getBoundingClientRect().width
            && t.getBoundingClientRect().right > edge).map(t => t.innerText.slice(0, 60)); }""")
    paper = page.pdf(prefer_css_page_size=True)
    assert ground == "rgb(255, 255, 255)"
    assert wide == []
    sizes = {tuple(map(round, map(float, box))) for box in re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper)}
    assert sizes == {A4}
