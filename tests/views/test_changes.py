from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import Project
from workbench.store import session
from workbench.views.changes import Changes, changes, changes_data, checks_by_dimension, points, signed

from .made import HOSTILE, Check, Run, metrics, published, sound

FIRST, SECOND = "2026-03-02", "2026-03-09"
FAILURES = "SELECT unnest(['new', 'new', 'persisting']) AS status"
TABLES = {"qa_failures": FAILURES, "qa_resolved": "SELECT 1 AS one WHERE false"}
THEN: list[Check] = [
    ("erp", "validity", "valid:customer.phone", 100, 30),
    ("crm", "validity", "valid:customer.phone", 100, 20),
    ("erp", "validity", "valid:customer.email", 100, 10),
    ("erp", "uniqueness", "unique:customer.tax_id", 100, 1),
    ("erp", "validity", "valid:customer.website", 0, 0),
]
NOW: list[Check] = [
    ("erp", "validity", "valid:customer.phone", 100, 9),
    ("crm", "validity", "valid:customer.phone", 100, 0),
    ("erp", "validity", "valid:customer.email", 100, 11),
    ("erp", "uniqueness", "unique:customer.tax_id", 90, 1),
    ("erp", "validity", "valid:customer.website", 0, 0),
]


def test_what_changed_in_words_and_points(tmp_path: Path) -> None:
    run = published(tmp_path, [(FIRST, THEN, {}), (SECOND, NOW, {"validity": 0.95})], **TABLES)
    with run.session() as con:
        found = changes_data(con, run.run_id, run.as_of)
    assert found.before == date.fromisoformat(FIRST)
    assert found.score_before == pytest.approx(((0.75 + 0.9) / 2 + 0.99) / 2)
    assert [c.words for c in found.better] == ["customer.phone valid: 41 fewer failures"]
    assert [c.points for c in found.better] == [pytest.approx(5.125)]
    assert [c.words for c in found.worse] == [
        "customer.email valid: 1 more failure",
        "customer.tax_id unique: as many failures among 10 fewer values",
    ]
    assert found.headline == "Quality is 95.6%, 4.8 points better than on 2026-03-02."
    assert found.others == 0
    assert found.missed == [{"dimension": "validity", "score": pytest.approx(0.9225), "threshold": 0.95}]
    assert found.failures == {"new": 2, "persisting": 1, "resolved": 0}
    html = sound(changes(run))
    assert "validity is 92.2%, below its threshold of 95.0%." in html and "+5.12" in html


def test_more_failures_among_many_more_values_are_better() -> None:
    then: list[Check] = [("erp", "validity", "valid:a", 10, 5)]
    now: list[Check] = [("erp", "validity", "valid:a", 1010, 6)]
    (change,) = between(then, now).better
    assert change.words == "a valid: 1 more failure among 1,000 more values"


def test_where_score_and_failures_part_the_check_that_did_it_is_named() -> None:
    then: list[Check] = [("erp", "validity", "valid:a", 10, 5), ("erp", "uniqueness", "unique:b", 100, 0)]
    now: list[Check] = [("erp", "validity", "valid:a", 1010, 6), ("erp", "uniqueness", "unique:b", 100, 30)]
    found = replace(between(then, now), failures={"new": 31, "persisting": 5, "resolved": 0})
    assert found.difference and found.difference > 0
    assert "There are 36 failures, more than the 5 before" in found.caveat
    assert "Most of it is a valid: 1 more failure among 1,000 more values (1,010 values looked at)" in found.caveat
    fewer = replace(found, failures={"new": 0, "persisting": 5, "resolved": 31})
    assert fewer.caveat == "", "both got better"


def test_no_check_is_named_for_what_a_new_one_did() -> None:
    then: list[Check] = [("erp", "validity", "valid:a", 100, 50)]
    now: list[Check] = [("erp", "validity", "valid:a", 100, 51), ("erp", "validity", "valid:c", 100, 0)]
    found = replace(between(then, now), failures={"new": 1, "persisting": 50, "resolved": 0})
    assert found.caveat.endswith("the score is a mean of shares, by check.")


CHECKS = st.lists(
    st.tuples(
        st.sampled_from(["erp", "crm"]),
        st.sampled_from(["validity", "uniqueness", "timeliness"]),
        st.sampled_from(["a", "b", "c", "d"]),
        st.integers(0, 1000),
        st.integers(0, 1000),
    ).map(lambda c: (*c[:3], c[3], min(c[3], c[4]))),
    max_size=12,
)


@settings(max_examples=50)
@given(CHECKS, CHECKS)
def test_changes_add_up_to_the_difference(then: list[Check], now: list[Check]) -> None:
    found = between(then, now)
    if found.difference is not None:
        total = sum(change.points for change in found.changes) + found.others
        assert total == pytest.approx(found.difference, abs=1e-9)
    if {c[1:3] for c in then if c[3]} == {c[1:3] for c in now if c[3]}:
        assert found.others == pytest.approx(0, abs=1e-9)


def test_a_check_that_is_as_it_was_changed_nothing_when_another_comes() -> None:
    then: list[Check] = [("erp", "validity", "valid:a", 100, 50)]
    found = between(then, [*then, ("erp", "validity", "valid:b", 100, 0)])
    assert found.changes == [] and found.others == pytest.approx(25)


