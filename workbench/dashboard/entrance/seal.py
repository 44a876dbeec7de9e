"""The sealed cookie that says who signed in and when. It cannot be forged, and it ends by itself."""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tornado.web import create_signed_value, decode_signed_value

from ...errors import StoreError
from ...files import disk

LASTS = 12 * 3600
"""Seconds until somebody has to sign in again."""

SLACK = 60
"""Seconds by which a clock may have been set back while the dashboard stood still."""

KEY = "state/dashboard.key"


@dataclass(frozen=True)
class Pass:
    """Who somebody is; where they signed in here, when, and the mark of the password they did it with."""

    name: str
    since: float | None = None
    mark: str = ""


class Seal:
    """Makes and reads sealed passes."""

    def __init__(self, key: bytes, cookie: str, clock: Callable[[], float] | None = None):
        """With a key of its own, for a cookie of this name."""
        self.cookie, self._key, self._clock = cookie, key.hex(), clock or Clock()
        self._ended: dict[str, float] = {}

    def make(self, name: str, mark: str = "") -> str:
        """The cookie of somebody who signs in now, also where they signed out when the clock was ahead."""
        now = self._clock()
        if name in self._ended:
            self._ended[name] = min(self._ended[name], math.nextafter(now, 0))
        text = json.dumps([name, now, mark])
        return create_signed_value(self._key, self.cookie, text, clock=self._clock).decode()

    def read(self, cookie: str | None) -> Pass | None:
        """Whom a cookie is of; None where it is none of ours, has ended, or is of a time to come."""
        text = decode_signed_value(self._key, self.cookie, cookie, max_age_days=365, clock=self._clock)
        if text is None:
            return None
        name, since, mark = json.loads(text)
        return Pass(name, since, mark) if self.lasts(name, since) else None

    def lasts(self, name: str, since: float) -> bool:
        """Whether who signed in then still is."""
        return -SLACK <= self._clock() - since < LASTS and since > self._ended.get(name, 0)

    def end(self, name: str) -> None:
        """Somebody signs out, wherever they are signed in."""
        self._ended[name] = self._clock()


class Clock:
    """Seconds since 1970. They go on while the dashboard runs, also when the computer's clock is set back."""

    def __init__(self) -> None:
        """Begin with the computer's clock."""
        self._begin = time.time() - time.monotonic()

    def __call__(self) -> float:
        """What time it is."""
        return max(time.time(), self._begin + time.monotonic())


def kept_key(root: Path) -> bytes:
    """The project's secret, made on first use and read by its owner alone. Raises StoreError where it is damaged."""
    file = root / KEY
    with disk(KEY):
        file.parent.mkdir(exist_ok=True)
        try:
            with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as new:
                new.write(secrets.token_hex(32))
        except FileExistsError:
            pass
        text = file.read_text("ascii", errors="replace")
    if len(text) != 64 or set(text) - set("0123456789abcdef"):
        raise StoreError(f"{file} is damaged. Take it away: a new one is made, and everybody signs in again.")
    return bytes.fromhex(text)


def derived(key: bytes, purpose: str) -> bytes:
    """A key of its own for each purpose."""
    return hmac.digest(key, purpose.encode(), hashlib.sha256)
