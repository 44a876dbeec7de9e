"""A mapping table as a file: CSV with a line a target field, which people edit and sign."""

from __future__ import annotations

import csv
import hashlib
import json

from ..errors import ConfigError
from .mistakes import suggestion
from .model import Config

KEYS = ("object", "field")
MEANING = ("from", "codes", "default", "mandatory")
"""What a line says; the rest is about the line."""
HEADINGS = (*KEYS, *MEANING, "note", "author", "approved_by", "date")
NEEDED = HEADINGS[:3]

Row = dict[str, str]
"""A line by HEADINGS, '' for what it leaves blank."""


def read_table(config: Config, path: str) -> list[tuple[int, Row]]:
    """The lines of a mapping table with their line numbers; older tables have fewer columns, so it fills up.

    Raises ConfigError for headings that are wrong and for lines with more cells than there are headings.
    """
    reader = csv.DictReader(config.lines(path))
    headings = [(name or "").strip() for name in reader.fieldnames or ()]
    if mistake := _of_headings(headings):
        raise ConfigError(f"{path}:1: {mistake}")
    reader.fieldnames = headings
    found, mistakes = list[tuple[int, Row]](), []
    for cells in reader:
        if any(cells.pop(None, [])):  # where DictReader puts what is beyond the headings
            mistakes.append(f"{path}:{reader.line_num}: more cells than there are headings; quote a cell with commas")
        row = {name: (cells.get(name) or "").strip() for name in HEADINGS}
        if any(row.values()):
            found.append((reader.line_num, row))
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    return found


def _of_headings(headings: list[str]) -> str:
    """What is wrong with the headings; '' for nothing."""
    if tuple(headings[: len(NEEDED)]) != NEEDED:
        return f"the headings must begin with {', '.join(NEEDED)}; all are: {', '.join(HEADINGS)}."
    if unknown := [name for name in headings if name not in HEADINGS]:
        return f"unknown column '{unknown[0]}'{suggestion(unknown[0], HEADINGS)}"
    if doubled := [name for name in HEADINGS if headings.count(name) > 1]:
        return f"the column '{doubled[0]}' is there twice."
    return ""


def table_hash(config: Config, path: str) -> str:
    """What a mapping table says, its code lists included, as a hash: the same as long as no value can change by it."""
    table = [row for _, row in read_table(config, path)]
    paths = {row["codes"] for row in table if row["codes"] and config.path(row["codes"]).is_file()}
    lists = {path: config.codes(path) for path in paths}
    said = sorted([row[name] for name in (*KEYS, *MEANING)] for row in table)
    told = json.dumps([said, sorted(lists.items())], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()
