"""Trying other settings on a copy of a project."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ruamel.yaml import YAML

from .config import FILE, load
from .errors import ConfigError
from .files import copy, new_file
from .journal import FILE as JOURNAL

DERIVED = ("state", "reports", "load", "archive", "backups", "notebooks", f"{JOURNAL}*")


def copy_project(root: Path) -> TemporaryDirectory[str]:
    """The project's own files and its memory in a temporary folder, without what is derived."""
    folder = TemporaryDirectory(prefix="workbench-", ignore_cleanup_errors=True)
    derived = shutil.ignore_patterns(*DERIVED)

    def ignored(inside: str, names: list[str]) -> set[str]:
        return derived(inside, names) if Path(inside) == root else set()  # deeper, an extract may have such a name

    copy(root, Path(folder.name), ignore=ignored, copy_function=_link)
    with closing(sqlite3.connect(root / JOURNAL)) as old, closing(sqlite3.connect(Path(folder.name) / JOURNAL)) as new:
        old.backup(new)
    return folder


def with_settings(root: Path, settings: Mapping[str, Any]) -> None:
    """Put values at places such as "match.customer.review" into a project's workbench.yml, its comments kept.

    Raises ConfigError, and leaves the file as it is, for a place that cannot be and for a value that is wrong there.
    """
    yaml = YAML(typ="rt")
    tree = yaml.load((root / FILE).read_text(encoding="utf-8"))
    usual = load(root).model_dump(by_alias=True)  # what stands where the file says nothing
    for place, value in settings.items():
        *path, last = place.split(".")
        inner = tree
        try:
            for depth, part in enumerate(path, 1):
                none = usual.get(part, {}) if inner is tree else [] if last == "+" and depth == len(path) else {}
                inner = inner[int(part)] if isinstance(inner, list) else inner.setdefault(part, none)
            if last == "+":
                inner.append(value)
            else:
                inner[int(last) if isinstance(inner, list) else last] = value
        except (AttributeError, IndexError, TypeError, ValueError) as error:
            raise ConfigError(f"{place}: there is no such place in {FILE}.") from error
    text = StringIO()
    yaml.dump(tree, text)
    load(root, text.getvalue())
    with new_file(root / FILE) as new:  # in a copy the file may be a link to the project's own
        new.write_text(text.getvalue(), encoding="utf-8")


def _link(source: str, target: str) -> None:
    """Extracts may be large: the same bytes under a second name, where the disk can do that."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
