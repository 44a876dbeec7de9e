"""Serves the pages: where, to whom, until when."""

from __future__ import annotations

import gc
import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import panel as pn
from panel.io.application import build_applications
from tornado.ioloop import PeriodicCallback
from tornado.web import RedirectHandler

from ..config import Config, load
from ..errors import ConfigError, StoreError, WorkbenchError
from ..journal import Journal, whoever
from ..people import People
from ..room.desk import Desk
from .app import EVERY, Draw, Frame, page
from .entrance.gate import Carried, Gate
from .entrance.login import Entry, Login, Logout
from .entrance.oauth import provider_login
from .entrance.seal import Seal, derived, kept_key
from .entrance.site import Site
from .entrance.ways import Cookie, Header, Here, Way
from .known import Known
from .pages import PAGES, build, draw_ahead
from .runs import Runs

LARGEST = 100_000
"""Bytes of a request; what people type is far less."""

_log = logging.getLogger(__name__)


def serve(root: Path, site: Site, say: Callable[[str], None]) -> None:
    """Serve a project's pages until interrupted; `say` is told the address, and what to know of signing in.

    Raises ConfigError for a folder that is no project, for what signing in lacks (OAuth needs `roles`), and for a port
    that is taken; StoreError where the project's secret or people.json cannot be read.
    """
    root = root.resolve()
    config, runs = load(root), Runs(root, draw_ahead)
    sign_in = config.dashboard.sign_in
    if sign_in == "oauth" and not config.roles:
        raise ConfigError(
            "sign_in: oauth lets in everybody whom the provider knows. Say in workbench.yml's `roles` who may do what."
        )
    key = kept_key(root) if sign_in in ("password", "oauth") else secrets.token_bytes(32)
    seal = Seal(derived(key, "cookie"), f"workbench_{sha256(str(root).encode()).hexdigest()[:8]}")
    known, people, desk = Known(root, seal), People(root), Desk(root)
    draw = partial(build, runs, config.project)
    with suppress(StoreError):  # nothing is published yet
        draw_ahead(runs, runs.drawn())
    apps = build_applications({name: _app(known, desk, draw, name) for name in PAGES})
    for app in apps.values():
        app.add(Carried())
    doors = _doors(Entry(seal, PAGES.keys(), people, [*map(str, config.dashboard.proxies)]), sign_in)
    try:
        server = pn.serve(
            apps, port=site.port, address=site.address, prefix=site.prefix, websocket_origin=sorted(site.hosts),
            show=False, start=False, verbose=False, use_index=False, warm=True,
            include_headers=[], include_cookies=[],  # in the page's token, which scripts can read
            secret_key=derived(key, "session"), sign_sessions=True, cookie_secret=derived(key, "oauth").hex(),
            oauth_redirect_uri=f"{site.url}login", http_server_kwargs={"max_body_size": LARGEST},
            extra_patterns=[*doors, ("/?", RedirectHandler, {"url": site.to("overview"), "permanent": False})],
        )  # fmt: skip
    except OSError as error:
        other = f"--port {site.port + 1}" if site.port < 65535 else "--port"
        raise ConfigError(
            f"Port {site.port} is taken or not allowed at {site.address}. Choose another: {other}"
        ) from error
    app = server._tornado
    app.settings.update(site=site, language=config.language)
    server._http.request_callback = Gate(app, site, _way(config, root, seal, people), PAGES.keys())
    say(f"Dashboard: {site.url}  (Ctrl-C ends it)")
    for line in _remarks(config, site, people):
        say(line)
    gc.freeze()  # Panel collects after visitors leave: what stays until the end need not be looked through each time
    PeriodicCallback(partial(_follow, runs), EVERY).start()
    try:
        server.start()
        server.io_loop.start()
    except KeyboardInterrupt:
        server.stop()
    finally:
        gc.unfreeze()


def _follow(runs: Runs) -> None:
    """See whether a run was published, so that it is drawn also while nobody looks."""
    with suppress(WorkbenchError):  # who looks is told
        runs.drawn()


def _app(known: Known, desk: Desk, draw: Draw, name: str) -> Callable[[], Frame]:
    """A page as Panel asks for it: it takes plain functions alone."""
    return lambda: page(known, desk, draw, name)


def _way(config: Config, root: Path, seal: Seal, people: People) -> Way:
    """How people come in."""
    said = config.dashboard
    if said.sign_in == "password":
        return Cookie(seal, people)
    if said.sign_in == "oauth":
        return Cookie(seal)
    if said.sign_in == "header":
        return Header(said.header, said.proxies, partial(_note, root, said.header))
    return Here(whoever())


def _doors(entry: Entry, sign_in: str | None) -> list[tuple[Any, ...]]:
    """Where people sign in and out."""
    if sign_in not in ("password", "oauth"):
        return []
    login = provider_login() if sign_in == "oauth" else Login
    return [("/login", login, {"entry": entry}), ("/logout", Logout, {"entry": entry})]


def _remarks(config: Config, site: Site, people: People) -> list[str]:
    """What who starts it should know."""
    if config.dashboard.sign_in != "password":
        return []
    lacking = [] if people.names() else ["Nobody can sign in yet: workbench people DIR --add NAME gives a password."]
    plain = site.address != "127.0.0.1" and not site.secure
    return lacking + ["Passwords travel readably here: put https before it (docs/dashboard.md)."] * plain


def _note(root: Path, header: str, address: str) -> None:
    """Write down that somebody sent the header who is no proxy."""
    try:
        Journal(root).note(whoever(), "refuse sign-in", f"header {header} from {address}")
    except StoreError as error:
        _log.error("A refused header from %s could not be noted: %s", address, error)
