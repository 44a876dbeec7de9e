"""The ways in: each tells from a request who somebody is."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from ipaddress import IPv4Address
from typing import Protocol

from tornado.httputil import HTTPServerRequest

from ...language import gettext as _
from ...people import People, a_name
from .seal import Pass, Seal


class RefusedError(Exception):
    """A request that is not answered: with which status, and why in words."""

    def __init__(self, status: int, words: str):
        """The words are shown to who asked."""
        super().__init__(words)
        self.status, self.words = status, words


class Way(Protocol):
    """A way in."""

    def who(self, request: HTTPServerRequest) -> Pass | None:
        """Who it is; None for who has to sign in first. Raises RefusedError for who cannot come in so."""


class Here:
    """From this computer alone: who looks is who started the dashboard."""

    def __init__(self, name: str):
        """By this name."""
        self._name = name

    def who(self, request: HTTPServerRequest) -> Pass | None:
        """Always the same person."""
        return Pass(self._name)


class Cookie:
    """By a sealed cookie, which signing in gave. With people it lapses with the password it was given for."""

    def __init__(self, seal: Seal, people: People | None = None):
        """People where they have passwords here."""
        self._seal, self._people = seal, people

    def who(self, request: HTTPServerRequest) -> Pass | None:
        """Whom the cookie is of, as long as it counts. Raises StoreError where people.json is damaged."""
        kept = request.cookies.get(self._seal.cookie)
        found = self._seal.read(kept.value) if kept else None
        return found if found and (not self._people or self._people.mark(found.name) == found.mark) else None


class Header:
    """By a header that a reverse proxy sets. It counts from the proxy's own address alone."""

    def __init__(self, header: str, proxies: Collection[IPv4Address], note: Callable[[str], None]):
        """`note` is told addresses that send the header and are no proxy's: each at most once an hour, few in all."""
        self._header, self._proxies, self._note = header, {str(proxy) for proxy in proxies}, note
        self._noted: dict[str, float] = {}

    def who(self, request: HTTPServerRequest) -> Pass | None:
        """Whom the proxy names. The address is the connection's: what headers say of it anybody can write."""
        values = request.headers.get_list(self._header)
        if request.remote_ip not in self._proxies:
            if values:
                self._tell(str(request.remote_ip))
            raise RefusedError(403, _("This address is not the reverse proxy's, and people come through that alone."))
        if len(values) != 1:
            raise RefusedError(403, _("The reverse proxy has to say in one header who you are; see docs/dashboard.md."))
        try:
            name = a_name(values[0].encode("latin-1").decode("utf-8"))  # a header comes as bytes
        except UnicodeError:
            name = None
        if name is None:
            raise RefusedError(403, _("What the reverse proxy says who you are is no name."))
        return Pass(name)

    def _tell(self, address: str) -> None:
        now = time.monotonic()
        self._noted = {one: at for one, at in self._noted.items() if now - at < 3600}
        if address not in self._noted and len(self._noted) < 100:
            self._noted[address] = now
            self._note(address)
