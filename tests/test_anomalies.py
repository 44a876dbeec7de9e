from pathlib import Path

import pytest

from tests.views.made import published
from workbench.anomalies import NEEDED, Reading, anomalies
from workbench.published import Published

PHONE = "valid:customer.phone"


def weekly(
    failed: list[int], rows: list[int] | None = None, taken: list[int] | None = None, *, root: Path
) -> Published:
    """A run a day, each with 1,000 phones of crm looked at and so many failing; and so many rows of crm.accounts,
    of the extract of the day that is named."""
    root.mkdir(exist_ok=True)
    days = [f"2026-03-{number:02}" for number in range(1, len(failed) + 1)]
    runs = [(day, [("crm", "validity", PHONE, 1000, many)], {}) for day, many in zip(days, failed, strict=True)]
    inputs = {
        day: [("crm", "accounts", days[(taken or range(len(days)))[n]], "", (rows or failed)[n], 0)]
        for n, day in enumerate(days)
    }
    return published(root, runs, inputs, qa_failures="SELECT 1 AS _row")


def reading(run: Published, kind: str) -> Reading:
    (found,) = [reading for reading in anomalies(run) if reading.kind == kind]
    return found


@pytest.mark.parametrize("before", range(NEEDED))
def test_too_few_runs_are_said(tmp_path: Path, before: int) -> None:
    found = anomalies(weekly([10] * before + [900], root=tmp_path))
    assert {(r.verdict, r.runs, r.median, r.low, r.high) for r in found} == {
        ("not enough history", before, None, None, None)
    }


def test_a_share_that_jumps_is_unusual_and_first(tmp_path: Path) -> None:
    run = weekly([10, 12, 9, 11, 10, 300], [500, 502, 498, 501, 499, 500], root=tmp_path)
    found = anomalies(run)
    assert found[0].kind in ("share failing", "score") and found[0].verdict == "unusual"
    failing = reading(run, "share failing")
    # median .010, MAD .001; the root of 10 of 1,000 is more: 2 * 3.5 * .00316
    assert (failing.value, failing.median, failing.low) == (0.3, 0.01, 0.0)
    assert failing.high == pytest.approx(0.01 + 7 * 10**0.5 / 1000)
    assert failing.name == f"{PHONE} (crm)" and failing.runs == 5 and failing.verdict == "unusual"
    # median 500 and MAD 1: the root of 500 is more
    read = reading(run, "rows read")
    assert (read.median, read.verdict, read.unit) == (500, "usual", "count")
    assert read.low == pytest.approx(500 - 7 * 500**0.5) and read.high == pytest.approx(500 + 7 * 500**0.5)


def test_a_wide_spread_is_its_own_measure_and_one_wild_run_does_not_widen_it(tmp_path: Path) -> None:
    # scores .90 .92 .94 .96 .98: median .94, MAD .02; the wild one makes it six: median .93, MAD .03
    steady = reading(weekly([100, 80, 60, 40, 20, 60], root=tmp_path / "a"), "score")
    assert (steady.median, steady.low) == (pytest.approx(0.94), pytest.approx(0.94 - 2 * 3.5 * 1.4826 * 0.02))
    assert steady.high == 1.0
    wild = reading(weekly([100, 80, 60, 40, 20, 900, 60], root=tmp_path / "b"), "score")
    assert wild.median == pytest.approx(0.93)
    assert wild.low == pytest.approx(0.93 - (1 + 5 / 6) * 3.5 * 1.4826 * 0.03)


def test_where_nothing_ever_failed_a_single_row_is_no_news(tmp_path: Path) -> None:
    verdicts = {many: reading(weekly([0] * 9 + [many], root=tmp_path / f"{many}"), "share failing").verdict
                for many in (0, 1, 5, 6)}  # fmt: skip
    # (1 + 5/9) * 3.5 * 1 = 5.4 rows of 1,000
    assert verdicts == {0: "usual", 1: "usual", 5: "usual", 6: "unusual"}


def test_an_extract_that_several_runs_took_is_one_observation(tmp_path: Path) -> None:
    taken = [0, 0, 0, 3, 3, 5]
    run = weekly([10] * 6, [500, 500, 500, 500, 500, 900], taken, root=tmp_path / "a")
    assert (reading(run, "rows read").runs, reading(run, "rows read").verdict) == (2, "not enough history")
    assert reading(run, "share failing").runs == 5
    again = weekly([10] * 7, [500, 510, 490, 505, 495, 900, 900], [0, 1, 2, 3, 4, 5, 5], root=tmp_path / "b")
    found = reading(again, "rows read")  # the run before took the same extract: no witness for it
    assert (found.runs, found.verdict) == (5, "unusual")


def test_only_what_came_before_and_counts_is_history(tmp_path: Path) -> None:
    run = weekly([10, 10, 10, 10, 10, 400, 10], root=tmp_path)
    (sixth,) = [line["run_id"] for line in run.records("FROM published.runs WHERE as_of = '2026-03-06'")]
    (tmp_path / "reports" / sixth / "tables").mkdir(parents=True)
    older = reading(Published(tmp_path, sixth), "share failing")
    assert (older.runs, older.value, older.verdict) == (5, 0.4, "unusual")


def test_records_merged_are_counted_once_for_all_targets(tmp_path: Path) -> None:
    run = weekly([1] * 6, root=tmp_path)
    with run.session() as con:
        con.execute("""INSERT INTO published.metrics BY NAME
            SELECT run_id, as_of, counts, metric, source, 'customer' AS entity, 40.0 AS value FROM published.runs,
            unnest(['outcome s4 merged', 'outcome odoo merged']) AS m(metric), unnest(['crm', 'erp']) AS s(source)""")
    found = reading(run, "records merged")
    assert (found.name, found.value, found.median, found.verdict) == ("customer", 80, 80, "usual")


def test_a_run_without_any_measure_has_none(tmp_path: Path) -> None:
    assert anomalies(published(tmp_path, [("2026-03-02", [], {})], qa_failures="SELECT 1 AS _row")) == []
