import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dashboard.serving import dashboard
from tests.small import CONFIG
from tests.views.made import HOSTILE, published
from tests.views.records import TABLES
from workbench.dashboard.pages import PAGES
from workbench.language import LANGUAGES, Language, gettext, spoken
from workbench.published import Published

from .conftest import Open
from .sound import sound_in_any_light

pytestmark = pytest.mark.apt
DRAWN = {
    "overview": "svg[role=img]",
    "quality": "table.matrix",
    "check": ".failing",
    "issues": "svg[role=img]",
    "matching": "table",
    "review": "[data-on]",
    "approvals": "[data-on]",
    "ownership": "table",
    "migration": "h2",
    "reconciliation": "svg[role=img]",
    "runs": "table",
    "find": "h2",
}
PUBLISHED = [name for name in PAGES if name not in ("migration", "find")]
"""Pages that need nothing but what is published."""

PUBLISH = """
import os, shutil, sys
import pyarrow.parquet as pq
from pathlib import Path
reports = Path(sys.argv[1]) / "reports"
table = pq.read_table(reports / "history.parquet")
last = table.slice(table.num_rows - 1).to_pylist()[0]
lines, newest = table.to_pylist(), reports / last["run_id"]
for number in range(2, 102):
    run_id = f"{last['as_of']}.{number}"
    shutil.copytree(newest, reports / f".{run_id}.part")
    os.rename(reports / f".{run_id}.part", reports / run_id)
    lines.append(last | {"run_id": run_id})
    pq.write_table(table.from_pylist(lines, schema=table.schema), reports / ".history.parquet.part")
    os.replace(reports / ".history.parquet.part", reports / "history.parquet")
    print(run_id, flush=True)
"""
HOLD = "import sys, time, duckdb; held = duckdb.connect(sys.argv[1]); print('held', flush=True); time.sleep(120)"


def place(root: Path, name: str) -> str:
    """A page's address with something on it."""
    if name != "find":
        return {"check": "quality?check=valid%3Acustomer.phone&"}.get(name, f"{name}?")
    key = Published(root).records("SELECT min(key) AS key FROM published.recon_rows WHERE entity = 'customer'")[0]["key"]
    return f"find?find={key}&"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("name", [*PAGES, "check"])
def test_a_page_is_sound(open_page: Open, axe: str, root: Path, name: str, width: int, language: Language) -> None:
    """In both languages, wide and narrow, light and dark; all pages are alike in how they are dark."""
    page = open_page(f"{place(root, name)}language={language}", width)
    page.locator(f"main {DRAWN[name]}").first.wait_for()
    with spoken(language):
        assert page.locator("h1").inner_text() == gettext(PAGES["quality" if name == "check" else name].title)
    sound_in_any_light(page, axe, name, language)


def test_the_root_leads_to_the_overview_and_on_to_all_pages(open_page: Open, address: str) -> None:
    page = open_page("")
    assert page.url == f"{address}overview"
    for name, kind in ((name, kind) for name, kind in PAGES.items() if kind.linked):
        page.get_by_role("navigation").get_by_role("link", name=kind.title).click()
        page.locator(f"main {DRAWN[name]}").first.wait_for()
        assert page.url.partition("?")[0] == f"{address}{name}"


def test_from_the_matrix_down_to_the_rows_and_back(open_page: Open, address: str) -> None:
    page = open_page("quality")
    page.locator("a[href*='valid%3Acustomer.phone']").first.click()
    page.get_by_role("heading", name="Failing over time: valid:customer.phone").wait_for()
    assert page.url == f"{address}quality?check=valid%3Acustomer.phone"
    page.get_by_label("Source").select_option("erp")
    page.wait_for_url("**/quality?check=valid%3Acustomer.phone&source=erp")
    page.get_by_label("contains").fill("no such")
    page.get_by_label("contains").press("Enter")
    page.wait_for_url("**&search=no+such")
    rows = page.locator(".failing tbody tr")
    rows.filter(has_not_text="no such").first.wait_for(state="detached")  # the address changes before the rows
    assert rows.count() and all("no such" in text for text in rows.all_inner_texts())
    page.reload()
    rows.first.wait_for()
    assert (
        page.get_by_label("Source").input_value() == "erp" and page.get_by_label("contains").input_value() == "no such"
    )
    page.go_back()
    page.wait_for_url("**&source=erp")
    page.wait_for_function("e => e.value === ''", arg=page.get_by_label("contains").element_handle(timeout=5000))
    page.get_by_role("link", name="All checks").click()
    page.locator("table.matrix").first.wait_for()
    page.get_by_role("link", name="Next").click()
    page.get_by_text("51-100").wait_for()


