"""A real server: who gets in with a password, as whom, until when; and what nobody gets."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from bokeh.util.token import generate_jwt_token, generate_session_id, get_token_payload

from tests.small import CONFIG
from tests.views.made import published
from tests.views.records import TABLES
from workbench.config.planning import ROLES
from workbench.dashboard.pages import PAGES
from workbench.people import People

from .serving import ask, dashboard, free_port, shown, signed_in, told, websocket

SETTINGS = """
dashboard: {sign_in: password}
roles: {analyst: [ann], steward: [lee, 王芳], approver: [wang], loader: [lou], viewer: [vi]}
"""
PEOPLE = ["ann", "lee", "王芳", "wang", "lou", "vi", "stranger", "gone", "sly"]
ROLE_OF = {"analyst": "ann", "steward": "lee", "approver": "wang", "loader": "lou", "viewer": "vi"}
FOR_SOME = {name: {"analyst", "steward", "approver"} for name in ("review", "approvals")}
"""The pages that are not for all roles, and whom they are for."""

STATIC = "static/js/bokeh.min.js"
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class House:
    """A project, its server, and everybody's password and cookie."""

    def __init__(self, root: Path):
        self.root, self.people, self.port = root, People(root), free_port()
        (root / "workbench.yml").write_text(CONFIG + SETTINGS, "utf-8")
        checks = [("crm", "validity", "valid:customer.phone", 10, 3)]
        published(root, [("2026-03-02", checks, {}), ("2026-03-09", checks, {})], **TABLES)
        self.passwords = {name: self.people.add(name) for name in PEOPLE}
        self.address = f"http://127.0.0.1:{self.port}/"

    def serve(self) -> Any:
        return dashboard(self.root, self.port)

    def cookie(self, name: str) -> str:
        return signed_in(self.address, name, self.passwords[name])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("signin"))
    with made.serve():
        yield made


@pytest.fixture(scope="module")
def cookies(house: House) -> dict[str, str]:
    return {name: house.cookie(name) for name in PEOPLE}


@pytest.mark.parametrize("name", ["", *PAGES])
def test_who_has_not_signed_in_is_sent_to_the_login_and_back(house: House, name: str) -> None:
    answer = ask(house.address, f"{name}?source=erp")
    assert answer.status == 302 and answer.text == ""
    where = answer.headers["Location"]
    assert where.startswith("/login?language=en&next=")
    form = ask(house.address, where[1:])
    assert form.status == 200 and 'name="password"' in form.text
    found = re.search(r'name="next" value="([^"]*)"', form.text)
    assert found
    again = ask(house.address, "login", {"name": "lee", "password": house.passwords["lee"], "next": found[1]})
    assert again.headers["Location"] == (f"/{name}?source=erp" if name else "/")


@pytest.mark.parametrize("path", [STATIC, "overview/ws", "static/extensions/panel/panel.min.js"])
def test_nor_do_they_get_anything_else(house: House, path: str) -> None:
    assert ask(house.address, path).status == 403
    assert websocket(house.address, "overview", "no") == 403


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", ROLES)
def test_who_may_see_which_page(house: House, cookies: dict[str, str], role: str, name: str) -> None:
    text = shown(house.address, name, cookies[ROLE_OF[role]])
    assert f"<h1>{PAGES[name].title}</h1>" in text and ROLE_OF[role] in text and "Sign out" in text
    may = role in FOR_SOME.get(name, set(ROLES))
    assert ("2026-03-09" in text) == may and ("This page is not for you" in text) != may


@pytest.mark.parametrize("name", PAGES)
def test_who_has_no_role_sees_nothing_of_the_project(house: House, cookies: dict[str, str], name: str) -> None:
    text = shown(house.address, name, cookies["stranger"])
    assert "You have no role in this project" in text and "wang" in text
    assert "2026-03" not in text and "customer.phone" not in text and "crm" not in text


def test_a_cookie_is_read_by_no_script_and_sent_along_by_no_other_site(house: House) -> None:
    answer = ask(house.address, "login", {"name": "vi", "password": house.passwords["vi"]})
    given = answer.headers.get_all("Set-Cookie") or []
    gone = ask(house.address, "logout", {}, answer.cookie).headers.get_all("Set-Cookie") or []
    assert len(given) == len(gone) == 1
    for line in (*given, *gone):
        (cookie,) = SimpleCookie(line).values()
        assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/" and not cookie["secure"]
    assert house.passwords["vi"] not in str(answer.headers)
    assert 0 < int(SimpleCookie(given[0]).popitem()[1]["max-age"]) <= 12 * 3600
    (ended,) = SimpleCookie(gone[0]).values()
    assert ended.value == "" and parsedate_to_datetime(ended["expires"]) < datetime.now(UTC)


