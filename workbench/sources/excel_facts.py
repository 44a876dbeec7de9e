"""What a .xlsx file says of a sheet beside its values: hidden rows and columns, errors, formulas never calculated."""

import posixpath
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

BOOK = "xl/workbook.xml"
STYLES = "xl/styles.xml"
_ZEROS = re.compile(r"0{2,}")


@dataclass
class Facts:
    """Counts below the headings, by column from 0."""

    errors: Counter[int] = field(default_factory=Counter)
    uncalculated: Counter[int] = field(default_factory=Counter)
    zeros: Counter[int] = field(default_factory=Counter)
    hidden_rows: int = 0
    hidden_columns: set[int] = field(default_factory=set)
    filtered: bool = False


def facts(path: Path, sheet: str, below: int) -> Facts | None:
    """Read a sheet's XML once, in flat memory; rows up to `below` (from 1) do not count. None for other formats."""
    try:
        with ZipFile(path) as archive:
            reader = _Reader(below, _zero_styles(archive))
            with archive.open(_part(archive, sheet)) as xml:
                reader.parser.ParseFile(xml)
    except (BadZipFile, KeyError, StopIteration, ValueError, ElementTree.ParseError, expat.ExpatError):
        return None
    reader.end_cell()
    return reader.facts


class _Reader:
    """Takes the beginnings of elements only: cells and rows end where the next ones begin."""

    def __init__(self, below: int, zero_styles: set[str]) -> None:
        self.facts = Facts()
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self._below, self._zero_styles = below, zero_styles
        self._row = self._column = 0
        self._hidden = self._formula = self._text = False

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(" ")[2]:
            case "c":
                self.end_cell()
                place = attributes.get("r")
                self._column = _column(place.rstrip("0123456789")) if place else self._column + 1
                self.facts.hidden_rows += self._hidden  # one that has cells
                self._hidden = False
                self._text = attributes.get("t") == "str"
                if self._row > self._below:
                    kind = attributes.get("t", "n")
                    if kind == "e":
                        self.facts.errors[self._column] += 1
                    elif kind == "n" and attributes.get("s") in self._zero_styles:
                        self.facts.zeros[self._column] += 1
            case "f":
                self._formula = self._row > self._below and not self._text  # a text may well be empty
            case "v" if self._formula:
                self.parser.CharacterDataHandler = self._value
            case "row":
                self.end_cell()
                self._row, self._column = int(attributes.get("r", self._row + 1)), -1
                self._hidden = _is_true(attributes, "hidden") and self._row > self._below
            case "col" if _is_true(attributes, "hidden"):
                self.facts.hidden_columns |= {*range(int(attributes["min"]) - 1, int(attributes["max"]))}
            case "filterColumn":
                self.facts.filtered = True

    def _value(self, _: str) -> None:
        self._formula = False

    def end_cell(self) -> None:
        """Count a formula that no value followed."""
        if self._formula:
            self.facts.uncalculated[self._column] += 1
        self._formula, self.parser.CharacterDataHandler = False, None


def _is_true(attributes: dict[str, str], name: str) -> bool:
    return attributes.get(name) in ("1", "true")


@lru_cache
def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number - 1


def _part(archive: ZipFile, sheet: str) -> str:
    """The path in the archive of a sheet's XML."""
    book = ElementTree.fromstring(archive.read(BOOK))
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    found = next(element for element in book.iter() if element.get("name") == sheet and element.tag.endswith("}sheet"))
    identity = next(value for key, value in found.items() if key.endswith("}id"))
    target = next(link.get("Target", "") for link in links if link.get("Id") == identity)
    return posixpath.normpath(posixpath.join("xl", target)).lstrip("/")


def _zero_styles(archive: ZipFile) -> set[str]:
    """The cell styles, by number, that show leading zeros."""
    if STYLES not in archive.namelist():
        return set()
    styles = ElementTree.fromstring(archive.read(STYLES))
    codes = {e.get("numFmtId"): e.get("formatCode", "") for e in styles.iter() if e.tag.endswith("}numFmt")}
    cells = next((e for e in styles.iter() if e.tag.endswith("}cellXfs")), ())
    return {str(n) for n, e in enumerate(cells) if _ZEROS.fullmatch(codes.get(e.get("numFmtId"), ""))}
