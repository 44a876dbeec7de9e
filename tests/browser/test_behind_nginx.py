"""A real nginx before the dashboard, set up by the lines of docs/dashboard.md, and a real browser before that."""

import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dashboard.serving import ask, dashboard, free_port, shown, websocket
from tests.small import CONFIG
from tests.views.made import published
from tests.views.records import TABLES
from workbench.dashboard.pages import PAGES

from .conftest import Open

pytestmark = pytest.mark.apt

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
DOCS = Path(__file__).parents[2] / "docs/dashboard.md"
SETTINGS = "\ndashboard: {sign_in: header}\nroles: {steward: [lee], approver: [wang]}\n"
OWN = {place: f"{place}_temp_path temp_{place};" for place in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")}


def settings(folder: Path, port: int, behind: int) -> str:
    """What docs/dashboard.md tells people to write, with ports and files of ours, and without certificates."""
    told = re.search(r"    # nginx\n(.*?)\n\nwith ", DOCS.read_text("utf-8"), re.DOTALL)
    assert told
    lines = re.sub(r"^ *(listen|server_name|ssl_\w+) .*\n", "", told[1], flags=re.MULTILINE)
    lines = lines.replace("server {", f"server {{ listen 127.0.0.1:{port};", 1)
    lines = lines.replace("/etc/nginx/dq.users", str(folder / "users")).replace(":5006;", f":{behind};")
    return (
        f"user root; daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/errors;\n"
        f"events {{}}\nhttp {{ access_log off; {' '.join(OWN.values())}\n{lines}\n}}\n"
    )


def basic(name: str) -> tuple[str, str]:
    return "Authorization", "Basic " + b64encode(f"{name}:pw-{name}".encode()).decode()


@pytest.fixture(scope="module")
def behind() -> int:
    return free_port()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, behind: int) -> Iterator[str]:
    """Where nginx shows the dashboard."""
    if not NGINX:
        pytest.skip("nginx is not installed (apt-get install nginx)")
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    (folder / "workbench.yml").write_text(CONFIG + SETTINGS, "utf-8")
    published(folder, [("2026-03-02", [("crm", "validity", "valid:customer.phone", 10, 3)], {})], **TABLES)
    (folder / "users").write_text("lee:{PLAIN}pw-lee\nwang:{PLAIN}pw-wang\nstranger:{PLAIN}pw-stranger\n", "utf-8")
    (folder / "nginx.conf").write_text(settings(folder, port, behind), "utf-8")
    with dashboard(folder, behind, "--prefix", "/dq", "--origin", f"127.0.0.1:{port}") as (address, _):
        assert address == f"http://127.0.0.1:{port}/dq/"
        line = [NGINX, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "errors"]
        proxy = subprocess.Popen(line)
        try:
            for _ in range(100):
                if _answers(address):
                    break
                assert proxy.poll() is None, (folder / "errors").read_text("utf-8")
                time.sleep(0.1)
            yield address
        finally:
            proxy.terminate()
            proxy.wait(timeout=20)


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=5)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def test_who_nginx_does_not_know_stays_out(address: str) -> None:
    for path in ("", "overview", "static/js/bokeh.min.js"):
        assert ask(address, path).status == 401
        assert ask(address, path, None, "", ("X-Remote-User", "wang")).status == 401


def test_pages_and_their_websockets_lie_under_the_prefix(address: str) -> None:
    for name in PAGES:
        text = shown(address, name, "", Authorization=basic("lee")[1])
        assert f"<h1>{PAGES[name].title}</h1>" in text and "lee" in text and "2026-03-02" in text
    assert "no role" in shown(address, "overview", "", Authorization=basic("stranger")[1])


def test_links_redirects_and_files_do_too(address: str) -> None:
    begin = address.removesuffix("dq/")
    assert ask(address, "", None, "", basic("lee")).headers["Location"] == "/dq/overview"
    assert ask(begin, "dq", None, "", basic("lee")).headers["Location"] in ("/dq/", f"{begin}dq/")
    page = ask(address, "overview", None, "", basic("lee")).text
    links = [link for link in re.findall(r'(?:href|src)="([^"]+)"', page) if not link.startswith("data:")]
    assert len(links) > 10 and not any(link.startswith(("/", "http")) for link in links)
    for link in links:
        assert ask(address, link.replace("&amp;", "&"), None, "", basic("lee")).status == 200, link
    for outside in ("overview", "static/js/bokeh.min.js", "login"):
        assert ask(begin, outside, None, "", basic("lee")).status == 404


def test_a_header_that_a_browser_forges_does_not_count(address: str, behind: int) -> None:
    for forged in (("X-Remote-User", "wang"), ("x-remote-user", "wang"), ("X_Remote_User", "wang")):
        page = ask(address, "overview", None, "", basic("lee"), forged).text
        assert "lee" in page and "wang" not in page
    token = ask(address, "overview", None, "", basic("lee")).token
    assert websocket(address, "overview", token, "", basic("wang")) == 403
    assert websocket(address, "overview", token, "", basic("lee"), ("X-Remote-User", "wang")) == 101
    direct = f"http://127.0.0.1:{behind}/dq/"
    assert ask(direct, "overview", None, "", ("X-Remote-User", "wang"), source="127.0.0.2").status == 403


def test_a_browser_walks_about_under_the_prefix(new_context: Open, address: str) -> None:
    page = new_context(http_credentials={"username": "lee", "password": "pw-lee"}).new_page()
    wrong: list[str] = []
    asked: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.locator("main .wb").first.wait_for()
    page.get_by_role("link", name="Issues", exact=True).click()
    page.get_by_label("State").select_option("open")
    page.wait_for_url("**/dq/issues?state=open")
    page.get_by_role("link", name="中文").click()
    page.wait_for_url("**/dq/issues?*language=zh*")
    assert page.locator("html").get_attribute("lang") == "zh" and "state=open" in page.url
    assert wrong == [] and all(url.startswith((address, "blob:", "data:")) for url in asked)
