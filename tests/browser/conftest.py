"""A real browser before the dashboard of the demo."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dashboard.serving import dashboard
from workbench import Project

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
LOST = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]

PATIENCE = 60_000
"""Milliseconds that a test waits for what is to come: a build machine does several things at once."""

Open = Callable[..., Any]


@pytest.fixture(scope="session")
def root(demo: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo after two runs."""
    folder = tmp_path_factory.mktemp("browser") / "demo"
    shutil.copytree(demo.root, folder, ignore=shutil.ignore_patterns("*.lock", "load"))
    return folder


@pytest.fixture(scope="session")
def address(root: Path) -> Iterator[str]:
    with dashboard(root) as (address, _):
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser. It is the system's own: nothing is downloaded."""
    if not CHROMIUM:
        pytest.skip("chromium is not installed")
    sync = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=LOST)
        yield browser
        browser.close()


@pytest.fixture
def new_context(chromium: Any) -> Iterator[Open]:
    """A browser as somebody has it who was never here; closed at the end."""
    contexts = []

    def opened(**how: Any) -> Any:
        contexts.append(chromium.new_context(**how))
        contexts[-1].set_default_timeout(PATIENCE)
        return contexts[-1]

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def open_page(new_context: Open, address: str) -> Iterator[Open]:
    """Open a page and wait until it is drawn. At the end: no error was on the console, and no other host was asked."""
    errors: list[str] = []
    outside: list[str] = []

    def opened(path: str, width: int = 1280, dark: bool = False, base: str = address) -> Any:
        context = new_context(viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light")

        def guard(route: Any) -> None:
            if route.request.url.startswith(base):
                route.continue_()
            else:
                outside.append(route.request.url)
                route.abort()

        context.route(lambda url: not url.startswith(("data:", "blob:")), guard)
        page = context.new_page()
        page.on(
            "console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(base + path)
        page.locator("main .wb").first.wait_for()
        return page

    yield opened
    assert (errors, outside) == ([], [])


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core, from the package registry."""
    npm = shutil.which("npm")
    if not npm:
        pytest.skip("npm is not installed")
    folder = tmp_path_factory.mktemp("axe")
    packed = subprocess.run(
        [npm, "pack", "--silent", "axe-core@4"], cwd=folder, capture_output=True, text=True, timeout=120
    )
    if packed.returncode:
        pytest.skip(f"axe-core cannot be had: {packed.stderr.strip()[-200:]}")
    shutil.unpack_archive(next(folder.glob("*.tgz")), folder, "gztar")
    return (folder / "package" / "axe.min.js").read_text("utf-8")
