"""Delimited text: finds encoding, dialect and headings, and gives every record or says why not."""

import codecs
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path

from workbench.config import ReadOptions
from workbench.errors import SourceError
from workbench.sources.body import Body
from workbench.sources.dialect import dialect_of
from workbench.sources.encoding import Encoding, find_encoding, open_text
from workbench.sources.extract import Batch, Extract, left_out
from workbench.sources.headings import Headings, headings_of
from workbench.sources.shapes import Shapes
from workbench.sources.tokens import COMMENT, Dialect, Record, lines_of, records

SAMPLE_LINES = 500
WIDE = ("utf-16", "utf-32")
"""Encodings in which a line end is no byte of its own."""


def read(path: Path, options: ReadOptions) -> Extract:
    """Open a delimited text file of any size; memory stays flat."""
    encoding, dialect, headings, seen, top = _layout(path, options)
    settings = {
        **encoding.settings,
        "delimiter": dialect.delimiter.replace("\t", "tab"),
        "quote": dialect.quote or "none",
        "header line": headings.said,
    }
    passed = enumerate(top[: headings.line - 1], 1)
    titles = [(number, line.rstrip("\r\n")) for number, line in passed if line.strip()]
    what = f"above the {'headings' if headings.records else 'records'}"
    remarks = [*encoding.remarks, *left_out(what, titles), *headings.remarks]
    below = [record for record in seen if record.line >= headings.line][headings.records :]
    shapes = Shapes(dialect, len(headings.columns), below)
    body = Body(headings.columns, dialect, shapes, options.repair, remarks)
    return Extract(headings.columns, _batches(path, encoding.name, headings, body), settings, remarks)


def without(path: Path, options: ReadOptions, ordinals: Collection[int], to: Path) -> int:
    """Write a text without the records of some ordinals, every other byte as it is; returns the lines left out.

    Raises SourceError for an encoding in which lines of bytes are not lines of text.
    """
    encoding, dialect, headings, _, _ = _layout(path, options)
    if codecs.lookup(encoding.name).name.startswith(WIDE):
        raise SourceError(f"{path}: is {encoding.name}, in which no line can be taken out. Save it as UTF-8.")
    gone: set[int] = set()
    with open_text(path, encoding.name) as text:
        lines = lines_of(text)
        while lines.number < headings.line:
            lines.next()
        cut = (record for record in records(lines, dialect) if record.problem != COMMENT)
        for ordinal, record in enumerate(cut, 1 - headings.records):
            if ordinal in ordinals:
                gone.update(range(record.line, lines.number))
    with path.open("rb") as source, to.open("wb") as out:
        kept = (line for block in source for line in block.splitlines(keepends=True))
        out.writelines(line for number, line in enumerate(kept, 1) if number not in gone)
    return len(gone)


def _layout(path: Path, options: ReadOptions) -> tuple[Encoding, Dialect, Headings, list[Record], list[str]]:
    """How a text is written, its headings, the records seen for that, and the lines at its top."""
    encoding = find_encoding(path, options.encoding)
    header = options.header or 1
    start = header if isinstance(header, int) else header[0]
    with open_text(path, encoding.name) as text:
        above = [*islice(text, start - 1)]
        sample = [*islice(text, SAMPLE_LINES)]
    dialect, seen = dialect_of(sample, options, start)
    return encoding, dialect, headings_of(path, seen, options), seen, above + sample


def _batches(path: Path, encoding: str, headings: Headings, body: Body) -> Iterator[Batch]:
    with open_text(path, encoding) as text:
        lines = lines_of(text)
        while lines.number < headings.line:
            lines.next()
        yield from body.batches(lines, headings.records)
