"""The records below the headings, in batches: those that fit, those that do not, those that were mended."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.sources.blocks import Parser
from workbench.sources.extract import BATCH_ROWS, SHOWN, Batch, Reject, Remark, Row, left_out, printable, record_batch
from workbench.sources.footer import footer_of
from workbench.sources.shapes import Shapes
from workbench.sources.tokens import COMMENT, Dialect, Lines, Record, records


@dataclass
class Body:
    """Reads the records of a table; what is said of them is added to `remarks`."""

    columns: list[str]
    dialect: Dialect
    shapes: Shapes
    take_repairs: bool
    remarks: list[Remark]
    _last: int = 0
    _comments: int = 0
    _shown: list[tuple[int, str]] = field(default_factory=list)
    _swallowed: list[int] = field(default_factory=list)

    def batches(self, lines: Lines, headings: int) -> Iterator[Batch]:
        """The records behind so many headings. What is certain is parsed at once, other records are cut."""
        parser, cut = Parser(self.dialect, len(self.columns)), records(lines, self.dialect)
        for _ in range(headings):
            while (record := next(cut, None)) and self._is_comment(record):
                pass
        while block := lines.block():
            if (cells := parser.block(block)) is not None:
                first, self._last = self._last + 1, self._last + len(cells[0])
                yield Batch(self._rows(np.arange(first, self._last + 1), cells))
                continue
            lines.back(block)
            end = lines.number + len(block)
            while lines.number < end:
                yield self._mixed(lines, end, cut, parser)
        tail = [record for record in cut if not self._is_comment(record)]
        footer = footer_of(tail, len(self.columns), self.shapes)
        if page := tail[: len(tail) - len(footer)]:
            yield self._judged([(self._next(), record) for record in page])
        self._remark_on(footer)

    def _mixed(self, lines: Lines, end: int, cut: Iterator[Record], parser: Parser) -> Batch:
        """The records that begin before a line: the certain ones parsed at once, the others cut and put between."""
        certain, places = [], []
        others: list[tuple[int, Record]] = []
        while lines.number < end and len(others) < BATCH_ROWS and (line := lines.next()) is not None:
            if parser.is_certain(line):
                certain.append(line)
                places.append(self._next())
                continue
            lines.back([line])
            if (record := next(cut, None)) and not self._is_comment(record):
                others.append((self._next(), record))
        batch = self._judged(others)
        if not certain:
            return batch
        both = pa.concat_batches([self._rows(places, parser.parsed("".join(certain))), batch.rows])
        return batch._replace(rows=both.take(pc.sort_indices(both["_row"])))

    def _judged(self, page: list[tuple[int, Record]]) -> Batch:
        """Records with their ordinals: those that fit, those that do not, those that can be mended."""
        rows: list[Row] = []
        rejects, repairs = [], []
        for ordinal, record in page:
            line, fields, text, problem = record
            if not problem and len(fields) == len(self.columns):
                rows.append([ordinal, *fields])
                if self.shapes.has_record_within(record):
                    self._swallowed.append(line)
                continue
            mended = self.shapes.mended(record)
            reason = problem or f"{len(fields)} fields instead of {len(self.columns)}"
            repair = self.dialect.joined(mended) if mended else ""
            reject = Reject(ordinal, line, printable(text), reason, repair)
            if mended and self.take_repairs:
                rows.append([ordinal, *mended])
                repairs.append(reject)
            else:
                rejects.append(reject)
        return Batch(record_batch(self.columns, rows), rejects, repairs)

    def _rows(self, ordinals: Sequence[int] | np.ndarray, cells: list[pa.Array]) -> pa.RecordBatch:
        names = ["_row", *self.columns]
        return pa.RecordBatch.from_arrays([pa.array(ordinals, pa.int64()), *cells], names)

    def _next(self) -> int:
        self._last += 1
        return self._last

    def _is_comment(self, record: Record) -> bool:
        if record.problem != COMMENT:
            return False
        self._comments += 1
        if len(self._shown) < SHOWN:
            self._shown.append((record.line, record.text))
        return True

    def _remark_on(self, footer: list[Record]) -> None:
        """What is no record is said, so that nothing of the file is lost unseen."""
        self.remarks += left_out("a footer", [(record.line, record.text) for record in footer])
        self.remarks += left_out(f"{self._comments:,} comments", self._shown, self._comments)
        if self._swallowed:
            said = "hold lines that look like records of their own: is a quote left open in line {}?"
            self.remarks.append(Remark(said.format(self._swallowed[0]), rows=len(self._swallowed)))
