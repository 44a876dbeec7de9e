"""What every reader gives: columns of text in batches, and the records that could not be read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

import pyarrow as pa

BATCH_ROWS = 20_000

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


def batches(columns: list[str], rows: Iterator[Row]) -> Iterator[Batch]:
    """Put rows that are all accepted into batches."""
    while page := list(islice(rows, BATCH_ROWS)):
        yield Batch(record_batch(columns, page))


def record_batch(columns: list[str], rows: list[Row]) -> pa.RecordBatch:
    """Rows, each its ordinal and its texts, as Arrow data."""
    schema = pa.schema([("_row", pa.int64()), *((name, pa.string()) for name in columns)])
    cells = zip(*rows, strict=True) if rows else ([] for _ in schema)
    return pa.RecordBatch.from_arrays([*map(pa.array, cells, schema.types)], schema=schema)
