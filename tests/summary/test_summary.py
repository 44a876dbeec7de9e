"""The quality report in one file and its workbook: what they say, that they are one file, that nothing in them runs."""

import re
import shutil
import zipfile
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

import workbench as wb
from tests import small
from workbench.language import Language, spoken
from workbench.pipeline import Result
from workbench.published import Published
from workbench.summary import BOOK, PAGE, read_summary, write_summary
from workbench.summary.fallen import GATE, fallen
from workbench.views.trend import trend_data

FORMULAS = ["=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(1)", "\t=1+1", "\r=1+1"]
"""Keys of customers whose phones fail, so that they stand in the report."""

CUSTOMERS = [row | ({"no": FORMULAS[place], "phone": "12"} if place < len(FORMULAS) else {})
             for place, row in enumerate(small.CUSTOMERS)]  # fmt: skip
CONFIG = small.CONFIG.replace("warn: 10%, fail: 50%", "warn: 1%, fail: 5%").replace(
    "match:\n", "thresholds: {validity: 100%}\nmatch:\n")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A project of two dates; on the second a gate falls and a check fails."""
    days = {small.DAY: {}, small.NEXT: {"erp/customers.csv": CUSTOMERS, "erp/items.csv": small.ITEMS[8:12]}}
    root = small.project(tmp_path_factory.mktemp("summary") / "p", days, CONFIG)
    project = wb.open_project(root)
    project.run(small.DAY)
    return root, project.run()


@pytest.fixture
def project(made: tuple[Path, Result], tmp_path: Path) -> wb.Project:
    shutil.copytree(made[0], tmp_path / "p")
    return wb.open_project(tmp_path / "p")


class Outline(HTMLParser):
    """The headings with their levels, what is led to, and what would run or be fetched."""

    def __init__(self, html: str):
        super().__init__()
        self.levels: list[int] = []
        self.ids: set[str] = set()
        self.to: list[str] = []
        self.wrong: list[str] = []
        self.unlabelled = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.levels += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        self.ids |= {given["id"]} if "id" in given else set()
        self.to += [given[name] for name in ("href", "src") if name in given]
        self.unlabelled += tag == "svg" and not given.keys() & {"aria-label", "aria-labelledby", "aria-hidden"}
        if tag in ("script", "iframe", "object", "link", "img") or any(name.startswith("on") for name in given):
            self.wrong.append(tag)


def page_of(root: Path, run_id: str) -> str:
    return (root / "reports" / run_id / PAGE).read_text("utf-8")


def first_line(html: str) -> str:
    return re.findall('<p class="headline">(.*?)</p>', html)[0]


def test_a_run_ends_with_its_report_and_the_index_leads_to_it(made: tuple[Path, Result]) -> None:
    root, result = made
    for run_id in (f"{small.DAY}.1", result.run_id):
        html = page_of(root, run_id)
        assert len(html.encode()) < 3_000_000
        assert f'href="{run_id}/{PAGE}"' in (root / "reports" / "index.html").read_text("utf-8")
        assert "Cannot be shown" not in html and "not known" not in html


def test_it_is_one_file_that_runs_nothing_and_is_in_order_for_a_screen_reader(made: tuple[Path, Result]) -> None:
    html = page_of(made[0], made[1].run_id)
    found = Outline(html)
    assert found.wrong == [] and found.unlabelled == 0
    assert found.to and all(link.startswith("#") and link[1:] in found.ids for link in found.to)
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org)", html)
    assert found.levels[:2] == [1, 2] and found.levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in zip(found.levels, found.levels[1:], strict=False))
    assert len(found.to) == 8  # a chapter each


@pytest.mark.slow
def test_of_ten_thousand_checks_that_fail_it_says_each_in_its_place_and_stays_small(project: wb.Project) -> None:
    run_id = project.published().run_id
    file = project.root / "reports" / run_id / "tables" / "qa_results.parquet"
    results = pq.read_table(file)
    (failing,) = (line for line in results.to_pylist() if line["status"] == "fail")
    more = [failing | {"check_id": f"expression:customer#{number}"} for number in range(10_000)]
    pq.write_table(pa.Table.from_pylist([*results.to_pylist(), *more], schema=results.schema), file)
    write_summary(project.config, project.journal, run_id)
    html = page_of(project.root, run_id)
    assert first_line(html).startswith("10,002 gates of the run fell.")
    assert len(html.encode()) < 3_000_000 and "Cannot be shown" not in html


def test_the_first_lines_are_the_gates_that_fell(made: tuple[Path, Result]) -> None:
    root, result = made
    told = fallen(Published(root, result.run_id))
    gates = [one.said for one in told if one.kind == GATE]
    assert len(gates) == len(result.gates) == 2
    assert re.fullmatch(r"validity is [\d.]+%, and 100% was agreed as the least\.", gates[0])
    assert gates[1] == "6 of 12 values of erp fail the check valid:customer.phone; more than 5.0% must not."
    html = page_of(root, result.run_id)
    assert html.index(gates[1]) < html.index("How each chapter stands") < html.index('class="chapter"')
    assert fallen(Published(root, f"{small.DAY}.1")) == []
    assert first_line(html).startswith("2 gates of the run fell. 3 readiness gates are missed. Quality is ")
    assert re.fullmatch(r"No gate of the run fell\. 1 readiness gate is missed\. Quality is [\d.]+%\. This is the first date.*",
                        first_line(page_of(root, f"{small.DAY}.1")))
    book = load_workbook(root / "reports" / result.run_id / BOOK)
    assert book["In short"]["C3"].value == first_line(html)
    assert first_line(html) in small.told(small.workbench("status", root), 0)


def test_each_chapter_says_how_it_stands(made: tuple[Path, Result]) -> None:
    root, result = made
    lines = re.findall(r'<a href="#(\w+)">.*?</th><td>(?:<span class="pill \w+">\W*(.*?)</span>)?</td><td>(.*?)</td>',
                       page_of(root, result.run_id))  # fmt: skip
    stands = {name: (state, said) for name, state, said in lines}
    assert stands["quality"][0] == "to act on" and "below what was agreed: validity" in stands["quality"][1]
    assert stands["changes"][0] == "to watch" and stands["changes"][1].startswith("6 new failures, 0 resolved")
    assert stands["fields"] == ("to act on", "Checks that fail more than is allowed: 1; that warn: 0; of 14.")
    assert stands["reconciliation"][0] == "in order" and "0 of 22 records unaccounted for" in stands["reconciliation"][1]
    assert stands["waves"][0] == "to act on"
    assert "Signature missing: 1" in stands["decisions"][1]


def test_no_cell_of_the_workbook_is_a_formula_and_text_stays_as_it_is(made: tuple[Path, Result]) -> None:
    root, result = made
    file = root / "reports" / result.run_id / BOOK
    book = load_workbook(file)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "b"}
    with zipfile.ZipFile(file) as packed:
        for name in packed.namelist():
            assert b"<f>" not in packed.read(name) and b"<f " not in packed.read(name), name
    keys = {cell.value for cell in book["Examples"]["C"]}
    shown = {key for key in FORMULAS if key.replace("\r", "\n") in {str(k).replace("_x000D_", "\n") for k in keys}}
    assert len(shown) == 3  # as many examples as are shown of a check
    assert all(cell.quotePrefix for cell in cells if cell.data_type == "s")


def test_the_workbook_has_numbers_as_numbers_and_dates_as_dates(made: tuple[Path, Result]) -> None:
    root, result = made
    book = load_workbook(root / "reports" / result.run_id / BOOK)
    run = Published(root, result.run_id)
    with run.session() as con:
        scores = trend_data(con).lines["overall"]
    first = [cell.value for cell in book["Scores by date"][3]]
    assert first[0] == datetime(2026, 3, 9) and first[1] == pytest.approx(scores[date(2026, 3, 9)])
    totals = {row[1].value: row[2].value for row in book["Control totals"].iter_rows(min_row=3)}
    assert totals == {"CNY": pytest.approx(4201.00)}
    for sheet in book:
        assert sheet.freeze_panes == "B3", sheet.title
        assert all(3 <= size.width <= 60 for size in sheet.column_dimensions.values()), sheet.title


def test_a_damaged_table_costs_its_chapter_alone(project: wb.Project) -> None:
    folder = project.root / "reports" / f"{small.NEXT}.1"
    file = folder / "tables" / "recon_amounts.parquet"
    file.write_bytes(file.read_bytes()[:200])
    (folder / "tables" / "match_decisions.parquet").unlink()
    write_summary(project.config, project.journal)
    html = page_of(project.root, f"{small.NEXT}.1")
    assert html.count("not known") >= 2 and "recon_amounts.parquet" in html
    assert "Quality over time" in html and "Worst fields" in html and 'class="picture' in html


def test_it_is_made_again_when_people_sign(project: wb.Project) -> None:
    assert "Signature missing" in page_of(project.root, f"{small.NEXT}.1")
    project.sign_ready("all", note="rehearsal", user="li")
    assert "Signature missing" not in page_of(project.root, f"{small.NEXT}.1")


def test_killed_before_it_is_written_the_run_stands_and_report_writes_it(project: wb.Project) -> None:
    kill = """
