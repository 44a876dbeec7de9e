"""Twenty people who read and five who decide, at once for a minute while a run works: `python -m benchmarks crowd`.

The bundled project is served to people whom a proxy's header names. Who reads opens one page after the other, as a
browser does: the page, then its websocket, until its content is there. Who reviews decides one pair after the other.
Meanwhile runs of the project follow each other. What was answered as decided is then held against the journal.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

import workbench as wb
from benchmarks.measured import Line
from workbench.trial import with_settings

READERS, REVIEWERS, SECONDS = 20, 5, 60.0
READS, DECIDES = 10.0, 6.0
"""Seconds that somebody looks at a page, or a pair, before they go on: six seconds a pair are fifty in five minutes."""

REVIEW = [0.001, 0.999]
"""Probabilities for review that leave more pairs to people than the crowd decides."""

PORT, HEADER = 5098, "X-Remote-User"
BASE = f"127.0.0.1:{PORT}"
PAGES = ("overview", "quality", "issues", "matching", "migration", "reconciliation", "ownership", "runs", "find")
TOKEN = re.compile(r'"token":\s*"([^"]+)"')
ON = re.compile(r'data-on="([^"]*)"')
ENDS = re.compile(r"'(?:left|right)', '([^']*)'")
SAID = re.compile(r'data-said>([^<]*)<')
PATIENCE = 30
KEY, LOOKING = "0000100028", "Looking …"
"""A customer whom people look up, and what stands there until their story does."""

WARNED = 'role="status"><span'
"""What a page has in place of something that cannot be shown."""

COMMAND = "from workbench.cli import main; main()"
OURS = "user LIKE 'reviewer%'"
RUNS = """
import sys, time
from workbench.cli import app
until = time.monotonic() + float(sys.argv[2])
while time.monotonic() < until:
    app(["run", sys.argv[1]], standalone_mode=False)
"""


Pair = frozenset[str]


@dataclass
class Seen:
    """What people measured, in seconds, the pairs they decided, what the room told them, and what went wrong."""

    pages: list[float] = field(default_factory=list)
    decisions: list[float] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Visit:
    """A page that somebody has open."""

    def __init__(self, socket: WebSocketClientConnection):
        """By its websocket."""
        self._socket = socket
        self._room, self._state = "", ""
        self.html = ""

    @classmethod
    async def to(cls, client: httpx.AsyncClient, name: str, page: str) -> Visit:
        """Open a page, until its content is there."""
        asked = f"{page}?find={KEY}" if page == "find" else page
        answer = (await client.get(f"http://{BASE}/{asked}", headers={HEADER: name})).raise_for_status()
        found = TOKEN.search(answer.text)
        if found is None:
            raise RuntimeError(f"{page} has no session")
        request = HTTPRequest(f"ws://{BASE}/{page}/ws", headers={HEADER: name}, request_timeout=PATIENCE)
        socket = await websocket_connect(request, subprotocols=["bokeh", found[1]], max_message_size=1 << 27)
        visit = cls(socket)
        await visit._hear("ACK")
        await visit._say("PULL-DOC-REQ", {})
        document = (await visit._hear("PULL-DOC-REPLY"))["doc"]
        visit._find(document)
        await visit._event("document_ready")
        shown = str(document)
        if LOOKING in shown:
            shown = str(await visit._hear("PATCH-DOC"))
        if WARNED in unescape(shown):
            raise RuntimeError(f"{page} warns instead of what it shows")
        return visit

    def close(self) -> None:
        """Leave the page."""
        self._socket.close()

    async def tell(self, said: Any) -> None:
        """Tell the room something, until it shows something else."""
        before = self.html
        await self._event("data_event", model={"id": self._room}, data=_sent(said))
        while self.html == before:
            for change in (await self._hear("PATCH-DOC"))["events"]:
                if change["kind"] == "ModelChanged" and change["attr"] == "html":
                    self.html = change["new"]

    async def decide(self, verdict: str) -> tuple[Pair, str]:
        """Call a pair the same or not, until the next is shown: the pair, and what the room tells instead."""
        (shown,) = set(ON.findall(self.html))
        on = unescape(shown)
        await self.tell({"do": verdict, "on": on, "form": {"why": ["seen side by side"]}})
        return frozenset(ENDS.findall(on)), "".join(SAID.findall(self.html))

    async def skip(self) -> None:
        """Leave the pair that is shown to others."""
        (shown,) = set(ON.findall(self.html))
        await self.tell({"do": "skip", "on": unescape(shown), "form": {}})

    def _find(self, node: Any) -> None:
        """The room among the models of a document."""
        if isinstance(node, dict):
            if "esm" in node.get("attributes", {}):
                self._room = node["id"]
            node = list(node.values())
        for part in node if isinstance(node, list) else ():
            self._find(part)

    async def _event(self, name: str, **values: Any) -> None:
        event = {"type": "event", "name": name, "values": {"type": "map", "entries": [*map(list, values.items())]}}
        message = {"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": event}
        await self._say("PATCH-DOC", {"events": [message]})

    async def _say(self, kind: str, content: dict[str, Any]) -> None:
        for part in ({"msgid": os.urandom(8).hex(), "msgtype": kind}, {}, content):
            await self._socket.write_message(json.dumps(part))

    async def _hear(self, kind: str) -> Any:
        """The content of the next message of a kind; its buffers are left."""
        while True:
            header, _, content = [json.loads(await self._read()) for _ in range(3)]
            for _ in range(2 * header.get("num_buffers", 0)):
                await self._read()
            if header["msgtype"] == "ERROR":
                raise RuntimeError(content["text"])
            if header["msgtype"] == kind:
                return content

    async def _read(self) -> str | bytes:
        message = await asyncio.wait_for(self._socket.read_message(), PATIENCE)
        if message is None:
            raise RuntimeError("the websocket was closed")
        return message


def _sent(said: Any) -> Any:
    """As Bokeh's protocol writes dictionaries."""
    if isinstance(said, dict):
        return {"type": "map", "entries": [[key, _sent(value)] for key, value in said.items()]}
    return said


