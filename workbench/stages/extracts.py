"""Where the extracts of a project lie: sources/<as-of date>/."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path

from ..config import Config
from ..errors import SourceError

FOLDER = "sources"


def dates(root: Path) -> list[date]:
    """The as-of dates that have a folder of extracts, oldest first."""
    found = []
    for folder in (root / FOLDER).glob("*"):
        with suppress(ValueError):  # a folder of another name holds no dated extract
            day = date.fromisoformat(folder.name)
            found += [day] if folder.name == str(day) else []
    return sorted(found)


def locate(config: Config, as_of: date, file: str) -> tuple[Path, date]:
    """A table's file or folder and its own date: the newest not newer than the as-of date.

    Raises SourceError when there is none.
    """
    if file.startswith("${"):
        path = config.path(file)
        if not path.exists():
            raise SourceError(f"there is no file {path}. Check the variable in {file}.")
        return path, as_of
    for day in reversed([day for day in dates(config.root) if day <= as_of]):
        path = config.path(f"{FOLDER}/{day}/{file}")
        if path.exists():
            return path, day
    raise SourceError(
        f"no {file} in {config.root / FOLDER}/<date>/ on or before {as_of}. "
        "Put the extract there, or correct the file's name in workbench.yml."
    )
