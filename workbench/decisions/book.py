"""Decisions as files: what waits for people to answer, what they answered, and all that was ever decided.

In a cell each text is as it is, but one that a spreadsheet would alter (a formula, blanks at an end, characters that it
does not hold) stands in double quotes, as JSON writes it: no cell becomes a formula, and all comes back the same.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pandas as pd

from ..config import Config, ReadOptions
from ..errors import SourceError
from ..files import disk, new_file
from ..journal import DECISION, Journal
from ..sources import read
from ..stages.queue import queue
from ..store import Connection, frame, ident
from ..workbook import LINE, Sheet, cell_of, read_sheet, sheet_names, write_workbook
from .answers import take_answers
from .records import Record
from .restored import take_decisions

COLUMNS = ("act", *DECISION)
DECISIONS, REVIEW = "decisions", "review"
ASKED = ("entity", "source_l", "key_l", "source_r", "key_r", "decision", "why")
CHOICES = ("match", "no match")
DECISIONS_NOTE = "All that was decided, line by line, to be read back into the same or another project as it is."
REVIEW_NOTE = "Are the two records of a line the same? Say match or no match in yellow, and why; leave what is open."

Line = dict[str, Any]
Tables = Callable[[], AbstractContextManager[Connection]]


def export_decisions(lines: Sequence[dict[str, Any]], file: Path) -> int:
    """Write decisions to a new .csv or .xlsx; returns the lines."""
    return write_sheet(file, Sheet(DECISIONS, DECISIONS_NOTE, pd.DataFrame(lines, columns=COLUMNS, dtype=object), ()))


def export_review(con: Connection, config: Config, entity: str, decided: set[tuple[Record, Record]], file: Path) -> int:
    """Write the queue of an entity, but the pairs that are decided, with both records' fields; returns the lines."""
    first = "q.what, round(q.probability, 4) AS probability, q.records, q.children, q.amounts"
    return ask(con, config, entity, queue(config, entity), first, decided, file)


def ask(
    con: Connection, config: Config, entity: str, pairs: str, first: str, decided: set[tuple[Record, Record]],
    file: Path,
) -> int:  # fmt: skip
    """Write pairs (source_l, key_l, source_r, key_r, place) for people to decide, but those that are decided.

    `first` is what stands before the two records, of `q`; both records' fields follow. Returns the lines.
    """
    sides = {"one": "l", "other": "r"}
    fields = ", ".join(f"{side}.{ident(name)}::VARCHAR AS {ident(f'{name}: {title}')}"
                       for name in config.compared(entity) for title, side in sides.items())  # fmt: skip
    std = ident("std", entity)
    found = frame(con, f"""
        SELECT {first}, '{entity}' AS entity, q.source_l, q.key_l, q.source_r, q.key_r, {fields},
            NULL AS decision, NULL AS why
        FROM ({pairs}) AS q JOIN {std} AS l ON l.source = q.source_l AND l.key = q.key_l
        JOIN {std} AS r ON r.source = q.source_r AND r.key = q.key_r ORDER BY q.place""")  # fmt: skip
    ends = zip(*(found[name] for name in ASKED[1:5]), strict=True)
    open_ones = found.loc[[((a, b), (c, d)) not in decided for a, b, c, d in ends]]  # of none, no lines
    return write_sheet(file, Sheet(REVIEW, REVIEW_NOTE, open_ones, ("decision", "why"), {"decision": CHOICES}))


def read_book(tables: Tables, journal: Journal, config: Config, file: Path, user: str) -> int:
    """Take the answers of a review list by `user`, or decisions as they are; returns the new acts.

    Raises SourceError with all that is wrong, by line.
    """
    name, lines = _read(file)
    if name == DECISIONS:
        return take_decisions(journal, config, lines, str(file))
    with tables() as con:
        return take_answers(con, journal, config, lines, str(file), user)


def write_sheet(file: Path, sheet: Sheet) -> int:
    """Write a sheet to a new .csv or .xlsx, as the file's name says; returns the lines.

    Raises SourceError for another name or a file that is there.
    """
    columns = {str(name): [_cell(value) for value in sheet.rows[name]] for name in sheet.rows.columns}
    cells = pd.DataFrame(columns, dtype=object)
    if file.suffix.lower() == ".xlsx":
        write_workbook(file, [Sheet(sheet.name, sheet.note, cells, sheet.fill, sheet.choices)])
    elif file.suffix.lower() == ".csv":
        if file.exists():
            raise SourceError(f"{file} is there already, perhaps with answers: give another name.")
        with disk(str(file)):
            file.parent.mkdir(parents=True, exist_ok=True)
            with new_file(file) as new, new.open("w", encoding="utf-8-sig", newline="") as out:
                csv.writer(out, lineterminator="\n").writerows([cells.columns, *cells.itertuples(index=False)])
    else:
        raise SourceError(f"{file}: a list is written as .csv or .xlsx.")
    return len(cells)


def _read(file: Path) -> tuple[str, list[Line]]:
    """Which of the two a file is, and its lines: texts by column, None for an empty cell, and `_line`."""
    if file.suffix.lower() == ".xlsx":
        name = DECISIONS if DECISIONS in sheet_names(file) else REVIEW
        lines = read_sheet(file, name, COLUMNS if name == DECISIONS else ASKED).to_dict("records")
    elif file.suffix.lower() == ".csv":
        name, lines = _read_csv(file)
    else:
        raise SourceError(f"{file}: decisions are read from .csv or .xlsx.")
    return name, [{str(key): _text(cell) if key != LINE else cell for key, cell in line.items()} for line in lines]


def _read_csv(file: Path) -> tuple[str, list[Any]]:
    extract = read(file, ReadOptions(header=1))
    name, columns = (REVIEW, ASKED) if "decision" in extract.columns else (DECISIONS, COLUMNS)
    if gone := [column for column in columns if column not in extract.columns]:
        raise SourceError(f"{file}: there is no column {', '.join(gone)}. Give the headings back their names.")
    batches = list(extract.batches)
    if broken := [f"line {one.line}: {one.reason}" for batch in batches for one in batch.rejects]:
        raise SourceError("\n".join([f"{file} has mistakes, so nothing of it is taken:", *broken]))
    lines = [line for batch in batches for line in batch.rows.to_pylist()]
    return name, [{LINE: line["_row"] + 1} | {column: line[column] or None for column in columns} for line in lines]


def _cell(value: Any) -> Any:
    """What a cell holds of a value: an unsafe text as JSON.

    >>> _cell("=1+1"), _cell(" K1"), _cell("K1"), _cell(None)
    ('"=1+1"', '" K1"', 'K1', None)
    """
    if not isinstance(value, str):
        return None if pd.isna(value) else value
    safe = value and value.strip() == value == cell_of(value) and not re.match(r'["=+\-@]', value)
    return value if safe and "\r" not in value else json.dumps(value, ensure_ascii=False)


def _text(cell: Any) -> str | None:
    """The text that a cell stands for.

    >>> _text('"=1+1"'), _text("K1"), _text('"'), _text(None)
    ('=1+1', 'K1', '"', None)
    """
    if not isinstance(cell, str):
        return None
    try:
        return str(json.loads(cell)) if re.fullmatch(r'".*"', cell, re.DOTALL) else cell
    except ValueError:
        return cell
