"""What a .xlsx file says of a sheet beside its values: hidden rows and columns, errors, formulas never calculated."""

import posixpath
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

from workbench.sources.files import DAMAGE

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
    """Read a sheet's XML once, row by row; rows up to `below` (from 1) do not count. None for other formats."""
    found, number = Facts(), 0
    try:
        with ZipFile(path) as archive, archive.open(_part(archive, sheet)) as xml:
            zero_styles = _zero_styles(archive)
            for _, element in ElementTree.iterparse(xml):
                match _tag(element):
                    case "row":
                        number = int(element.get("r", number + 1))
                        if number > below:
                            _count(found, element, zero_styles)
                        element.clear()
                    case "col" if _is_hidden(element):
                        found.hidden_columns |= {*range(int(element.get("min", 1)) - 1, int(element.get("max", 0)))}
                    case "filterColumn":
                        found.filtered = True
    except (*DAMAGE, KeyError, StopIteration, ValueError, ElementTree.ParseError):
        return None
    return found


def _count(found: Facts, row: ElementTree.Element, zero_styles: set[str]) -> None:
    """Count what a row's cells are; a cell without a place stands behind the one before."""
    place = -1
    for cell in row:
        place = _column(cell.get("r", "")) if cell.get("r") else place + 1
        kind, parts = cell.get("t", "n"), {_tag(part): part.text for part in cell}
        if kind == "e":
            found.errors[place] += 1
        elif kind == "n" and cell.get("s") in zero_styles:
            found.zeros[place] += 1
        if "f" in parts and kind != "str" and not parts.get("v"):  # a text may well be empty
            found.uncalculated[place] += 1
    found.hidden_rows += place >= 0 and _is_hidden(row)  # one that has cells


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _is_hidden(element: ElementTree.Element) -> bool:
    return element.get("hidden") in ("1", "true")


def _column(name: str) -> int:
    number = 0
    for letter in name.rstrip("0123456789"):
        number = 26 * number + ord(letter) - 64
    return number - 1


def _part(archive: ZipFile, sheet: str) -> str:
    """The path in the archive of a sheet's XML."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    found = next(element for element in book.iter() if element.get("name") == sheet and _tag(element) == "sheet")
    identity = next(value for key, value in found.items() if key.endswith("}id"))
    target = next(link.get("Target", "") for link in links if link.get("Id") == identity)
    return posixpath.normpath(posixpath.join("xl", target)).lstrip("/")


def _zero_styles(archive: ZipFile) -> set[str]:
    """The cell styles, by number, that show leading zeros."""
    if STYLES not in archive.namelist():
        return set()
    styles = ElementTree.fromstring(archive.read(STYLES))
    codes = {e.get("numFmtId"): e.get("formatCode", "") for e in styles.iter() if _tag(e) == "numFmt"}
    cells = next((e for e in styles.iter() if _tag(e) == "cellXfs"), ())
    return {str(n) for n, e in enumerate(cells) if _ZEROS.fullmatch(codes.get(e.get("numFmtId"), ""))}
