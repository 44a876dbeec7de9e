"""Pages drawn without a browser."""

from pathlib import Path

from tests.views.made import sound
from workbench.dashboard.pages import Page, build
from workbench.dashboard.runs import Runs
from workbench.dashboard.visitor import Visitor
from workbench.views.view import View

FAULT = "fault of ours"
ANALYST = Visitor("lee", frozenset({"analyst"}), "en")


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
