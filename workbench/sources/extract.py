"""What every reader gives: columns of text in batches, and the records that could not be read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

BATCH_ROWS = 20_000


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
    rejects: list[Reject] = field(default_factory=list)
    settings: dict[str, str | int] = field(default_factory=dict)


def column_names(headings: Iterable[str | None]) -> list[str]:
    """Make headings into names: a blank one becomes column_7, a repeated one (in any case) name_2."""
    taken = {"_row"}
    names = []
    for position, heading in enumerate(headings, start=1):
        base = " ".join((heading or "").split()) or f"column_{position}"
        name, number = base, 1
        while name.casefold() in taken:
            number += 1
            name = f"{base}_{number}"
        taken.add(name.casefold())
        names.append(name)
    return names


def record_batch(columns: list[str], ordinals: Sequence[int], values: Iterable[Sequence[str | None]]) -> pa.RecordBatch:
    """Put ordinals and one sequence of texts a column into a batch."""
    arrays = [pa.array(ordinals, pa.int64()), *(pa.array(texts, pa.string()) for texts in values)]
    return pa.RecordBatch.from_arrays(arrays, ["_row", *columns])
