"""Delimited text: finds encoding, dialect and headings, and gives every record or says why not."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from workbench.config import ReadOptions
from workbench.sources.body import Body
from workbench.sources.dialect import dialect_of
from workbench.sources.encoding import find_encoding, open_text
from workbench.sources.extract import Batch, Extract
from workbench.sources.headings import Headings, headings_of
from workbench.sources.lines import lines_of
from workbench.sources.magic import refuse_binary
from workbench.sources.repair import Shapes

SAMPLE_LINES = 500


def read(path: Path, options: ReadOptions) -> Extract:
    """Open a delimited text file of any size; memory stays flat."""
    refuse_binary(path, options.encoding)
    encoding = find_encoding(path, options.encoding)
    header = options.header or 1
    start = header if isinstance(header, int) else header[0]
    with open_text(path, encoding.name) as text:
        sample = list(islice(text, start - 1, start - 1 + SAMPLE_LINES))
    dialect, seen = dialect_of(sample, options, start)
    headings = headings_of(path, seen, options)
    settings = {
        **encoding.settings,
        "delimiter": dialect.delimiter.replace("\t", "tab"),
        "quote": dialect.quote or "none",
        "header line": headings.said,
    }
    remarks = [*encoding.remarks, *headings.remarks]
    below = [record for record in seen if record.line >= headings.line][headings.records :]
    shapes = Shapes(dialect, len(headings.columns), below)
    body = Body(headings.columns, dialect, shapes, options.repair, remarks)
    return Extract(headings.columns, _batches(path, encoding.name, headings, body), settings, remarks)


def _batches(path: Path, encoding: str, headings: Headings, body: Body) -> Iterator[Batch]:
    with open_text(path, encoding) as text:
        lines = lines_of(text)
        while lines.number < headings.line:
            lines.next()
        yield from body.batches(lines, headings.records)
