"""SpreadsheetML 2003 into a copy of a template: every byte of it stays but the rows of data, which are ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from ..store import Connection, batches, ident, literal
from ..targets import TargetField, TargetObject
from ..targets.layout import DATA, LABELS, MARKS, NAMES, STRUCTURE, DataSheet, layout
from ..targets.spreadsheetml import URN, Reader, tag_at

_COUNT = re.compile(rb"""\s(\w+:)?ExpandedRowCount\s*=\s*("\d*"|'\d*')""")
"""Excel refuses a table with more rows than this says, and can do without."""

_MARKS = {"text": "C", "boolean": "C", "integer": "N", "decimal": "P", "date": "D"}


def fill(con: Connection, template: Path, queries: Mapping[str, str], numbers: Mapping[str, set[str]], file: Path
         ) -> dict[str, int]:  # fmt: skip
    """Write a copy of a template with the rows of a query in each structure's sheet; returns their numbers.

    A query's columns are placed by the technical names of the sheet. `numbers` has the fields of a structure that are
    written as numbers; all others are texts. Raises ConfigError for a template that is none.
    """
    reader = Reader(template)
    sheets = {sheet.name: sheet for sheet in layout(reader)}
    data, written = template.read_bytes(), dict[str, int]()
    with file.open("wb") as sink:
        at = 0
        for name, table in sorted(reader.tables.items(), key=lambda item: item[1].start):
            tag = tag_at(data, table.start)
            sink.write(data[at : table.start] + _COUNT.sub(b"", tag))
            at, sheet = table.start + len(tag), sheets.get(name)
            if sheet and sheet.structure in queries:
                sink.write(data[at : sheet.data or table.end])
                prefix = tag[1 : tag.index(b"Table")].decode()
                made = _rows(con, queries[sheet.structure], sheet, numbers[sheet.structure], prefix, reader.prefix)
                last = max(sheet.head)
                sink.writelines(f"<{prefix}Row/>".encode() for _ in range(last + 1, DATA))
                written[sheet.structure] = _write(con, made, sink)
                at = table.end
        sink.write(data[at:])
    return written


def count_rows(file: Path) -> dict[str, int]:
    """The rows of data in each structure of a file, as our own reader finds them. Raises ConfigError."""
    reader, counts, titles = Reader(file), dict[str, int](), dict[str, str]()
    for row in reader.rows():
        if row.number == STRUCTURE:
            titles[row.sheet] = next(iter(row.cells.values()), "")
        if row.number >= DATA and row.cells and row.sheet in titles:
            counts[titles[row.sheet]] = counts.get(titles[row.sheet], 0) + 1
    return counts


def skeleton(objects: Mapping[str, TargetObject]) -> bytes:
    """A template made of what we know of a target's objects, for who has none of the target's own."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<?mso-application progid="Excel.Sheet"?>',
             f'<Workbook xmlns="{URN}" xmlns:ss="{URN}">']  # fmt: skip
    for title, known in objects.items():
        fields = known.fields
        above = {
            STRUCTURE: [title],
            NAMES: list(fields),
            MARKS: [_mark(given) for given in fields.values()],
            LABELS: [f"{given.title or name}{'*' * given.required}" for name, given in fields.items()],
        }
        lines.append(f"<Worksheet ss:Name={quoteattr(title[:31])}><Table>")
        for number, texts in above.items():
            cells = "".join(f'<Cell><Data ss:Type="String">{escape(text)}</Data></Cell>' for text in texts)
            hidden = "" if number == LABELS else ' ss:Hidden="1"'
            lines.append(f'<Row ss:Index="{number}"{hidden}>{cells}</Row>')
        lines.append("</Table></Worksheet>")
    return "\n".join([*lines, "</Workbook>", ""]).encode()


def _mark(given: TargetField) -> str:
    length, decimals = given.length or 0, given.decimals or 0
    return f"ETE;{length};{decimals};{_MARKS[given.type]};{length};{decimals}"


def _rows(con: Connection, query: str, sheet: DataSheet, numbers: set[str], tag: str, attribute: str) -> str:
    """The query's rows, each as the text of a Row; blank cells are left out, so each says its column."""
    there = [column[0] for column in con.execute(f"SELECT * FROM ({query}) LIMIT 0").description or []]
    cells = ["''"]
    for at, name in sheet.columns.items():
        if name in there:
            kind = "Number" if name in numbers else "String"
            text = f"replace(replace(replace({ident(name)}::VARCHAR, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"
            text = f"replace(replace({text}, chr(13), '&#13;'), chr(10), '&#10;')"
            before = f'<{tag}Cell {attribute}:Index="{at}"><{tag}Data {attribute}:Type="{kind}">'
            cells.append(f"coalesce({literal(before)} || nullif({text}, '') || '</{tag}Data></{tag}Cell>', '')")
    return f"SELECT '<{tag}Row>' || {' || '.join(cells)} || '</{tag}Row>' || chr(10) FROM ({query})"


def _write(con: Connection, made: str, sink: BinaryIO) -> int:
    written = 0
    for batch in batches(con, made):
        sink.writelines(text.encode() for text in batch[0].to_pylist())
        written += batch.num_rows
    return written
