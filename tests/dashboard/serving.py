"""The dashboard in a process of its own, and requests to it as they go over the line."""

import asyncio
import http.client
import json
import os
import re
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from tests.small import command


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def dashboard(
    root: Path, port: int | None = None, *options: object, **environment: str
) -> "Iterator[tuple[str, subprocess.Popen[str]]]":
    """Serve a project; gives the address that the command prints, and its process, which is ended by Ctrl-C."""
    line = command("dashboard", root, "--port", port or free_port(), *options)
    server = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
                              env=os.environ | environment)  # fmt: skip
    try:
        assert server.stdout and server.stderr
        said = server.stdout.readline()
        assert said.startswith("Dashboard: http"), said + server.stderr.read()
        yield said.split()[1], server
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=20)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def cookie(self) -> str:
        """The cookies that were given, as a browser sends them; without those that were taken away."""
        given = [line.split(";")[0] for line in self.headers.get_all("Set-Cookie") or []]
        return "; ".join(cookie for cookie in given if not cookie.endswith(("=", '=""')))

    @property
    def token(self) -> str:
        """What opens the page's websocket."""
        found = re.search(r'"token":"([^"]+)"', self.text)
        assert found
        return found[1]


def ask(address: str, path: str = "", form: Any = None, cookie: str = "", *headers: tuple[str, Any], method: str = "",
        host: str = "", source: str = "") -> Answer:  # fmt: skip
    """Send one request to a server, as it stands: nothing is followed, no path is tidied up. `source` is from where."""
    place = urlsplit(address)
    line = http.client.HTTPConnection(place.hostname or "", place.port or 80, timeout=60,
                                      source_address=(source, 0) if source else None)  # fmt: skip
    body = urlencode(form).encode() if form is not None else None
    target = f"{place.path}{path}" + (f"?{place.query}" if place.query else "")
    try:
        line.putrequest(method or ("GET" if form is None else "POST"), target, skip_host=True)
        given = [("Host", host or place.netloc), *headers]
        given += [("Cookie", cookie)] if cookie else []
        if body is not None:
            given += [("Content-Type", "application/x-www-form-urlencoded"), ("Content-Length", str(len(body)))]
        for name, value in given:
            line.putheader(name, value if isinstance(value, bytes) else value.encode())
        line.endheaders(body)
        answer = line.getresponse()
        return Answer(answer.status, answer.headers, "" if answer.status == 101 else answer.read().decode())
    finally:
        line.close()


def websocket(
    address: str, page: str, token: str, cookie: str = "", *headers: tuple[str, str], source: str = ""
) -> int:
    """The status that a websocket's opening is answered with: 101 where it opens."""
    opening = (
        ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Sec-WebSocket-Protocol", f"bokeh, {token}"), *headers,
    )  # fmt: skip
    return ask(address, f"{page}/ws", None, cookie, *opening, source=source).status


def shown(address: str, page: str, cookie: str = "", **headers: str) -> str:
    """A page with what comes over its websocket, as a browser asks for it. Raises where the websocket does not open."""
    drawn = ask(address, page, None, cookie, *headers.items())
    assert drawn.status == 200, drawn.text
    url = f"{address.replace('http', 'ws', 1)}{page.partition('?')[0]}/ws"
    request = HTTPRequest(url, headers={"Cookie": cookie, **headers})
    with ThreadPoolExecutor(1) as apart:  # as a browser's driver may have a loop of its own going here
        return drawn.text + apart.submit(asyncio.run, _document(request, drawn.token)).result()


async def _document(request: HTTPRequest, token: str) -> str:
    line = await websocket_connect(request, subprotocols=["bokeh", token])
    await _said(line, "ACK")
    for part in ({"msgid": "1", "msgtype": "PULL-DOC-REQ"}, {}, {}):
        await line.write_message(json.dumps(part))
    document = await _said(line, "PULL-DOC-REPLY")
    line.close()
    return document


def told(address: str, page: str, cookie: str, steps: list[tuple[Callable[[], Any], str]]) -> None:
    """Keep a page open; after each thing that is done it is told something with a text in it. Raises where it is not."""
    drawn = ask(address, page, None, cookie)
    request = HTTPRequest(f"{address.replace('http', 'ws', 1)}{page.partition('?')[0]}/ws", headers={"Cookie": cookie})
    asyncio.run(asyncio.wait_for(_told(request, drawn.token, steps), 90))


async def _told(request: HTTPRequest, token: str, steps: list[tuple[Callable[[], Any], str]]) -> None:
    line = await websocket_connect(request, subprotocols=["bokeh", token])
    await _said(line, "ACK")
    ready = {"type": "event", "name": "document_ready", "values": {"type": "map", "entries": []}}
    sent = {"events": [{"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": ready}]}
    for kind, content in (("PULL-DOC-REQ", {}), ("PATCH-DOC", sent)):
        for part in ({"msgid": kind, "msgtype": kind}, {}, content):
            await line.write_message(json.dumps(part))
    for does, text in steps:
        does()
        while text not in await _said(line, "PATCH-DOC"):
            pass
    line.close()


async def _said(line: WebSocketClientConnection, kind: str) -> str:
    """The content of the next message of a kind: each comes as its header, its metadata and its content."""
    header = ""
    while kind not in header:
        got = await line.read_message()
        assert got is not None, "the websocket was closed"
        header = str(got)
    await line.read_message()
    return str(await line.read_message())


def signed_in(address: str, name: str, password: str) -> str:
    """The cookie of somebody who signs in."""
    answer = ask(address, "login", {"name": name, "password": password})
    assert answer.status == 302, answer.text
    return answer.cookie
