"""Reading SpreadsheetML 2003, the XML of old Excel that the SAP Migration Cockpit speaks; safely, and with byte places.

No entity and no DTD is accepted, so a file cannot reach another one or grow when it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from ..errors import ConfigError

URN = "urn:schemas-microsoft-com:office:spreadsheet"
CHUNK = 1 << 20
_TAG = re.compile(rb"""<[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>""")


@dataclass
class Row:
    """A row of a sheet: its number and the texts of its cells by column, both from 1; `start` is its place in bytes."""

    sheet: str
    number: int
    start: int
    cells: dict[int, str] = field(default_factory=dict)
    formula: bool = False


@dataclass
class Table:
    """Where a sheet's table begins and ends in the file, in bytes."""

    start: int
    end: int = 0


class Reader:
    """Reads a workbook row by row; once it is used up, `tables` has the place of each sheet's table."""

    def __init__(self, file: Path):
        """Nothing is read yet."""
        self.file, self.tables, self.prefix = file, dict[str, Table](), ""
        self._rows: list[Row] = []
        self._open: list[str] = []
        self._sheet, self._row, self._number, self._column, self._skip = "", Row("", 0, 0), 0, 0, 0
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declared
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartNamespaceDeclHandler = self._namespace
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text

    def rows(self) -> Iterator[Row]:
        """The rows of all sheets, in their order. Raises ConfigError for what is no such workbook."""
        try:
            with self.file.open("rb") as source:
                while chunk := source.read(CHUNK):
                    self._parser.Parse(chunk, False)
                    yield from self._rows
                    self._rows.clear()
                self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise self._refused(f"is not well-formed XML (line {error.lineno})") from error
        yield from self._rows
        if not self.tables:
            raise self._refused("has no sheets")

    def _refused(self, why: str) -> ConfigError:
        return ConfigError(f"{self.file}: {why}. Give the XML Spreadsheet 2003 file as the new system gave it.")

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding and encoding.upper() != "UTF-8":
            raise self._refused(f"is written in {encoding}, not in UTF-8")

    def _doctype(self, *declared: object) -> None:
        raise self._refused("declares a document type, which a workbook has not")

    def _namespace(self, prefix: str | None, uri: str) -> None:
        if uri == URN and prefix:
            self.prefix = prefix

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        given = {key.removeprefix(f"{URN} "): value for key, value in attributes.items()}
        tag = name.removeprefix(f"{URN} ")
        if tag == "Worksheet":
            self._sheet = given.get("Name", "")
        elif tag == "Table":
            self.tables[self._sheet] = Table(self._parser.CurrentByteIndex)
            self._number = 0
        elif tag == "Row":
            self._number = self._whole(given, "Index", self._number + 1)
            self._row, self._column, self._skip = Row(self._sheet, self._number, self._parser.CurrentByteIndex), 0, 1
        elif tag == "Cell":
            self._column = self._whole(given, "Index", self._column + self._skip)
            self._skip = 1 + self._whole(given, "MergeAcross", 0)
            self._row.formula |= "Formula" in given
        elif tag == "Data" and self._open[-1:] == ["Cell"]:
            self._row.cells[self._column] = ""
        self._open.append(tag)

    def _whole(self, given: dict[str, str], name: str, otherwise: int) -> int:
        found = given.get(name, str(otherwise))
        if not found.isdecimal():
            raise self._refused(f"says {name} is not a number")
        return int(found)

    def _end(self, name: str) -> None:
        tag = self._open.pop()
        if tag == "Table":
            self.tables[self._sheet].end = self._parser.CurrentByteIndex
        elif tag == "Row":
            self._rows.append(self._row)

    def _text(self, text: str) -> None:
        if "Data" in self._open and "Comment" not in self._open:
            self._row.cells[self._column] += text


def tag_at(data: bytes, start: int) -> bytes:
    """The tag that begins at a place."""
    found = _TAG.match(data, start)
    assert found is not None
    return found[0]
