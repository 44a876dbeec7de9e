"""A picture or table that a notebook, the dashboard, a report and a mail show alike."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ..config.mistakes import suggestion
from ..errors import ConfigError
from ..reports.fragments import render


@dataclass(frozen=True)
class View:
    """HTML and inline SVG without script and without anything from outside; everything in it is escaped."""

    body: Markup

    def __repr__(self) -> str:
        """Short, as it stands beside the picture wherever a notebook is kept."""
        return "<View>"

    def _repr_html_(self) -> str:
        """The body with the style sheet around it, as a notebook shows it."""
        return render("views/alone.html.j2", body=self.body)


def draw(template: str, **content: Any) -> View:
    """Fill reports/templates/views/<template>.html.j2."""
    return View(Markup(render(f"views/{template}.html.j2", **content)))


def known(what: str, given: str, accepted: Collection[str]) -> None:
    """Raises ConfigError, naming those there are, for a name that is none of them."""
    if given not in accepted:
        raise ConfigError(f"There is no {what} {given!r}{suggestion(given, accepted)}")
