"""Issues as a workbook for those who mend things in the source, and what they wrote in it read back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ..config import Config
from ..config.mistakes import suggestion
from ..config.roles import MAY, demand_role
from ..errors import ConfigError, SourceError, StoreError
from ..journal import FAILURE, Journal
from ..language import gettext as _
from ..store import Connection, count, frame, literal, rows
from ..workbook import LINE, MOST, WAS, Sheet, read_sheet, write_workbook
from .history import PRIORITIES, numbered
from .listed import publish_issues
from .said import ANSWERS, OF_ISSUE, OF_ROW, Place, latest, mistake, say_once, whole

ISSUES, ROWS = "issues", "rows"
BEFORE = "said before"

ISSUES_NOTE = "Yellow is for you. An issue closes by itself, when a later run finds that nothing fails any more."
ROWS_NOTE = "Mend these in the source and answer in yellow. A row leaves the list when a later run finds it mended."
ISSUES_TELL = ("issue", "check", "entity", "field", "sources", "opened", "failing", "still_failing", "run")
ROWS_TELL = ("issue", "source", "key", "field", "value", "reason", "proposal", BEFORE, "run")

FAILING = """
    SELECT f.check_id, f.entity, f.source, f.key, f.field, f.value, f.reason, c.proposal FROM qa.failures AS f
    LEFT JOIN (FROM std.changes WHERE proposal IS NOT NULL) AS c USING (entity, source, _row, field)
    WHERE {} ORDER BY f.source, f._row"""

BLANKS = "".join(char for char in map(chr, range(0x3001)) if char.isspace())
"""What is no part of a key in a workbook, while a source may have it around one."""

# the failures there ever were of a check and source that have one of the keys, as a workbook has them
FAILED = f"""
    WITH asked AS (
        SELECT json_extract(value, '$[0]') AS check_id, json_extract(value, '$[2]') AS source,
            json_extract(value, '$[3]') AS key FROM json_each(?))
    SELECT DISTINCT trim(key, ?), {", ".join(FAILURE)} FROM failure_events
    WHERE check_id IN (SELECT check_id FROM asked)
        AND (check_id, source, trim(key, ?)) IN (SELECT check_id, source, key FROM asked)"""


class Cell(NamedTuple):
    """What a person wrote in a cell: its sheet and line, the issue and run it names, of what it is said, and what."""

    sheet: str
    line: int
    issue: str
    run: str
    place: Place
    kind: str
    value: str


def chosen(issues: pd.DataFrame, config: Config, owner: str | None, source: str | None) -> pd.DataFrame:
    """The issues of an owner, and those with rows that fail in a source. Raises ConfigError for an unknown one."""
    for what, given, there in (("owner", owner, sorted({*issues["owner"]} - {""})), ("source", source, config.sources)):
        if given is not None and given not in there:
            raise ConfigError(f"There is no {what} {given!r}{suggestion(given, list(there))}")
    kept = issues if owner is None else issues[issues["owner"] == owner]
    return kept if source is None else kept[[source in names.split(", ") for names in kept["sources"]]]


def export_issues(
    con: Connection, journal: Journal, issues: pd.DataFrame, file: Path, source: str | None = None
) -> int:
    """Write some issues, those that are open, and their failing rows (of a source) to an .xlsx; returns the rows.

    `con` has the tables of the newest run. Raises StoreError where those of another one stand, ConfigError for more
    rows than a sheet takes, and as `write_workbook`.
    """
    newest, _ = journal.newest() or ("", None)
    if not any(run_id == newest for (run_id,) in rows(con, "SELECT run_id FROM meta.stage WHERE stage = 'check'")):
        said = f"not those of the newest finished run, {newest}" if newest else "of no finished run"
        raise StoreError(f"The tables that stand are {said}. Run it again first.")
    issues = issues[issues["state"] == "open"].rename(columns={"number": "issue"}).assign(run=newest)
    checks = ", ".join(map(literal, issues["check"])) or "NULL"
    wanted = f"f.check_id IN ({checks})" + (f" AND f.source = {literal(source)}" if source else "")
    if (many := count(con, f"SELECT count(*) FROM qa.failures AS f WHERE {wanted}")) > MOST:
        said = f"{file}: {many:,} rows are more than people work through ({MOST:,})."
        raise ConfigError(f"{said} Export those of one owner or source.")
    failing = frame(con, FAILING.format(wanted)).merge(_answers(journal, newest), how="left", on=list(FAILURE))
    failing = issues[["check", "issue", "run"]].merge(failing, left_on="check", right_on="check_id")
    write_workbook(file, [
        Sheet(ISSUES, ISSUES_NOTE, _columns(issues, ISSUES_TELL, OF_ISSUE), OF_ISSUE, {"priority": PRIORITIES}),
        Sheet(ROWS, ROWS_NOTE, _columns(failing, ROWS_TELL, OF_ROW), OF_ROW, {"answer": ANSWERS}),
    ])  # fmt: skip
    return len(failing)


def read_issues(journal: Journal, config: Config, file: Path, user: str) -> int:
    """Take what people changed in such a workbook; returns how much is new. Reading it again takes nothing.

    Raises ConfigError for who may not, SourceError with everything that is wrong in it, by line; then nothing is taken.
    """
    demand_role(config, user, _("Answering a failing row"), *MAY["answer"])
    cells = list(_changed(journal, file))
    failed = _failed(journal, [cell.place for cell in cells if cell.sheet == ROWS])
    if wrong := list(_mistakes(journal, cells, failed)):
        raise SourceError("\n".join([f"{file} has mistakes, so nothing of it is taken:", *wrong]))
    taken = say_once(journal, user, [(cell.run, failed.get(cell.place, cell.place), *cell[-2:]) for cell in cells])
    publish_issues(journal, config)
    return taken


def _answers(journal: Journal, newest: str) -> pd.DataFrame:
    """The answer and remark of each failure that has one; one that a later run refuted is told as said before."""
    found: dict[Place, dict[str, str | None]] = {}
    for (place, kind), said in latest(journal).items():
        if kind in OF_ROW and said.value:
            refuted = kind == "answer" and said.refuted(newest)
            line = found.setdefault(place, dict(zip(FAILURE, place, strict=True)))
            line |= {BEFORE: f"fixed ({said.user}, {said.at[:10]}), still failing"} if refuted else {kind: said.value}
    return pd.DataFrame(found.values(), columns=[*FAILURE, *OF_ROW, BEFORE], dtype=object)


def _columns(found: pd.DataFrame, tell: tuple[str, ...], fill: tuple[str, ...]) -> pd.DataFrame:
    """The columns that tell, those to fill, and what stands in these now."""
    return found[[*tell, *fill]].join(found[[*fill]].rename(columns=WAS.format))


def _changed(journal: Journal, file: Path) -> Iterator[Cell]:
    """The cells that people changed, with "" where they emptied one, by line."""
    issues = {str(number): (check, entity, field) for number, check, entity, field in numbered(journal)}
    for sheet, names, fill in ((ISSUES, ["issue", "run"], OF_ISSUE), (ROWS, ["issue", "run", "source", "key"], OF_ROW)):
        found = read_sheet(file, sheet, [*names, *fill, *map(WAS.format, fill)])
        found = found.where(found.notna(), "")
        touched = found[(found[[*fill]].to_numpy() != found[[*map(WAS.format, fill)]].to_numpy()).any(axis=1)]
        for line in touched.to_dict("records"):
            check, entity, field = issues.get(line["issue"], ("", "", ""))
            place = whole(check) if sheet == ISSUES else (check, entity, line["source"], line["key"], field)
            for kind in (kind for kind in fill if line[kind] != line[WAS.format(kind)]):
                yield Cell(sheet, line[LINE], line["issue"], line["run"], place, kind, line[kind])


def _failed(journal: Journal, asked: list[Place]) -> dict[Place, Place]:
    """The failures that are meant by those a workbook has: where blanks tell keys apart, that without them."""
    found = journal.read(FAILED, [json.dumps(asked), BLANKS, BLANKS])
    return {(*row[:3], key, row[4]): tuple(row) for key, *row in sorted(found, key=lambda line: line[0] == line[4])}


def _mistakes(journal: Journal, cells: list[Cell], failed: dict[Place, Place]) -> Iterator[str]:
    """What is wrong with the cells that people changed, by sheet and line."""
    runs = {run_id for (run_id,) in journal.read("SELECT run_id FROM runs")}
    first: dict[tuple[Place, str], int] = {}
    for cell in cells:
        check, _, source, key, _ = cell.place
        before = first.setdefault((cell.place, cell.kind), cell.line)
        if not check:
            why: str | None = f"there is no issue {cell.issue!r}"
        elif cell.run not in runs:
            why = f"there is no run {cell.run!r}"
        elif cell.sheet == ROWS and cell.place not in failed:
            why = f"no run ever found a row with the key {key!r} of {source!r} to fail in issue {cell.issue}"
        elif before != cell.line:
            why = f"the {cell.kind} that line {before} gives is given again"
        else:
            why = mistake(cell.kind, cell.value)
        if why:
            yield f"sheet {cell.sheet!r}, line {cell.line}: {why}."
