"""Signing in as a person does it: in a browser, by keyboard."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dashboard.serving import dashboard
from tests.small import CONFIG
from tests.views.made import published
from tests.views.records import TABLES
from workbench.people import People

from .conftest import Open
from .sound import sound

pytestmark = pytest.mark.apt

SETTINGS = "\ndashboard: {sign_in: password}\nroles: {steward: [lee]}\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("signin")
    (folder / "workbench.yml").write_text(CONFIG + SETTINGS, "utf-8")
    published(folder, [("2026-03-02", [("crm", "validity", "valid:customer.phone", 10, 3)], {})], **TABLES)
    return folder


@pytest.fixture(scope="module")
def password(root: Path) -> str:
    return People(root).add("lee")


@pytest.fixture(scope="module")
def address(root: Path, password: str) -> Iterator[str]:
    with dashboard(root) as (address, _):
        yield address


@pytest.fixture
def page(new_context: Open) -> Any:
    return new_context().new_page()


def sign_in(page: Any, password: str) -> None:
    page.wait_for_function("document.activeElement.name === 'name'")  # the first field has the focus by itself
    page.keyboard.type("lee")
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


def test_in_and_out_by_keyboard(page: Any, address: str, password: str) -> None:
    page.goto(f"{address}issues?state=open")
    sign_in(page, "wrong")
    page.get_by_role("alert").wait_for()
    sign_in(page, password)
    page.wait_for_url("**/issues?state=open")
    page.get_by_label("State").wait_for()
    assert page.get_by_label("State").input_value() == "open" and page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="Sign out").press("Enter")
    page.get_by_role("heading", name="You are signed out").wait_for()
    page.go_back()
    page.get_by_role("button", name="Sign in").wait_for()


def test_who_is_taken_out_sees_nothing_new_in_an_open_page(page: Any, root: Path, address: str, password: str) -> None:
    page.goto(f"{address}quality")
    sign_in(page, password)
    page.get_by_label("Status").wait_for()
    settings = (root / "workbench.yml").read_text("utf-8")
    (root / "workbench.yml").write_text(settings.replace("[lee]", "[li]"), "utf-8")
    try:
        page.get_by_label("Status").select_option("new")
        page.get_by_text("You have no role in this project").wait_for()
    finally:
        (root / "workbench.yml").write_text(settings, "utf-8")


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_login_keeps_nobody_out(new_context: Open, address: str, axe: str, language: str, width: int) -> None:
    context = new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}login?language={language}")
    assert len(asked) == 1
    context.set_offline(True)
    sound(page, axe, f"login_{language}")
    page.emulate_media(color_scheme="dark")
    sound(page, axe, f"login_{language}_dark")
