"""The mapping document and the view: lineage and figures by hand, and no real value on the page."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

import workbench as wb
from tests import small
from workbench.mappings.lineage import Origin, lineage
from workbench.store import session

from . import made


def words(page: str) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)))


def test_lineage_names_columns_rule_and_counts(ran: wb.Project) -> None:
    with session(ran.root / "state" / "work.duckdb", read_only=True) as con:
        found = lineage(con, ran.config, "customer", "name")
        amount = lineage(con, ran.config, "item", "amount")
        key = lineage(con, ran.config, "customer", "golden_id")
    assert found.origins == [Origin("erp", "customers", "name", 12), Origin("crm", "accounts", "name", 2)]
    assert found.rule == "valid, then most trusted, then most recent, then most complete"
    assert amount.origins == [Origin("erp", "items", "amount", None)] and "not merged" in amount.rule
    assert (key.origins, key.rule) == ([], "given by the workbench")


def test_lineage_of_the_demo_says_owners_groups_and_fills() -> None:
    from workbench.config import load

    demo = load(Path(__file__).parents[2] / "data" / "demo")
    assert lineage(None, demo, "customer", "name").rule.startswith("prospect: owned by crm; buyer: owned by erp; otherwise")
    city = lineage(None, demo, "customer", "city")
    assert city.rule.startswith("with address, city, postcode from one record; valid") and city.fills == ["address__city"]
    assert lineage(None, demo, "customer", "tax_id").rule == "valid, then most frequent"
    assert lineage(None, demo, "customer", "name_en").fills == ["the best name in Latin letters"]


def test_the_document_has_everything_and_no_real_value(ran: wb.Project) -> None:
    file = ran.mapping().document()
    assert file == ran.root / "reports" / "mapping_sf.html"
    assert '<a href="mapping_sf.html">Mapping sf</a>' in (ran.root / "reports" / "index.html").read_text("utf-8")
    page = file.read_text("utf-8")
    said = words(page)
    for expected in (
        "not approved: its load files are drafts", "Account takes customer, file Account, 10 rows", "else Customer",
        "← erp.customers phone stands in 12", "golden_id", "mappings/type.csv used by Account.Type",
        "Not filled, and not demanded: AccountNumber, Industry",
    ):  # fmt: skip
        assert expected in said, expected
    for row in (*small.CUSTOMERS, *small.ACCOUNTS):
        for name in ("name", "tax_id", "phone", "email"):
            assert row[name] not in page, name
    assert "<script" not in page and "http" not in page.replace("http-equiv", "")


def test_samples_are_worked_out_on_pseudonyms(tmp_path: Path) -> None:
    table = (
        "object,field,from,codes,default\nAccount,Name,upper(name),,\nAccount,Phone,phone,,\nAccount,Type,class,"
        "mappings/type.csv,\nAccount,Industry,,,Trade\nAccount,BillingCity,(select max(city) from gold.customer),,\n"
    )
    project = wb.open_project(made.project(tmp_path / "p", table, made.TYPES + "07,Other,\n"))
    project.run(until="golden")
    page = words(project.mapping().document().read_text("utf-8"))
    phone = next(pair for pair in re.findall(r"(\S+) → (\S+)", page) if pair[0].startswith("+86"))
    assert phone[0] == phone[1] and phone[0].removeprefix("+86") not in {row["phone"] for row in small.CUSTOMERS}
    assert "– → Trade" in page
    assert not [row["city"] for row in (*small.CUSTOMERS, *small.ACCOUNTS) if f"→ {row['city']}" in page]


def test_before_the_first_run_there_are_no_figures(fresh: wb.Project) -> None:
    said = words(fresh.mapping().document().read_text("utf-8"))
    assert "Account takes customer, file Account" in said and "stands in" not in said


def test_what_people_wrote_is_escaped(tmp_path: Path) -> None:
    table = "object,field,from,codes,default,note,author\nAccount,Name,name,,<script>x</script>,<b>n</b>,<i>\n"
    project = wb.open_project(made.project(tmp_path / "p", table))
    for page in (project.mapping().document().read_text("utf-8"), project.mapping()._repr_html_()):
        assert "<script>" not in page and "<b>n" not in page and "&lt;script&gt;" in page


def test_the_view_shows_lines_status_and_coverage(ran: wb.Project) -> None:
    said = words(ran.mapping()._repr_html_())
    for expected in ("not approved", "7 lines of mappings/sf.csv", "Account.Type 07 4", "customer.city 14 14",
                     "Account.Name mandatory"):  # fmt: skip
        assert expected in said, expected


def test_a_masked_project_shows_masked_values(ran: wb.Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_MASKED", "1")
    masked = wb.open_project(ran.root).mapping()
    value = masked.coverage().unmapped["value"].tolist()
    assert len(value) == 1 and value != ["07"]
    assert masked.document().exists()
