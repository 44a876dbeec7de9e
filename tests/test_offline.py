"""The whole job with the network cut off."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from . import small
from .small import command, ran, told, workbench

DEMO = Path(__file__).parents[1] / "data" / "demo"
NO_SOCKETS = """
import socket
class Refused(socket.socket):
    def __init__(self, *arguments, **options):
        raise PermissionError("no network in this test")
    create = __init__
socket.socket = Refused
socket.getaddrinfo = socket.gethostbyname = socket.create_connection = Refused.create
"""
TRY = "import socket\nsocket.create_connection(('192.0.2.1', 80), 1)"


def test_the_demo_runs_with_the_network_cut_off(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a network of its own that has nothing in it, not even itself; where none can be had, without sockets."""
    root = tmp_path / "demo"
    shutil.copytree(DEMO, root, ignore=shutil.ignore_patterns("state", "journal.sqlite*", "load", "reports"))
    if shutil.which("unshare") and subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode == 0:
        how, prefix, script = "unshare -rn", ["unshare", "-rn"], ""
    else:
        how, prefix, script = "sockets refused", [], NO_SOCKETS
    check = subprocess.run([*prefix, *command(script=f"{script}\n{TRY}")], capture_output=True, text=True)
    assert check.returncode == 1 and ("unreachable" in check.stderr or "no network" in check.stderr), check.stderr
    done = subprocess.run(
        [*prefix, *command("run", root, "--json", script=script)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=240,
    )
    assert done.returncode in (0, 1), done.stderr  # whether gates are met is the demo's own test's matter
    found = ran(done)
    assert found["reconciliation"]["unexplained"] == 0 and found["files"]
    assert (root / "reports" / found["run_id"] / "profiler_customer.html").is_file()
    with capsys.disabled():
        print(f" (network cut off by: {how})", end="")


def test_no_page_leads_outside(tmp_path: Path) -> None:
    """What a published page cites is beside it or in it."""
    root = small.project(tmp_path / "p")
    told(workbench("run", root), 0)
    pages = list((root / "reports").rglob("*.html"))
    assert len(pages) >= 6
    for page in pages:
        text = page.read_text("utf-8")
        cited = re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?(https?:|//)[^"')\s]*""", text)
        assert cited == [], page
