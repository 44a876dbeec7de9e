"""How far loads have come, as the journal tells it while they go."""

from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.journal import Journal
from workbench.load import progress
from workbench.load.ledger import Ledger, Line
from workbench.load.progress import Progress


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(Journal(tmp_path), "tryton", "test")


def lines(first: int, last: int, *events: str) -> list[Line]:
    return [Line("party", f"g{number}", event) for number in range(first, last) for event in events]


def at(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    for module in ("workbench.journal.now", "workbench.load.ledger.now", "workbench.load.progress.now"):
        monkeypatch.setattr(module, lambda: f"2026-03-02T{moment}+00:00")


def test_each_look_adds_what_came_since(ledger: Ledger) -> None:
    found = Progress(ledger.journal)
    assert found.loads() == []
    load = ledger.start("r1", "vip", "zhou", "b")
    (one,) = found.loads()
    assert (one.state, one.counts, one.rows, one.load["wave"]) == ("going", {}, 0, "vip")
    ledger.record(load, lines(0, 3, "sent"))
    ledger.record(load, lines(0, 2, "created"))
    assert found.loads()[0].counts == {"party": {"sent": 3, "created": 2}}
    ledger.record(load, [*lines(2, 3, "refused"), Line("receivable", "g9", "sent")])
    ledger.finish(load, "rows refused")
    (one,) = found.loads()
    assert one.counts == {"party": {"sent": 3, "created": 2, "refused": 1}, "receivable": {"sent": 1}}
    assert (one.state, one.rows) == ("rows refused", 3)
    assert Progress(ledger.journal).loads() == found.loads(), "who looks for the first time sees the same"


def test_loads_are_told_apart_and_the_newest_is_first(ledger: Ledger) -> None:
    for number in range(progress.SHOWN + 2):
        load = ledger.start("r1", f"w{number}", "zhou", "b")
        ledger.record(load, lines(0, number, "sent"))
        ledger.finish(load, "done")
    found = Progress(ledger.journal).loads()
    assert len(found) == progress.SHOWN
    assert [one.counts for one in found[:2]] == [{"party": {"sent": 11}}, {"party": {"sent": 10}}]


@pytest.mark.parametrize(
    ("moment", "state"), [("10:09:00", "going"), ("10:10:01", "silent"), ("09:00:00", "going")]
)
def test_a_load_without_a_word_for_long_is_silent(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, moment: str, state: str
) -> None:
    at(monkeypatch, "10:00:00")
    ledger.record(ledger.start("r1", "vip", "zhou", "b"), lines(0, 1, "sent"))
    at(monkeypatch, moment)
    assert Progress(ledger.journal).loads()[0].state == state


def test_a_clock_that_jumps_back_makes_no_negative_time(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, "10:00:00")
    load = ledger.start("r1", "vip", "zhou", "b")
    at(monkeypatch, "09:00:00")
    ledger.record(load, lines(0, 1, "sent", "created"))
    ledger.finish(load, "done")
    (one,) = Progress(ledger.journal).loads()
    assert (one.seconds, one.rows) == (0.0, 1)


def test_a_ledger_that_another_process_writes_is_followed(ledger: Ledger, tmp_path: Path) -> None:
    found = Progress(ledger.journal)
    other: Callable[[], Ledger] = lambda: Ledger(Journal(tmp_path), "tryton", "test")  # noqa: E731
    load = other().start("r1", "vip", "zhou", "b")
    for number in range(5):
        other().record(load, lines(number, number + 1, "sent"))
        assert found.loads()[0].counts == {"party": {"sent": number + 1}}
