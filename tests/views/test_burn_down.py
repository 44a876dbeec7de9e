"""The burn-down counts what the runs that count found, date by date."""

from datetime import date
from pathlib import Path

from workbench.views.burn_down import burn_down, burn_down_data

from .made import HOSTILE, Run, published, sound

FIRST, SECOND, THIRD = "2026-03-02", "2026-03-09", "2026-03-16"
RUNS: list[Run] = [
    (FIRST, [("erp", "validity", "a", 10, 3), ("crm", "validity", "a", 10, 2), ("erp", "validity", "b", 10, 1)], {}),
    (SECOND, [("erp", "validity", "a", 10, 9)], {}),
    (SECOND, [("erp", "validity", "a", 10, 2), ("erp", "validity", "b", 10, 0)], {}),
    (THIRD, [("erp", "validity", "a", 10, 0), ("erp", "validity", "b", 10, 0)], {}),
]


def test_issues_and_rows_by_date_of_the_runs_that_count(tmp_path: Path) -> None:
    run = published(tmp_path, RUNS)
    with run.session() as con:
        found = burn_down_data(con)
        until = burn_down_data(con, date.fromisoformat(SECOND))
    assert [(str(line["as_of"]), line["issues"], line["rows"]) for line in found] == [
        (FIRST, 2, 6), (SECOND, 1, 2), (THIRD, 0, 0),
    ]  # fmt: skip
    assert until == found[:2]


def test_it_is_drawn_with_its_figures(tmp_path: Path) -> None:
    html = sound(burn_down(published(tmp_path, RUNS)))
    for words in (
        "Open issues on 2026-03-02: 2",
        "Failing rows on 2026-03-02: 6",
        "On 2026-03-16: Open issues 0; Failing rows 0",
        "of 3 dates",
    ):
        assert words in html


def test_before_the_first_checks(tmp_path: Path) -> None:
    assert "No run has made checks yet" in sound(burn_down(published(tmp_path, [(FIRST, [], {})])))


def test_one_date_on_which_nothing_fails(tmp_path: Path) -> None:
    once: list[Run] = [(FIRST, [("erp", "validity", HOSTILE, 10, 0)], {})]
    assert "only date so far" in sound(burn_down(published(tmp_path, once)))
