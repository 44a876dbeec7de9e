"""The room in a running notebook: what a browser says to it and what it shows, without a browser."""

from concurrent.futures import Future
from pathlib import Path

import pytest

import workbench as wb
from tests import small
from tests.decisions.made import ALL_FOR_REVIEW, copied, states
from workbench.dashboard.room import Room
from workbench.errors import ConfigError
from workbench.room.sitting import Screen


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = small.project(tmp_path_factory.mktemp("review") / "p", config=ALL_FOR_REVIEW)
    wb.open_project(root).run()
    return root


def press(room: Room, does: str, why: str) -> None:
    shown = room._sitting._screen
    assert isinstance(shown, Screen)
    room._handle_msg({"do": does, "on": shown.on, "form": {"why": [why]}})


def test_it_opens_when_a_browser_is_there_and_shows_what_comes_of_a_key(
    first_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_USER", "wang")
    project = copied(first_run, tmp_path / "p")
    project.decisions.match("erp K04", "crm C04", why="before")
    room = project.review()
    assert room.html == "" and len(project.audit().query("action == 'unmask'")) == 0
    room._handle_msg("here")
    assert "3 left" in room.html and "crm C02 and erp K02" in room.html and room.address == ""
    shown = room.html
    room._handle_msg("here")
    assert room.html == shown
    press(room, "match", " ")
    assert "Say why" in room.html and len(states(project)) == 1
    press(room, "match", "asked")
    assert "2 left" in room.html and "1 decided here" in room.html and "crm C02 and" not in room.html
    press(room, "no_match", "<b>other</b> owner")
    found = project.decisions.frame()[["user", "kind", "why"]].to_numpy().tolist()
    assert found[1:] == [["wang", "match", "asked"], ["wang", "no_match", "<b>other</b> owner"]]
    press(room, "undo", "x")
    assert states(project)[-2:] == ["undone", "stands"] and "2 left" in room.html
    assert set(project.audit().query("action == 'unmask'")["user"]) == {"wang"}
    with pytest.raises(ConfigError, match="are not matched"):
        project.review("item")


def test_a_masked_project_is_only_looked_at(first_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = copied(first_run, tmp_path / "p")
    plain = wb.Project(project.root).published().records("SELECT amounts FROM published.match_customer_review")
    monkeypatch.setenv("WORKBENCH_MASKED", "1")
    masked = wb.open_project(project.root)
    html = masked.review()._repr_html_()
    assert "What waits for a decision on customer" in html and "<button" not in html
    assert not [line["amounts"] for line in plain if line["amounts"] in html]
    assert not [row["name"] for row in small.CUSTOMERS if row["name"] in html]


def test_what_goes_wrong_beside_the_sitting_is_logged(first_run: Path, caplog: pytest.LogCaptureFixture) -> None:
    room, done = wb.open_project(first_run).review(), Future[None]()
    done.set_exception(ZeroDivisionError())
    room._taken(done)
    assert "ZeroDivisionError" in caplog.text
