import shutil
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl

import pyarrow.parquet as pq
import pytest

from tests.issues.made import PHONE, config, ran
from tests.views.made import HOSTILE, published
from workbench.dashboard.pages import PAGES, build, href
from workbench.dashboard.pages.frame import own
from workbench.dashboard.pages.matching import WAITING
from workbench.dashboard.runs import MOST, Runs
from workbench.dashboard.visitor import Visitor
from workbench.issues import change
from workbench.journal import Journal
from workbench.language import LANGUAGES, Language, spoken
from workbench.published import Published, write_history

from .drawn import ANALYST, FAULT, newest, page, said


@pytest.mark.parametrize("name", [name for name, kind in PAGES.items() if not kind.screen])
def test_every_page_has_something_to_say(root: Path, name: str) -> None:
    found = page(root, name)
    assert 'class="message"' not in said(found)
    assert (f'href="{name}" aria-current="page"' in said(found)) == PAGES[name].linked
    assert ("<table" in found.below and len(found.below) > 1_000) or name == "find"


def test_overview_says_whether_quality_got_better_and_why(root: Path) -> None:
    found = page(root)
    for words in ("Data quality", "better than on", "What got better", "What got worse", "New failures"):
        assert words in found.above
    assert "threshold" in found.above and "mean of 5 dimensions" in found.above and "Extracts" in found.below
    assert [choice.values for choice in found.choices] == [["crm", "erp", "sales"]]
    assert "Quality over time: crm" in page(root, source="crm").below


def test_a_cell_of_the_matrix_leads_to_the_rows_that_fail(root: Path) -> None:
    check = "valid:customer.phone"
    assert href("quality", {"check": check}) in page(root, "quality").above
    found = page(root, "quality", check=check)
    assert "Failing over time" in found.below and "All checks" in found.above and "Fields and checks" not in found.above
    assert "depends:" not in found.below
    one = page(root, "quality", check=check, source="erp", field="customer.phone", status="new", search="e")
    assert "Failing rows" in one.below and "crm" not in one.below.partition("Failing rows")[2]


def test_issues_by_owner_and_state(root: Path) -> None:
    found = page(root, "issues")
    assert "Burn-down" in found.above and " open; " in found.below
    check = "valid:customer.phone"
    assert href("quality", {"check": check}) in found.below
    assert [choice.name for choice in found.choices] == ["owner", "state"]
    closed = page(root, "issues", state="closed").below
    assert "open</span>" not in closed and "0 open" in closed


def test_what_is_said_of_an_issue_is_shown_at_the_next_look(tmp_path: Path) -> None:
    journal, settings = Journal(tmp_path), config(tmp_path)
    last = ran(journal, "2026-03-02", {PHONE: {"erp": ["1"]}})
    (tmp_path / "reports" / last / "tables").mkdir(parents=True)
    write_history(tmp_path, "made", journal)
    runs = Runs(tmp_path)
    assert "Wang" not in build(runs, "Demo", "issues", {}, ANALYST).below
    change(journal, settings, 1, "me", {"owner": "Wang"})
    found = build(runs, "Demo", "issues", {"owner": "Wang"}, ANALYST)
    assert PHONE in found.below and 'class="message"' not in said(found)


def test_long_lists_are_paged(root: Path) -> None:
    first, second = page(root, "quality"), page(root, "quality", page="2", search="o")
    assert 'href="quality?page=2"' in first.below and "Next" in first.below
    assert "rows 51-100" in second.below.lower() and 'href="quality?page=1&amp;search=o"' in second.below
    for odd in ("0", "-1", "x", "²", "9" * 30, "1e3"):
        assert "rows 1-50" in page(root, "quality", page=odd).below.lower()


def test_a_pair_and_a_golden_record_are_looked_into(root: Path) -> None:
    run = Published(root)
    pair = run.records("FROM published.match_customer_pairs WHERE verdict = 'match' ORDER BY ALL LIMIT 1")[0]
    ends = {side: f"{pair[f'source_{side[0]}']}:{pair[f'key_{side[0]}']}" for side in ("left", "right")}
    found = page(root, "matching", verdict="match", **ends)
    for words in ("Agreement", "Bits", "Golden record", "Value that stands", "All pairs"):
        assert words in found.below
    assert "left=" in page(root, "matching", verdict="match").below
    golden_id = run.records("SELECT golden_id FROM published.gold_provenance ORDER BY 1 LIMIT 1")[0]["golden_id"]
    assert f"Golden record {golden_id}" in page(root, "matching", golden=golden_id).below
    for odd in ({"left": "no colon", "right": "x:y"}, {"golden": "no such"}):
        found = page(root, "matching", **odd)
        assert 'class="message"' in found.below and "Pairs of customer" in found.below


