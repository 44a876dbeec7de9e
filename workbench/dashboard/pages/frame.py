"""What a page is made of: filters, parts above and below them, and what each part is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from markupsafe import Markup

from ...config.planning import Role
from ...faults import safely
from ...language import marked
from ...published import Published
from ...reports.fragments import render
from ...room.sitting import Screen, Sitting
from ...views.view import View
from .. import queries
from ..runs import Runs
from ..visitor import Visitor

if TYPE_CHECKING:
    from .watch import Watch

KEPT = ("run", "language")
"""What a link to another page takes along."""

Query = dict[str, str]
Part = Callable[[], View | Markup]


@dataclass(frozen=True)
class Filter:
    """What a page can be narrowed to: a value of a run's, the first if one must be chosen; without values free text.

    Some have `words` of ours for values, which each reads in their language.
    """

    title: str
    values: Callable[[Published], list[str]] | None = None
    needed: bool = False
    words: bool = False


@dataclass(frozen=True)
class Choice:
    """A filter as it is set, "" for all; its values, None for free text."""

    name: str
    title: str
    value: str
    values: list[str] | None
    needed: bool
    words: bool


@dataclass(frozen=True)
class Kind:
    """A page's title, what it shows, its filters by their names in the address, what stands above and below them.

    With `roles` it is for people who have one of them, else for all who have any. What is not `linked` is reached in
    another way than by the pages' list. While `live` says so, a page is drawn again every few seconds. Who has one of
    the roles `real` sees values on it as they are.
    """

    title: str
    shows: str
    filters: dict[str, Filter]
    above: Callable[[Shown], list[Part]]
    below: Callable[[Shown], list[Part]]
    roles: frozenset[Role] = frozenset()
    linked: bool = True
    live: Callable[[Shown], bool] | None = None
    real: tuple[Role, ...] = ()
    screen: Callable[[Sitting, Query], Screen] | None = None
    """What of the room stands on it, where people decide."""
    apart: bool = False
    """Whether it is drawn beside the other pages, as it takes long or may have to wait for the journal."""
    asks: str = ""
    """What an address has to name before it shows anything."""

    @property
    def of_run(self) -> bool:
        """Whether what it shows follows from the run and the address alone, so that it is drawn once for all."""
        return not (self.live or self.real)

    def answers(self, query: Query) -> bool:
        """Whether an address asks it for anything."""
        return not self.asks or bool(query.get(self.asks, "").strip())

    def open_to(self, visitor: Visitor) -> bool:
        """Whether somebody may see it."""
        return bool(visitor.roles) and (not self.roles or visitor.may(*self.roles))


@dataclass(frozen=True)
class Page:
    """A page, drawn: everything in it is escaped. `watch` looks after it while it is open, where there is a run;
    on a `real` one are values as they are, not pseudonyms."""

    title: str
    masthead: Markup
    above: Markup
    choices: list[Choice]
    below: Markup
    watch: Watch | None = None
    real: bool = False


@dataclass(frozen=True)
class Shown:
    """A run, who looks at it, and what its page was asked for, as far as there is such a thing."""

    name: str
    run: Published
    query: Query
    visitor: Visitor
    runs: Runs

    def get(self, name: str) -> str | None:
        """What was asked for by this name."""
        return self.query.get(name) or None

    def number(self) -> int:
        """Which page of a long table."""
        asked = self.query.get("page", "")
        return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1

    def href(self, **changes: str | int | None) -> str:
        """This page's address with other values; from the first page of its tables if none is named."""
        return href(self.name, self.query | {"page": ""} | {n: str(v or "") for n, v in changes.items()})

    def to(self, name: str, **asked: str) -> str:
        """Another page's address, of the same run."""
        return href(name, kept(self.query) | asked)


def href(name: str, query: Query) -> str:
    """A page's address, without what is not asked for."""
    asked = urlencode({name: value for name, value in query.items() if value})
    return f"{name}?{asked}" if asked else name


def kept(query: Query) -> Query:
    """What of an address other pages are asked for too."""
    return {name: query.get(name, "") for name in KEPT}


def parts(kind: Kind, shown: Shown) -> list[Markup]:
    """What stands above and below the filters; of a run alone each part is drawn once for all who read one language."""
    asked = (shown.name, shown.visitor.language, *sorted(item for item in shown.query.items() if item[1]))

    def once(side: int, number: int, part: Part) -> View | Markup:
        return shown.runs.once(shown.run, (*asked, side, number), part) if kind.of_run else part()

    sides = [made(shown) for made in (kind.above, kind.below)]
    return [drawn([partial(once, side, n, part) for n, part in enumerate(found)]) for side, found in enumerate(sides)]


def drawn(parts: list[Part]) -> Markup:
    """Parts one below the other."""
    return Markup("\n").join(dict.fromkeys(_shown(part) for part in parts))  # a damaged file is said once


def _shown(part: Part) -> Markup:
    """A part, or in its place why it cannot be shown: the others stand."""

    def made() -> Markup:
        found = part()
        return found.body if isinstance(found, View) else found

    return safely(made, message)


def message(text: str, reset: str | None = None, label: str = "", *, calm: bool = False) -> Markup:
    """What stands in place of something, with a way out; a warning, if it is not `calm`."""
    return own("message", text=text, reset=reset, label=label, calm=calm)


def own(template: str, query: Callable[..., dict[str, Any]] = dict, *given: Any, **content: Any) -> Markup:
    """A template of the dashboard's own, filled with what a query gives."""
    return Markup(render(f"dashboard/{template}.html.j2", **query(*given), **content))


def numbered(shown: Shown) -> Callable[[int], str]:
    """The addresses of the pages of a long table."""
    return lambda page: shown.href(page=page)


def nothing(shown: Shown) -> list[Part]:
    """No parts."""
    return []


SOURCE = Filter(marked("Source"), lambda run: queries.checked(run, "source", "true"))
