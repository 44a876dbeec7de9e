"""Issues: whose they are and until when; and the rows that fail, to be answered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from ..config.mistakes import suggestion
from ..errors import ConfigError
from ..issues import list_issues
from ..issues.history import PRIORITIES
from ..issues.said import ANSWERS, OF_ISSUE, OF_ROW, last_said, latest
from ..journal import FAILURE
from ..language import gettext as _
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
        self.drawn: dict[str, Any] = {}
        self.seen = 0
        asked, page = query.get("issue", ""), query.get("page", "")
        self.issue = self._find(asked)["number"] if asked else None
        self.page = int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 7 else 1
        self.query = {"part": "issues", "issue": str(self.issue or ""), "page": str(self.page) if self.page > 1 else ""}

    @property
    def on(self) -> str:
        """Also what was said of issues when it was drawn: a form is of what stood in it."""
        return f"{super().on} {self.seen}"

    def draw(self) -> Markup:
        """The list, or what is said of one and of its rows."""
        if self.issue is None:
            return self.filled("issues", issues=self._all())
        self.seen = last_said(self.desk.journal)  # before it is read what is said: what comes between is told
        issue = self.drawn = self._find(str(self.issue))
        with self.desk.tables() as con:
            of = rows(con, "SELECT count(*) FROM qa.failures WHERE check_id = ?", [issue["check"]])[0][0]
            self.rows = records(con, FAILING, [issue["check"], (self.page - 1) * SIZE])
        said = latest(self.desk.journal)
        for row in self.rows:
            place = tuple(row[name] for name in FAILURE)
            row |= {kind: said[place, kind].value if (place, kind) in said else "" for kind in ("answer", "remark")}
        if self.rows:
            keys = ", ".join(dict.fromkeys(f"{row['source']} {row['key']}" for row in self.rows))
            self.sitting.unmask(issue["entity"], f"issue {self.issue}, {issue['check']}: {keys}")
        return self.filled(
            "issue", issue=issue, rows=self.rows, of=of, page=self.page, size=SIZE,
            priorities=PRIORITIES, answers=ANSWERS,
        )  # fmt: skip

    def _all(self) -> list[dict[str, Any]]:
        found = list_issues(self.desk.journal, self.desk.config).to_dict("records")
        return [{str(name): value for name, value in issue.items()} for issue in found]

    def _find(self, asked: str) -> dict[str, Any]:
        found = {str(issue["number"]): issue for issue in self._all()}
        if asked not in found:
            said = _("There is no issue {name!r}").format(name=asked)
            raise ConfigError(f"{said}{suggestion(asked, list(found))}")
        return found[asked]

    def _change(self, form: Form) -> None:
        said = _changed(form, self.drawn, OF_ISSUE)
        if said:
            self.act("issue", number=self.issue, seen=self.seen, **said)
        self.sitting.say(_("Written down.") if said else _("Nothing is another than it was."))

    def _answer(self, form: Form) -> None:
        place = number(form, "row")
        if not 0 <= place < len(self.rows):
            raise ConfigError(_("There is no such row here."))
        row = self.rows[place]
        said = _changed(form, row, OF_ROW)
        if said:
            self.act("answer", failure=tuple(row[name] for name in FAILURE), seen=self.seen, **said)
        self.sitting.say(_("Written down.") if said else _("Nothing is another than it was."))


def _changed(form: Form, drawn: dict[str, Any], kinds: Iterable[str]) -> dict[str, str]:
    """What a person wrote that is another than what they were shown."""
    return {kind: one(form, kind) for kind in kinds if kind in form and one(form, kind) != str(drawn[kind] or "")}
