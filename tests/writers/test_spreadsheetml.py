"""What is written into a template, read back by a reader that is not ours: xml.etree."""

import xml.etree.ElementTree as ET
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from workbench.store import append, session
from workbench.targets import definition
from workbench.writers.spreadsheetml import count_rows, fill, skeleton

from ..targets.made import GENERAL, TAX, row, template

SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
LEGAL = st.text(
    st.one_of(
        st.sampled_from("\t\n\r&<>\"'; "),
        st.characters(min_codepoint=0x20, max_codepoint=0xD7FF),
        st.characters(min_codepoint=0xE000, max_codepoint=0xFFFD),
        st.characters(min_codepoint=0x10000),
    ),
    min_size=1,
)  # what XML 1.0 calls a character


def data_rows(file: Path, sheet: str) -> list[dict[int, str]]:
    """The cells of the rows from the ninth on, by their column."""
    found = []
    for at in ET.parse(file).getroot().iter(f"{SS}Worksheet"):
        if at.get(f"{SS}Name") == sheet:
            number = 0
            for line in at.iter(f"{SS}Row"):
                number, column, cells = int(line.get(f"{SS}Index", number + 1)), 0, {}
                for cell in line.iter(f"{SS}Cell"):
                    column = int(cell.get(f"{SS}Index", column + 1))
                    cells[column] = cell.find(f"{SS}Data").text or ""  # type: ignore[union-attr]
                if number >= 9:
                    found.append(cells)
    return found


def test_rows_are_placed_by_technical_names_and_all_else_stays(tmp_path: Path) -> None:
    moved = [GENERAL[2], GENERAL[1], GENERAL[0]]
    file = template(tmp_path / "t.xml", {"S_CUST_GEN": moved, "S_CUST_TAXNUMBERS": TAX}, data=row(9, ["example"]))
    query = "SELECT * FROM (VALUES ('1', 'A & <B>', NULL), ('2', '', '长𠮷')) AS v(KUNNR, NAMORG1, BU_GROUP)"
    with session(None) as con:
        written = fill(con, file, {"S_CUST_GEN": query}, {"S_CUST_GEN": set()}, tmp_path / "out.xml")
    assert written == {"S_CUST_GEN": 2}
    assert data_rows(tmp_path / "out.xml", "S_CUST_GEN data") == [{2: "A & <B>", 3: "1"}, {1: "长𠮷", 3: "2"}]
    assert data_rows(tmp_path / "out.xml", "S_CUST_TAXNUMBERS data") == [{1: "example"}]  # not ours to fill
    made, before = (tmp_path / "out.xml").read_text("utf-8"), file.read_text("utf-8")
    assert "ExpandedRowCount" not in made
    assert made.split("<Row", 1)[0] == before.split("<Row", 1)[0]
    assert made.count("WorksheetOptions") == before.count("WorksheetOptions") and "ETE;40;0;C;40;0" in made


def test_without_a_template_one_is_made_of_what_we_know(tmp_path: Path) -> None:
    known = definition("sap_cockpit").objects
    (tmp_path / "t.xml").write_bytes(skeleton(known))
    with session(None) as con:
        fill(con, tmp_path / "t.xml", {"S_ROLES": "SELECT 'K1' AS KUNNR, 'FLCU01' AS BP_ROLE"}, {"S_ROLES": set()},
             tmp_path / "out.xml")  # fmt: skip
    assert data_rows(tmp_path / "out.xml", "S_ROLES") == [{1: "K1", 2: "FLCU01"}]
    assert len(ET.parse(tmp_path / "out.xml").getroot().findall(f"{SS}Worksheet")) == len(known)


@given(st.lists(LEGAL, min_size=1, max_size=5))
def test_every_text_survives(texts: list[str]) -> None:
    with TemporaryDirectory() as folder, session(None) as con:
        root = Path(folder)
        (root / "t.xml").write_bytes(skeleton({"S_ROLES": definition("sap_cockpit").objects["S_ROLES"]}))
        con.execute("CREATE TABLE v (place INTEGER, KUNNR VARCHAR)")
        append(con, "v", pa.table({"place": pa.array(range(len(texts)), pa.int32()), "KUNNR": texts}))
        query = {"S_ROLES": "SELECT KUNNR FROM v ORDER BY place"}
        fill(con, root / "t.xml", query, {"S_ROLES": set()}, root / "out.xml")
        assert [cells[1] for cells in data_rows(root / "out.xml", "S_ROLES")] == texts
        assert count_rows(root / "out.xml") == {"S_ROLES": len(texts)}
