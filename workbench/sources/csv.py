"""Delimited text: finds encoding, delimiter and headings, and gives every record or says why not."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa

from workbench.errors import SourceError
from workbench.sources.encoding import encoding_of, open_text, printable
from workbench.sources.extract import BATCH_ROWS, Extract, ReadOptions, Reject, column_names, record_batch
from workbench.sources.tokens import Fields, Record, records

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_LINES = 500
BATCH_CHARACTERS = 32_000_000


def read(path: Path, options: ReadOptions) -> Extract:
    """Open a delimited text file of any size; memory stays flat."""
    encoding = encoding_of(path, options.encoding)
    start = options.header or 1
    with open_text(path, encoding) as text:
        sample = list(islice(text, start - 1, start - 1 + SAMPLE_LINES))
    delimiter = options.delimiter or _delimiter(sample)
    seen = list(records(sample, delimiter, start))
    width = _width(seen)
    heading = _heading(path, seen, width, pinned=options.header is not None)
    columns = column_names(printable(cell or "") for cell in _fit(heading.fields, width))
    settings: dict[str, str | int] = {
        "encoding": encoding,
        "delimiter": {"\t": "tab"}.get(delimiter, delimiter),
        "header line": heading.line,
    }
    rejects: list[Reject] = []
    batches = _batches(path, encoding, delimiter, heading.line, columns, rejects)
    return Extract(columns, batches, rejects, settings)


def _delimiter(sample: list[str]) -> str:
    """Take the delimiter that cuts the records most evenly into most fields; one column has none (tab)."""

    def evenness(delimiter: str) -> float:
        widths = Counter(len(record.fields) for record in records(sample, delimiter) if record.fields)
        if not widths:
            return 0.0
        width, count = widths.most_common(1)[0]
        return (count / widths.total()) ** 2 * (width - 1)

    best = max(DELIMITERS, key=evenness)
    return best if evenness(best) > 0 else "\t"


def _width(seen: list[Record]) -> int:
    widths = Counter(len(record.fields) for record in seen if record.fields)
    return widths.most_common(1)[0][0] if widths else 0


def _heading(path: Path, seen: list[Record], width: int, *, pinned: bool) -> Record:
    """Take the first record that fills half the fields after the first: titles do not, an index may be blank.

    A heading pinned by the user is the first record. One that cannot be cut stops the work, for the
    record after it would be taken for headings.
    """
    for record in seen:
        if not record.fields:
            raise SourceError(
                f"{path}, line {record.line}: {record.problem} before or in the headings. "
                "Correct the line, or give the headings' line as `header`."
            )
        filled = len(record.fields[1:]) - record.fields[1:].count(None)
        if pinned or filled >= (width - 1) / 2:
            return record
    raise SourceError(f"{path}: no headings found. Is the file empty, or `header` beyond its end?")


def _fit(headings: Fields, width: int) -> Fields:
    """Headings with a delimiter too many or too few at the end take the width of the records."""
    while len(headings) > width and headings[-1] is None:
        headings = headings[:-1]
    return headings + [None] * (width - len(headings))


def _batches(
    path: Path, encoding: str, delimiter: str, heading: int, columns: list[str], rejects: list[Reject]
) -> Iterator[pa.RecordBatch]:
    """Read the records below the headings, accepted ones in batches, others into rejects."""
    width = len(columns)
    ordinals: list[int] = []
    rows: list[Fields] = []
    size = 0
    with open_text(path, encoding) as text:
        below = islice(records(islice(text, heading - 1, None), delimiter, heading), 1, None)
        for ordinal, (line, fields, raw, problem) in enumerate(below, start=1):
            if problem or len(fields) != width:
                reason = problem or f"{len(fields)} fields instead of {width}"
                rejects.append(Reject(ordinal, line, printable(raw), reason))
                continue
            ordinals.append(ordinal)
            rows.append(fields)
            size += len(raw)
            if len(rows) == BATCH_ROWS or size > BATCH_CHARACTERS:
                yield record_batch(columns, ordinals, zip(*rows, strict=True))
                ordinals, rows, size = [], [], 0
    if rows:
        yield record_batch(columns, ordinals, zip(*rows, strict=True))
