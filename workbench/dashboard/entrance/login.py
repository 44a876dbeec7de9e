"""Signing in with a password, and out again."""

from __future__ import annotations

import logging
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from tornado.ioloop import IOLoop

from ...errors import WorkbenchError
from ...people import People, a_name
from .answers import Answer
from .seal import LASTS, Pass, Seal
from .throttle import Throttle

LONGEST = 200
"""Characters of a password that are looked at."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """What the handlers of signing in and out work with; `people` where they have passwords here, `proxies` whose word
    counts for where people are.

    Hashing takes a while, so it is done one after the other, beside the pages.
    """

    seal: Seal
    pages: Collection[str]
    people: People
    proxies: Collection[str] = ()
    by_name: Throttle = field(default_factory=lambda: Throttle(free=5))
    by_address: Throttle = field(default_factory=lambda: Throttle(free=100))
    hashing: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    def place(self, asked: str) -> str:
        """A page of ours with its filters, as it was asked for; "" for anything else."""
        page, _, query = asked.partition("?")
        asked_for = urlencode(parse_qsl(query))
        return "" if page not in self.pages else f"{page}?{asked_for}" if asked_for else page


class Entering(Answer):
    """What signs people in and out has an `Entry`."""

    def initialize(self, entry: Entry) -> None:
        """Of this dashboard."""
        self.entry = entry

    def let_in(self, who: Pass) -> None:
        """Give somebody their cookie."""
        self.set_cookie(self.entry.seal.cookie, self.entry.seal.make(who.name, who.mark), max_age=LASTS)


class Login(Entering):
    """Name and password."""

    def get(self) -> None:
        """The form."""
        self._form()

    async def post(self) -> None:
        """Try a name and a password. The answer for a name that is not there is that for a wrong password."""
        entry, name = self.entry, self.get_body_argument("name", "")[:LONGEST]
        address = self._address()
        wait = entry.by_address.wait(address) or entry.by_name.wait(f"{a_name(name)} {address}")
        if wait:
            self.set_header("Retry-After", str(wait))
            return self._form(429, wait=wait)
        password = self.get_body_argument("password", "", strip=False)[:LONGEST]
        try:
            found = await IOLoop.current().run_in_executor(entry.hashing, self._known, a_name(name) or "", password)
        except WorkbenchError as error:
            _log.error("Nobody can sign in: %s", error)
            return self._form(503, broken=True)
        if found is None:
            return self._form(403, wrong=True)
        entry.by_name.forget(f"{found.name} {address}")
        entry.by_address.forget(address)  # behind a proxy many people share it
        self.let_in(found)
        self.redirect(self.site.to(entry.place(self.get_body_argument("next", ""))))

    def _address(self) -> str:
        """Where they are, as the proxy says where one of ours stands before us: many people come from its own."""
        peer = str(self.request.remote_ip)
        said = self.request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        return said if said and peer in self.entry.proxies else peer

    def _known(self, name: str, password: str) -> Pass | None:
        """Whom a name and a password are of; the mark is read first, so that a password given meanwhile counts."""
        mark = self.entry.people.mark(name)
        return Pass(name, mark=mark) if self.entry.people.knows(name, password) else None

    def _form(self, status: int = 200, wait: int = 0, wrong: bool = False, broken: bool = False) -> None:
        asked = self.get_argument("next", "")
        self.show("login", status, wait=wait, wrong=wrong, broken=broken, next=self.entry.place(asked))


class Logout(Entering):
    """The way out."""

    def post(self) -> None:
        """End all that somebody has open, and say so."""
        kept = self.get_cookie(self.entry.seal.cookie)
        if found := self.entry.seal.read(kept):
            self.entry.seal.end(found.name)
        self.clear_cookie(self.entry.seal.cookie)
        self.show("outside", words=None, link="login")
