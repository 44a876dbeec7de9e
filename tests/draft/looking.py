"""Tables of a few rows, looked at as an extract would be."""

from __future__ import annotations

from pathlib import Path

from workbench.config import ReadOptions
from workbench.draft.understand import Table, understand
from workbench.sources import read
from workbench.store import Connection


def looked_at(con: Connection, folder: Path, name: str, text: str, source: str = "erp") -> Table:
    """A CSV written to the folder, and what is understood of it."""
    file = folder / f"{name}.csv"
    file.write_text(text, encoding="utf-8")
    return understand(con, (source, name), file.name, [read(file, ReadOptions())])