def test_pages_set_no_cookies_and_tell_no_script_of_them(house: House, cookies: dict[str, str]) -> None:
    for path in ("overview", STATIC, "login", "nothing"):
        assert "Set-Cookie" not in ask(house.address, path, None, cookies["lee"]).headers
    token = ask(house.address, "overview", None, cookies["lee"]).token
    carried = get_token_payload(token)
    assert cookies["lee"].partition("=")[2].strip('"') not in str(carried) and carried["name"] == "lee"


@pytest.mark.parametrize("change", [lambda c: c[:-2], lambda c: c[:-2] + '0"', lambda c: c.replace("|", "."),
                                    lambda c: c.split("=")[0] + "=lee", lambda c: c.split("=")[0] + '=""',
                                    lambda c: "user=" + c.split("=", 1)[1], lambda c: c + "é"])  # fmt: skip
def test_a_forged_cookie_is_none(house: House, cookies: dict[str, str], change: Any) -> None:
    assert ask(house.address, "overview", None, change(cookies["lee"])).status == 302


def test_a_websocket_is_for_whom_its_page_was_drawn(house: House, cookies: dict[str, str]) -> None:
    token = ask(house.address, "overview", None, cookies["lee"]).token
    assert websocket(house.address, "overview", token, cookies["vi"]) == 403
    assert websocket(house.address, "overview", token) == 403
    assert websocket(house.address, "overview", token, cookies["lee"]) == 101


def test_a_forged_token_opens_nothing(house: House, cookies: dict[str, str]) -> None:
    token = ask(house.address, "overview", None, cookies["lee"]).token
    base, seal = token.split(".", 1)
    other = b"o" * 32
    said = {"name": "lee", "since": None, "nonce": "", "arguments": {}, "headers": {}, "cookies": {}}
    made = generate_jwt_token(generate_session_id(other, True), other, True, said)
    bare = generate_jwt_token(generate_session_id(None, False), None, False, said)
    for forged in (made, bare, base, f"{base}.", f"{base}.{seal[:-1]}", f"{base[:-2]}.{seal}", "", ".", "a.b", "é.é"):
        assert websocket(house.address, "overview", forged, cookies["lee"]) == 403


@pytest.mark.parametrize("asked", ["bokeh-session-id=a", "bokeh-token=a", "bokeh-autoload-element=a"])
def test_nobody_chooses_whose_page_it_is(house: House, cookies: dict[str, str], asked: str) -> None:
    assert ask(house.address, f"overview?{asked}", None, cookies["lee"]).status == 403
    assert ask(house.address, "overview", None, cookies["lee"], ("Bokeh-Session-Id", "a")).status == 403


def test_who_is_taken_out_is_out_at_once(house: House) -> None:
    settings = (house.root / "workbench.yml").read_text("utf-8")
    (house.root / "workbench.yml").write_text(settings.replace("viewer: [vi]", "viewer: [vi, gone]"), "utf-8")
    cookie = house.cookie("gone")
    token = ask(house.address, "overview", None, cookie).token
    assert "2026-03-09" in shown(house.address, "overview", cookie)
    (house.root / "workbench.yml").write_text(settings, "utf-8")
    assert "You have no role" in shown(house.address, "overview", cookie)
    house.people.remove("gone")
    assert ask(house.address, "overview", None, cookie).status == 302
    assert ask(house.address, STATIC, None, cookie).status == 403
    assert websocket(house.address, "overview", token, cookie) == 403
    assert ask(house.address, "login", {"name": "gone", "password": house.passwords["gone"]}).status == 403


def test_an_open_page_shows_nothing_to_who_may_not_see_it_now_and_comes_back(house: House) -> None:
    settings = house.root / "workbench.yml"
    whole = settings.read_text("utf-8")
    without = whole.replace("viewer: [vi]", "viewer: [nobody]")
    told(house.address, "overview", house.cookie("vi"), [
        (lambda: settings.write_text(without, "utf-8"), "vi is signed in no longer"),
        (lambda: settings.write_text("a: [", "utf-8"), "workbench.yml"),
        (lambda: settings.write_text(whole, "utf-8"), "svg"),
        (lambda: house.passwords.update(vi=house.people.add("vi")), "vi is signed in no longer"),
    ])  # fmt: skip