import os, workbench.pipeline
workbench.pipeline.write_summary = lambda *given: os.kill(os.getpid(), 9)"""
    assert small.workbench("run", project.root, script=kill).returncode == -9
    page = project.root / "reports" / f"{small.NEXT}.2" / PAGE
    assert not page.exists() and project.journal.read("SELECT outcome FROM runs ORDER BY rowid")[-1] == ("gates missed",)
    said = small.told(small.workbench("report", project.root), 2, "There are no notebooks")
    assert "Quality report: " in said and page.exists()


def test_a_run_that_stops_early_has_none(project: wb.Project) -> None:
    project.run(small.DAY, until="check")
    assert not (project.root / "reports" / f"{small.DAY}.2").exists()


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> wb.Project:
    """A project as it is drafted: no waves, no targets, no thresholds; one phone fails, which its check allows."""
    config = small.CONFIG.partition("targets:")[0]
    customers = [row | ({"phone": "12"} if not place else {}) for place, row in enumerate(small.CUSTOMERS)]
    days = {small.DAY: {"erp/customers.csv": customers, "erp/items.csv": []}}
    project = wb.open_project(small.project(tmp_path_factory.mktemp("bare") / "p", days, config))
    project.run()
    return project


def test_what_nobody_set_up_is_neither_missed_nor_in_order(bare: wb.Project) -> None:
    found = read_summary(bare.config, bare.journal)
    chapters = {one.name: one for one in found.chapters}
    assert "No readiness gate is missed; 3 are not set up. Quality is " in found.headline and found.told == []
    assert chapters["waves"].state == "not set up" and chapters["quality"].state == "not set up"
    assert "no least score is agreed" in chapters["quality"].said
    assert "nothing to compare in money" in chapters["reconciliation"].said
    assert "--sample FILE" in chapters["matching"].said and "too little" not in chapters["matching"].said.lower()
    assert "Signature missing" not in chapters["decisions"].said  # nobody is asked to sign what is not planned


def test_values_that_fail_are_shown_also_where_their_check_allows_them(bare: wb.Project) -> None:
    fields = next(one for one in read_summary(bare.config, bare.journal).chapters if one.name == "fields")
    shown = next(table for table in fields.tables if table.title == "Examples")
    assert [(row["check_id"], row["key"]) for row in shown.rows] == [("valid:customer.phone", "K01")]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_table_has_a_sheet_of_its_whole_name(bare: wb.Project, language: Language) -> None:
    with spoken(language):
        titles = [table.title for one in read_summary(bare.config, bare.journal).chapters for table in one.tables]
    assert all(len(title) <= 31 for title in titles) and len(set(titles)) == len(titles)


def test_page_and_workbook_agree_that_a_glossary_is_in_no_state(bare: wb.Project) -> None:
    root, run_id = bare.root, bare.published().run_id
    sheet = load_workbook(root / "reports" / run_id / BOOK)["In short"]
    states = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=3)}
    assert states["Glossary"] is None and states["Quality over time"] == "not set up"
    assert re.search(r'href="#glossary">.*?</th><td></td>', page_of(root, run_id))
