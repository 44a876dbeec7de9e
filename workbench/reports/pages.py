"""Pages."""
from __future__ import annotations
from datetime import date
from ..store import Connection

def run_pages(con: Connection, project: str, run_id: str, as_of: date) -> dict[str, str]:
    return {}

def index_page(project: str, runs: list[str]) -> str:
    return project
