import shutil
import signal
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.small import CONFIG, told, workbench
from tests.views.made import HOSTILE
from workbench import Project
from workbench.dashboard.pages import PAGES

from .serving import dashboard, free_port


@pytest.fixture(scope="module")
def root(demo: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's settings and what it published; neither journal nor state."""
    folder = tmp_path_factory.mktemp("dashboard") / "demo"
    shutil.copytree(demo.root, folder, ignore=shutil.ignore_patterns("state", "load", "journal.sqlite*", "sources"))
    return folder


@pytest.fixture(scope="module")
def address(root: Path) -> Iterator[str]:
    with dashboard(root) as (address, _):
        yield address


def fetch(address: str) -> tuple[str, str]:
    """Where an address leads, and the page there."""
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.url, answer.read().decode()


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_served_with_its_heading(address: str, name: str) -> None:
    _, html = fetch(f"{address}{name}?run=no&check=%3Cscript%3E")
    assert f"<h1>{PAGES[name].title}</h1>" in html and f"<title>{PAGES[name].title}</title>" in html
    assert "Traceback" not in html


def test_the_root_leads_to_the_overview(address: str) -> None:
    assert fetch(address)[0] == f"{address}overview"


def test_it_is_heard_on_this_computer_alone(address: str) -> None:
    port = int(address.split(":")[-1].strip("/"))
    for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]:
        _, local, _, state, *_ = line.split()
        if local.endswith(f":{port:04X}") and state == "0A":
            assert local.startswith("0100007F")


def test_it_reads_reports_only(root: Path, address: str) -> None:
    fetch(f"{address}quality")
    assert not (root / "state").exists() and not list(root.glob("journal*"))


def test_a_port_that_is_taken_is_said(root: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        told(workbench("dashboard", root, "--port", port), 2, f"Port {port} is taken", "--port")


def test_a_folder_that_is_no_project_is_said(tmp_path: Path) -> None:
    told(workbench("dashboard", tmp_path), 2, "workbench.yml")


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_quietly(tmp_path: Path, name: signal.Signals) -> None:
    (tmp_path / "workbench.yml").write_text(CONFIG, "utf-8")
    with dashboard(tmp_path, free_port()) as (address, server):
        assert "<h1>" in fetch(address)[1]
        server.send_signal(name)
        out, err = server.communicate(timeout=20)
        assert server.returncode in (0, 130, -signal.SIGTERM) and out == err == ""


def test_a_project_name_does_nothing(tmp_path: Path) -> None:
    name = HOSTILE.replace("'", "''")
    (tmp_path / "workbench.yml").write_text(CONFIG.replace("project: Small", f"project: '{name}'"), "utf-8")
    with dashboard(tmp_path) as (address, _):
        html = fetch(address)[1]
    assert (
        "&lt;script&gt;alert(1)" in html and "<script>alert" not in html and "<img" not in html and "{{ 49" not in html
    )
