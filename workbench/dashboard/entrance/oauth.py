"""Signing in with a provider of OAuth 2 or OpenID Connect, by Panel's handlers. Only the name is kept."""

from __future__ import annotations

import logging
from typing import Any

import panel as pn
from panel.auth import AUTH_PROVIDERS, CODE_COOKIE_NAME, STATE_COOKIE_NAME, OAuthLoginHandler, PasswordLoginHandler
from tornado.web import HTTPError

from ...errors import ConfigError
from ...language import gettext as _
from ...language import spoken
from ...people import a_name
from .answers import language_of
from .login import Entering
from .seal import Pass

NEEDED = {"PANEL_OAUTH_PROVIDER": "oauth_provider", "PANEL_OAUTH_KEY": "oauth_key"}
"""Environment variables, and what Panel's configuration calls them."""

_log = logging.getLogger(__name__)


class ByProvider(Entering):
    """What our handler does otherwise than Panel's: it keeps no token, and its pages and cookies are ours."""

    def prepare(self) -> None:
        """Where somebody wanted to go can only be a page of ours."""
        super().prepare()
        if "next" in self.request.arguments:
            self.request.arguments["next"] = [self.entry.place(self.get_query_argument("next")).encode() or b"overview"]

    def set_signed_cookie(self, name: str, value: str | bytes, *lasts: Any, **how: Any) -> None:
        """Panel sets the name and the tokens as cookies when somebody has signed in."""
        if name == "user":
            known = a_name(str(value))
            if known is None:
                raise HTTPError(403, "the provider gave what is no name")
            self.let_in(Pass(known))
        elif name in (STATE_COOKIE_NAME, CODE_COOKIE_NAME):
            super().set_signed_cookie(name, value, expires_days=None)

    set_secure_cookie = set_signed_cookie  # the name that Panel calls it by

    def write_error(self, status_code: int, **how: Any) -> None:
        """Panel's page would load things from elsewhere."""
        _log.error("Signing in failed: %s", how.get("exc_info", (None, status_code))[1])
        with spoken(language_of(self.request, self.application)):
            words = _("Your provider did not sign you in. Whoever started the dashboard reads why in its terminal.")
        self.show("outside", status_code, words=words, link="login")


def provider_login() -> type[Entering]:
    """The handler for the provider that the environment names. Raises ConfigError where it does not say enough."""
    missing = [variable for variable, name in NEEDED.items() if not getattr(pn.config, name)]
    if missing:
        raise ConfigError(
            f"sign_in: oauth needs the environment variables {', '.join(NEEDED)}; not set: {', '.join(missing)}. "
            "docs/dashboard.md lists them all."
        )
    handler = AUTH_PROVIDERS[pn.config.oauth_provider]
    if not issubclass(handler, OAuthLoginHandler) or issubclass(handler, PasswordLoginHandler):
        raise ConfigError(f"PANEL_OAUTH_PROVIDER={pn.config.oauth_provider} is no provider that people are sent to.")
    return type("ProviderLogin", (ByProvider, handler), {})
