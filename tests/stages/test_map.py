"""Mapping on a few golden records: values, codes, defaults, and what the target would refuse."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from workbench.config import Config
from workbench.errors import ConfigError
from workbench.stages import map as mapping
from workbench.stages.context import Run
from workbench.stages.refusals import LENGTH
from workbench.store import Connection, rows, session

CONFIG: dict[str, Any] = {
    "project": "p",
    "entities": {
        "customer": {"fields": {"name": {"type": "text"}, "class": {"type": "code"}}},
        "contact": {"parent": "customer", "fields": {"last": {"type": "text"}}},
    },
    "sources": {"erp": {"tables": {"t": "t.csv"}}},
    "targets": {"sf": {"kind": "salesforce", "mapping": "map.csv"}},
}
GOLD = """
CREATE SCHEMA gold;
CREATE TABLE gold.customer AS SELECT * FROM (VALUES
    ('G1', 'Acme', 'A'), ('G2', NULL, 'A'), ('G3', repeat('长', 256), NULL), ('G4', 'Beta', 'Z')) v(golden_id, name, class);
CREATE TABLE gold.contact AS SELECT * FROM (VALUES
    ('C1', 'G1', 'Li'), ('C2', 'G2', 'Wu'), ('C3', NULL, 'Xu')) v(golden_id, parent_golden_id, last);
"""
TABLE = """object,field,from,codes,default,note
Account,Name,name,,,
Account,Type,class,codes.csv,Other,
Account,Golden_ID__c,golden_id,,,
Contact,LastName,last,,,
Contact,Account.Golden_ID__c,parent_golden_id,,,
"""


def mapped(con: Connection, folder: Path, table: str = TABLE) -> None:
    (folder / "map.csv").write_text(table, encoding="utf-8")
    (folder / "codes.csv").write_text("old,new\nA,Key Account\n", encoding="utf-8")
    config = Config.model_validate(CONFIG)
    config._root = folder
    con.execute(GOLD)
    mapping.run(con, Run(config, date(2026, 9, 7), "r", b""))


def test_values_and_refusals(tmp_path: Path) -> None:
    with session(None) as con:
        mapped(con, tmp_path)
        accounts = rows(con, "FROM target.sf__Account ORDER BY 1")
        contacts = rows(con, "SELECT _golden_id FROM target.sf__Contact ORDER BY 1")
        problems = rows(con, "SELECT object, golden_id, field, reason FROM target.problems ORDER BY ALL")
    assert accounts == [("G1", "Acme", "Key Account", "G1")]
    assert contacts == [("C1",)]
    assert problems == [
        ("Account", "G2", "Name", "required"),
        ("Account", "G3", "Name", "longer than 255"),
        ("Account", "G4", "Type", "no new code for this value"),
        ("Contact", "C2", "parent", "its customer would be refused"),
        ("Contact", "C3", "Account.Golden_ID__c", "required"),
        ("Contact", "C3", "parent", "orphan: its customer is not among the records"),
    ]


@pytest.mark.parametrize(("unit", "length"), [("characters", 3), ("bytes", 8), ("utf16", 4)])
def test_length_is_counted_in_the_targets_own_unit(unit: str, length: int) -> None:
    with session(None) as con:
        assert rows(con, f"SELECT {LENGTH[unit].format('v')} FROM (VALUES ('a长𠮷')) AS t(v)") == [(length,)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Acount,Name,name,,,", "unknown object 'Acount'; did you mean 'Account'?"),
        ("Account,Nmae,name,,,", "Account has no field 'Nmae'; did you mean 'Name'?"),
        ("Account,Phone,fone,,,", "no golden field 'fone'"),
        ("Account,Phone,name; drop table x,,,", "not a SQL expression"),
        ("Account,Industry,class,missing.csv,,", "missing.csv"),
        ("Thing__c,Name,name,,,", "say which entity Thing__c takes"),
    ],
)
def test_mistakes_in_the_table_are_named_with_their_line(tmp_path: Path, line: str, said: str) -> None:
    with session(None) as con, pytest.raises(ConfigError) as error:
        mapped(con, tmp_path, TABLE + line + "\n")
    assert "map.csv:7" in str(error.value) and said in str(error.value)


def test_a_required_field_that_is_not_mapped_is_named(tmp_path: Path) -> None:
    with session(None) as con, pytest.raises(ConfigError, match=r"Account\.Name is required by the target"):
        mapped(con, tmp_path, "object,field,from,codes,default,note\nAccount,Type,class,,,\n")