def test_what_waits_for_a_decision_leads_to_the_two_records(root: Path) -> None:
    run = Published(root)
    first = run.records("FROM published.match_customer_review ORDER BY place LIMIT 1")[0]
    found = page(root, "matching", entity="customer", verdict="match").below
    queue = found[found.index("What waits for a decision") : found.index("Pairs of customer")]
    ends = {side: f"{first[f'source_{side[0]}']}:{first[f'key_{side[0]}']}" for side in ("left", "right")}
    link = href("matching", {"entity": "customer", "verdict": "match"} | ends)
    assert queue.count("<a href=") == min(WAITING, len(run.records("FROM published.match_customer_review")))
    assert f'<a href="{link.replace("&", "&amp;")}"' in queue
    assert "Amounts</th>" not in queue, "what is published here has pseudonyms"
    picked = page(root, "matching", verdict="match", **ends).below
    assert picked.index("Agreement") < picked.index("What waits for a decision")


def test_overview_says_what_is_unusual_or_why_it_cannot(root: Path) -> None:
    assert "measures are within the band of the runs before" in page(root).above
    first = min(folder.name for folder in (root / "reports").iterdir() if folder.is_dir())
    assert "This is the first date that was run; 5 earlier ones are needed before anything can be called unusual." in page(root, run=first).above


def test_owners_of_issues_lead_to_theirs(root: Path) -> None:
    run = Published(root)
    (line,) = run.records("""SELECT owner, count(*) AS open, sum(failing)::INT AS rows FROM published.issues
        WHERE state = 'open' AND owner <> '' GROUP BY owner ORDER BY rows DESC LIMIT 1""")  # fmt: skip
    found = page(root, "issues").above
    assert f'<a href="{href("issues", {"owner": line["owner"]})}">{line["owner"]}</a></th><td class="right">{line["open"]}' in found
    assert f"{line['rows']:,}" in found


def test_ownership_is_by_entity_and_source(root: Path) -> None:
    found = page(root, "ownership")
    assert [choice.name for choice in found.choices] == ["entity", "source"] and "Who deviates" in found.below
    one = page(root, "ownership", source="sales").below
    assert "sales" in one and "<th scope=\"row\">erp</th>" not in one and "pseudonyms" in one


def test_migration_says_what_goes_over_and_what_was_loaded(root: Path) -> None:
    found = page(root, "migration")
    assert "Nothing was loaded into a new system yet" in found.above
    for words in ("Readiness", "Waves", "Cutover", "No round was reconciled yet", "Nobody signed yet"):
        assert words in found.below
    other = page(root, "migration", target="tryton").below
    assert "Rehearsals and cutover: tryton" in other and "Rehearsals and cutover: salesforce" in found.below


def test_reconciliation_tells_differences_by_reason(root: Path) -> None:
    found = page(root, "reconciliation").below
    assert "Differences by reason" in found and "survivorship: owner" in found and "Money of golden records" in found


def test_reconciliation_is_by_target(root: Path) -> None:
    assert "odoo takes no order" in page(root, "reconciliation", target="odoo").below
    found = page(root, "reconciliation").below  # the first target's outcomes count
    assert "Outcomes: salesforce" in found and "odoo takes no order" not in found and "Where the money went" in found


def test_another_run_is_shown_on_all_pages(root: Path) -> None:
    first = min(folder.name for folder in (root / "reports").iterdir() if folder.is_dir())
    assert f'href="runs?run={first}"' in page(root, "runs").below
    found = page(root, run=first)
    assert f"run {first}" in found.masthead and "not the newest" in found.masthead
    assert f'href="quality?run={first}"' in found.masthead and "This is the first date" in found.above


@pytest.mark.parametrize("name", ["check", "source", "field", "status", "run"])
def test_an_unknown_value_is_said_and_can_be_reset(root: Path, name: str) -> None:
    found = page(root, "quality", search="o", **{name: HOSTILE})
    assert 'class="message"' in said(found) and "&lt;script&gt;alert(1)" in said(found)
    assert '<a href="quality?search=o">' in said(found)