async def read(client: httpx.AsyncClient, number: int, seen: Seen, until: float) -> None:
    """Open one page after the other."""
    turn = number
    await asyncio.sleep(READS * number / READERS)
    while time.monotonic() < until:
        page, started = PAGES[turn % len(PAGES)], time.perf_counter()
        visit = await Visit.to(client, f"reader{number}", page)
        seen.pages.append(time.perf_counter() - started)
        await asyncio.sleep(READS)
        visit.close()
        turn += 1


async def review(client: httpx.AsyncClient, number: int, seen: Seen, until: float) -> None:
    """Decide one pair after the other."""
    await asyncio.sleep(DECIDES * number / REVIEWERS)
    visit = await Visit.to(client, f"reviewer{number}", "review")
    await visit.tell("here")
    while time.monotonic() < until:
        await asyncio.sleep(DECIDES)
        started = time.perf_counter()
        pair, told = await visit.decide("no_match" if len(seen.decisions) % 2 else "match")
        if not pair:
            seen.errors.append("nothing was left to decide")
            break
        if told:
            seen.told.append(told)
            await visit.skip()
        else:
            seen.pairs.append(pair)
            seen.decisions.append(time.perf_counter() - started)
    visit.close()


async def _crowd(seen: Seen) -> None:
    async with httpx.AsyncClient(timeout=PATIENCE, limits=httpx.Limits(max_connections=None)) as client:
        until = time.monotonic() + SECONDS
        people: list[Awaitable[None]] = [read(client, number, seen, until) for number in range(READERS)]
        people += [review(client, number, seen, until) for number in range(REVIEWERS)]
        for said in await asyncio.gather(*people, return_exceptions=True):
            if isinstance(said, BaseException):
                seen.errors.append(f"{type(said).__name__}: {said}")


@contextmanager
def _process(*line: object) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([sys.executable, *map(str, line)], stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def measure(root: Path) -> tuple[Seen, list[Pair], int]:
    """Let the crowd in; what it saw, the pairs that the journal has decisions of, and how many runs were finished."""
    seen = Seen()
    with _process("-c", COMMAND, "dashboard", root, "--port", PORT) as server:
        assert server.stdout and server.stdout.readline().startswith("Dashboard")
        with _process("-c", RUNS, root, SECONDS):
            asyncio.run(_crowd(seen))
    with sqlite3.connect(root / "journal.sqlite") as con:
        lines = con.execute(f"SELECT source_l || ':' || key_l, source_r || ':' || key_r FROM decisions WHERE {OURS}")
        written = [frozenset(line) for line in lines]
        ((runs,),) = con.execute("SELECT count(*) FROM runs WHERE outcome IS NOT NULL AND user = 'crowd'")
    return seen, written, runs


def main() -> list[Line]:
    """Measure on a copy of the demo in which everybody may do everything, and print what the crowd saw."""
    os.environ["WORKBENCH_USER"] = "crowd"
    demo = wb.open_demo()  # goes when nobody holds it
    root = demo.root
    with_settings(root, {"dashboard": {"sign_in": "header"}, "roles": {}, "match.customer.review": REVIEW})
    demo.run()
    seen, written, runs = measure(root)
    title = f"{READERS} readers and {REVIEWERS} reviewers for {SECONDS:.0f} s while {runs} runs were finished"
    shown = Table("", "times", "median", "p95", "longest", title=f"{title}, seconds")
    lines = []
    for what, bar, times in (("pages", "p95 under 1 s", seen.pages), ("decisions", "p95 under 1 s", seen.decisions)):
        at_95 = quantiles(times, n=20)[-1]
        shown.add_row(what, str(len(times)), *(f"{time:.2f}" for time in (median(times), at_95, max(times))))
        lines.append(Line(f"{title}: {what}", bar, f"{len(times)}, p95 {at_95:.2f} s"))
    Console().print(shown)
    lost, doubled = set(seen.pairs) - set(written), len(written) - len(set(written))
    whole = f"{len(seen.errors)} errors, {len(lost)} lost, {doubled} doubled"
    print(f"{len(seen.pairs)} decisions answered, {len(written)} in the journal: {whole}")
    print(*seen.errors, *(f"The room told a reviewer: {told}" for told in seen.told), sep="\n")
    return [*lines, Line(f"{title}: errors, lost and doubled decisions", "none", whole)]


if __name__ == "__main__":
    main()
