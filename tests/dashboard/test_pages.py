import os
import shutil
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl

import pyarrow.parquet as pq
import pytest

from tests.issues.made import PHONE, config, ran
from tests.views.made import HOSTILE, published, sound
from tests.views.records import TABLES
from workbench import Project
from workbench.dashboard.pages import PAGES, Page, build, href
from workbench.dashboard.pages.build import MANY
from workbench.dashboard.pages.frame import own
from workbench.dashboard.pages.matching import WAITING
from workbench.dashboard.runs import MOST, Runs
from workbench.dashboard.visitor import Visitor
from workbench.issues import change
from workbench.journal import Journal
from workbench.language import LANGUAGES, Language, spoken
from workbench.published import Published, write_history
from workbench.views.view import View

FAULT = "a fault of ours"
LONG = "f" * 200
ANALYST = Visitor("lee", frozenset({"analyst"}), "en")


@pytest.fixture
def root(demo: Project, tmp_path: Path) -> Path:
    """A folder with what the demo has published, its settings, its journal, and nothing else."""
    shutil.copytree(demo.root / "reports", tmp_path / "reports")
    for folder in ("mappings", "views"):
        shutil.copytree(demo.root / folder, tmp_path / folder)
    for file in (*demo.root.glob("journal.sqlite*"), demo.root / "workbench.yml"):
        shutil.copy(file, tmp_path)
    newest_tables = Path("state/published") / newest(demo.root).name / "tables.duckdb"
    (tmp_path / newest_tables).parent.mkdir(parents=True)
    os.link(demo.root / newest_tables, tmp_path / newest_tables)  # it is only read
    return tmp_path


def page(root: Path, name: str = "overview", project: str = "Demo", **query: str) -> Page:
    """A page that is well formed, with nothing in it that runs, and without a fault."""
    found = build(Runs(root), project, name, query, ANALYST)
    for part in (found.masthead, found.above, found.below):
        sound(View(part))
    assert FAULT not in said(found)
    return found


def said(found: Page) -> str:
    return str(found.masthead + found.above + found.below)


def newest(root: Path) -> Path:
    return sorted(folder for folder in (root / "reports").iterdir() if folder.is_dir())[-1]


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
    assert "5 are needed before anything can be called unusual" in page(root, run=first).above


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


def test_before_the_first_run(tmp_path: Path) -> None:
    for name in PAGES:
        found = page(tmp_path, name)
        assert f"workbench run {tmp_path}" in found.above and 'class="message"' not in found.above
        assert all(kind.shows in found.above for kind in PAGES.values())


@pytest.mark.parametrize("name", PAGES)
def test_a_single_run_without_anything_in_it(tmp_path: Path, name: str) -> None:
    published(tmp_path, [("2026-03-02", [], {})])
    found = build(Runs(tmp_path), "Demo", name, {}, ANALYST)
    assert FAULT not in said(found) and "2026-03-02.1" in found.masthead


