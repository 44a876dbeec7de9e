import re
import shutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest

from workbench import Project
from workbench.pipeline import database
from workbench.reports.fragments import cell, money, share
from workbench.reports.pages import front_page, run_pages
from workbench.store import Connection, ident, rows, session

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}{% raw %}"
DAY = date(2026, 10, 12)
Table = list[list[str]]


class Reader(HTMLParser):
    """The tables of a page as rows of texts, inner tables apart, and everything it loads or leads to."""

    def __init__(self, html: str):
        super().__init__()
        self.tables: list[Table] = []
        self.links: list[str] = []
        self._open: list[Table] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action", "data")]
        if tag == "table":
            self._open.append([])
            self.tables.append(self._open[-1])
        elif tag == "tr":
            self._open[-1].append([])
        elif tag in ("th", "td"):
            self._open[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] and self._open[-1][-1]:
            self._open[-1][-1][-1] += data.strip()


def tables_with(html: str, *headings: str) -> list[Table]:
    return [table for table in Reader(html).tables if set(headings) <= set(table[0])]


def figure(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def column(table: Table, heading: str) -> list[Decimal]:
    place = table[0].index(heading)
    return [figure(line[place]) for line in table[1:]]


def adds_up(table: Table, *headings: str) -> bool:
    """Whether the last line is the sum of those above it."""
    return all(sum(column(table, name)[:-1]) == column(table, name)[-1] for name in headings)


@pytest.fixture(scope="module")
def published(demo: Project) -> dict[str, str]:
    """The pages of the last run, as files."""
    newest = max((demo.root / "reports").glob("2026-10-12.*"))
    return {path.name: path.read_text("utf-8") for path in newest.glob("*.html")}


@pytest.fixture
def writable(demo: Project, tmp_path: Path) -> Iterator[Connection]:
    """A copy of the demo's tables that may be changed."""
    shutil.copy(database(demo.root), tmp_path / "copy.duckdb")
    with session(tmp_path / "copy.duckdb") as con:
        yield con


def test_every_page_is_there_and_linked(demo: Project, published: dict[str, str]) -> None:
    assert set(published) == {
        "index.html", "checks.html", "profile.html", "quality.html", "reconciliation.html", "profiler_customer.html",
    }  # fmt: skip
    linked = {link for link in Reader(published["index.html"]).links if not link.startswith(("#", ".."))}
    assert linked == {*published, "notebooks/index.html"}
    assert all((demo.root / "reports/2026-10-12.1" / link).is_file() for link in linked)
    listed = [link for link in Reader((demo.root / "reports/index.html").read_text("utf-8")).links if link]
    days = sorted((folder.name for folder in (demo.root / "sources").iterdir()), reverse=True)
    for name in ("index.html", "quality.html"):
        assert [link for link in listed if link.endswith(name)] == [f"{day}.1/{name}" for day in days]
    assert all((demo.root / "reports" / link).is_file() for link in listed)


def test_the_matrix_adds_up_to_the_records_read(demo: Project, published: dict[str, str]) -> None:
    matrices = tables_with(published["reconciliation.html"], "Extract", "written", "unexplained", "Read")
    assert len(matrices) == len(demo.config.targets)
    for table in matrices:
        first, last = table[0].index("written"), table[0].index("Sum")
        for line in table[1:]:
            assert sum(figure(text) for text in line[first:last]) == figure(line[last]) == figure(line[last + 1])
        assert adds_up(table, *table[0][first : last + 2])
    total = len(demo.sql("FROM recon.rows WHERE target = 'salesforce'"))
    assert column(matrices[0], "Sum")[-1] == total
    outcomes = tables_with(published["index.html"], "Outcome", "Meaning")[0]
    assert adds_up(outcomes, "Records") and column(outcomes, "Records")[-1] == total


def test_amounts_are_the_sum_of_their_parts(demo: Project, published: dict[str, str]) -> None:
    equations = tables_with(published["reconciliation.html"], "Line", "Amount", "Debit", "Credit")
    measures = demo.sql("SELECT DISTINCT target, entity, measure, currency, source FROM recon.amounts")
    assert len(equations) == len(measures)
    for table in equations:
        assert [line[0] for line in table[1:3]] == ["Source", "= target"]
        for name in ("Rows", "Amount", "Debit", "Credit", "Unreadable"):
            source, *parts, _merged, _filled = column(table, name)
            assert source == sum(parts)
    for line in tables_with(published["index.html"], "Source =", "target")[0][1:]:
        source, *parts = map(figure, line[2:-1])
        assert source == sum(parts)


def test_new_and_persisting_failures_add_up_to_the_failed(demo: Project, published: dict[str, str]) -> None:
    whole = tables_with(published["checks.html"], "Dimension", "Status", "New")[0]
    by_dimension = tables_with(published["index.html"], "Dimension", "Score", "New")[0]
    by_source = tables_with(published["checks.html"], "Source", "Warns above")
    for table in (whole, by_dimension, *by_source):
        new, persisting = column(table, "New"), column(table, "Persisting")
        assert [a + b for a, b in zip(new, persisting, strict=True)] == column(table, "Failed")
    names = ("Values looked at", "Failed", "New", "Persisting", "Resolved")
    assert adds_up(whole, *names) and adds_up(by_dimension, "Checks", *names)
    assert column(whole, "Failed")[-1] == len(demo.sql("FROM qa.failures"))
    assert column(whole, "Resolved")[-1] == len(demo.sql("FROM qa.resolved"))
    assert len(whole) - 2 == len(by_source)


def test_at_most_twenty_failures_of_a_check_are_shown(published: dict[str, str]) -> None:
    shown = tables_with(published["checks.html"], "Key", "Value", "Reason")
    assert max(len(table) - 1 for table in shown) == 20
    assert "The first 20 of" in published["checks.html"]


def test_records_and_clusters_add_up(demo: Project, published: dict[str, str]) -> None:
    clusters = tables_with(published["index.html"], "Golden records", "Records")[0]
    assert adds_up(clusters, "Golden records", "Records")
    assert column(clusters, "Golden records")[-1] == len(demo.table("gold.customer"))
    assert column(clusters, "Records")[-1] == len(demo.table("std.customer"))
    pairs = tables_with(published["index.html"], "Verdict", "Pairs")[0]
    assert adds_up(pairs, "Pairs") and column(pairs, "Pairs")[-1] == len(demo.table("match.customer_pairs"))
    for page in ("index.html", "reconciliation.html"):
        files = tables_with(published[page], "File", "Rows", "Unreadable", "Read")[0]
        assert adds_up(files, "Rows", "Unreadable", "Read")


def test_a_profile_shows_every_column(demo: Project, published: dict[str, str]) -> None:
    tables = tables_with(published["profile.html"], "Column", "Likely type", "Missing")
    assert len(tables) == len(demo.table("raw.files"))
    assert published["profile.html"].count("Commonest shapes") == len(
        demo.sql("FROM profile.columns WHERE rows > missing")
    )


PERSONAL = {
    "erp__kna1": ["NAME1", "STCD1", "STCD5", "STCEG", "TELF1", "TELF2", "STRAS"],
    "erp__adr6": ["SMTP_ADDR"],
    "crm__accounts": [
        "Account Name",
        "Account Name (Chinese)",
        "Tax ID",
        "Phone",
        "Email",
        "Website",
        "Billing Street",
    ],
    "crm__contacts": ["Last Name", "First Name", "Phone", "Email"],
    "sales__list": ["客户名称", "统一社会信用代码", "联系电话", "邮箱", "地址"],
}


def test_no_personal_value_is_on_any_page(demo: Project, published: dict[str, str]) -> None:
    values = {
        value.strip()
        for table, columns in PERSONAL.items()
        for name in columns
        for value in demo.table(f"raw.{table}")[name].dropna()
    }
    assert len(values) > 5_000
    cells = {text for html in published.values() for table in Reader(html).tables for line in table for text in line}
    assert {value for value in values if len(value) > 3} & cells == set()
    whole = "\n".join(published.values())
    assert [value for value in values if len(value) > 7 and value in whole] == []


def test_quantiles_of_personal_numbers_are_not_published(demo: Project) -> None:
    shown = demo.sql("SELECT DISTINCT type FROM published.profile_columns WHERE q50 IS NOT NULL")
    assert set(shown["type"]) <= {"money", "code"}
    assert demo.sql("FROM profile.columns WHERE type = 'phone' AND q50 IS NOT NULL").empty is False


def test_pages_load_nothing_and_lead_nowhere_outside(demo: Project, published: dict[str, str]) -> None:
    listed = (demo.root / "reports/index.html").read_text("utf-8")
    for name, html in {**published, "list": listed}.items():
        assert [link for link in Reader(html).links if re.match(r"\s*(https?:)?//", link)] == [], name
        assert not re.search(r"(url\(|@import)\s*['\"]?\s*(https?:)?//", html), name
        if not name.startswith("profiler_"):
            assert "default-src 'none'" in html and "<script" not in html, name


def test_whatever_the_data_says_is_escaped(demo: Project, writable: Connection) -> None:
    places = {"source", "table", "entity", "target", "outcome", "wave", "status", "measure"}
    columns = rows(writable, """SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = 'published' AND data_type = 'VARCHAR'""")  # fmt: skip
    for table, name in columns:
        if name not in places:
            writable.execute(f"UPDATE published.{table} SET {ident(name)} = {ident(name)} || ?", [HOSTILE])
    config = demo.config.model_copy(update={"project": HOSTILE})
    pages = run_pages(writable, config, f"2026-10-12.1{HOSTILE}", DAY) | {"list": front_page(HOSTILE, {}, {"2026-10-12.1": ["index"]}, [])}
    for name, html in pages.items():
        assert "<script" not in html and "<img" not in html, name
        assert "&lt;script&gt;alert(1)" in html and "{{ 7*7 }}{% raw %}" in html, name


def test_a_run_in_which_nothing_was_found_has_pages(demo: Project, writable: Connection) -> None:
    tables = rows(writable, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'published'")
    for (table,) in tables:
        if table != "raw_files":
            writable.execute(f"DELETE FROM published.{table}")
    writable.execute("UPDATE published.raw_files SET rows = 0, rejects = 0")
    pages = run_pages(writable, demo.config, "2026-10-12.1", DAY)
    assert "None." in pages["index.html"] and "unexplained" in pages["reconciliation.html"]


def test_a_lost_record_and_a_lost_cent_are_seen(demo: Project, writable: Connection) -> None:
    writable.execute("DELETE FROM published.recon_rows WHERE entity = 'order' AND _row = 1")
    writable.execute("""UPDATE published.recon_amounts SET amount = amount + 0.01
        WHERE outcome = 'difference' AND entity = 'open_item' AND currency = 'USD'""")  # fmt: skip
    pages = run_pages(writable, demo.config, "2026-10-12.1", DAY)
    matrix = tables_with(pages["reconciliation.html"], "Extract", "written")[0]
    assert [line[-1] for line in matrix[1:-1] if line[0] == "order"] == ["× unexplained"]
    assert 'open_item amount of erp, USD <span class="pill poor">× not balanced' in pages["reconciliation.html"]
    assert "× not balanced" in pages["index.html"] and "0.01" in pages["index.html"]


def test_runs_are_listed_newest_first_by_number() -> None:
    runs = {"2026-09-07.2": ["quality"], "2026-09-07.10": ["index"], "2026-10-12.1": ["index", "quality"], "notes": ["index"]}
    pages = {"mapping_sf.html": "Mapping sf"}
    page = front_page("p", pages, runs, ["2026-09-07.10", "2026-10-12.1"])
    assert Reader(page).links == [
        "mapping_sf.html", "2026-10-12.1/index.html", "2026-10-12.1/quality.html", "2026-09-07.10/index.html",
        "2026-09-07.2/quality.html"]  # fmt: skip
    assert page.count("does not count") == 1
    assert "Nothing has been published" in front_page("p", {}, {}, [])


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(1, 3, "33.3%"), (0, 7, "0%"), (7, 7, "100%"), (1, 9_999, "<0.1%"), (9_998, 9_999, ">99.9%"), (0, 0, "–")],
)
def test_a_share_is_0_or_100_only_if_exactly(part: int, whole: int, text: str) -> None:
    assert share(part, whole) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [("1234567.5", "1,234,567.50"), ("-0.125000", "-0.125"), ("0.000000", "0.00"), ("-1000", "-1,000.00")],
)
def test_money_is_exact(amount: str, text: str) -> None:
    assert money(Decimal(amount)) == text


def test_a_status_is_told_by_word_and_sign() -> None:
    assert "✓ pass" in cell("pass", "status") and "× fail" in cell("fail", "status")
    assert "no match" in cell("no_match", "status")
    assert "–" in cell(None, "money")