def test_another_password_and_signing_out_end_old_cookies(house: House) -> None:
    first = house.cookie("王芳")
    house.passwords["王芳"] = house.people.add("王芳")
    assert ask(house.address, "overview", None, first).status == 302
    copies = [house.cookie("王芳"), house.cookie("王芳")]
    out = ask(house.address, "logout", {}, copies[0])
    assert out.status == 200 and "You are signed out" in out.text
    assert [ask(house.address, "overview", None, copy).status for copy in copies] == [302, 302]
    assert "王芳" in ask(house.address, "overview", None, house.cookie("王芳")).text
    assert ask(house.address, "logout").status == 405  # a link or picture signs nobody out


def test_starting_again_signs_nobody_out(tmp_path: Path) -> None:
    """And by https under a prefix cookies stay there."""
    house, name = House(tmp_path), "dq.example.com"
    with house.serve():
        cookie = house.cookie("lee")
    with dashboard(tmp_path, house.port, "--origin", f"https://{name}", "--prefix", "dq") as (address, _):
        assert address == f"https://{name}/dq/"
        assert ask(house.address, "dq/overview", None, cookie, host=name).status == 200
        tried = {"name": "vi", "password": house.passwords["vi"], "next": "runs"}
        answer = ask(house.address, "dq/login", tried, "", ("Origin", f"https://{name}"), host=name)
        assert answer.headers["Location"] == "/dq/runs"
        given = answer.headers["Set-Cookie"]
        assert "Secure" in given and "Path=/dq/" in given and "SameSite=Lax" in given and "HttpOnly" in given
        assert ask(house.address, "overview", None, cookie, host=name).status == 404


def test_a_mistake_in_the_settings_is_said_and_lets_nobody_see_more(house: House, cookies: dict[str, str]) -> None:
    settings = (house.root / "workbench.yml").read_text("utf-8")
    try:
        (house.root / "workbench.yml").write_text(settings + "no_such_thing: 1\n", "utf-8")
        text = shown(house.address, "overview", cookies["lee"])
        assert "workbench.yml" in text and "no_such_thing" in text and "2026-03-09" not in text
    finally:
        (house.root / "workbench.yml").write_text(settings, "utf-8")
    assert "2026-03-09" in ask(house.address, "overview", None, cookies["lee"]).text


