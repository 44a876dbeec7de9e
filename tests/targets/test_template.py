"""The user's own template wins, and one that cannot be right is refused in words."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from workbench.errors import ConfigError
from workbench.targets import KINDS, definition
from workbench.targets.template import templated

from .made import GENERAL, TAX, row, template

SAP = definition("sap_cockpit")


@pytest.mark.parametrize("name", KINDS)
def test_every_definition_holds_together(name: str) -> None:
    kind = definition(name)
    leads = [known.entity for known in kind.objects.values() if not known.many]
    assert len(leads) == len(set(leads)), "one object leads an entity"
    for title, known in kind.objects.items():
        assert known.key is None or known.key in known.fields, title
        assert known.many or known.key, f"{title}: rows of results are known by a key"
        assert {given.ref for given in known.fields.values()} - {None} <= set(kind.objects), title


def test_names_lengths_types_marks_and_order_are_the_templates(tmp_path: Path) -> None:
    kind = templated(SAP, template(tmp_path / "t.xml", {"S_CUST_GEN": GENERAL[::-1], "S_CUST_TAXNUMBERS": TAX}))
    assert list(kind.objects) == ["S_CUST_GEN", "S_CUST_TAXNUMBERS"]
    fields = kind.objects["S_CUST_GEN"].fields
    assert list(fields) == ["CREDIT", "COUNTRY", "BU_GROUP", "NAMORG1", "KUNNR"]  # columns moved
    assert (fields["KUNNR"].length, fields["KUNNR"].required, fields["KUNNR"].semantic) == (80, True, "golden_id")
    assert fields["NAMORG1"].required and not SAP.objects["S_CUST_GEN"].fields["NAMORG1"].required
    assert (fields["CREDIT"].type, fields["CREDIT"].length, fields["CREDIT"].decimals) == ("decimal", 15, 2)
    assert fields["NAMORG1"].title == "Name 1" and kind.whole


@pytest.mark.parametrize(
    ("sheets", "before", "data", "said"),
    [
        ({"S_SUPPL_GEN": GENERAL}, "", "", "is the template of another object: it has S_SUPPL_GEN"),
        ({"S_CUST_TAXNUMBERS": TAX}, "", "", "the structure S_CUST_GEN is missing"),
        ({"S_CUST_GEN": GENERAL[1:]}, "", "", "S_CUST_GEN has no column KUNNR"),
        ({"S_CUST_GEN": [*GENERAL, GENERAL[0]]}, "", "", "KUNNR is there twice"),
        ({"S_CUST_GEN": GENERAL}, '<!DOCTYPE w [<!ENTITY a "aaaa">]>', "", "declares a document type"),
        ({"S_CUST_GEN": GENERAL}, "", '<Row><Cell ss:Formula="=A1"/></Row>', "row 9: has a formula"),
        ({"S_CUST_GEN": GENERAL}, "", "<Row>", "not well-formed"),
        ({"S_CUST_GEN": GENERAL}, "", '<Row ss:Index="x"/>', "is not a number"),
    ],
)
def test_a_bad_template_is_refused_in_words(
    tmp_path: Path, sheets: dict[str, list[tuple[str, str, str]]], before: str, data: str, said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        templated(SAP, template(tmp_path / "t.xml", sheets, before, data))


def test_a_template_in_another_encoding_is_refused(tmp_path: Path) -> None:
    file = template(tmp_path / "t.xml", {"S_CUST_GEN": GENERAL})
    file.write_bytes(file.read_text("utf-8").replace('"UTF-8"', '"ISO-8859-1"').encode("latin-1"))
    with pytest.raises(ConfigError, match="not in UTF-8"):
        templated(SAP, file)


def test_headings_of_sap_csv_files_carry_marks(tmp_path: Path) -> None:
    (tmp_path / "S_CUST_GEN.csv").write_text("KUNNR(k/*);NAMORG1(*);SORTL\n", "utf-8")
    kind = templated(SAP, tmp_path)
    required = {name: given.required for name, given in kind.objects["S_CUST_GEN"].fields.items()}
    assert required == {"KUNNR": True, "NAMORG1": True, "SORTL": False} and kind.writer == "csv"


def test_headings_of_a_workbook_may_be_the_titles(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["客户名称", "客户编码", "自定义项9"])  # type: ignore[union-attr]
    book.save(tmp_path / "客户档案.xlsx")
    known = templated(definition("u8"), tmp_path / "客户档案.xlsx").objects["customer"]
    assert (list(known.fields), known.key) == (["客户名称", "客户编码", "自定义项9"], "客户编码")
    assert known.fields["客户名称"].length == 98 and known.fields["客户编码"].required


def test_rows_of_a_template_are_those_of_its_sheets(tmp_path: Path) -> None:
    file = template(tmp_path / "t.xml", {"S_CUST_GEN": GENERAL}, data=row(12, ["old"]))
    assert list(templated(SAP, file).objects["S_CUST_GEN"].fields) == [name for name, _, _ in GENERAL]
