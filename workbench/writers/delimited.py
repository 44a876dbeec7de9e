"""Delimited text in the form that a target takes. A missing value is an empty cell, an empty one is ""."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from ..errors import StageError
from ..store import Connection, batches, ident, literal
from ..targets import FileFormat

ENDS = {"lf": "\n", "crlf": "\r\n"}
MARK = "\N{BYTE ORDER MARK}"


def write_delimited(
    con: Connection, query: str, headings: list[str], named: Callable[[], Path], form: FileFormat,
    rows: int | None, size: int | None,
) -> Iterator[tuple[Path, int]]:  # fmt: skip
    """Write a query's columns under `headings`, a new file (its name is asked of `named`) where one would have more
    than `rows` rows or `size` bytes. Gives each file that is complete, with its rows; at least one.

    Raises StageError for a character that the encoding lacks, which stage map has refused before.
    """
    end = ENDS[form.line_end]
    heading = (form.delimiter.join(map(_cell, headings)) + end).encode(form.encoding)
    start = (MARK.encode(form.encoding) if form.mark else b"") + heading
    lines = (line for batch in batches(con, _lines(con, query, form.delimiter)) for line in batch[0].to_pylist())
    left = next(lines, None)
    while True:
        file, written, length = named(), 0, len(start)
        with file.open("wb") as sink:
            sink.write(start)
            while left is not None and (rows is None or written < rows):
                data = _encoded(left + end, form.encoding, file)
                if size is not None and length + len(data) > size and written:
                    break
                sink.write(data)
                written, length, left = written + 1, length + len(data), next(lines, None)
        yield file, written
        if left is None:
            return


def _encoded(line: str, encoding: str, file: Path) -> bytes:
    try:
        return line.encode(encoding)
    except UnicodeEncodeError as error:
        said = f"{file.name}: {encoding} has no character U+{ord(error.object[error.start]):04X}. Please report this."
        raise StageError(said) from error


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _lines(con: Connection, query: str, delimiter: str) -> str:
    """The query's rows, each as one text; a row of one missing value is "", for a blank line is no row."""
    names = [column[0] for column in con.execute(f"SELECT * FROM ({query}) LIMIT 0").description or []]
    alone = "'\"\"'" if len(names) == 1 else "''"
    cells = (f"coalesce('\"' || replace({ident(n)}::VARCHAR, '\"', '\"\"') || '\"', {alone})" for n in names)
    return f"SELECT {f' || {literal(delimiter)} || '.join(cells)} AS line FROM ({query})"
