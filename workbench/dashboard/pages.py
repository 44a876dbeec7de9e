"""The pages: what each shows of a run, by what its address asks for. Nothing here knows Panel."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from ..errors import WorkbenchError
from ..issues.listed import STATES
from ..published import HISTORY, REPORTS, Published
from ..reports.fragments import render
from ..views.amounts import amounts
from ..views.blocking import blocking
from ..views.burn_down import burn_down
from ..views.changes import changes
from ..views.cluster_graph import cluster_graph
from ..views.failures import failures, quality_matrix
from ..views.flow import flow
from ..views.issues import issues
from ..views.pairs import Pair, clusters, pairs
from ..views.provenance import provenance
from ..views.review import Item, review
from ..views.scores import scores
from ..views.side_by_side import side_by_side
from ..views.trend import check_trend, matching_trend, trend
from ..views.view import View
from ..views.waterfall import waterfall
from . import queries
from .runs import Runs

WAITING = 10
"""Lines of the review queue that are listed."""

Query = dict[str, str]
Part = Callable[[], View | Markup]


@dataclass(frozen=True)
class Filter:
    """What a page can be narrowed to: a value of a run's, the first if one must be chosen; without values free text."""

    title: str
    values: Callable[[Published], list[str]] | None = None
    needed: bool = False


@dataclass(frozen=True)
class Choice:
    """A filter as it is set, "" for all; its values, None for free text."""

    name: str
    title: str
    value: str
    values: list[str] | None
    needed: bool


@dataclass(frozen=True)
class Kind:
    """A page's title, what it shows, its filters by their names in the address, what stands above and below them."""

    title: str
    shows: str
    filters: dict[str, Filter]
    above: Callable[[Shown], list[Part]]
    below: Callable[[Shown], list[Part]]


@dataclass(frozen=True)
class Page:
    """A page, drawn: everything in it is escaped."""

    title: str
    masthead: Markup
    above: Markup
    choices: list[Choice]
    below: Markup


@dataclass(frozen=True)
class Shown:
    """A run, and what its page was asked for, as far as there is such a thing."""

    name: str
    run: Published
    query: Query

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


def href(name: str, query: Query) -> str:
    """A page's address, without what is not asked for."""
    asked = urlencode({name: value for name, value in query.items() if value})
    return f"{name}?{asked}" if asked else name


def build(runs: Runs, project: str, name: str, query: Query) -> Page:
    """Draw a page. Whatever goes wrong is said on it, where it belongs."""
    kind = PAGES[name]
    if not (runs.root / REPORTS / HISTORY).exists():
        first = _own("first_run", root=runs.root, pages=PAGES.values())
        return Page(kind.title, _masthead(project, name, query, None, None), first, [], Markup())
    try:
        run = runs.open(query.get("run") or None)
        newest = runs.open().run_id if query.get("run") else run.run_id
    except WorkbenchError as error:
        reset = href(name, query | {"run": ""}) if query.get("run") else None
        head = _masthead(project, name, query, None, None)
        return Page(kind.title, head, _message(str(error), reset, "Show the newest run"), [], Markup())
    shown = Shown(name, run, dict(query))
    said, choices = Markup(), []
    for key, filter_ in kind.filters.items():
        values, value = _values(shown, filter_), query.get(key, "")
        if values is not None and value and value not in values:
            unknown = f"There is no {filter_.title.lower()} '{value}' here."
            said += _message(unknown, shown.href(**{key: None}), "Show what there is")
            value = ""
        shown.query[key] = value or (values[0] if filter_.needed and values else "")
        choices.append(Choice(key, filter_.title, shown.query[key], values, filter_.needed))
    above, below = (_drawn(parts(shown)) for parts in (kind.above, kind.below))
    return Page(kind.title, _masthead(project, name, query, run, newest), said + above, choices, below)


def _masthead(project: str, name: str, query: Query, run: Published | None, newest: str | None) -> Markup:
    links = [(kind.title, href(key, {"run": query.get("run", "")}), key == name) for key, kind in PAGES.items()]
    title = PAGES[name].title
    return _own("masthead", links=links, project=project, title=title, run=run, newest=newest, latest=name)


def _values(shown: Shown, filter_: Filter) -> list[str] | None:
    try:
        return filter_.values(shown.run) if filter_.values else None
    except Exception:  # a damaged file: the parts that read it say so
        return None


def _drawn(parts: list[Part]) -> Markup:
    return Markup("\n").join(dict.fromkeys(_safely(part) for part in parts))  # a damaged file is said once


def _safely(part: Part) -> Markup:
    """A part, or in its place why it cannot be shown: the others stand."""
    try:
        drawn = part()
        return drawn.body if isinstance(drawn, View) else drawn
    except Exception as error:
        return _message(_words(error))


def _words(error: Exception) -> str:
    """What went wrong, and what to do."""
    if isinstance(error, WorkbenchError):
        return str(error)
    logging.getLogger(__name__).error("A part of a page could not be drawn", exc_info=error)
    return f"This part cannot be shown: a fault of ours ({type(error).__name__}); please report what the terminal says."


def _message(text: str, reset: str | None = None, label: str = "") -> Markup:
    return _own("message", text=text, reset=reset, label=label)


def _own(template: str, query: Callable[..., dict[str, Any]] = dict, *given: Any, **content: Any) -> Markup:
    """A template of the dashboard's own, filled with what a query gives."""
    return Markup(render(f"dashboard/{template}.html.j2", **query(*given), **content))


def _overview(shown: Shown) -> list[Part]:
    run = shown.run
    return [partial(scores, run), partial(_own, "accounted", queries.accounted, run), partial(changes, run)]