def test_a_pair_is_picked_from_the_list(open_page: Open) -> None:
    page = open_page("matching")
    page.get_by_label("Verdict").select_option("match")
    page.get_by_role("heading", name="that are the same").wait_for()
    page.locator("a[href*='left=']").first.click()
    for what in ("table.sides", "table.waterfall", "svg[role=img]", "table.survivors"):
        page.locator(what).first.wait_for()
    assert "left=" in page.url and "verdict=match" in page.url
    page.get_by_role("link", name="All pairs").click()
    page.locator("table.sides").wait_for(state="detached")


def test_a_newer_run_is_offered_and_takes_the_filter_along(open_page: Open, root: Path, tmp_path: Path) -> None:
    copy = tmp_path / "demo"
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns("state", "sources", "journal*"))
    with dashboard(copy) as (base, _):
        page = open_page("quality?source=crm", base=base)
        page.locator(f"main {DRAWN['quality']}").first.wait_for()
        later = PUBLISH.replace("range(2, 102)", "[1]").replace("{last['as_of']}", "2027-01-01")
        later = later.replace('{"run_id": run_id}', '{"run_id": run_id, "as_of": "2027-01-01"}')
        subprocess.run([sys.executable, "-c", later, copy], check=True, capture_output=True)
        page.get_by_role("link", name="Show it").click(timeout=30_000)
        page.get_by_text("run 2027-01-01.1").first.wait_for()
        assert page.url == f"{base}quality?source=crm"
        page.locator(f"main {DRAWN['quality']}").first.wait_for()
        page.close()  # before the server ends, which it would complain of


def test_any_id_is_found_from_any_page(open_page: Open, root: Path) -> None:
    page = open_page("runs")
    key = Published(root).records("SELECT min(key) AS key FROM published.recon_rows WHERE entity = 'customer'")[0]["key"]
    page.get_by_label("Find by any id").fill(key)
    page.get_by_label("Find by any id").press("Enter")
    page.wait_for_url(f"**/find?find={key}")
    page.locator("main h2, main .message").first.wait_for()


def test_an_older_run_is_picked_and_stays(open_page: Open, address: str) -> None:
    page = open_page("runs")
    page.locator("main a[href*='run=']").first.click()
    page.get_by_text("not the newest").wait_for()
    page.get_by_role("link", name="Quality").click()
    page.locator("table.matrix").first.wait_for()
    page.get_by_label("Status").select_option("new")
    page.wait_for_url("**/quality?run=*&status=new")
    page.get_by_role("link", name="show run").click()
    page.wait_for_url(f"{address}quality")


def test_a_value_that_is_unknown_is_said_and_reset(open_page: Open, address: str) -> None:
    page = open_page("quality?check=%3Cb%3Eno&run=")
    page.get_by_text("There is no check '<b>no' here.").wait_for()
    page.get_by_role("link", name="Show what there is").click()
    page.wait_for_url(f"{address}quality")


def test_nothing_that_is_published_runs(open_page: Open, tmp_path: Path) -> None:
    (tmp_path / "workbench.yml").write_text(CONFIG.replace("Small", repr(HOSTILE)), "utf-8")
    checks = [(HOSTILE, HOSTILE, HOSTILE, 10, 3)]
    published(tmp_path, [("2026-03-02", checks, {}), ("2026-03-09", checks, {})], **TABLES)
    with dashboard(tmp_path) as (base, _):
        for path in (
            *PAGES,
            "matching?left=crm:B&right=erp:3",
            "quality?check=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E",
        ):
            page = open_page(path, base=base)
            page.on("dialog", lambda dialog: pytest.fail(dialog.message))
            page.wait_for_timeout(300)
            assert page.locator("main img, header img").count() == 0
            assert "{{ 7*7 }}" in page.locator("header").inner_text()


def test_a_writer_that_holds_the_database_keeps_nobody_waiting(open_page: Open, root: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, root / "state/work.duckdb"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        page = open_page("overview")
        page.locator("main svg[role=img]").first.wait_for(timeout=5000)
        assert page.locator(".message").count() == 0
    finally:
        holder.kill()
        holder.wait()


def test_pages_are_read_while_runs_are_published(open_page: Open, root: Path, tmp_path: Path) -> None:
    copy = tmp_path / "demo"
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns("state", "sources", "journal*"))
    with dashboard(copy) as (base, _):
        page = open_page("overview", base=base)
        with subprocess.Popen([sys.executable, "-c", PUBLISH, copy], stdout=subprocess.PIPE, text=True) as writer:
            looks = 0
            while writer.poll() is None or looks < len(PUBLISHED):
                name = PUBLISHED[looks % len(PUBLISHED)]
                page.goto(base + name)
                page.locator(f"main {DRAWN[name]}").first.wait_for()
                assert page.locator(".message:not(.news)").count() == 0
                looks += 1
        assert writer.returncode == 0
        page.goto(f"{base}runs")
        page.get_by_text(f"run {Published(copy).run_id}").wait_for()
        assert Published(copy).run_id.endswith(".101")
