"""The small project with a source that is a query, and the password of a server."""

from pathlib import Path
from typing import Any

import workbench as wb

from ..small import CONFIG, DAY, project

SECRET = "p@ss/wörd:1"
CRM = "    tables: {accounts: crm/accounts.csv}\n"


def configured(root: Path, url: str, query: str = "SELECT * FROM accounts ORDER BY no") -> Path:
    table = f"    tables: {{accounts: {{url: '{url}', query: \"{query}\"}}}}\n"
    assert CRM in CONFIG
    return project(root, config=CONFIG.replace(CRM, table))


def ingested(root: Path) -> list[Any]:
    opened = wb.open_project(root)
    opened.run(DAY, until="ingest")
    return opened.sql(
        "SELECT path, age_days, sha256, bytes, rows, rejects, settings FROM raw.files WHERE source = 'crm'"
    ).values.tolist()
