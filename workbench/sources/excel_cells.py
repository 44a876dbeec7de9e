"""Cells of a sheet as text the way a person reads them, and those that lost digits before they came."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from workbench.sources.extract import Remark

Cell = int | float | str | bool | time | date | datetime | timedelta
Texts = list[str | None]
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
LONG = 10**15  # a workbook's numbers have 15 digits


def cell_text(cell: Cell) -> str | None:
    """Text of a cell as a person reads it: 1001.0 is 1001, midnight a date, a blank cell missing."""
    match cell:
        case str():
            return cell or None
        case bool():
            return str(cell).upper()
        case float() if not cell.is_integer() or abs(cell) >= LONG:
            # Excel keeps 15 digits; more of them are noise of binary fractions.
            return f"{Decimal(f'{cell:.15g}'):f}"
        case int() | float():
            return str(int(cell))
        case datetime():
            return cell.isoformat(sep=" ").removesuffix(" 00:00:00")
        case timedelta():
            seconds = round(cell.total_seconds())
            return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        case _:
            return cell.isoformat()


class Digits:
    """Counts, by place in the row, cells whose digits are not all there."""

    def __init__(self) -> None:
        self._long = Counter[int]()
        self._scientific = Counter[int]()

    def seen(self, rows: Iterable[list[Cell]]) -> Iterator[list[Cell]]:
        """The rows as they are, looked at."""
        for row in rows:
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    if "+" in cell and _SCIENTIFIC.fullmatch(cell.strip()):
                        self._scientific[place] += 1
                elif isinstance(cell, float) and abs(cell) >= LONG:
                    self._long[place] += 1
            yield row

    def remarks(self, names: dict[int, str]) -> Iterator[Remark]:
        """What is to be said of columns, by place."""
        for place, name in names.items():
            if found := self._long[place]:
                said = "numbers of more than 15 digits, of which a workbook keeps 15: the last ones are lost"
                yield Remark(f"{said}. Export them as text.", name, found)
            if found := self._scientific[place]:
                said = "text such as 8.61E+12: the other digits were lost when it was saved as text"
                yield Remark(f"{said}. Export the column as text.", name, found)