def test_a_new_run_is_shown_at_the_next_look(root: Path) -> None:
    runs, reports, last = Runs(root), root / "reports", newest(root)
    later = reports / "2027-01-01.1"
    assert runs.open() is runs.open()
    shutil.copytree(last, later)
    table = pq.read_table(reports / "history.parquet")
    line = table.slice(table.num_rows - 1).to_pylist()[0] | {"run_id": later.name, "as_of": "2027-01-01"}
    part = reports / ".part"
    pq.write_table(table.from_pylist([*table.to_pylist(), line], schema=table.schema), part)
    part.replace(reports / "history.parquet")
    assert runs.open().run_id == later.name


def test_few_runs_are_kept_open(root: Path) -> None:
    runs, ids = Runs(root), [folder.name for folder in (root / "reports").iterdir() if folder.is_dir()]
    for number in range(3 * MOST):
        assert runs.open(ids[number % len(ids)]).run_id in ids
    assert len(runs._open) <= MOST


@pytest.fixture
def small(tmp_path: Path) -> Runs:
    """A project of which little is published."""
    published(tmp_path, [("2026-03-02", [("crm", "validity", "valid:customer.phone", 10, 3)], {})])
    return Runs(tmp_path)


def test_the_language_and_the_run_go_along_with_every_link(small: Runs) -> None:
    query = {"language": "zh", "run": "2026-03-02.1", "check": "valid:customer.phone"}
    found = build(small, "Demo", "quality", query, Visitor("lee", frozenset({"viewer"}), "zh"))
    for name, kind in PAGES.items():
        link = f'href="{name}?run=2026-03-02.1&amp;language=zh"'
        assert (link in found.masthead) == (kind.linked and not kind.roles)
    assert 'href="quality?language=en&amp;run=2026-03-02.1&amp;check=valid%3Acustomer.phone" lang="en"' in found.masthead
    assert 'href="review' not in found.masthead  # which shows true values, and lee is a viewer
    assert "lee" in found.masthead and "Sign out" not in found.masthead
    out = build(small, "Demo", "quality", {}, Visitor("lee", frozenset({"viewer"}), "en", since=0.0))
    assert '<form method="post" action="logout">' in out.masthead


def test_who_has_no_role_sees_that_and_whom_to_ask(small: Runs) -> None:
    found = build(small, "Demo", "quality", {}, Visitor("<b>", frozenset(), "en", ask=("wang", "li")))
    assert "no role in this project" in found.above and "wang, li" in found.above and "&lt;b&gt;" in found.above
    assert found.below == "" and found.choices == [] and 'href="overview' not in found.masthead
    assert "2026-03-02" not in said(found)


def test_a_page_for_some_is_closed_to_others(small: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PAGES, "issues", replace(PAGES["issues"], roles=frozenset({"steward"})))
    closed = build(small, "Demo", "issues", {}, ANALYST)
    assert "steward" in closed.above and closed.below == "" and ">Issues</a>" not in closed.masthead
    steward = build(small, "Demo", "issues", {}, Visitor("wu", frozenset({"steward"}), "en"))
    assert "not for you" not in steward.above and ">Issues</a>" in steward.masthead


def test_an_address_reproduces_what_every_filter_shows(root: Path) -> None:
    for name, kind in PAGES.items():
        first = page(root, name)
        for choice in first.choices:
            for value in (choice.values or ["o"])[-1:]:
                asked = dict(parse_qsl(href(name, {choice.name: value, "page": ""}).partition("?")[2]))
                found = page(root, name, **asked)
                assert {one.name: one.value for one in found.choices}[choice.name] == value, (name, choice.name)
                assert str(found.below) == str(page(root, name, **asked).below)
                assert kind.filters[choice.name].needed or found.below != first.below or found.above != first.above, name


def test_a_fault_that_passes_is_not_kept(small: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("workbench.dashboard.queries.accounted", lambda *given: 1 / 0)
        assert FAULT in said(build(small, "Demo", "overview", {}, ANALYST))
    assert FAULT not in said(build(small, "Demo", "overview", {}, ANALYST))


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_precise_the_matching_is_is_told_with_its_interval(language: Language) -> None:
    line = {"measure": "precision", "unit": "share", "value": 0.9, "low": 0.8, "high": 0.95, "picture": "", "reviewed": 200}
    with spoken(language):
        found = own("matching_quality", measures=[line], reviewed=200, least=100, strata=[])
    assert "95%" in found and "90" in found and "80" in found
