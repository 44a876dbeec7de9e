"""A template of the Migration Cockpit as a hand would write it: other prefixes, hidden rows, places that are skipped."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

Column = tuple[str, str, str]
"""Technical name, mark, label."""

GENERAL: list[Column] = [
    ("KUNNR", "ETE;80;0;C;10;0", "Customer Number*"),
    ("NAMORG1", "ETE;40;0;C;40;0", "Name 1*"),
    ("BU_GROUP", "ETE;4;0;C;4;0", "Grouping*"),
    ("COUNTRY", "ETE;3;0;C;3;0", "Country*"),
    ("CREDIT", "ETE;15;2;P;15;2", "Credit"),
]
TAX: list[Column] = [
    ("KUNNR", "ETE;80;0;C;80;0", "Customer*"), ("TAXTYPE", "ETE;4;0;C;4;0", "Type*"), ("TAXNUM", "ETE;20;0;C;20;0", "Number*"),
]  # fmt: skip


def row(number: int, texts: Sequence[str], more: str = "") -> str:
    cells = "".join(f'<Cell ss:StyleID="s1"><Data ss:Type="String">{escape(text)}</Data></Cell>' for text in texts)
    return f'<Row ss:Index="{number}" {more}>{cells}</Row>'


def sheet(structure: str, columns: Sequence[Column], data: str = "") -> str:
    names, marks, labels = zip(*columns, strict=True)
    return f"""
 <Worksheet ss:Name="{structure} data"><Table ss:ExpandedColumnCount="{len(columns)}" ss:ExpandedRowCount="9">
   {row(1, ["Customer"])}{row(4, [structure], 'ss:Hidden="1"')}{row(5, names, 'ss:Hidden="1"')}
   {row(6, marks, 'ss:Hidden="1"')}{row(8, labels)}{data}
 </Table><WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Selected/></WorksheetOptions></Worksheet>"""


def template(file: Path, sheets: Mapping[str, Sequence[Column]], before: str = "", data: str = "") -> Path:
    """Write one, with `before` in front of the workbook and `data` as its rows from the ninth on."""
    made = "".join(sheet(structure, columns, data) for structure, columns in sheets.items())
    text = f"""<?xml version="1.0" encoding="UTF-8"?>{before}
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
 <Styles><Style ss:ID="s1"/></Styles>
 <Worksheet ss:Name="Introduction"><Table>{row(1, ["How to fill this in"])}</Table></Worksheet>{made}
</Workbook>"""
    file.write_text(text, "utf-8")
    return file
