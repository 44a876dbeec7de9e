"""Each rule of what a target refuses or doubts, on rows made for it; and objects that go along with another."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from workbench.config import Config, ObjectMap, load_mapping
from workbench.config.mapping import FieldMap
from workbench.errors import ConfigError
from workbench.stages import map as mapping
from workbench.stages.context import Run
from workbench.stages.doubtful import doubt
from workbench.stages.refusals import refuse
from workbench.store import create_tables, rows, session
from workbench.targets import FileFormat, Target, TargetField

SAP: dict[str, Any] = {
    "project": "p",
    "entities": {
        "customer": {"fields": {"name": {"type": "text"}, "tax_id": {"type": "text"}, "last": {"type": "text"}}},
        "contact": {"parent": "customer", "fields": {"last": {"type": "text"}}},
    },
    "sources": {"erp": {"tables": {"t": "t.csv"}}},
    "targets": {"sap": {"kind": "sap_cockpit", "mapping": "map.csv"}},
}
TABLE = """object,field,from,codes,default
S_CUST_TAXNUMBERS,_where,tax_id is not null,,
S_CUST_TAXNUMBERS,KUNNR,golden_id,,
S_CUST_TAXNUMBERS,TAXTYPE,,,CN5
S_CUST_TAXNUMBERS,TAXNUM,tax_id,,
S_CUST_CONT,KUNNR,parent_golden_id,,
S_CUST_CONT,PARNR,golden_id,,
S_CUST_CONT,LNAME,last,,
S_CUST_GEN,KUNNR,golden_id,,
S_CUST_GEN,BU_GROUP,,,BP01
S_CUST_GEN,COUNTRY,,,CN
S_CUST_GEN,NAMORG1,name,,
"""


def found(cells: list[str | None], /, doubted: bool = False, **limits: Any) -> list[tuple[str, str]]:
    """What is said of a field with these limits, by the number of the value."""
    kind = Target(title="t", source="", unit=limits.pop("unit", "characters"),
                  format=FileFormat(encoding=limits.pop("encoding", "utf-8")))  # fmt: skip
    field = FieldMap("f", "f", None, None, TargetField(**limits))
    mapped = ObjectMap("customer", "o", [field])
    config = Config.model_validate(SAP)
    with session(None) as con:
        con.execute("CREATE SCHEMA target; CREATE SCHEMA gold")
        create_tables(con, "target")
        create_tables(con, "gold")
        con.execute("CREATE TABLE target.t__o (_golden_id VARCHAR, f VARCHAR)")
        con.executemany("INSERT INTO target.t__o VALUES (?, ?)", [[str(n), v] for n, v in enumerate(cells)])
        con.execute("CREATE TEMP TABLE _before AS FROM target.t__o")
        con.execute("INSERT INTO gold.relations VALUES ('customer', 'group', '0', '1', '', 1, 'found', '')")
        place = ("t", "o", "customer")
        if doubted:
            doubt(con, Run(config, date(2026, 9, 7), "r", b""), place, mapped, "target.t__o")
        else:
            refuse(con, kind, place, mapped, "target.t__o")
        table = "doubtful" if doubted else "problems"
        return rows(con, f"SELECT golden_id, reason FROM target.{table} ORDER BY ALL")


@pytest.mark.parametrize(
    ("values", "limits", "said"),
    [
        (["长长", "a𠮷"], {"length": 5, "unit": "bytes"}, [("0", "longer than 5 bytes")]),
        (["长长", "a长"], {"length": 3, "unit": "gbk"}, [("0", "longer than 3 bytes in GBK")]),
        (["长长", "a𠮷"], {"length": 2, "unit": "utf16"}, [("1", "longer than 2 UTF-16 units")]),
        (["12", "1.5", "x", "", None], {"type": "integer"}, [("1", "not a whole number"), ("2", "not a whole number")]),
        (["1.50", "1.505", "-1.5", "1.500", "1,5"], {"type": "decimal", "decimals": 2},
         [("1", "more than 2 places behind the decimal point"), ("4", "not a number")]),
        (["999.99", "1000", "-0999"], {"type": "decimal", "length": 5, "decimals": 2},
         [("1", "more than 3 places before the decimal point")]),
        (["2026-02-28", "2026-02-30", "soon"], {"type": "date"},
         [("1", "not a date written YYYY-MM-DD"), ("2", "not a date written YYYY-MM-DD")]),
        (["True", "2"], {"type": "boolean"}, [("1", "not one of true, false, 0, 1")]),
        (["A", "C"], {"values": ("A", "B")}, [("1", "not one of A, B")]),
        (["A", "C"], {"values": ("A", "B"), "silent": True}, []),
        (["a\x07b", "a\tb", "\ue000"], {},
         [("0", "has a control character"), ("2", "has a private-use character, which each system shows otherwise")]),
        (["中文 -]^", "䶮"], {"encoding": "gbk"}, [("1", "has a character that a file in gbk cannot carry")]),
        (["100", "0199", "99", "K1"], {"numbers": {"external": (100, 199)}},
         [("2", "outside the number range 100 to 199"), ("3", "outside the number range 100 to 199")]),
    ],
)  # fmt: skip
def test_what_is_refused(values: list[str | None], limits: dict[str, Any], said: list[tuple[str, str]]) -> None:
    assert found(values, **limits) == said


@pytest.mark.parametrize(
    ("values", "limits", "said"),
    [
        (["Acme", "\u3000 \u200b"], {"required": True}, ["1"]),
        (["Acme", None, ""], {"semantic": "company_name"}, ["1", "2"]),
        (["A", "C", None], {"values": ("A", "B"), "silent": True}, ["1"]),
        (["99", "100", "0101", "K1"], {"numbers": {"internal": (100, 199)}}, ["1", "2"]),
        (["x", "x", "y", "y", None, None], {"unique": True}, ["2", "3"]),  # 0 and 1 are of one group
        (["x\ufffd"], {}, ["0"]),
    ],
)
def test_what_is_taken_though_it_is_wrong(values: list[str | None], limits: dict[str, Any], said: list[str]) -> None:
    assert [golden_id for golden_id, _ in found(values, doubted=True, **limits)] == said


def config_of(folder: Path, table: str) -> Config:
    (folder / "map.csv").write_text(table, "utf-8")
    config = Config.model_validate(SAP)
    config._root = folder
    return config


def test_further_objects_go_along_with_their_lead(tmp_path: Path) -> None:
    """G2 has no name of a length that is taken; G3 no tax id; the contact's parent is G2."""
    with session(None) as con:
        con.execute(f"""CREATE SCHEMA gold; CREATE TABLE gold.customer AS SELECT * FROM (VALUES
            ('G1', 'Acme', 'T1'), ('G2', '{"x" * 41}', '{"9" * 61}'), ('G3', 'Beta', NULL), ('G4', 'Cc', '{"9" * 61}'))
            v(golden_id, name, tax_id);
            CREATE TABLE gold.contact AS SELECT 'C1' AS golden_id, 'G2' AS parent_golden_id, 'Li' AS last""")
        create_tables(con, "gold")
        mapping.run(con, Run(config_of(tmp_path, TABLE), date(2026, 9, 7), "r", b""))
        objects = rows(con, "SELECT object, lead FROM target.objects")
        general = rows(con, 'SELECT _golden_id FROM "target"."sap__S_CUST_GEN"')
        numbers = rows(con, 'SELECT "KUNNR", "TAXTYPE", "TAXNUM" FROM "target"."sap__S_CUST_TAXNUMBERS"')
        problems = rows(con, "SELECT object, golden_id, field, reason FROM target.problems ORDER BY ALL")
    assert objects == [("S_CUST_GEN", True), ("S_CUST_TAXNUMBERS", False), ("S_CUST_CONT", True)]
    assert general == [("G1",), ("G3",), ("G4",)]  # G4's tax number is refused, G4 is not
    assert numbers == [("G1", "CN5", "T1")]
    assert problems == [
        ("S_CUST_CONT", "C1", "parent", "its customer would be refused"),
        ("S_CUST_GEN", "G2", "NAMORG1", "longer than 40 UTF-16 units"),
        ("S_CUST_TAXNUMBERS", "G2", "TAXNUM", "longer than 60 UTF-16 units"),
        ("S_CUST_TAXNUMBERS", "G2", "record", "its customer would be refused"),
        ("S_CUST_TAXNUMBERS", "G4", "TAXNUM", "longer than 60 UTF-16 units"),
    ]


