"""Pages outside the dashboard's own: signing in, signed out, refused. They need no script and load nothing."""

from __future__ import annotations

from typing import Any

from tornado.httputil import HTTPServerRequest
from tornado.web import Application, RequestHandler

from ...language import LANGUAGES, Language, language, spoken
from ...reports.fragments import render
from .site import Site


def language_of(request: HTTPServerRequest, app: Application) -> Language:
    """The language a request asks for, else the project's."""
    asked = request.query_arguments.get("language", [b""])[-1].decode("ascii", "replace")
    return next((one for one in LANGUAGES if one == asked), app.settings["language"])


class Answer(RequestHandler):
    """A page of ours. Its cookies are sent to us alone, read by no script, and not sent along from other sites."""

    def prepare(self) -> None:
        """Nothing of it is kept."""
        self.set_header("Cache-Control", "no-store")

    @property
    def site(self) -> Site:
        """Where we are."""
        found: Site = self.settings["site"]
        return found

    def set_cookie(self, name: str, value: str | bytes, *lasts: Any, **how: Any) -> None:
        """As tornado does, with what makes a cookie safe."""
        how |= {"path": self.site.path, "httponly": True, "samesite": "Lax", "secure": self.site.secure}
        super().set_cookie(name, value, *lasts, **how)

    def clear_cookie(self, name: str, **how: Any) -> None:
        """As tornado does, on our path."""
        self.set_cookie(name, "", max_age=0)

    def show(self, template: str, status: int = 200, **content: Any) -> None:
        """Answer with one of our templates, in the language that is asked for."""
        self.set_status(status)
        with spoken(language_of(self.request, self.application)):
            page = render(f"dashboard/{template}.html.j2", language=language(), languages=LANGUAGES, **content)
        self.finish(page)


class Elsewhere(Answer):
    """Sends somebody to another place of ours."""

    def initialize(self, url: str) -> None:
        """Its path."""
        self._url = url

    def prepare(self) -> None:
        """Answer at once."""
        super().prepare()
        self.redirect(self._url)


class Refusal(Answer):
    """Says why a request is not answered, whatever its method."""

    def initialize(self, status: int, words: str) -> None:
        """The words are translated already."""
        self._status, self._words = status, words

    def prepare(self) -> None:
        """Answer at once."""
        super().prepare()
        self.show("outside", self._status, words=self._words, link=None)
