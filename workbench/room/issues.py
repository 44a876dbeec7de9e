"""Issues: whose they are and until when; and the rows that fail, to be answered."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from ..config.mistakes import suggestion
from ..errors import ConfigError
from ..issues import list_issues
from ..issues.history import PRIORITIES
from ..issues.said import ANSWERS, latest
from ..journal import FAILURE
from ..language import gettext as _
from ..reports.fragments import render
from ..store import records, rows
from .sitting import Form, Query, Screen, Sitting, number, one

SIZE = 25
"""Failing rows on a page."""

FAILING = f"""
    SELECT check_id, entity, source, key, field, value, reason FROM qa.failures WHERE check_id = ?
    ORDER BY source, _row, field LIMIT {SIZE} OFFSET ?"""


class Issues(Screen):
    """All issues, or one of them (`issue`, its number) with its failing rows, a page of them."""

    def __init__(self, sitting: Sitting, query: Query):
        """Raises ConfigError for an issue that there is none of."""
        super().__init__(sitting)
        self.does = {"issue": self._change, "answer": self._answer}
        self.rows: list[dict[str, Any]] = []
        asked, page = query.get("issue", ""), query.get("page", "")
        self.issue = self._find(asked)["number"] if asked else None
        self.page = int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 7 else 1
        self.query = {"part": "issues", "issue": str(self.issue or ""), "page": str(self.page) if self.page > 1 else ""}

    def draw(self) -> Markup:
        """The list, or what is said of one and of its rows."""
        if self.issue is None:
            return Markup(render("room/issues.html.j2", issues=self._all()))
        issue = self._find(str(self.issue))
        with self.desk.tables() as con:
            of = rows(con, "SELECT count(*) FROM qa.failures WHERE check_id = ?", [issue["check"]])[0][0]
            self.rows = records(con, FAILING, [issue["check"], (self.page - 1) * SIZE])  # type: ignore[arg-type]
        said = latest(self.desk.journal)
        for row in self.rows:
            place = tuple(row[name] for name in FAILURE)
            row |= {kind: said[place, kind].value if (place, kind) in said else "" for kind in ("answer", "remark")}
        if self.rows:
            keys = ", ".join(dict.fromkeys(f"{row['source']} {row['key']}" for row in self.rows))
            self.sitting.unmask(issue["entity"], f"issue {self.issue}, {issue['check']}: {keys}")
        return Markup(render("room/issue.html.j2", issue=issue, rows=self.rows, of=of, page=self.page, size=SIZE,
                             priorities=PRIORITIES, answers=ANSWERS))  # fmt: skip

    def _all(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = list_issues(self.desk.journal, self.desk.config).to_dict("records")
        return found

    def _find(self, asked: str) -> dict[str, Any]:
        found = {str(issue["number"]): issue for issue in self._all()}
        if asked not in found:
            raise ConfigError(f"There is no issue {asked!r}{suggestion(asked, list(found))}")
        return found[asked]

    def _change(self, form: Form) -> None:
        """Write what differs from what is said now."""
        issue = self._find(str(self.issue))
        now = {kind: str(issue[kind] or "") for kind in ("owner", "priority", "due", "comment")}
        said = {kind: one(form, kind) for kind in now if kind in form and one(form, kind) != now[kind]}
        if said:
            self.act("issue", number=self.issue, **said)
        self.sitting.say(_("Written down.") if said else _("Nothing is another than it was."))

    def _answer(self, form: Form) -> None:
        place = number(form, "row")
        if not 0 <= place < len(self.rows):
            raise ConfigError(_("There is no such row here."))
        failure = tuple(self.rows[place][name] for name in FAILURE)
        self.act("answer", failure=failure, answer=one(form, "answer"), remark=one(form, "remark"))
        self.sitting.say(_("Written down."))
