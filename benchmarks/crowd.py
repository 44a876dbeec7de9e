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
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

import workbench as wb
from benchmarks.measured import Line

READERS, REVIEWERS, SECONDS = 20, 5, 60.0
THINKS = 3.0
"""Seconds that somebody looks at what is shown before they go on."""

PORT, HEADER = 5098, "X-Remote-User"
BASE = f"127.0.0.1:{PORT}"
PAGES = ("overview", "quality", "issues", "matching", "migration", "reconciliation", "ownership", "runs")
TOKEN = re.compile(r'"token":"([^"]+)"')
PATIENCE = 30
SERVE = "from workbench.cli import main; main()"


@dataclass
class Seen:
    """What people measured, in seconds, what they were told they had decided, and what went wrong."""

    pages: list[float] = field(default_factory=list)
    decisions: list[float] = field(default_factory=list)
    decided: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Visit:
    """A page that somebody has open."""

    def __init__(self, socket: WebSocketClientConnection, document: dict[str, Any]):
        """With its websocket, and what it shows."""
        self._socket, self._document = socket, document

    @classmethod
    async def to(cls, client: httpx.AsyncClient, name: str, page: str) -> Visit:
        """Open a page, until its content is there."""
        answer = (await client.get(f"http://{BASE}/{page}", headers={HEADER: name})).raise_for_status()
        found = TOKEN.search(answer.text)
        if found is None:
            raise RuntimeError(f"{page} has no session")
        request = HTTPRequest(f"ws://{BASE}/{page.partition('?')[0]}/ws", headers={HEADER: name})
        socket = await websocket_connect(request, subprotocols=["bokeh", found[1]], max_message_size=1 << 27)
        visit = cls(socket, {})
        await visit._hear("ACK")
        await visit._say("PULL-DOC-REQ", {})
        visit._document = (await visit._hear("PULL-DOC-REPLY"))["doc"]
        return visit

    def close(self) -> None:
        """Leave the page."""
        self._socket.close()

    async def press(self, does: dict[str, Any] | str) -> str:
        """Press something in the room; what it shows then."""
        room = next(_models(self._document, "html"))
        told = {"type": "map", "entries": [["model", {"id": room}], ["data", does]]}
        event = {"type": "event", "name": "data_event", "values": told}
        await self._say("PATCH-DOC", {"events": [{"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": event}]})
        while True:
            for change in (await self._hear("PATCH-DOC"))["events"]:
                if change["kind"] == "ModelChanged" and change["attr"] == "html":
                    return str(change["new"])

    async def _say(self, kind: str, content: dict[str, Any]) -> None:
        for part in ({"msgid": os.urandom(8).hex(), "msgtype": kind}, {}, content):
            await self._socket.write_message(json.dumps(part))

    async def _hear(self, kind: str) -> Any:
        """The content of the next message of a kind; its buffers are left."""
        while True:
            header = json.loads(await self._read())
            await self._read()
            content = json.loads(await self._read())
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


def _models(node: Any, attribute: str) -> Any:
    """The ids of the models in a document that have an attribute."""
    if isinstance(node, dict):
        if "id" in node and attribute in node.get("attributes", {}).get("data", node.get("attributes", {})):
            yield node["id"]
        for part in node.values():
            yield from _models(part, attribute)
    elif isinstance(node, list):
        for part in node:
            yield from _models(part, attribute)
