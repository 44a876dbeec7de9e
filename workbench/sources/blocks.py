"""Parse many lines at once, where it is certain that cutting them one by one gives the same."""

import re
from collections.abc import Sequence

import pyarrow as pa
from pyarrow import csv

from workbench.sources.extract import damage
from workbench.sources.tokens import Dialect

_CELL = "(?:Q[^Q]*+(?:QQ[^Q]*+)*+Q|(?!Q)[^D]*+)"


class Parser:
    """Parses lines into columns of texts.

    A line is certain when it has no damage, is no comment, and is by itself a record as RFC 4180 has it with as
    many cells as there are columns. Arrow reads such lines as `tokens` does; a property test compares them.
    """

    def __init__(self, dialect: Dialect, width: int) -> None:
        self._marks, self._more = (dialect.delimiter, dialect.quote, dialect.comment), width - 1
        marks = dialect.delimiter + dialect.quote
        self._possible = len(dialect.delimiter) == 1 and marks.isascii() and not {*"\r\n"} & {*marks}
        record = f"{_CELL}(?:D{_CELL}){{{width - 1}}}[\r\n]*".replace("Q", re.escape(dialect.quote or '"'))
        self._quoted = re.compile(record.replace("D", re.escape(dialect.delimiter)))
        self._names = [str(number) for number in range(width)]
        self._texts = csv.ConvertOptions(
            column_types=dict.fromkeys(self._names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        )

    def is_certain(self, line: str) -> bool:
        """Whether a line that begins a record is one that can be parsed."""
        delimiter, quote, comment = self._marks
        if not self._possible or damage(line) or line[0] == "\ufeff" or (comment and line.startswith(comment)):
            return False
        if quote and quote in line:
            return self._quoted.fullmatch(line) is not None
        return line.count(delimiter) == self._more and line.rstrip("\r\n") != ""

    def block(self, lines: Sequence[str]) -> list[pa.Array] | None:
        """The cells of lines, column by column; None where not all of them, or blank, are certain."""
        text, (_, quote, comment) = "".join(lines), self._marks
        if not self._possible or "\0" in text or text[0] == "\ufeff" or (comment and comment in text):
            return None
        if quote and quote in text and not all(self._quoted.fullmatch(line) for line in lines if quote in line):
            return None
        try:
            cells = self.parsed(text)
        except (pa.ArrowInvalid, UnicodeEncodeError):  # another number of cells; damaged bytes
            return None
        count = len(cells[0])
        alone = count == len(lines) or count == sum(line.rstrip("\r\n") != "" for line in lines)
        return cells if alone else None

    def parsed(self, text: str) -> list[pa.Array]:
        """The cells of a text whose lines are certain."""
        data = text.encode()
        whole = csv.ReadOptions(column_names=self._names, block_size=len(data) + 1, use_threads=False)
        marks = csv.ParseOptions(delimiter=self._marks[0], quote_char=self._marks[1] or False)
        table = csv.read_csv(pa.py_buffer(data), whole, marks, self._texts)
        return [column.combine_chunks() for column in table.columns]