def test_a_damaged_list_of_people_lets_nobody_in_and_tells_strangers_nothing(tmp_path: Path) -> None:
    house = House(tmp_path)
    with house.serve():
        cookie = house.cookie("lee")
        whole = house.people.file.read_text("utf-8")
        house.people.file.write_text(whole[: len(whole) // 2], "utf-8")
        for answer in (ask(house.address, "overview", None, cookie),
                       ask(house.address, "login", {"name": "lee", "password": house.passwords["lee"]})):  # fmt: skip
            assert answer.status == 503 and "in its terminal" in answer.text and str(tmp_path) not in answer.text
        house.people.file.write_text(whole, "utf-8")
        assert ask(house.address, "overview", None, cookie).status == 200


def test_wrong_tries_get_the_same_answer_and_then_have_to_wait(house: House) -> None:
    answers = {}
    for name in ("sly", "nobody at all"):
        tries = [ask(house.address, "login", {"name": name, "password": "wrong"}) for _ in range(8)]
        assert [answer.status for answer in tries[:5]] == [403] * 5
        waits = [answer for answer in tries[5:] if answer.status == 429]
        assert waits and all(int(answer.headers["Retry-After"]) > 0 for answer in waits)
        assert "too many wrong tries" in waits[0].text
        answers[name] = tries[0].text
    assert answers["sly"] == answers["nobody at all"]
    assert house.cookie("vi")  # others do not wait


@pytest.mark.parametrize(
    "asked", ["//evil.com", "https://evil.com", "/\\evil.com", "overview/../../x", "javascript:alert(1)", "login",
              "overview\r\nSet-Cookie: a=b", "evil.com?x=/overview", "<script>"],
)  # fmt: skip
def test_from_the_login_one_gets_to_pages_of_ours_alone(house: House, asked: str) -> None:
    answer = ask(house.address, "login", {"name": "vi", "password": house.passwords["vi"], "next": asked})
    assert answer.status == 302 and answer.headers["Location"] == "/" and "a=b" not in str(answer.headers)


@pytest.mark.parametrize("host", ["evil.com", "evil.com:80", "127.0.0.1", "localhost:1", "127.0.0.1.evil.com", "@"])
def test_a_request_for_another_name_is_not_ours(house: House, cookies: dict[str, str], host: str) -> None:
    """A page elsewhere whose name suddenly leads to this computer gets nothing."""
    for path in ("overview", STATIC, "login"):
        answer = ask(house.address, path, None, cookies["lee"], host=host)
        assert answer.status in (400, 421) and "2026" not in answer.text
    assert ask(house.address, "overview", None, cookies["lee"], host=f"LOCALHOST:{house.port}").status == 200


@pytest.mark.parametrize("origin", ["http://evil.com", "null", "http://127.0.0.1:1", "file://", "", "http://["])
def test_a_request_that_another_site_sends_is_refused(house: House, cookies: dict[str, str], origin: str) -> None:
    token = ask(house.address, "overview", None, cookies["lee"]).token
    sent = ("Origin", origin)
    assert websocket(house.address, "overview", token, cookies["lee"], sent) == 403
    tried = {"name": "vi", "password": house.passwords["vi"]}
    assert ask(house.address, "login", tried, "", sent).status == 403
    assert ask(house.address, "logout", {}, cookies["lee"], sent).status == 403
    own = ("Origin", house.address.rstrip("/"))
    assert ask(house.address, "login", tried, "", own).status == 302


@pytest.mark.parametrize("path", ["", "overview", STATIC, "login", "nothing", "static/nothing", "..", "overview/ws"])
def test_every_answer_keeps_browsers_safe(house: House, cookies: dict[str, str], path: str) -> None:
    for cookie in (cookies["lee"], ""):
        headers = ask(house.address, path, None, cookie).headers
        assert {name: headers[name] for name in SAFE} == SAFE and "Server" not in headers
        policy = headers["Content-Security-Policy"]
        scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
        assert "frame-ancestors 'none'" in policy and "default-src 'none'" in policy
        assert "unsafe" not in scripts and "*" not in policy and "http" not in policy


def test_the_nonce_is_another_each_time_and_every_script_has_it(house: House, cookies: dict[str, str]) -> None:
    seen = set()
    for _ in range(2):
        answer = ask(house.address, "overview", None, cookies["lee"])
        (nonce,) = re.findall(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
        scripts = re.findall(r"<script[^>]*>", answer.text)
        assert scripts and all(f'nonce="{nonce}"' in script for script in scripts)
        seen.add(nonce)
    assert len(seen) == 2


UP = ("..", "../..", "../../workbench.yml", "..%2f..%2fworkbench.yml", "%2e%2e/%2e%2e/workbench.yml", "/etc/passwd",
      "....//....//workbench.yml", "..\\..\\workbench.yml", "%2e%2e%5cworkbench.yml", "%252e%252e/workbench.yml")  # fmt: skip


@pytest.mark.parametrize("up", UP)
def test_no_path_leads_out(house: House, cookies: dict[str, str], up: str) -> None:
    for path in (up, f"static/{up}", f"static/js/{up}", f"static/extensions/panel/{up}", f"overview/{up}",
                 f"components/os/path/_esm/{up}", f"reports/{up}"):  # fmt: skip
        answer = ask(house.address, path, None, cookies["lee"])
        assert answer.status in (400, 403, 404) and "sources:" not in answer.text and "root:" not in answer.text


@pytest.mark.parametrize("name", PAGES)
def test_no_parameter_leads_out(house: House, cookies: dict[str, str], name: str) -> None:
    asked = {"run", "page", "left", "right", "golden", "language", "next", "search", *PAGES[name].filters}
    for up in UP:
        asked_for = "&".join(f"{parameter}={up}" for parameter in sorted(asked))
        text = shown(house.address, f"{name}?{asked_for}", cookies["lee"])
        assert "sources:" not in text and "root:" not in text and "fault of ours" not in text


def test_what_is_too_large_or_of_another_kind_is_refused(house: House, cookies: dict[str, str]) -> None:
    try:
        status = ask(house.address, "login", {"name": "lee", "password": "x" * 200_000}).status
    except ConnectionError:  # it hangs up before all is sent
        status = 413
    assert status in (400, 413)
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"):
        assert ask(house.address, "overview", None, cookies["lee"], method=method).status in (403, 405)
    assert ask(house.address, "overview", {"a": "b"}, cookies["lee"]).status == 405
