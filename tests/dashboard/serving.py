"""The dashboard in a process of its own."""

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.small import command


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def dashboard(root: Path, port: int | None = None) -> "Iterator[tuple[str, subprocess.Popen[str]]]":
    """Serve a project; gives the address that the command prints, and its process, which is ended by Ctrl-C."""
    line = command("dashboard", root, "--port", port or free_port())
    server = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    try:
        assert server.stdout and server.stderr
        said = server.stdout.readline()
        assert said.startswith("Dashboard: http://127.0.0.1:"), said + server.stderr.read()
        yield said.split()[1], server
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=20)
