from datetime import date

from workbench import Project
from workbench.pipeline import Result
from workbench.views.status import show_status

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>{{ 7*7 }}'


def test_a_project_shows_its_runs_scores_and_results(demo: Project) -> None:
    html = demo._repr_html_()
    assert html == show_status(demo.status())
    assert html.index("2026-10-12.1") < html.index("2026-09-07.1")
    assert "! gates missed" in html and "validity" in html and "reconcile" in html


def test_a_project_that_was_never_run_says_so() -> None:
    html = show_status({"project": HOSTILE, "runs": [], "stages": [], "trend": {}})
    assert "not been run yet" in html and "<script" not in html and "{{ 7*7 }}" in html


def test_a_date_without_a_score_shows_a_dash() -> None:
    trend = {"2026-09-07": {"validity": 0.9}, "2026-09-14": {"validity": 0.95, "timeliness": 1.0}}
    html = show_status({"project": "p", "runs": [], "stages": [], "trend": trend})
    assert "–" in html and "95.0%" in html


def test_a_result_shows_what_it_holds() -> None:
    result = Result(
        "2026-09-07.1",
        date(2026, 9, 7),
        stages=[{"name": "ingest", "seconds": 0.1, "rows_in": 1234, "rows_out": 1230}],
        quality={"validity": 0.987},
        outcomes={"written": 1200, "unexplained": 30},
        differences={"CNY": "0.00", "USD": "0.01"},
        gates=[HOSTILE],
        files=[f"load/{HOSTILE}"],
    )
    html = result._repr_html_()
    assert html == result._repr_html_()
    assert all(text in html for text in ("1,234", "98.7%", "1,230", "✓ balanced", "× not balanced", "! gates missed"))
    assert "<script" not in html and "<img" not in html and html.count("{{ 7*7 }}") == 2


def test_a_result_that_stopped_early_is_shown() -> None:
    assert "✓ passed" in Result("2026-09-07.1", date(2026, 9, 7))._repr_html_()
