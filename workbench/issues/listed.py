"""The list of issues: what runs found and what people said of it; and saying something of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from ..config import Config
from ..config.mistakes import suggestion
from ..config.roles import MAY, demand_role
from ..errors import ConfigError
from ..files import disk
from ..journal import Journal
from ..language import gettext as _
from ..published import ISSUE, REPORTS, write_issues
from .history import PRIORITIES, Now, histories, now, numbered
from .said import latest, mistake, say, whole

STATES = ("open", "not checked", "closed")
"""An issue that was open when its check was made last, and that the newest run does not make, is not checked."""


def list_issues(journal: Journal, config: Config) -> pd.DataFrame:
    """All issues, open ones first, then by priority and number.

    Columns: number, check, entity, field; sources, where rows fail now; state; priority, owner, due; overdue, against
    the newest as-of date; opened, closed; at_opening and failing, rows then and now; answered, how many of those have
    an answer; still_failing, how many were said to be fixed and a later run finds them again; comment, the latest.

    Unless somebody says otherwise the steward is the owner, and the priority is high for a check that fails in a
    source, normal for one that warns, low for one that lets its failures pass.
    """
    return pd.DataFrame(_lines(journal, config), columns=[*ISSUE.names, "comment"]).astype(object)


def publish_issues(journal: Journal, config: Config) -> None:
    """Bring what is published of issues up to date; where nothing was ever published there is nothing to look at."""
    if (config.root / REPORTS).is_dir():
        with disk("issues"):
            write_issues(config.root, _lines(journal, config))


def change(
    journal: Journal, config: Config, issue: int | str, user: str, said: Mapping[str, str], seen: int | None = None
) -> None:
    """Say something of an issue, by its number or check: its owner, priority, due, comment; "" takes it back.

    Raises ConfigError for who may not, what cannot be said, or of no issue, and where somebody changed the same after
    event `seen`; then nothing is written.
    """
    demand_role(config, user, _("Changing an issue"), *MAY["issue"])
    known = {str(name): check for number, check, *_ in numbered(journal) for name in (number, check)}
    if str(issue) not in known:
        there = [name for name in known if name.isdigit() == str(issue).isdigit()]
        none = _("none, as no finished run has failing rows")
        named = _("There is no issue {name!r}").format(name=issue)
        raise ConfigError(f"{named}{suggestion(str(issue), there or [none])}")
    if wrong := [why for kind, value in said.items() if (why := mistake(kind, value))]:
        raise ConfigError(_("Issue {number}: {why}.").format(number=issue, why=_("; ").join(wrong)))
    run_id, *_day = journal.newest() or ("",)
    say(journal, user, [(run_id, whole(known[str(issue)]), kind, value) for kind, value in said.items()], seen)
    publish_issues(journal, config)


def _lines(journal: Journal, config: Config) -> list[dict[str, Any]]:
    newest, as_of = journal.newest() or ("", date.min)
    said, found, runs = latest(journal), histories(journal), now(journal, config, newest)
    answers = [(place[0], one) for (place, kind), one in said.items() if kind == "answer" and one.value and one.failing]
    answered, refuted = Counter(c for c, _ in answers), Counter(c for c, one in answers if one.refuted(newest))
    values = {(place[0], kind): one.value for (place, kind), one in said.items() if place == whole(str(place[0]))}
    lines = []
    for number, check, entity, field in numbered(journal):
        its, at = found[check], runs.get(check, Now([], "low"))
        state = "closed" if its.closed else "open" if check in runs else "not checked"
        due = date.fromisoformat(text) if (text := values.get((check, "due"))) else None
        lines.append({
            "number": number, "check": check, "entity": entity, "field": field, "sources": ", ".join(at.sources),
            "state": state, "priority": values.get((check, "priority")) or at.priority,
            "owner": values.get((check, "owner")) or config.steward(f"{entity}.{field}", entity),
            "due": due, "overdue": state == "open" and due is not None and due < as_of, **its._asdict(),
            "answered": answered[check], "still_failing": refuted[check], "comment": values.get((check, "comment"), ""),
        })  # fmt: skip
    places = {name: place for names in (STATES, PRIORITIES) for place, name in enumerate(names)}
    return sorted(lines, key=lambda line: (places[line["state"]], places[line["priority"]], line["number"]))
