"""A target's mapping table and code lists as files: written so that what nobody changed stays as it is."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from io import StringIO

from ..approvals import SUGGESTED, table_of
from ..config import Config
from ..config.mapping_table import HEADINGS, KEYS, MEANING, Row, read_table
from ..files import disk, new_file

BOM = "\ufeff"
SIGNED = ("approved_by", "date")


def code_lists(config: Config, target: str) -> dict[str, list[list[str]]]:
    """The code lists of a target's table by their path, each with its headings first; files that are there."""
    paths = dict.fromkeys(row["codes"] for _, row in read_table(config, table_of(config, target)) if row["codes"])
    return {path: [row for row in csv.reader(config.lines(path)) if row]
            for path in paths if config.path(path).is_file()}  # fmt: skip


def fingerprint(config: Config, target: str) -> str:
    """A hash of the files as they are: another one where somebody has changed them since."""
    found = hashlib.sha256()
    for path in (table_of(config, target), *code_lists(config, target)):
        found.update(config.path(path).read_bytes() + b"\0")
    return found.hexdigest()[:16]


def merged(old: Sequence[Row], new: Iterable[Row], user: str, lists: Collection[str] = ()) -> list[Row]:
    """The table after a change: lines keep their places, new ones follow their object's, lines not in `new` go.

    Whoever changes what a line says, itself or by its code list (`lists` are those that changed), is its author, and
    of lines that nobody answers for; their approval is gone.
    """
    given = {key_of(row): row for row in new}
    found = [_said(row, given.pop(key_of(row)), user, lists) for row in old if key_of(row) in given]
    for row in given.values():
        last = max((n for n, other in enumerate(found) if other["object"] == row["object"]), default=len(found) - 1)
        found.insert(last + 1, _signed_by(row, user))
    return found


def key_of(row: Row) -> tuple[str, str]:
    """The field of the target that a line is about."""
    return row[KEYS[0]], row[KEYS[1]]


def _said(old: Row, new: Row, user: str, lists: Collection[str]) -> Row:
    if new["codes"] in lists or any(old[name] != new[name] for name in MEANING):
        return _signed_by(new, user)
    answered = user == SUGGESTED or old["author"] not in ("", SUGGESTED)
    return old | {"note": new["note"], "author": old["author"] if answered else user}


def _signed_by(row: Row, author: str) -> Row:
    return row | {"author": author, **dict.fromkeys(SIGNED, "")}


def write_table(config: Config, target: str, rows: Sequence[Row]) -> None:
    """Write a target's table. Raises StoreError where the disk refuses it."""
    cells = [[row[name] for name in HEADINGS] for row in rows]
    write_lists(config, {table_of(config, target): [HEADINGS, *cells]})


def write_lists(config: Config, lists: Mapping[str, Sequence[Sequence[str]]]) -> None:
    """Write CSV files of the project, each by its path with its headings first, whole or not at all.

    A file that had the mark by which Excel knows UTF-8 keeps it.
    """
    for path, rows in lists.items():
        file = config.path(path)
        mark = BOM if file.is_file() and file.read_text(encoding="utf-8").startswith(BOM) else ""
        text = StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        with disk(path):
            file.parent.mkdir(parents=True, exist_ok=True)
            with new_file(file) as new:
                new.write_text(mark + text.getvalue(), encoding="utf-8", newline="")


def sign_lines(config: Config, target: str, user: str, day: date) -> None:
    """Say in the table, for its readers, who approved the lines that were not approved before."""
    table = [row for _, row in read_table(config, table_of(config, target))]
    signed = [row if row["approved_by"] else row | {"approved_by": user, "date": day.isoformat()} for row in table]
    if signed != table:
        write_table(config, target, signed)
