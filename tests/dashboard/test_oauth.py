"""Signing in with a provider: a real one, in this process."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.small import CONFIG, told, workbench
from tests.views.made import published
from tests.views.records import TABLES

from .provider import Provider, provider
from .serving import Answer, ask, dashboard

SETTINGS = "\ndashboard: {sign_in: oauth}\nroles: {steward: [lee@example.com], viewer: [王芳]}\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("oauth")
    (folder / "workbench.yml").write_text(CONFIG + SETTINGS, "utf-8")
    published(folder, [("2026-03-02", [], {})], **TABLES)
    return folder


@pytest.fixture(scope="module")
def one() -> Iterator[Provider]:
    with provider() as server:
        yield server


@pytest.fixture(scope="module")
def address(root: Path, one: Provider) -> Iterator[str]:
    with dashboard(root, None, **one.environment()) as (address, _):
        yield address


def sent_back(address: str, one: Provider, next_: str = "quality?source=erp") -> tuple[str, str]:
    """Where the provider sends somebody back to, and the cookie that waits for them."""
    begun = ask(address, f"login?next={next_}")
    assert begun.status == 302 and begun.headers["Location"].startswith(f"{one.address}/authorize?")
    back = ask(begun.headers["Location"]).headers["Location"]
    assert back.startswith(f"{address}login?")
    return back.removeprefix(address), begun.cookie


def came_back(address: str, one: Provider, next_: str = "quality?source=erp") -> Answer:
    back, cookie = sent_back(address, one, next_)
    return ask(address, back, None, cookie)


@pytest.mark.parametrize("openid", [True, False])
def test_who_the_provider_knows_comes_in_by_the_name_it_gives(address: str, one: Provider, openid: bool) -> None:
    one.name, one.openid = "lee@example.com", openid
    answer = came_back(address, one)
    assert answer.status == 302 and answer.headers["Location"] == "quality?source=erp"
    text = ask(address, "quality", None, answer.cookie).text
    assert "lee@example.com" in text and "Sign out" in text
    assert one.asked[-1]["redirect_uri"] == f"{address}login"


def test_no_token_is_kept_and_cookies_are_safe(address: str, one: Provider) -> None:
    one.name, one.openid = "lee@example.com", True
    begun, done = ask(address, "login"), came_back(address, one)
    lines = [*(begun.headers.get_all("Set-Cookie") or []), *(done.headers.get_all("Set-Cookie") or [])]
    assert {line.split("=")[0].split("_")[0] for line in lines} == {"panel-oauth-state", "workbench"}
    for line in lines:
        assert "HttpOnly" in line and "SameSite=Lax" in line and "Path=/" in line
    assert "opaque" not in str(done.headers)


def test_who_has_no_role_or_no_name_gets_nothing(address: str, one: Provider) -> None:
    one.name = "someone@example.com"
    cookie = came_back(address, one).cookie
    assert 'aria-current="page"' not in ask(address, "overview", None, cookie).text
    for name in ("a,b", "", "x" * 101, "a\nb"):
        one.name = name
        answer = came_back(address, one)
        assert answer.status in (401, 403) and "workbench_" not in str(answer.headers)


def test_what_did_not_begin_here_does_not_end_here(address: str, one: Provider) -> None:
    """Nobody is signed in as somebody else by a link that another person began."""
    one.name = "lee@example.com"
    back, cookie = sent_back(address, one)
    tries = [(back, ""), (re.sub("state=[^&]+", "state=x", back), cookie), ("login?code=the+code", cookie), (back, cookie + "x"),
             (back.replace("the+code", "another"), cookie), ("login?error=access_denied", cookie)]  # fmt: skip
    for path, kept in tries:
        answer = ask(address, path, None, kept)
        if answer.status == 302:  # it begins anew
            assert answer.headers["Location"].startswith(one.address)
        else:
            assert answer.status in (400, 401) and "Your provider did not sign you in" in answer.text
            assert "http" not in answer.text and "<script" not in answer.text
        assert "workbench_" not in str(answer.headers)


@pytest.mark.parametrize("asked", ["//evil.com", "https://evil.com", "/\\evil.com", "javascript:alert(1)"])
def test_it_leads_to_pages_of_ours_alone(address: str, one: Provider, asked: str) -> None:
    one.name = "lee@example.com"
    assert came_back(address, one, asked).headers["Location"] == "overview"


def test_signing_out_does_not_sign_in_again_by_itself(address: str, one: Provider) -> None:
    one.name = "lee@example.com"
    cookie = came_back(address, one).cookie
    assert "You are signed out" in ask(address, "logout", {}, cookie).text
    assert ask(address, "overview", None, cookie).status == 302


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "PANEL_OAUTH_PROVIDER"),
        ({"PANEL_OAUTH_PROVIDER": "generic"}, "not set: PANEL_OAUTH_KEY"),
        ({"PANEL_OAUTH_PROVIDER": "pam", "PANEL_OAUTH_KEY": "k"}, "pam"),
        ({"PANEL_OAUTH_PROVIDER": "none such", "PANEL_OAUTH_KEY": "k"}, "none such"),
    ],
)
def test_what_the_environment_lacks_is_said(root: Path, environment: dict[str, str], words: str) -> None:
    told(workbench("dashboard", root, "--port", 1, **environment), 2, words)


def test_without_roles_everybody_would_be_let_in_so_it_does_not_start(tmp_path: Path) -> None:
    (tmp_path / "workbench.yml").write_text(CONFIG + "\ndashboard: {sign_in: oauth}\n", "utf-8")
    told(workbench("dashboard", tmp_path), 2, "everybody whom the provider knows", "`roles`")
