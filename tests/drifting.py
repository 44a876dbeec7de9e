"""Projects whose customers have another shape on a later date, and what their runs made of it."""

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import workbench as wb

from .saying import changed
from .small import CONFIG, DAY, NEXT, Row, customer, project

FILE = "erp/customers.csv"
MANY = [customer(number) for number in range(1, 31)]
CODED = changed("      city: {type: text}\n", "      city: {type: code}\n")
NAMED = changed("{customers: erp/customers.csv, items", "{customers: {file: erp/customers.csv, MORE}, items")


def written(rows: list[Row], **headings: str) -> str:
    """The rows as CSV under these headings for some of their own; '' leaves a column out."""
    kept = [name for name in rows[0] if headings.get(name) != ""]
    out = StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow([headings.get(name, name) for name in kept])
    lines.writerows([row[name] for name in kept] for row in rows)
    return out.getvalue()


def two(root: Path, after: str, before: str = written(MANY), config: str = CONFIG, **more: Any) -> wb.Project:
    """A project with two dates of the customers; further dates by name."""
    days = {DAY: {FILE: before}, NEXT: {FILE: after}, **more.pop("days", {})}
    return wb.open_project(project(root / "p", days, config, **more))


def ingested(found: wb.Project, *days: str, until: str = "ingest") -> list[tuple[Any, ...]]:
    """The remarks on the customers after runs of these dates, those of the last one."""
    for day in days:
        result = found.run(as_of=day, until=until)
    return [(r["column"], r["rows"], r["said"]) for r in result.remarks if r["table"] == "customers"]


def raw(found: wb.Project, columns: str = "*") -> list[tuple[Any, ...]]:
    table = found.sql(f"SELECT {columns} FROM raw.erp__customers ORDER BY _row")
    return [*map(tuple, table.astype(object).where(table.notna(), "").to_numpy().tolist())]


def learned(found: wb.Project) -> list[tuple[Any, ...]]:
    return found.journal.read(
        'SELECT run_id, as_of, kind, source, name, "column", before, after FROM learned ORDER BY id'
    )
