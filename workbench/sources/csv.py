"""Delimited text: finds encoding, dialect and headings, and gives every record or says why not."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from workbench.config import ReadOptions
from workbench.sources.body import Body
from workbench.sources.dialect import dialect_of
from workbench.sources.encoding import find_encoding, open_text
from workbench.sources.extract import Batch, Extract, left_out
from workbench.sources.headings import Headings, headings_of
from workbench.sources.shapes import Shapes
from workbench.sources.tokens import lines_of

SAMPLE_LINES = 500


def read(path: Path, options: ReadOptions) -> Extract:
    """Open a delimited text file of any size; memory stays flat."""
    encoding = find_encoding(path, options.encoding)
    header = options.header or 1
    start = header if isinstance(header, int) else header[0]
    with open_text(path, encoding.name) as text:
        above = [*islice(text, start - 1)]
        sample = [*islice(text, SAMPLE_LINES)]
    dialect, seen = dialect_of(sample, options, start)
    headings = headings_of(path, seen, options)
    settings = {
        **encoding.settings,
        "delimiter": dialect.delimiter.replace("\t", "tab"),
        "quote": dialect.quote or "none",
        "header line": headings.said,
    }
    passed = enumerate((above + sample)[: headings.line - 1], 1)
    titles = [(number, line.rstrip("\r\n")) for number, line in passed if line.strip()]
    what = f"above the {'headings' if headings.records else 'records'}"
    remarks = [*encoding.remarks, *left_out(what, titles), *headings.remarks]
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
