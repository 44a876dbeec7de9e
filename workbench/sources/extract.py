"""What every reader gives: columns of text in batches, and the records that could not be read."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa

BATCH_ROWS = 20_000
SHOWN = 10  # lines that a remark repeats
_UNPRINTABLE = re.compile("[\0\ud800-\udfff]")

Row = list[int | str | None]  # the ordinal, then the texts


class Reject(NamedTuple):
    """A record that could not be read as it is; its row is counted together with the accepted ones.

    `repair` is the text that would be read, where only one is possible; '' where none is certain.
    """

    row: int
    line: int | None
    text: str
    reason: str
    repair: str = ""


class Batch(NamedTuple):
    """Consecutive records. `rows` has `_row` (int64, from 1) and then the columns as strings: None is a missing
    value, '' an empty one. `rejects` are left out of the rows, `repairs` are in them as repaired."""

    rows: pa.RecordBatch
    rejects: Sequence[Reject] = ()
    repairs: Sequence[Reject] = ()


class Remark(NamedTuple):
    """Something a person should know about an extract: in words, how many rows it concerns (None: all), and the
    text of the extract that is meant, which may be personal."""

    said: str
    column: str | None = None
    rows: int | None = None
    text: str | None = None


@dataclass
class Extract:
    """An opened extract: `settings` says how it is read. The remarks are complete once the batches are used up."""

    columns: list[str]
    batches: Iterator[Batch]
    settings: Mapping[str, object]
    remarks: list[Remark] = field(default_factory=list)


MARKS = {",": "comma", ";": "semicolon", "|": "bar", '"': "double", "'": "single"}


def told(settings: Mapping[str, object]) -> str:
    """How an extract is read, in one line.

    >>> told({"encoding": "utf-8", "delimiter": ","})
    'encoding utf-8, delimiter comma'
    """
    return ", ".join(f"{name} {MARKS.get(str(value), value)}" for name, value in settings.items())


def column_names(headings: Iterable[str | None]) -> list[str]:
    """Make headings into names: a blank one becomes column_7, a repeated one (in any case) name_2."""
    names = {"_row": "_row"}
    for position, heading in enumerate(headings, start=1):
        base = name = " ".join((heading or "").split()) or f"column_{position}"
        number = 1
        while name.casefold() in names:
            number += 1
            name = f"{base}_{number}"
        names[name.casefold()] = name
    return [*names.values()][1:]


def printable(text: str) -> str:
    """Show damaged bytes and NUL characters as \\xNN."""
    return _UNPRINTABLE.sub(lambda found: f"\\x{ord(found[0]) & 0xFF:02x}", text)


def damage(text: str) -> str:
    """Say why a text cannot be taken as it is, or ''."""
    if "\0" in text:
        return "a NUL character"
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return f"a byte that the encoding does not know: {printable(text[error.start])}"
    return ""


def left_out(what: str, lines: Sequence[tuple[int, str]], count: int | None = None) -> list[Remark]:
    """What is no record is said, so that nothing is lost unseen; `lines` are the first of `count`, with numbers."""
    shown = [f"line {number}: {printable(text)}" for number, text in lines[:SHOWN]]
    more = (count or len(lines)) - len(shown)
    shown += [f"and {more:,} more"] if more else []
    return [Remark(f"no records: {what}", rows=0, text=" / ".join(shown))] if lines else []


class Found(NamedTuple):
    """A record as it was found: its line, its cells, and why it cannot be taken, with its text; '' where it can."""

    line: int | None
    cells: Sequence[str | None]
    text: str
    problem: str


def whole(cells: Sequence[str | None]) -> Found:
    """A record that came in cells, not as a text."""
    text = "\t".join(cell or "" for cell in cells)
    problem = damage(text)
    return Found(None, cells, text if problem else "", problem)


def batches(columns: list[str], found: Iterable[Found], first: int = 1) -> Iterator[Batch]:
    """Number records from `first` on, and put them into batches."""
    rows: list[Row] = []
    rejects: list[Reject] = []
    for ordinal, (line, cells, text, problem) in enumerate(found, first):
        if problem:
            rejects.append(Reject(ordinal, line, printable(text), problem))
        else:
            rows.append([ordinal, *cells])
        if len(rows) + len(rejects) == BATCH_ROWS:
            yield Batch(record_batch(columns, rows), rejects)
            rows, rejects = [], []
    if rows or rejects:
        yield Batch(record_batch(columns, rows), rejects)


def record_batch(columns: list[str], rows: list[Row]) -> pa.RecordBatch:
    """Rows, each its ordinal and its texts, as Arrow data."""
    schema = pa.schema([("_row", pa.int64()), *((name, pa.string()) for name in columns)])
    cells = zip(*rows, strict=True) if rows else ([] for _ in schema)
    return pa.RecordBatch.from_arrays([*map(pa.array, cells, schema.types)], schema=schema)
