import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import fmean

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench import Project
from workbench.errors import ConfigError
from workbench.published import Published
from workbench.views.trend import OVERALL, check_trend, check_trend_data, trend, trend_data

from .made import HOSTILE, Run, published, sound

FIRST, SECOND, THIRD = "2026-03-02", "2026-03-09", "2026-03-16"
RUNS: list[Run] = [
    (FIRST, [("erp", "validity", "valid:a", 100, 20), ("crm", "validity", "valid:a", 100, 0)], {}),
    (
        SECOND,
        [
            ("erp", "validity", "valid:a", 100, 10),
            ("crm", "validity", "valid:a", 100, 0),
            ("erp", "validity", "valid:b", 10, 1),
            ("crm", "validity", "valid:b", 0, 0),
            ("erp", "uniqueness", "unique:a", 50, 0),
        ],
        {"validity": 0.98, "uniqueness": 0.98},
    ),
]
LIMITS = "SELECT 'valid:a' AS check_id, 0.05::DOUBLE AS warn, 0.15::DOUBLE AS fail"


def day(text: str) -> date:
    return date.fromisoformat(text)


def test_scores_by_dimension_with_their_mean_first(tmp_path: Path) -> None:
    run = published(tmp_path, RUNS)
    with run.session() as con:
        found = trend_data(con)
    assert found.dates == [day(FIRST), day(SECOND)]
    assert list(found.lines) == [OVERALL, "uniqueness", "validity"]
    assert found.lines["validity"] == {day(FIRST): pytest.approx(0.9), day(SECOND): pytest.approx(0.925)}
    assert found.lines["uniqueness"] == {day(SECOND): 1}
    assert found.lines[OVERALL][day(SECOND)] == pytest.approx(fmean([0.925, 1]))
    assert found.limits == {"uniqueness": 0.98, "validity": 0.98}


def test_scores_of_one_source_leave_out_checks_that_looked_at_nothing(tmp_path: Path) -> None:
    run = published(tmp_path, RUNS)
    with run.session() as con:
        erp, crm = trend_data(con, "erp"), trend_data(con, "crm")
    assert erp.lines["validity"] == {day(FIRST): pytest.approx(0.8), day(SECOND): pytest.approx(0.9)}
    assert crm.lines == {OVERALL: {day(FIRST): 1, day(SECOND): 1}, "validity": {day(FIRST): 1, day(SECOND): 1}}
    assert crm.limits == {}


def test_only_runs_that_count_and_only_up_to_the_runs_date(tmp_path: Path) -> None:
    later: Run = (THIRD, [("erp", "validity", "valid:a", 100, 90)], {})
    again: Run = (SECOND, [("erp", "validity", "valid:a", 100, 30)], {})
    run = published(tmp_path, [*RUNS, later, again])
    with run.session() as con:
        found = trend_data(con, until=run.as_of)
    assert found.lines["validity"] == {day(FIRST): pytest.approx(0.9), day(SECOND): pytest.approx(0.7)}


def test_a_check_by_source_with_its_limits(tmp_path: Path) -> None:
    run = published(tmp_path, RUNS, qa_results=LIMITS)
    with run.session() as con:
        found = check_trend_data(con, "valid:a")
    assert found.lines == {"crm": {day(FIRST): 0, day(SECOND): 0}, "erp": {day(FIRST): 0.2, day(SECOND): 0.1}}
    assert found.limits == {"warn": 0.05, "fail": 0.15}
    html = sound(check_trend(run, "valid:a"))
    assert "fails above 15.0%" in html and "warns above 5.0%" in html and "not at 0%" not in html


def test_a_name_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    run = published(tmp_path, RUNS, qa_results=LIMITS)
    with pytest.raises(ConfigError, match=r"did you mean 'erp'.* accepted: crm, erp"):
        trend(run, "erpp")
    with pytest.raises(ConfigError, match="accepted: unique:a, valid:a, valid:b"):
        check_trend(run, "valid:c")


def test_the_lines_differ_by_more_than_colour_and_their_labels_do_not_overlap(tmp_path: Path) -> None:
    checks = [("erp", f"dimension {n}", f"c{n}", 1000, n // 3) for n in range(9)]
    html = sound(trend(published(tmp_path, [(FIRST, checks, {}), (SECOND, checks, {})])))
    labels = [float(y) for y in re.findall(r'<text x="[\d.]+" y="([\d.]+)" dy=".35em" class="(?:lead|series\d)"', html)]
    assert len(labels) == 10
    assert all(b - a >= 16.9 for a, b in pairwise(sorted(labels)))
    shapes = set(re.findall(r'<path d="([^"]+)" transform="[^"]+" class="[^"]+ mark"', html))
    assert len(shapes) == 8


def test_a_scale_that_does_not_begin_at_nought_says_so(tmp_path: Path) -> None:
    html = sound(trend(published(tmp_path, RUNS)))
    assert "The scale begins at 90.0%, not at 0%." in html
    assert html.count("(≥ 98.0%)") >= 2
    assert "The figures of 2 dates" in html


def test_one_date_is_points_and_a_sentence(tmp_path: Path) -> None:
    html = sound(trend(published(tmp_path, RUNS[:1])))
    assert "2026-03-02 is the only date so far" in html and 'class="series1 mark"' in html
    assert 'class="series1"></path>' not in html


def test_nothing_checked_is_said(tmp_path: Path) -> None:
    assert "No run has given scores" in sound(trend(published(tmp_path, [(FIRST, [], {})])))


def test_five_hundred_dates_stay_readable_and_small(tmp_path: Path) -> None:
    last = day("2026-03-02")
    once = published(tmp_path, [(str(last), [("erp", d, f"{d}:a", 1000, 7) for d in "abcdef"], {})])
    history = tmp_path / "reports/history.parquet"
    (line,) = pq.read_table(history).to_pylist()
    days = [str(last - timedelta(days=n)) for n in reversed(range(500))]
    lines = [line | {"run_id": f"{as_of}.1", "as_of": as_of} for as_of in days]
    pq.write_table(pa.Table.from_pylist(lines, pq.read_schema(history)), history)
    html = sound(trend(Published(tmp_path, once.run_id)))
    picture = html[: html.index("</svg>")]
    assert "The figures of 500 dates" in html and len(picture) < 60_000
    assert len(re.findall(r'text-anchor="middle"', picture)) <= 8 and picture.count(' mark"') == 7


def test_any_name_can_be_drawn(tmp_path: Path) -> None:
    checks = [(HOSTILE, HOSTILE, HOSTILE, 10, 3), ("客" * 200, "x" * 200, "c", 10, 3)]
    run = published(tmp_path, [(FIRST, checks, {HOSTILE: 0.9})], qa_results=LIMITS)
    for view in (trend(run), trend(run, HOSTILE), check_trend(run, HOSTILE), check_trend(run, "c")):
        sound(view)


def test_the_demo_is_drawn(demo: Project) -> None:
    run = demo.published()
    with run.session() as con:
        found = trend_data(con)
        scores = {line["dimension"]: line["score"] for line in run.records("FROM published.qa_scores")}
    assert {name: line[run.as_of] for name, line in found.lines.items() if name != OVERALL} == pytest.approx(scores)
    html = sound(trend(run))
    assert html == sound(trend(run)) and "validity" in html
    for source in ("erp", "crm", "sales"):
        sound(trend(run, source))
    assert "fails above 12.0%" in sound(check_trend(run, "valid:customer.phone"))
