"""A small provider of OpenID Connect: it sends everybody back with a code, and gives a token for it."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

KEY, SECRET = "workbench", "shared secret"


class Provider(ThreadingHTTPServer):
    """Signs everybody in as `name`. `asked` are the forms that came for tokens."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.name: object = "lee@example.com"
        self.openid = True
        self.asked: list[dict[str, str]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def environment(self) -> dict[str, str]:
        """What the dashboard is told of it."""
        return {
            "PANEL_OAUTH_PROVIDER": "generic",
            "PANEL_OAUTH_KEY": KEY,
            "PANEL_OAUTH_SECRET": SECRET,
            "PANEL_OAUTH_AUTHORIZE_URL": f"{self.address}/authorize",
            "PANEL_OAUTH_TOKEN_URL": f"{self.address}/token",
            "PANEL_OAUTH_USER_URL": f"{self.address}/userinfo",
        }


class _Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        place = urlsplit(self.path)
        if place.path == "/userinfo":
            right = self.headers["Authorization"] == "Bearer opaque"
            return self._json(200 if right else 401, {"email": self.server.name})
        asked = {name: values[0] for name, values in parse_qs(place.query).items()}
        back = urlencode({"code": "the code", "state": asked["state"]})
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{back}")
        self.end_headers()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self.server.asked.append(form)
        if (form["client_id"], form["client_secret"], form["code"]) != (KEY, SECRET, "the code"):
            return self._json(400, {"error": "invalid_grant"})
        said = base64.urlsafe_b64encode(json.dumps({"email": self.server.name}).encode()).decode().rstrip("=")
        openid = {"id_token": f"e30.{said}.seal"} if self.server.openid else {}
        self._json(200, {"access_token": "opaque", "token_type": "Bearer", "expires_in": 3600, **openid})

    def _json(self, status: int, said: object) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *said: object) -> None:
        """Nothing."""


@contextmanager
def provider() -> Iterator[Provider]:
    """A provider that runs."""
    with Provider() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
