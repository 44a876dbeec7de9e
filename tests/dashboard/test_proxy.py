"""A real server that takes names from a proxy's header: here 127.0.0.2 is the proxy, and all else is not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.small import CONFIG
from tests.views.made import published
from tests.views.records import TABLES
from workbench.journal import Journal

from .serving import Answer, ask, dashboard, websocket

PROXY, NAME = "127.0.0.2", "X-Remote-User"
SETTINGS = """
dashboard: {sign_in: header, proxies: [127.0.0.2]}
roles: {steward: [lee, 王芳], viewer: [Zhang Wei]}
"""
STATIC = "static/js/bokeh.min.js"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("proxy")
    (folder / "workbench.yml").write_text(CONFIG + SETTINGS, "utf-8")
    published(folder, [("2026-03-02", [], {})], **TABLES)
    return folder


@pytest.fixture(scope="module")
def address(root: Path) -> Iterator[str]:
    with dashboard(root) as (address, _):
        yield address


def through(address: str, path: str, *headers: tuple[str, Any]) -> Answer:
    """What somebody gets through the proxy."""
    return ask(address, path, None, "", *headers, source=PROXY)


@pytest.mark.parametrize("name", ["lee", "王芳", "Zhang Wei", "\xfc-with-utf-8"])
def test_who_the_proxy_names_comes_in(address: str, name: str) -> None:
    answer = through(address, "overview", (NAME, name))
    assert answer.status == 200 and name in answer.text and "Sign out" not in answer.text
    assert through(address, STATIC, (NAME, name)).status == 200
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "values",
    [[], [""], [" "], ["lee", "lee"], ["lee", ""], ["lee,wang"], ["l" * 101], ["a\tb"], ["a\x7fb"], [b"\xfc"],
     ["a\u202eb"], ["a\u0085b"]],
    ids=repr,
)  # fmt: skip
@pytest.mark.parametrize("path", ["overview", STATIC, "overview/ws"])
def test_what_is_not_one_plain_name_is_refused(address: str, path: str, values: list[Any]) -> None:
    assert through(address, path, *((NAME, value) for value in values)).status in (400, 403)


def test_a_name_is_one_however_its_header_is_written(address: str) -> None:
    assert through(address, "overview", ("x-remote-user", "lee"), ("X-REMOTE-USER", "wang")).status == 403
    assert "lee" in through(address, "overview", ("x-remote-user", "lee"), ("X_Remote_User", "wang")).text


def test_a_websocket_is_for_whom_the_proxy_names(address: str) -> None:
    token = through(address, "overview", (NAME, "lee")).token
    assert websocket(address, "overview", token, "", (NAME, "王芳"), source=PROXY) == 403
    assert websocket(address, "overview", token, "", source=PROXY) == 403
    assert websocket(address, "overview", token, "", (NAME, "lee")) == 403
    assert websocket(address, "overview", token, "", (NAME, "lee"), source=PROXY) == 101


def test_there_is_no_login_beside_it(address: str) -> None:
    assert through(address, "login", (NAME, "lee")).status == 404
    assert ask(address, "login", {"name": "lee", "password": "x"}).status == 404


def test_from_elsewhere_the_header_is_refused_and_noted_once(root: Path, address: str) -> None:
    forwarded = [("X-Forwarded-For", PROXY), ("X-Real-Ip", PROXY), ("Forwarded", f"for={PROXY}")]
    for _ in range(3):
        for path in ("overview", STATIC, "overview/ws"):
            assert ask(address, path, None, "", (NAME, "lee"), *forwarded, source="127.0.0.3").status == 403
    assert ask(address, "overview", None, "", *forwarded, source="127.0.0.4").status == 403
    noted = Journal(root).read("SELECT action, what FROM audit WHERE what LIKE '%127.0.0.3'")
    assert noted == [("refuse sign-in", "header X-Remote-User from 127.0.0.3")]
    assert Journal(root).read("SELECT count(*) FROM audit WHERE what LIKE '%127.0.0.4'") == [(0,)]


def test_many_addresses_do_not_flood_the_journal(root: Path, address: str) -> None:
    for number in range(120):
        ask(address, STATIC, None, "", (NAME, "lee"), source=f"127.0.1.{number + 1}")
    ((noted,),) = Journal(root).read("SELECT count(*) FROM audit")
    assert 50 < noted <= 100
