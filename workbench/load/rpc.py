"""Tryton's JSON-RPC: one session, one call after the other."""

from __future__ import annotations

import base64
import json
from datetime import date
from decimal import Decimal
from typing import Any

import httpx

from ..errors import TargetError
from .connector import Refused, Unreachable

TIMEOUT = 120.0
"""Seconds that an answer may take."""

_BUSY = ("ConcurrencyException", "TimeOutException", "locked", "Timeout")
"""Kinds of errors that are nobody's fault: another try may do."""


class Rpc:
    """A session with a database of a Tryton server."""

    def __init__(self, url: str, database: str, user: str, password: str, *, timeout: float = TIMEOUT):
        """Nothing is asked before the first call."""
        self._place, self._user, self._password = f"{url.rstrip('/')}/{database}/rpc/", user, password
        self._client = httpx.Client(timeout=timeout, trust_env=False)
        self._session: dict[str, str] = {}
        self.context: dict[str, Any] = {}

    def call(self, method: str, *parameters: Any, **context: Any) -> Any:
        """The result of a method, such as model.party.party.create; dates and decimals are Python's own.

        Raises Unreachable without an answer, Refused for a no, TargetError where we are not let in.
        """
        if not self._session:
            self._login()
        answer = self._post(method, [*parameters, self.context | context])
        if answer.status_code == 401:  # the session has ended
            self._login()
            answer = self._post(method, [*parameters, self.context | context])
        return _result(answer)

    def _login(self) -> None:
        answer = self._post("common.db.login", [self._user, {"password": self._password}, "en"])
        if answer.status_code in (401, 403):
            raise TargetError(
                f"{self._place} does not let {self._user} in. Is the password right (WORKBENCH_PASSWORD_<TARGET>, or "
                "the keyring), and the user's name (`user` of the target)?"
            )
        if answer.status_code == 404:
            raise TargetError(f"{self._place}: there is no such database. Mend `url` or `database` of the target.")
        number, token, *_ = _result(answer)
        proof = base64.b64encode(f"{self._user}:{number}:{token}".encode()).decode()
        self._session = {"Authorization": f"Session {proof}"}

    def _post(self, method: str, parameters: list[Any]) -> httpx.Response:
        said = json.dumps({"id": 1, "method": method, "params": parameters}, default=_encoded)
        headers = {"Content-Type": "application/json", **self._session}
        try:
            return self._client.post(self._place, content=said, headers=headers)
        except httpx.TransportError as error:
            lost = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
            raise Unreachable(f"{self._place}: {type(error).__name__}", lost=lost) from error


def _result(answer: httpx.Response) -> Any:
    if answer.status_code >= 429:
        raise Unreachable(f"it answered {answer.status_code}")
    try:
        found = json.loads(answer.text, object_hook=_decoded)
    except ValueError as error:
        raise Unreachable(f"it answered {answer.status_code}, and nothing that can be read") from error
    if answer.status_code >= 400 or "error" in found:
        kind, said = _error(found)
        if any(word in kind for word in _BUSY):
            raise Unreachable(kind)
        raise Refused(said)
    return found.get("result")


def _error(found: Any) -> tuple[str, str]:
    """Kind and words of an error: a list of them, of which the second may be a list again, or a traceback."""
    said = found.get("error") if isinstance(found, dict) else found
    kind, more = (*said, None, None)[:2] if isinstance(said, list) else (str(said), None)
    if kind in ("UserError", "UserWarning") and isinstance(more, list):
        return kind, " ".join(str(text) for text in more[:2] if text)
    return str(kind), f"a fault of the target: {kind}"


def _encoded(value: Any) -> dict[str, Any]:
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": str(value)}
    if isinstance(value, date):
        return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}
    raise TypeError(type(value).__name__)


def _decoded(found: dict[str, Any]) -> Any:
    match found.get("__class__"):
        case "Decimal":
            return Decimal(found["decimal"])
        case "date":
            return date(found["year"], found["month"], found["day"])
    return found
