"""How a template of the SAP Migration Cockpit is laid out: a structure's rows below eight that describe it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..errors import ConfigError
from .spreadsheetml import Reader, Row

STRUCTURE, NAMES, MARKS, LABELS, DATA = 4, 5, 6, 8, 9
"""The rows of a data sheet: its structure, technical names, lengths and types, labels, the first row of data."""


@dataclass
class DataSheet:
    """A sheet for the rows of a structure: the rows above them, and where in the file the first of them is, if any."""

    name: str
    head: dict[int, Row] = field(default_factory=dict)
    data: int | None = None

    def text(self, row: int, column: int) -> str:
        """What a cell above the data holds."""
        return self.head[row].cells.get(column, "").strip() if row in self.head else ""

    @property
    def structure(self) -> str:
        """The structure whose rows it takes; '' where the sheet is for people."""
        cells = self.head[STRUCTURE].cells if STRUCTURE in self.head else {}
        return next((text.strip() for text in cells.values()), "")

    @property
    def columns(self) -> dict[int, str]:
        """The technical names by their column."""
        cells = self.head[NAMES].cells if NAMES in self.head else {}
        return {at: text.strip() for at, text in sorted(cells.items()) if text.strip()}


def layout(reader: Reader) -> list[DataSheet]:
    """The sheets for data, in their order. Raises ConfigError for a formula in any sheet, or a name that is twice."""
    found: dict[str, DataSheet] = {}
    for row in reader.rows():
        sheet = found.setdefault(row.sheet, DataSheet(row.sheet))
        if row.formula:
            raise ConfigError(f"{reader.file}, sheet '{row.sheet}', row {row.number}: has a formula: none is accepted.")
        if row.number < DATA:
            sheet.head[row.number] = row
        elif sheet.data is None:
            sheet.data = row.start
    sheets = [sheet for sheet in found.values() if sheet.structure and sheet.columns]
    for names in ([sheet.structure for sheet in sheets], *(list(sheet.columns.values()) for sheet in sheets)):
        if double := sorted({name for name in names if names.count(name) > 1}):
            raise ConfigError(f"{reader.file}: {double[0]} is there twice, but stands for one place only.")
    return sheets
