"""What stands before every page, file and websocket: which requests come in, as whom, and how answers are kept safe."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlencode

from bokeh.application.handlers.handler import Handler
from bokeh.document import Document
from bokeh.server.tornado import BokehTornado
from bokeh.util.token import check_token_signature, get_token_payload
from tornado.httputil import HTTPHeaders, HTTPMessageDelegate, HTTPServerRequest
from tornado.routing import Router
from tornado.web import OutputTransform

from ...errors import WorkbenchError
from ...language import gettext as _
from ...language import language, spoken
from .answers import Elsewhere, Refusal, language_of
from .seal import Pass
from .site import Site
from .ways import RefusedError, Way

DOORS = ("login", "logout")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Arrival:
    """Who sent a request, and the nonce of the scripts in the answer."""

    nonce: str
    who: Pass | None = None


def arrival(request: HTTPServerRequest) -> Arrival:
    """What the gate found of a request."""
    found: Arrival = request.arrival  # type: ignore[attr-defined]  # the gate writes it there
    return found


class Gate(Router):
    """Lets requests in to an application: to known places, under a name of ours, by people who are known."""

    def __init__(self, app: BokehTornado, site: Site, way: Way, pages: Collection[str]):
        """The pages are the names of those there are."""
        self._app, self._site, self._way, self._pages = app, site, way, pages
        app.add_transform(Safe)

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> HTTPMessageDelegate | None:
        """What answers a request."""
        request.arrival = Arrival(secrets.token_urlsafe(16))  # type: ignore[attr-defined]
        with spoken(language_of(request, self._app)):
            try:
                place = self._place(request)
                if place not in DOORS:
                    who = self._who(request)
                    if who is None:
                        return self._to_login(request, place)
                    if place.endswith("/ws") and not self._drawn_for(request, who):
                        raise RefusedError(403, _("The page was drawn for somebody else. Load it again."))
                    request.arrival = Arrival(arrival(request).nonce, who)  # type: ignore[attr-defined]
            except RefusedError as refused:
                answer = {"status": refused.status, "words": refused.words}
                return self._app.get_handler_delegate(request, Refusal, answer)
        return self._app.find_handler(request)

    def _place(self, request: HTTPServerRequest) -> str:
        """Where a request goes, below our path. Raises RefusedError for a place or a sender that is none of ours."""
        origin = request.headers.get("Origin")
        if request.headers.get("Host", "").lower() not in self._site.hosts:
            raise RefusedError(421, _("This is not the name by which the dashboard is known (--origin)."))
        if origin is not None and origin.lower().partition("://")[2] not in self._site.hosts:
            raise RefusedError(403, _("Another site has sent this request."))
        if any(name.startswith("bokeh-") for name in request.arguments) or "Bokeh-Session-Id" in request.headers:
            raise RefusedError(403, _("Whose page it is cannot be chosen."))
        path = unquote(request.path)
        place = path.removeprefix(self._site.prefix).removeprefix("/")
        known = {"", *DOORS, *self._pages, *(f"{page}/ws" for page in self._pages)}
        inside = not self._site.prefix or path == self._site.prefix or path.startswith(self._site.path)
        steps = place.replace("\\", "/").split("/")
        if not inside or ".." in steps or not (place in known or steps[0] == "static"):
            raise RefusedError(404, _("There is no such page."))
        return place

    def _who(self, request: HTTPServerRequest) -> Pass | None:
        try:
            return self._way.who(request)
        except WorkbenchError as error:
            _log.error("It cannot be told who people are: %s", error)
            words = _("It cannot be told who you are. Whoever started the dashboard reads the reason in its terminal.")
            raise RefusedError(503, words) from error

    def _to_login(self, request: HTTPServerRequest, place: str) -> HTTPMessageDelegate:
        if request.method != "GET" or place not in ("", *self._pages):
            raise RefusedError(403, _("Sign in first."))
        asked = f"{place}?{request.query}" if request.query else place
        url = f"{self._site.to('login')}?{urlencode({'language': language(), 'next': asked})}"
        return self._app.get_handler_delegate(request, Elsewhere, {"url": url})

    def _drawn_for(self, request: HTTPServerRequest, who: Pass) -> bool:
        """Whether the token that opens a websocket is ours and was given to this person with their page."""
        token = request.headers.get("Sec-WebSocket-Protocol", "").rpartition(",")[2].strip()
        try:
            sealed = check_token_signature(token, secret_key=self._app.secret_key, signed=True)
            return sealed and get_token_payload(token)["name"] == who.name
        except Exception:  # Bokeh reads it before it looks at the seal, so anything may be wrong in it
            return False


class Carried(Handler):
    """What the session of a page takes along, sealed in its token: who asked for it, and its nonce."""

    def modify_document(self, doc: Document) -> None:
        """Leaves the page as it is."""

    def process_request(self, request: HTTPServerRequest) -> dict[str, Any]:
        """Of a page, or of the websocket that opens it again."""
        found = arrival(request)
        who = found.who
        return {"nonce": found.nonce, "name": who.name, "since": who.since, "mark": who.mark} if who else {}


class Safe(OutputTransform):
    """Headers of every answer: nothing from elsewhere is loaded, nothing of ours stands in a page of others."""

    def __init__(self, request: HTTPServerRequest):
        """Scripts in the page need the nonce of its request."""
        self._nonce = arrival(request).nonce

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        """Add them."""
        headers.update(
            {
                "Content-Security-Policy": POLICY.format(nonce=self._nonce),
                "X-Content-Type-Options": "nosniff",
                "X-Frame-Options": "DENY",
                "Referrer-Policy": "same-origin",
                "Cross-Origin-Opener-Policy": "same-origin",
                "Cross-Origin-Resource-Policy": "same-origin",
            }
        )
        headers.pop("Server", None)
        return status_code, headers, chunk


POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self' blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""As tight as Bokeh and Panel allow: they write styles into elements, and load components as blobs of their own."""
