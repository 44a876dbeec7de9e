"""A workbook of a mapping read back: what a colleague changed, and everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ..approvals import table_of
from ..config import Config
from ..config.mapping import understand
from ..config.mapping_table import HEADINGS, KEYS, Row, read_table
from ..errors import SourceError
from ..workbook import LINE, no_texts, read_sheet, sheet_names
from .book import ABOUT, ABOUT_COLUMNS, CODES, FILL, LINES, sheet_of
from .files import code_lists, fingerprint, key_of

CHANGE = ("object", "field", "what", "column", "before", "after")
Lists = dict[str, list[list[str]]]


class Taken(NamedTuple):
    """The lines and code lists (by path, headings first) of a workbook, and what is changed by them: a row a cell with
    object, field, what (added, removed, changed), column, before, after; of a code list its path and the code stand in
    the first two."""

    rows: list[Row]
    lists: Lists
    changes: pd.DataFrame


def read_book(config: Config, target: str, file: Path) -> Taken:
    """Read a workbook of a target's mapping. Raises SourceError naming all that is wrong in it, cell by cell."""
    _same_table(config, target, file)
    before = code_lists(config, target)
    names = dict(zip(before, sheet_of(before), strict=True))
    mistakes = list(_not_texts(file, LINES, (*KEYS, *FILL)))
    lines = _lines(file)
    mistakes += [f"{place}: object and field have to be named" for place, row in lines if not all(key_of(row))]
    lists: Lists = {}
    for path, name in names.items():
        mistakes += _not_texts(file, name, CODES)
        lists[path], wrong = _list(file, name, before[path])
        mistakes += wrong
    codes = {path: {row[0]: row[1] for row in rows[1:]} for path, rows in lists.items()}
    mistakes += understand(config, target, [line for line in lines if all(key_of(line[1]))], codes)[1]
    if mistakes:
        raise SourceError("\n".join([*mistakes, "Nothing was taken. Mend these and read the workbook again."]))
    rows = [row for _, row in lines]
    old = [row for _, row in read_table(config, table_of(config, target))]
    found = [*_changes(_by_key(old), _by_key(rows))]
    for path in lists:
        found += _changes(_by_code(path, before[path]), _by_code(path, lists[path]))
    return Taken(rows, lists, pd.DataFrame(found, columns=CHANGE, dtype=object))


def _same_table(config: Config, target: str, file: Path) -> None:
    """A workbook of another table, or of one that somebody changed since, would undo what others did."""
    if ABOUT not in sheet_names(file):
        raise SourceError(f"{file}: is no workbook of `workbench mapping export`: it has no sheet '{ABOUT}'.")
    told = dict(read_sheet(file, ABOUT, ABOUT_COLUMNS)[list(ABOUT_COLUMNS)].to_numpy().tolist())
    if told.get("target") != target:
        raise SourceError(f"{file}: holds the mapping of {told.get('target')}, not of {target}.")
    if told.get("written from") != fingerprint(config, target):
        raise SourceError(
            f"{file}: {table_of(config, target)} or one of its code lists was changed after this workbook was written. "
            "Export it again and bring the changes over, so that nobody's work is undone."
        )


def _not_texts(file: Path, sheet: str, columns: Sequence[str]) -> Iterator[str]:
    for cell in no_texts(file, sheet, columns):
        yield (f"{file}, sheet '{sheet}', cell {cell}: Excel made a number, a date or a truth value of it, and may "
               "have dropped noughts. Format the cell as text and type it again")  # fmt: skip


def _lines(file: Path) -> list[tuple[str, Row]]:
    """The lines that say something, each after its place in the workbook."""
    sheet = read_sheet(file, LINES, (*KEYS, *FILL))
    found = []
    for cells in sheet.where(sheet.notna(), "").to_dict("records"):
        row = dict.fromkeys(HEADINGS, "") | {name: str(cells[name]) for name in (*KEYS, *FILL)}
        if any(row[name] for name in FILL):
            found.append((f"{file}, sheet '{LINES}', line {cells[LINE]}", row))
    return found


def _list(file: Path, name: str, before: list[list[str]]) -> tuple[list[list[str]], list[str]]:
    """A code list as the workbook has it, further columns as they were, and what is wrong with it."""
    sheet = read_sheet(file, name, CODES)
    known = {row[0]: row[1:] for row in before[1:]}
    rows, mistakes = [before[0]], list[str]()
    for cells in sheet.where(sheet.notna(), "").to_dict("records"):
        code, new = str(cells[CODES[0]]), str(cells[CODES[1]])
        place = f"{file}, sheet '{name}', line {cells[LINE]}"
        if new and not code:
            mistakes.append(f"{place}: the new code '{new}' stands beside no code")
        elif code in {row[0] for row in rows[1:]}:
            mistakes.append(f"{place}: the code '{code}' is there twice")
        elif new or known.get(code, [None])[:1] == [""]:  # what becomes nothing by intent stays so
            rows.append([code, new, *known.get(code, [])[1:]])
    if len(rows) == 1:
        mistakes.append(f"{file}, sheet '{name}': lists no codes")
    return rows, mistakes


Cells = dict[tuple[str, str], dict[str, str]]


def _by_key(rows: Sequence[Row]) -> Cells:
    return {key_of(row): {name: row[name] for name in FILL} for row in rows}


def _by_code(path: str, rows: list[list[str]]) -> Cells:
    return {(path, row[0]): {CODES[1]: row[1] if len(row) > 1 else ""} for row in rows[1:]}


def _changes(before: Mapping[tuple[str, str], dict[str, str]], after: Cells) -> Iterator[tuple[str, ...]]:
    """What is another, cell by cell, in the order of the table; then what is new."""
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key, {}), after.get(key, {})
        what = "changed" if old and new else "added" if new else "removed"
        for column in old or new:
            if old.get(column, "") != new.get(column, ""):
                yield *key, what, column, old.get(column, ""), new.get(column, "")