def test_a_record_is_an_organisation_or_a_person(tmp_path: Path) -> None:
    """Of four records one has both, one neither; the second name of a person is not mapped."""
    table = TABLE.split("S_CUST_CONT")[0] + TABLE[TABLE.index("S_CUST_GEN,KUNNR") :] + "S_CUST_GEN,NAME_LAST,last,,\n"
    config = config_of(tmp_path, table)
    with session(None) as con:
        con.execute("""CREATE SCHEMA gold; CREATE TABLE gold.customer AS SELECT * FROM (VALUES
            ('G1', 'Acme', NULL), ('G2', NULL, 'Li'), ('G3', 'Beta', 'Wu'), ('G4', NULL, NULL)) v(golden_id, name, last);
            ALTER TABLE gold.customer ADD COLUMN tax_id VARCHAR""")
        create_tables(con, "gold")
        mapping.run(con, Run(config, date(2026, 9, 7), "r", b""))
        problems = rows(con, "SELECT golden_id, field, reason FROM target.problems WHERE object = 'S_CUST_GEN' ORDER BY ALL")
    assert problems == [
        ("G3", "NAME_LAST", "filled beside NAMORG1: a record has one or the other"),
        ("G3", "NAMORG1", "filled beside NAME_LAST: a record has one or the other"),
    ]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (TABLE.split("S_CUST_GEN")[0], "S_CUST_TAXNUMBERS goes along with S_CUST_GEN, which is not mapped"),
        (TABLE + "S_CUST_GEN,_where,name is not null,,\n", "S_CUST_GEN says what became of each customer"),
        (TABLE + "S_ROLES,_where,nmae is null,,\n", "no golden field 'nmae'; did you mean 'name'?"),
        (TABLE + "S_ROLES,_where,name; drop table x,,\n", "map.csv:13: not a SQL expression"),
    ],
)
def test_conditions_and_leads_that_are_wrong(tmp_path: Path, table: str, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        load_mapping(config_of(tmp_path, table), "sap")
    assert said in str(error.value)


def test_a_reference_must_be_loaded_and_a_key_there_once(tmp_path: Path) -> None:
    table = TABLE.replace("S_CUST_CONT,KUNNR,parent_golden_id", "S_CUST_CONT,KUNNR,last").replace(
        "S_CUST_GEN,KUNNR,golden_id", "S_CUST_GEN,KUNNR,tax_id")  # fmt: skip
    with session(None) as con:
        con.execute("""CREATE SCHEMA gold; CREATE TABLE gold.customer AS SELECT * FROM (VALUES
            ('G1', 'Acme', 'T1'), ('G2', 'Beta', 'T1'), ('G3', 'Cc', 'T3')) v(golden_id, name, tax_id);
            CREATE TABLE gold.contact AS SELECT * FROM (VALUES ('C1', 'G3', 'T3'), ('C2', 'G3', 'T9'))
            v(golden_id, parent_golden_id, last)""")
        create_tables(con, "gold")
        mapping.run(con, Run(config_of(tmp_path, table), date(2026, 9, 7), "r", b""))
        others = "SELECT object, golden_id, field, reason FROM target.problems WHERE object <> 'S_CUST_TAXNUMBERS'"
        problems = rows(con, f"{others} ORDER BY ALL")
    twice = "the key is not unique: another row has it too"
    assert problems == [
        ("S_CUST_CONT", "C2", "KUNNR", "no S_CUST_GEN that is loaded has this key"),
        ("S_CUST_GEN", "G1", "KUNNR", twice),
        ("S_CUST_GEN", "G2", "KUNNR", twice),
    ]