@pytest.mark.parametrize(
    ("name", "table", "stands"),
    [
        ("overview", "qa_failures", "Quality over time"),
        ("quality", "qa_failures", "Fields and checks"),
        ("quality", "qa_results", "Failing rows"),
        ("matching", "match_customer_pairs", "Golden records of customer"),
        ("matching", "match_customer_review", "Pairs of customer"),
        ("reconciliation", "recon_amounts", "Where the records went"),
        ("reconciliation", "recon_rows", "Reconciliation"),
    ],
)
def test_a_damaged_file_is_named_and_the_rest_stands(root: Path, name: str, table: str, stands: str) -> None:
    runs = Runs(root)
    assert 'class="message"' not in said(build(runs, "Demo", name, {}, ANALYST))
    file = newest(root) / "tables" / f"{table}.parquet"
    whole = file.read_bytes()
    rotten = whole[:50] + b"\xff" * (len(whole) // 2) + whole[50 + len(whole) // 2 :]
    read_whole = name != "overview"  # which reads little of it
    for damaged in (whole[: len(whole) // 2], b"", *([rotten] if read_whole else [])):
        file.write_bytes(damaged)
        found = said(build(runs, "Demo", name, {}, ANALYST))
        assert f"{file} is damaged or gone" in found and "Run again for its date" in found and stands in found
        assert FAULT not in found
    file.write_bytes(whole)
    assert 'class="message"' not in said(build(runs, "Demo", name, {}, ANALYST))


def test_a_damaged_history_is_named(root: Path) -> None:
    history = root / "reports" / "history.parquet"
    history.write_bytes(history.read_bytes()[:1000])
    assert f"{history} is damaged or gone" in page(root).above


def test_a_run_whose_folder_is_gone_is_said(root: Path) -> None:
    runs, last = Runs(root), newest(root)
    assert last.name in build(runs, "Demo", "overview", {}, ANALYST).masthead
    shutil.rmtree(last)
    assert newest(root).name in build(runs, "Demo", "overview", {}, ANALYST).masthead
    found = build(runs, "Demo", "overview", {"run": last.name}, ANALYST)
    assert "has no published run" in found.above and "Show the newest run" in found.above
    assert f"run={last.name}" not in build(runs, "Demo", "runs", {}, ANALYST).below


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


def test_nothing_that_is_shown_runs(tmp_path: Path) -> None:
    checks = [(HOSTILE, HOSTILE, HOSTILE, 10, 3), ("erp", "validity", "valid:customer.phone", 10, 0)]
    sql = HOSTILE.replace("'", "''")
    tables = TABLES | {
        "qa_results": f"""SELECT '{sql}' AS check_id, '{sql}' AS "check", '{sql}' AS entity, '{sql}' AS source, '{sql}' AS field,
            '{sql}' AS dimension, 10::BIGINT AS evaluated, 3::BIGINT AS failed, 0.1::DOUBLE AS warn, 0.2::DOUBLE AS fail, 'fail' AS status""",
        "qa_failures": f"""SELECT '{sql}' AS check_id, '{sql}' AS entity, '{sql}' AS source, 1::BIGINT AS _row, '{sql}' AS key,
            '{sql}' AS field, '{sql}' AS value, 'error' AS severity, '{sql}' AS reason, 'new' AS status FROM range(120)""",
        "qa_resolved": "SELECT 1 AS check_id WHERE false",
        "recon_rows": f"""SELECT '{sql}' AS target, '{sql}' AS entity, '{sql}' AS source, 1::BIGINT AS _row, '{sql}' AS key,
            'g' AS golden_id, 'rejected' AS outcome, '{sql}' AS reason""",
    }
    days = [("2026-03-02", checks, {HOSTILE: 0.9}), ("2026-03-09", checks, {HOSTILE: 0.9})]
    inputs = {"2026-03-09": [(HOSTILE, HOSTILE, "2026-03-02", "", 10, 0)]}
    published(tmp_path, days, inputs, **tables)
    asked = {name: HOSTILE for name in ("check", "source", "search", "target")}
    for name in PAGES:
        for query in ({}, asked, {"check": HOSTILE}, {"left": f"crm:{HOSTILE}", "right": "erp:3"}, {"golden": HOSTILE}):
            found = page(tmp_path, name, HOSTILE, **query)
            assert "alert(1)" in found.masthead and "<script" not in said(found)


def test_forty_entities_with_names_of_200_characters(tmp_path: Path) -> None:
    names = [f"e{n:02d}{LONG}" for n in range(40)]
    checks = [(f"s{n % 9}", "validity", f"valid:{name}.{LONG}", 100, n) for n, name in enumerate(names)]
    values = ", ".join(
        f"('{check}', '{source}', '{name}')" for (source, _, check, _, _), name in zip(checks, names, strict=True)
    )
    found = f"FROM (VALUES {values}) AS v(check_id, source, entity)"
    published(
        tmp_path, [("2026-03-02", checks, {})],
        qa_results=f"""SELECT check_id, 'valid' AS "check", entity, source, '{LONG}' AS field, 'validity' AS dimension,
            100::BIGINT AS evaluated, 3::BIGINT AS failed, 0.1::DOUBLE AS warn, NULL::DOUBLE AS fail, 'pass' AS status {found}""",
        qa_failures=f"""SELECT check_id, entity, source, 1::BIGINT AS _row, 'K' AS key, '{LONG}' AS field, '{LONG}' AS value,
            'error' AS severity, '{LONG}' AS reason, 'new' AS status {found}""",
        qa_resolved="SELECT 1 AS check_id WHERE false",
        recon_rows=f"SELECT '{LONG}' AS target, entity, source, 1::BIGINT AS _row, 'K' AS key, 'g' AS golden_id, 'written' AS outcome, '' AS reason {found}",
        recon_amounts="""SELECT '' AS target, '' AS entity, '' AS measure, '' AS source, '' AS currency, '' AS outcome, 1 AS rows,
            0.0 AS amount, 0.0 AS debit, 0.0 AS credit, 0 AS unreadable_rows WHERE false""",
    )  # fmt: skip
    for name in PAGES:
        page(tmp_path, name)
    assert len(page(tmp_path, "quality").choices[0].values or []) == 40


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


def test_a_filter_of_thousands_of_values_is_written_not_picked(tmp_path: Path) -> None:
    checks = [("crm", "validity", f"valid:customer.f{number}", 10, number % 3) for number in range(MANY + 1)]
    published(tmp_path, [("2026-03-02", checks, {})])
    runs = Runs(tmp_path)
    choice = build(runs, "Demo", "quality", {"check": "valid:customer.f7"}, ANALYST).choices[0]
    assert (choice.value, choice.values) == ("valid:customer.f7", None)
    wrong = build(runs, "Demo", "quality", {"check": "valid:customer.none"}, ANALYST)
    assert "There is no check" in wrong.above and wrong.choices[0].value == ""


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