def _over_time(shown: Shown) -> list[Part]:
    return [partial(trend, shown.run, shown.get("source")), partial(_own, "extracts", queries.extracts, shown.run)]


def _matrix(shown: Shown) -> list[Part]:
    if shown.get("check"):
        return [partial(_own, "back", link=shown.href(check=None), label="All checks")]
    return [partial(quality_matrix, shown.run, link=lambda check: shown.href(check=check))]


def _failing(shown: Shown) -> list[Part]:
    entity, _, name = (shown.get("field") or "").partition(".")
    asked = {key: shown.get(key) for key in ("check", "source", "status", "search")}
    asked |= {"entity": entity or None, "field": name or None}
    rows = partial(failures, shown.run, page=shown.number(), link=partial(_numbered, shown), **asked)
    return [partial(check_trend, shown.run, asked["check"]), rows] if asked["check"] else [rows]


def _burn_down(shown: Shown) -> list[Part]:
    return [partial(burn_down, shown.run)]


def _issues(shown: Shown) -> list[Part]:
    return [partial(issues, shown.run, shown.get("owner"), shown.get("state"), link=partial(_rows_of, shown))]


def _rows_of(shown: Shown, check: str) -> str:
    return href("quality", {"run": shown.query.get("run", ""), "check": check})


def _picked(shown: Shown) -> list[Part]:
    """The pair that was picked, by `left` and `right` (each source:key), or the golden record, by `golden`."""
    run, entity, golden = shown.run, shown.get("entity") or "", shown.query.get("golden", "")
    ends: list[Any] = [shown.query[side].partition(":")[::2] for side in ("left", "right") if shown.get(side)]
    if not golden and len(ends) < 2:
        return []
    parts: list[Part] = [partial(_own, "back", link=shown.href(left=None, right=None, golden=None), label="All pairs")]
    if len(ends) == 2:
        parts += [partial(view, run, entity, *ends[0], *ends[1]) for view in (side_by_side, waterfall)]
    return [*parts, partial(_golden, run, entity, golden, ends)]


def _golden(run: Published, entity: str, golden: str, ends: list[tuple[str, str]]) -> Markup:
    """The golden record that was picked, or those that the records of a pair are in."""
    ids = [golden] if golden else queries.golden_ids(run, entity, ends)
    return _drawn([partial(view, run, entity, one) for one in ids for view in (cluster_graph, provenance)])


def _pair(shown: Shown, pair: Pair | Item) -> str:
    return shown.href(golden=None, left=f"{pair.source_l}:{pair.key_l}", right=f"{pair.source_r}:{pair.key_r}")


def _matching(shown: Shown) -> list[Part]:
    run, entity = shown.run, shown.get("entity") or ""
    if not entity:
        return [partial(_own, "unmatched")]
    verdict = shown.get("verdict") or "review"
    waiting = partial(review, run, entity, limit=WAITING, shown=0, link=partial(_pair, shown))
    listed = partial(pairs, run, entity, verdict, link=partial(_pair, shown))
    golden = partial(clusters, run, entity, link=lambda golden_id: shown.href(golden=golden_id, left=None, right=None))
    good = partial(_own, "matching_quality", queries.matching_quality, run, entity)
    over_time, blocks = (partial(view, run, entity) for view in (matching_trend, blocking))
    return [*_picked(shown), waiting, listed, golden, good, over_time, blocks]


def _reconciliation(shown: Shown) -> list[Part]:
    run, target = shown.run, shown.get("target")
    outcomes, reasons = (
        partial(_own, name, query, run, target)
        for name, query in (("outcomes", queries.outcomes), ("reasons", queries.reasons))
    )
    return [outcomes, partial(flow, run, target), partial(amounts, run, target), reasons]


def _runs(shown: Shown) -> list[Part]:
    page, link = shown.number(), partial(_numbered, shown)
    return [partial(_own, "runs", queries.runs, shown.run, page, page=page, shown=shown, link=link)]


def _numbered(shown: Shown, page: int) -> str:
    return shown.href(page=page)


def _nothing(shown: Shown) -> list[Part]:
    return []


SOURCE = Filter("Source", lambda run: queries.checked(run, "source", "true"))
PAGES = {
    "overview": Kind(
        "Overview", "How good the data is, what changed since the date before, and quality over time",
        {"source": SOURCE}, _overview, _over_time,
    ),
    "quality": Kind(
        "Quality", "Which fields fail which checks, and every row that fails",
        {
            "check": Filter("Check", lambda run: queries.checked(run, "check_id", "true")),
            "source": SOURCE,
            "field": Filter("Field", lambda run: queries.checked(run, "entity || '.' || field", "field <> ''")),
            "status": Filter("Status", lambda run: ["new", "persisting"]),
            "search": Filter("Key, value or reason contains"),
        },
        _matrix, _failing,
    ),
    "issues": Kind(
        "Issues", "Whose failures are to be mended until when, and how many are left",
        {"owner": Filter("Owner", queries.owners), "state": Filter("State", lambda run: list(STATES))},
        _burn_down, _issues,
    ),
    "matching": Kind(
        "Matching", "Which records are the same, and the pairs that wait for a person to decide",
        {
            "entity": Filter("Entity", queries.matched, needed=True),
            "verdict": Filter("Verdict", lambda run: ["review", "match", "no_match"], needed=True),
        },
        _nothing, _matching,
    ),
    "reconciliation": Kind(
        "Reconciliation", "What became of every record and every amount that was read",
        {"target": Filter("Target", queries.targets, needed=True)}, _nothing, _reconciliation,
    ),
    "runs": Kind("Runs", "All runs, to look at an older one", {}, _nothing, _runs),
}  # fmt: skip
