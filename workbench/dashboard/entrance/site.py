"""Where the dashboard is: the address it listens on, the names people know it by, the path it lies under."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

from ...errors import ConfigError

HERE = "127.0.0.1"
_ORIGIN = re.compile(r"(?:(https?)://)?([a-z0-9]([a-z0-9.-]*[a-z0-9])?)(?::(\d{1,5}))?/?")
_PREFIX = re.compile(r"(/[A-Za-z0-9_-]+)*")


@dataclass(frozen=True)
class Site:
    """What is ours. `hosts` are what a request may name as its host or origin; `url` is where people find it."""

    address: str
    port: int
    prefix: str
    hosts: frozenset[str]
    url: str

    @property
    def secure(self) -> bool:
        """Whether people come by https."""
        return self.url.startswith("https:")

    @property
    def path(self) -> str:
        """The path that cookies are for."""
        return f"{self.prefix}/"

    def to(self, place: str) -> str:
        """The path of a place of ours."""
        return f"{self.prefix}/{place}"


def site(address: str, port: int, origins: Sequence[str], prefix: str, sign_in: str | None) -> Site:
    """The site that a command line asks for.

    Raises ConfigError for what is no address, origin or path, and for an address or name that others reach where
    nobody signs in, or whose names are not said.
    """
    number = _number(address)
    if not number.is_loopback and not sign_in:
        raise ConfigError(
            f"--address {address}: others reach it there, and nobody signs in. Put a line such as "
            "`dashboard: {sign_in: password}` into workbench.yml first (docs/dashboard.md), or leave --address out."
        )
    if number.is_unspecified and not origins:
        raise ConfigError(
            f"--address {address} needs to know by which name people come, such as --origin dq.example.com:{port}."
        )
    prefix = "/" + prefix.strip("/") if prefix.strip("/") else ""
    if not _PREFIX.fullmatch(prefix):
        raise ConfigError(f"--prefix {prefix}: give a path such as /dq, of letters, digits, - and _.")
    named = [_origin(origin) for origin in origins]
    own = [("http", name, port) for name in {HERE, "localhost", *([] if number.is_unspecified else [str(number)])}]
    if not sign_in and (others := [name for _, name, _ in named if name not in (HERE, "localhost")]):
        raise ConfigError(
            f"--origin {others[0]}: people come there by that name, and nobody signs in. Put a line such as "
            "`dashboard: {sign_in: password}` into workbench.yml first (docs/dashboard.md), or leave --origin out."
        )
    scheme, name, at = named[0] if named else ("http", str(number), port)
    hosts = {host for origin in [*named, *own] for host in _hosts(*origin)}
    url = f"{scheme}://{min(_hosts(scheme, name, at), key=len)}{prefix}/"
    return Site(str(number), port, prefix, frozenset(hosts), url)


def _number(address: str) -> IPv4Address:
    try:
        return IPv4Address(HERE if address == "localhost" else address)
    except ValueError as error:
        raise ConfigError(f"--address {address}: give an IPv4 address of this computer, such as {HERE}.") from error


def _origin(text: str) -> tuple[str, str, int]:
    """Scheme, name and port."""
    found = _ORIGIN.fullmatch(text.lower())
    if not found or not 0 < int(found[4] or 80) < 65536:
        raise ConfigError(f"--origin {text}: give what people type, such as dq.example.com or https://dq.example.com.")
    scheme = found[1] or "http"
    return scheme, found[2], int(found[4] or (443 if scheme == "https" else 80))


def _hosts(scheme: str, name: str, port: int) -> list[str]:
    """How browsers write it: they leave out the usual port."""
    return [f"{name}:{port}", *([name] if port == (443 if scheme == "https" else 80) else [])]
