"""Pages of what is empty, damaged, gone, hostile or very large: each says so, and the rest stands."""

import shutil
from pathlib import Path

import pytest

from tests.views.made import HOSTILE, published
from tests.views.records import TABLES
from workbench.dashboard.pages import PAGES, build
from workbench.dashboard.pages.build import MANY
from workbench.dashboard.runs import Runs

from .drawn import ANALYST, FAULT, newest, page, said

LONG = "f" * 200


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


def test_a_filter_of_thousands_of_values_is_written_not_picked(tmp_path: Path) -> None:
    checks = [("crm", "validity", f"valid:customer.f{number}", 10, number % 3) for number in range(MANY + 1)]
    published(tmp_path, [("2026-03-02", checks, {})])
    runs = Runs(tmp_path)
    choice = build(runs, "Demo", "quality", {"check": "valid:customer.f7"}, ANALYST).choices[0]
    assert (choice.value, choice.values) == ("valid:customer.f7", None)
    wrong = build(runs, "Demo", "quality", {"check": "valid:customer.none"}, ANALYST)
    assert "There is no check" in wrong.above and wrong.choices[0].value == ""
