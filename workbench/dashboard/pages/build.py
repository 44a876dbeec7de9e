"""Draws a page: whose it is, the run and the filters that its address asks for, and its parts."""

from __future__ import annotations

from functools import partial

from markupsafe import Markup

from ...errors import WorkbenchError
from ...language import LANGUAGES, spoken
from ...language import gettext as _
from ...published import HISTORY, REPORTS, Published
from ..runs import Runs
from ..visitor import Visitor
from . import find, issues, matching, migration, overview, ownership, quality, reconciliation, room
from . import runs as run_list
from .frame import Choice, Filter, Kind, Page, Query, Shown, href, kept, message, own, parts
from .watch import Watch

MANY = 300
"""Values from which on one is written, not picked from a list."""

PAGES = {
    "overview": overview.PAGE,
    "quality": quality.PAGE,
    "issues": issues.PAGE,
    "matching": matching.PAGE,
    "review": room.REVIEW,
    "approvals": room.APPROVALS,
    "ownership": ownership.PAGE,
    "migration": migration.PAGE,
    "reconciliation": reconciliation.PAGE,
    "runs": run_list.PAGE,
    "find": find.PAGE,
}
"""By their names in addresses, in the order in which people see them."""


def build(runs: Runs, project: str, name: str, query: Query, visitor: Visitor, *, bare: bool = False) -> Page:
    """Draw a page as somebody may see it, in their language. Whatever goes wrong is said on it, where it belongs.

    A `bare` one says that its parts are being drawn, instead of them.
    """
    with spoken(visitor.language):
        return _build(runs, project, name, query, visitor, bare)


def _build(runs: Runs, project: str, name: str, query: Query, visitor: Visitor, bare: bool) -> Page:
    kind, head = PAGES[name], partial(_masthead, project, name, query, visitor)
    page = partial(Page, _(kind.title))
    if not kind.open_to(visitor):
        return page(head(None, None), own("refused", visitor=visitor, kind=kind), [], Markup())
    if not (runs.root / REPORTS / HISTORY).exists():
        return page(head(None, None), own("first_run", root=runs.root, pages=PAGES.values()), [], Markup())
    try:
        asked = query.get("run") or None
        run = runs.drawn() if kind.of_run and not asked else runs.open(asked)
        newest = runs.drawn().run_id if asked else run.run_id
    except WorkbenchError as error:
        reset = href(name, query | {"run": ""}) if query.get("run") else None
        return page(head(None, None), message(str(error), reset, _("Show the newest run")), [], Markup())
    shown = Shown(name, run, dict(query), visitor, runs)
    said, choices = _choices(kind, shown)
    answers = kind.answers(query)
    above, below = (Markup(), message(_("Looking …"), calm=True)) if bare and answers else parts(kind, shown)
    if not (kind.of_run or bare or asked) and runs.open() is not run:  # published meanwhile: what it read may be gone
        return _build(runs, project, name, query, visitor, bare)
    watch = None if kind.screen else Watch(kind, shown)
    real = visitor.may(*kind.real) and answers
    return page(head(run, newest), said + above, choices, below, watch, real)


def draw_ahead(runs: Runs, run: Published) -> None:
    """Draw what the pages show of a run to who asks for nothing but a language: it is kept for who comes."""
    usual = runs.config().language
    for language in LANGUAGES:
        asked = {} if language == usual else {"language": language}
        with spoken(language):
            for name, kind in PAGES.items():
                shown = Shown(name, run, dict(asked), Visitor("", frozenset(), language), runs)
                _choices(kind, shown)
                if kind.of_run:
                    parts(kind, shown)


def _choices(kind: Kind, shown: Shown) -> tuple[Markup, list[Choice]]:
    """The filters as they are set, and what to say of those that are set to what there is not."""
    said, choices = Markup(), []
    for key, filter_ in kind.filters.items():
        values, value = _values(shown, key, filter_), shown.query.get(key, "")
        if values is not None and value and value not in values:
            unknown = _("There is no {filter} '{value}' here.").format(filter=_(filter_.title).lower(), value=value)
            said += message(unknown, shown.href(**{key: None}), _("Show what there is"))
            value = ""
        shown.query[key] = value or (values[0] if filter_.needed and values else "")
        listed = values if values is None or len(values) <= MANY else None  # a list of thousands is no choice
        choices.append(Choice(key, _(filter_.title), shown.query[key], listed, filter_.needed, filter_.words))
    return said, choices


def _masthead(
    project: str, name: str, query: Query, visitor: Visitor, run: Published | None, newest: str | None
) -> Markup:  # fmt: skip
    shown = {key: kind for key, kind in PAGES.items() if kind.open_to(visitor)}
    links = [(_(kind.title), href(key, kept(query)), key == name) for key, kind in shown.items() if kind.linked]
    languages = [(one, said, href(name, query | {"language": one})) for one, said in LANGUAGES.items()
                 if one != visitor.language]  # fmt: skip
    latest = href(name, kept(query) | {"run": ""})
    return own("masthead", links=links, project=project, title=_(PAGES[name].title), run=run, newest=newest,
               latest=latest, visitor=visitor, languages=languages, asked=query.get("find", ""),
               kept=kept(query))  # fmt: skip


def _values(shown: Shown, key: str, filter_: Filter) -> list[str] | None:
    if filter_.values is None:
        return None
    try:
        return shown.runs.once(shown.run, (shown.name, key), partial(filter_.values, shown.run))
    except Exception:  # a damaged file: the parts that read it say so
        return None
