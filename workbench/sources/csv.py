"""Delimited text: finds encoding, delimiter and headings, and gives every record or says why not."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from workbench.config import ReadOptions
from workbench.errors import SourceError
from workbench.sources.encoding import encoding_of, open_text, printable
from workbench.sources.extract import BATCH_ROWS, Batch, Extract, Reject, Row, column_names, record_batch
from workbench.sources.tokens import Fields, Record, records

DELIMITERS = ("\t", ",", ";", "|")  # the first stands where there is but one column
SAMPLE_LINES = 500


def read(path: Path, options: ReadOptions) -> Extract:
    """Open a delimited text file of any size; memory stays flat."""
    encoding = encoding_of(path, options.encoding)
    start = options.header or 1
    with open_text(path, encoding) as text:
        sample = list(islice(text, start - 1, start - 1 + SAMPLE_LINES))
    delimiters = (options.delimiter,) if options.delimiter else DELIMITERS
    cuts = {delimiter: list(records(sample, delimiter, start)) for delimiter in delimiters}
    delimiter, seen = max(cuts.items(), key=lambda cut: _shape(cut[1])[1])
    width, _ = _shape(seen)
    heading = _heading(path, seen, width, pinned=options.header is not None)
    columns = column_names(printable(cell or "") for cell in _fit(heading.fields, width))
    settings = {"encoding": encoding, "delimiter": delimiter.replace("\t", "tab"), "header line": heading.line}
    return Extract(columns, _batches(path, encoding, delimiter, heading.line, columns), settings)


def _shape(seen: list[Record]) -> tuple[int, float]:
    """The commonest number of fields; and a score: the higher, the more fields and the more records have as many."""
    widths = Counter(len(record.fields) for record in seen if record.fields)
    width, count = max(widths.items(), key=lambda item: item[1], default=(1, 0))
    return width, (width - 1) * (count / (widths.total() or 1)) ** 2


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
        filled = sum(cell is not None for cell in record.fields[1:])
        if pinned or filled >= (width - 1) / 2:
            return record
    raise SourceError(f"{path}: no headings found. Is the file empty, or `header` beyond its end?")


def _fit(headings: Fields, width: int) -> Fields:
    """Headings with a delimiter too many or too few at the end take the width of the records."""
    while len(headings) > width and headings[-1] is None:
        headings = headings[:-1]
    return headings + [None] * (width - len(headings))


def _batches(path: Path, encoding: str, delimiter: str, heading: int, columns: list[str]) -> Iterator[Batch]:
    """The records below the headings with their ordinals, those that fit and those that do not."""
    with open_text(path, encoding) as text:
        below = enumerate(islice(records(islice(text, heading - 1, None), delimiter, heading), 1, None), start=1)
        while page := list(islice(below, BATCH_ROWS)):
            rows: list[Row] = []
            rejects = []
            for ordinal, (line, fields, raw, problem) in page:
                if not problem and len(fields) == len(columns):
                    rows.append([ordinal, *fields])
                else:
                    reason = problem or f"{len(fields)} fields instead of {len(columns)}"
                    rejects.append(Reject(ordinal, line, printable(raw), reason))
            yield Batch(record_batch(columns, rows), rejects)
