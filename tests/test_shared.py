"""What is shared shows nobody: no personal value of a project is anywhere below reports/, and nothing in it runs.

The project has a marker in every personal value, scripts in every heading and text, and the notebooks that `init` lays.
"""

import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import workbench as wb
from workbench.config.planning import ROLES
from workbench.dashboard.pages import PAGES, build
from workbench.dashboard.runs import Runs
from workbench.dashboard.visitor import Visitor
from workbench.draft.notebooks import lay_notebooks
from workbench.notebooks import Rendered, render_notebooks

from . import small
from .small import ACCOUNTS, CUSTOMERS, DAY, NEXT

EVIL = '<script>alert(1)</script>{{ 7*7 }}"><img src=x onerror=alert(1)>'
MARKED = ("name", "tax_id", "phone", "email", "city")
REMARK = f"备注 {EVIL}"


def spoilt(rows: list[small.Row]) -> list[small.Row]:
    """Values that fail, each with a marker of its own, and one that would run where it is not escaped."""
    broken = {"phone": "123Markphone", "email": "Markmail", "tax_id": "MARKTAX0001"}
    first = rows[0] | {"name": f"{rows[0]['name']}{EVIL}", **broken}
    return [row | {REMARK: f"Marknote{place} {EVIL}"} for place, row in enumerate([first, *rows[1:]])]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Rendered], set[str]]:
    """The reports, what became of the notebooks, and all values that must not be in them."""
    customers, accounts = spoilt(CUSTOMERS), spoilt(ACCOUNTS)
    files = {"erp/customers.csv": customers, "crm/accounts.csv": accounts}
    content = {name: small.text(rows, list(rows[0])) for name, rows in files.items()}
    config = small.CONFIG.replace("project: Small", f"project: '{EVIL}'").replace(
        "checks:\n",
        "checks:\n  - {check: expression, entity: customer, that: \"name <> '<script>alert(1)</script>'\"}\n",
    )
    root = small.project(tmp_path_factory.mktemp("shared") / "p", {DAY: content, NEXT: content}, config)
    project = wb.open_project(root)
    project.run(DAY, user=EVIL)
    project.run(NEXT, user=EVIL)
    lay_notebooks(root / "notebooks")
    rendered = render_notebooks(wb.open_project(root))
    values = {row[name] for row in [*customers, *accounts] for name in MARKED}
    for name in MARKED:
        values |= set(
            project.sql(f"SELECT DISTINCT {name}::VARCHAR AS v FROM std.customer WHERE {name} IS NOT NULL")["v"]
        )
    notes = {f"Marknote{place}" for place in range(len(customers))}
    return root / "reports", rendered, {value for value in values | notes if len(value) > 3}


def texts(folder: Path) -> dict[str, str]:
    """What is in every file, tables included."""
    found = {}
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        name = file.relative_to(folder).as_posix()
        if file.suffix == ".xlsx":
            with zipfile.ZipFile(file) as book:
                found |= {f"{name}/{part}": book.read(part).decode() for part in book.namelist()}
        else:
            found[name] = str(pq.read_table(file).to_pylist()) if file.suffix == ".parquet" else file.read_text("utf-8")
    return found


class Tags(HTMLParser):
    """What a browser would run or fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        names = {name: value or "" for name, value in attributes}
        outside = [
            value
            for name, value in names.items()
            if name in ("src", "href") and re.match(r"\s*(https?:|//|javascript:)", value)
        ]
        if tag in ("script", "iframe", "object", "embed") or any(name.startswith("on") for name in names) or outside:
            self.found.append(self.get_starttag_text() or tag)


def test_every_bundled_notebook_works_on_another_project(shared: tuple[Path, list[Rendered], set[str]]) -> None:
    _, rendered, _ = shared
    assert [(line.name, line.error) for line in rendered if line.error] == []
    assert len(rendered) == 7


def test_no_personal_value_is_shared(shared: tuple[Path, list[Rendered], set[str]]) -> None:
    folder, _, values = shared
    assert len(values) > 60
    found = texts(folder)
    for name in ("03_matching.html", "quality.html", "quality.xlsx/xl/worksheets/sheet1.xml"):
        assert any(file.endswith(name) for file in found), name
    seen = {name: [value for value in values if value in text] for name, text in found.items()}
    assert {name: leaked for name, leaked in seen.items() if leaked} == {}


def test_nothing_that_is_shared_runs_or_leads_outside(shared: tuple[Path, list[Rendered], set[str]]) -> None:
    folder, _, _ = shared
    pages = {name: text for name, text in texts(folder).items() if name.endswith(".html")}
    assert len(pages) > 12
    for name, text in pages.items():
        if "/profiler_" in name:  # it has scripts of its own; that no heading or value gets through has its own test
            continue
        tags = Tags()
        tags.feed(text)
        assert tags.found == [], name
        assert "49" not in re.findall(r"\{\{ 7\*7 \}\}|(?<=</script>)49", text), name


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("role", ROLES)
def test_the_dashboard_shows_values_on_pages_that_say_so_to_roles_that_may(
    shared: tuple[Path, list[Rendered], set[str]], role: str, language: str
) -> None:
    folder, _, values = shared
    runs, who = Runs(folder.parent), Visitor("somebody", frozenset([role]), language)  # type: ignore[arg-type,list-item]
    key = CUSTOMERS[0]["no"]
    for name, kind in PAGES.items():
        asked = {"find": key, "search": CUSTOMERS[0]["phone"][:6], "check": "valid:customer.phone", "source": "erp"}
        page = build(runs, EVIL, name, asked, who)
        choices = [value for choice in page.choices for value in choice.values or []]
        shown = "".join((page.masthead, page.above, page.below))
        seen = {value for value in values if value in shown or value in choices}
        assert page.real == who.may(*kind.real), name
        assert bool(seen) == (page.real and name == "find"), (name, seen)  # in the room they come with who sits there
        tags = Tags()
        tags.feed(shown)
        assert tags.found == [], name


def test_pages_are_small(shared: tuple[Path, list[Rendered], set[str]]) -> None:
    folder, _, _ = shared
    assert {file.name: file.stat().st_size for file in folder.rglob("*.html") if file.stat().st_size > 3_000_000} == {}