def between(then: list[Check], now: list[Check]) -> Changes:
    """The changes between two runs, of which only the metrics are there."""
    with session(None) as con:
        con.execute(f"""CREATE SCHEMA published;
            CREATE TABLE published.qa_failures AS {FAILURES};
            CREATE TABLE published.qa_resolved AS SELECT 1;
            CREATE TABLE published.inputs (run_id TEXT, source TEXT, "table" TEXT, extract_of DATE);
            CREATE TABLE published.runs AS FROM (VALUES ('one', DATE '{FIRST}', true), ('two', DATE '{SECOND}', true))
                AS t (run_id, as_of, counts);
            CREATE TABLE published.metrics (run_id TEXT, metric TEXT, source TEXT, entity TEXT, field TEXT,
                dimension TEXT, check_id TEXT, value DOUBLE)""")
        lines = [(run_id, *line) for run_id, its in (("one", then), ("two", now)) for line in metrics(its, {})]
        if lines:
            places = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?)"] * len(lines))
            con.execute(f"INSERT INTO published.metrics VALUES {places}", [value for line in lines for value in line])
        return changes_data(con, "two", date.fromisoformat(SECOND))


def test_the_first_date_has_nothing_to_compare_with(tmp_path: Path) -> None:
    run = published(tmp_path, [(FIRST, NOW, {})], **TABLES)
    html = sound(changes(run))
    assert "This is the first date, so there is nothing to compare with." in html
    assert "What got better" not in html and "New failures" not in html


def test_it_compares_with_the_run_that_counts_of_the_date_before(tmp_path: Path) -> None:
    third: Run = ("2026-03-16", THEN, {})
    run = published(tmp_path, [(FIRST, NOW, {}), third, (FIRST, THEN, {}), (SECOND, THEN, {})], **TABLES)
    assert "Quality is 90.8%, the same as on 2026-03-02." in sound(changes(run))


def test_no_score_is_said(tmp_path: Path) -> None:
    assert "there is no score" in sound(changes(published(tmp_path, [(FIRST, NOW, {}), (SECOND, [], {})], **TABLES)))


def test_no_score_before_is_said(tmp_path: Path) -> None:
    html = sound(changes(published(tmp_path, [(FIRST, [], {}), (SECOND, NOW, {})], **TABLES)))
    assert "On 2026-03-02 no check looked at anything, so there is nothing to compare with." in html


def test_extracts_that_are_late_or_gone_are_named(tmp_path: Path) -> None:
    inputs = {
        FIRST: [("erp", "kna1", FIRST, "", 1, 0), ("crm", "list", FIRST, "", 1, 0)],
        SECOND: [("erp", "kna1", FIRST, "", 1, 0), ("sales", "list", SECOND, "", 1, 0)],
    }
    run = published(tmp_path, [(FIRST, NOW, {}), (SECOND, NOW, {})], inputs, **TABLES)
    html = sound(changes(run))
    assert "erp.kna1 is late: its newest extract is of 2026-03-02, 7 days old." in html
    assert "crm.list is missing: it was read on 2026-03-02, not on 2026-03-09." in html
    assert "sales.list" not in html


def test_only_the_first_five_are_named_and_the_rest_added_up(tmp_path: Path) -> None:
    then: list[Check] = [("erp", "validity", f"valid:c{n}", 100, 10 + n) for n in range(8)]
    now: list[Check] = [("erp", "validity", f"valid:c{n}", 100, 0) for n in range(8)]
    html = sound(changes(published(tmp_path, [(FIRST, then, {}), (SECOND, now, {})], **TABLES)))
    assert "c7 valid: 17 fewer failures" in html and "c2 valid" not in html and "3 further checks" in html
    assert html.count("+13.50") == 2  # the list together, all together


def test_any_name_can_be_drawn(tmp_path: Path) -> None:
    then: list[Check] = [(HOSTILE, HOSTILE, HOSTILE, 10, 3), ("erp", "x" * 200, "客" * 200, 10, 9)]
    now: list[Check] = [(HOSTILE, HOSTILE, HOSTILE, 10, 2), ("erp", "x" * 200, "客" * 200, 10, 10)]
    inputs = {SECOND: [(HOSTILE, HOSTILE, FIRST, "", 1, 0)]}
    sound(changes(published(tmp_path, [(FIRST, then, {}), (SECOND, now, {HOSTILE: 1.0})], inputs, **TABLES)))


def test_the_checks_behind_a_score_are_those_that_looked_at_anything(tmp_path: Path) -> None:
    run = published(tmp_path, [(FIRST, THEN, {}), (SECOND, NOW, {})], **TABLES)
    assert checks_by_dimension(run) == {"validity": 2, "uniqueness": 1}


def test_points_are_written_as_they_are() -> None:
    assert [points(n) for n in (0.62, 0.96, 0.01)] == ["0.6 points", "1 point", "less than 0.1 points"]
    assert [signed(n) for n in (0.124, -0.3, -0.001, 0)] == ["+0.12", "−0.30", "down by less than 0.01", "0"]


def test_the_demo_adds_up(demo: Project) -> None:
    run = demo.published()
    with run.session() as con:
        found = changes_data(con, run.run_id, run.as_of)
    scores = [line["score"] for line in run.records("FROM published.qa_scores")]
    assert found.score == pytest.approx(sum(scores) / len(scores), abs=1e-12)
    assert found.difference is not None and found.others == pytest.approx(0, abs=1e-9)
    assert sum(change.points for change in found.changes) == pytest.approx(found.difference, abs=1e-9)
    assert found.headline in sound(changes(run))
    first = demo.published(run.records("SELECT run_id FROM published.runs ORDER BY as_of LIMIT 1")[0]["run_id"])
    assert "nothing to compare with" in sound(changes(first))
