"""The queue in a running notebook: what the buttons do, without a browser."""

from pathlib import Path
from typing import Any

import panel as pn
import pytest

import workbench as wb
from tests import small
from tests.decisions.made import ALL_FOR_REVIEW, copied, states


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = small.project(tmp_path_factory.mktemp("review") / "p", config=ALL_FOR_REVIEW)
    wb.open_project(root).run()
    return root


def press(panel: Any, name: str, why: str | None = None) -> None:
    if why is not None:
        panel.select(pn.widgets.TextInput)[0].value = why
    (button,) = [found for found in panel.select(pn.widgets.Button) if found.name == name]
    button.clicks += 1


def told(panel: Any) -> tuple[str, str]:
    """What it says, and what it shows."""
    said, shown = panel.select(pn.pane.HTML)
    return str(said.object), str(shown.object)


def test_decisions_are_written_one_after_the_other_and_taken_back(
    first_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_USER", "wang")
    project = copied(first_run, tmp_path / "p")
    project.decisions.match("erp K04", "crm C04", why="before")
    panel = project.review()
    assert "3 of 3 lines left" in told(panel)[0] and "crm C02 and erp K02" in told(panel)[1]
    press(panel, "Match")
    assert "Say why" in told(panel)[0] and len(states(project)) == 1
    press(panel, "Undo")
    assert "Nothing was decided here yet" in told(panel)[0]
    press(panel, "Match", why="asked")
    assert "2 of 3 lines left; 1 decided" in told(panel)[0] and "crm C02" not in told(panel)[1]
    press(panel, "Skip")
    press(panel, "No match", why="<b>other</b> owner")
    assert "That was the last line; 2 decided" in told(panel)[0] and told(panel)[1] == ""
    press(panel, "Match", why="nobody")
    found = project.decisions.frame()[["user", "kind", "key_l", "why"]].to_numpy().tolist()
    assert found[1:] == [["wang", "match", "C02", "asked"], ["wang", "no_match", "C01", "<b>other</b> owner"]]
    press(panel, "Undo")
    assert states(project)[-2:] == ["undone", "stands"] and "1 of 3 lines left; 1 decided" in told(panel)[0]


def test_a_masked_project_is_only_looked_at(first_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = copied(first_run, tmp_path / "p")
    plain = wb.Project(project.root).published().records("SELECT amounts FROM published.match_customer_review")
    monkeypatch.setenv("WORKBENCH_MASKED", "1")
    masked = wb.open_project(project.root)
    html = masked.review()._repr_html_()
    assert "What waits for a decision on customer" in html and "<button" not in html
    assert not [line["amounts"] for line in plain if line["amounts"] in html]
    assert not [row["name"] for row in small.CUSTOMERS if row["name"] in html]
