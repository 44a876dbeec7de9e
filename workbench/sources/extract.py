"""What every reader gives: columns of text in batches, and the records that could not be read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

import pyarrow as pa

BATCH_ROWS = 20_000

Row = list[int | str | None]  # the ordinal, then the texts


@dataclass(frozen=True)
class ReadOptions:
    """What the configuration pins down about a file; what is None is found out."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header: int | None = None  # line of a text file or row of a sheet that has the headings, from 1


@dataclass(frozen=True)
class Reject:
    """A record that could not be read; its row is counted together with the accepted ones."""

    row: int
    line: int | None
    text: str
    reason: str


@dataclass
class Extract:
    """An opened extract. Each batch has `_row` (int64, from 1) and then the columns as strings.

    None is a missing value, '' an empty one. The rejects are complete once the batches are used up.
    """

    columns: list[str]
    batches: Iterator[pa.RecordBatch]
    settings: Mapping[str, object]
    rejects: list[Reject] = field(default_factory=list)


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


def batches(columns: list[str], rows: Iterator[Row]) -> Iterator[pa.RecordBatch]:
    """Put rows into batches."""
    schema = pa.schema([("_row", pa.int64()), *((name, pa.string()) for name in columns)])
    while page := list(islice(rows, BATCH_ROWS)):
        yield pa.RecordBatch.from_arrays([*map(pa.array, zip(*page, strict=True), schema.types)], schema=schema)
