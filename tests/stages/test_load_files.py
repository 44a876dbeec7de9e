"""Load files of each form, from golden records to files that readers which are not ours can read."""

from __future__ import annotations

import csv
import hashlib
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from workbench.config import Config, load_mapping
from workbench.errors import ConfigError
from workbench.stages import load_files
from workbench.stages import map as mapping
from workbench.stages.context import Run
from workbench.store import create_tables, session

from ..targets.made import GENERAL, TAX, template
from ..writers.test_spreadsheetml import SS, data_rows

CONFIG: dict[str, Any] = {
    "project": "p",
    "entities": {
        "customer": {"fields": {"name": {"type": "text"}, "tax_id": {"type": "text"}}},
        "contact": {"parent": "customer", "fields": {"last": {"type": "text"}}},
    },
    "sources": {"erp": {"tables": {"t": "t.csv"}}},
}
GOLD = """
CREATE SCHEMA gold; CREATE SCHEMA wave;
CREATE TABLE gold.customer AS SELECT * FROM (VALUES ('G1', '华瑞 & Co "A"', 'T1'), ('G2', 'Beta; Ltd', NULL),
    ('G3', 'Gamma', 'T3'), ('G4', 'Later', 'T4')) v(golden_id, name, tax_id);
ALTER TABLE gold.customer ADD COLUMN parent_golden_id VARCHAR;
CREATE TABLE gold.contact AS SELECT * FROM (VALUES ('C1', 'G1', 'Li'), ('C2', 'G3', '王'), ('C4', 'G4', 'Xu'))
    v(golden_id, parent_golden_id, last);
"""
MEMBERS = """INSERT INTO wave.members SELECT 'customer', golden_id, 'w', golden_id = 'G4', false, '' FROM gold.customer
    UNION ALL SELECT 'contact', golden_id, 'w', parent_golden_id = 'G4', false, '' FROM gold.contact"""
SAP = """object,field,from,codes,default
S_CUST_GEN,KUNNR,golden_id,,
S_CUST_GEN,BU_GROUP,,,BP01
S_CUST_GEN,COUNTRY,,,CN
S_CUST_GEN,NAMORG1,name,,
S_CUST_TAXNUMBERS,_where,tax_id is not null,,
S_CUST_TAXNUMBERS,KUNNR,golden_id,,
S_CUST_TAXNUMBERS,TAXTYPE,,,CN5
S_CUST_TAXNUMBERS,TAXNUM,tax_id,,
"""
CONTACTS = "S_CUST_CONT,KUNNR,parent_golden_id,,\nS_CUST_CONT,PARNR,golden_id,,\nS_CUST_CONT,LNAME,last,,\n"
ODOO = """object,field,from,codes,default
company,id,golden_id,,
company,name,name,,
company,is_company,,,True
company,vat,tax_id,,
person,id,golden_id,,
person,name,last,,
person,parent_id/id,parent_golden_id,,
"""
ERPNEXT = """object,field,from,codes,default
Customer,ID,golden_id,,
Customer,customer_name,name,,
Customer,customer_type,,,Company
Customer,customer_group,,,All
Customer,territory,,,China
Address,address_type,,,Billing
Address,address_line1,name,,
Address,city,,,Shanghai
Address,country,,,China
Address,links.link_doctype,,,Customer
Address,links.link_name,golden_id,,
"""
OPPORTUNITY = """object,field,from,codes,default
Account,Name,name,,
Account,Golden_ID__c,golden_id,,
Opportunity,Key,golden_id,,
Opportunity,Account.Golden_ID__c,parent_golden_id,,
Opportunity,Name,last,,
"""
ZOHO = "object,field,from,codes,default\nAccounts,Golden_ID,golden_id,,\nAccounts,Account_Name,name,,\n"


def made(root: Path, target: Mapping[str, Any], table: str) -> tuple[Path, list[dict[str, str]]]:
    """The folder of the wave that goes now, and its manifest."""
    (root / "map.csv").write_text(table, "utf-8")
    config = Config.model_validate(CONFIG | {"targets": {"t": {"mapping": "map.csv", **target}}})
    config._root = root
    run = Run(config, date(2026, 9, 7), "r", b"")
    with session(None) as con:
        con.execute(GOLD)
        create_tables(con, "gold")
        create_tables(con, "wave")
        create_tables(con, "memory")  # a database in memory is called memory
        con.execute(MEMBERS)
        con.execute("INSERT INTO memory.approved VALUES ('t')")
        mapping.run(con, run)
        load_files.write_load_files(con, run, root / "load")
    place = root / "load" / "t" / "w"
    with (place / "manifest.csv").open(encoding="utf-8", newline="") as lines:
        manifest = list(csv.DictReader(lines))
    for line in manifest:
        assert hashlib.sha256((place / line["file"]).read_bytes()).hexdigest() == line["sha256"]
    return place, manifest


def table_of(file: Path, **how: Any) -> list[list[str]]:
    found = pd.read_csv(file, dtype=str, keep_default_na=False, **how)
    return [list(found.columns), *found.to_numpy().tolist()]


def test_sap_rows_go_into_a_copy_of_the_users_template(tmp_path: Path) -> None:
    template(tmp_path / "Customer.xml", {"S_CUST_TAXNUMBERS": TAX[::-1], "S_CUST_GEN": GENERAL})
    place, manifest = made(tmp_path, {"kind": "sap_cockpit", "template": "Customer.xml"}, SAP)
    assert [(line["file"], line["object"], line["rows"]) for line in manifest] == [
        ("Customer.xml", "S_CUST_TAXNUMBERS", "2"), ("Customer.xml", "S_CUST_GEN", "3")
    ]  # fmt: skip
    general = data_rows(place / "Customer.xml", "S_CUST_GEN data")
    assert [list(cells.values()) for cells in general] == [
        ["G1", '华瑞 & Co "A"', "BP01", "CN"], ["G2", "Beta; Ltd", "BP01", "CN"], ["G3", "Gamma", "BP01", "CN"]
    ]  # fmt: skip
    numbers = data_rows(place / "Customer.xml", "S_CUST_TAXNUMBERS data")
    assert numbers == [{1: "T1", 2: "CN5", 3: "G1"}, {1: "T3", 2: "CN5", 3: "G3"}]


@pytest.mark.parametrize("template", ["", "Account.csv"])
def test_an_object_of_the_projects_own_has_the_columns_of_its_mapping(tmp_path: Path, template: str) -> None:
    (tmp_path / "Account.csv").write_text("Name,Phone,Golden_ID__c\n", "utf-8")
    target = {"kind": "salesforce", "objects": {"Opportunity": "contact"}} | ({"template": template} if template else {})
    place, manifest = made(tmp_path, target, OPPORTUNITY)
    assert [(line["object"], line["rows"]) for line in manifest] == [("Account", "3"), ("Opportunity", "2")]
    assert table_of(place / "Opportunity.csv") == [
        ["Key", "Account.Golden_ID__c", "Name"], ["C1", "G1", "Li"], ["C2", "G3", "王"]]  # fmt: skip


def test_an_object_of_the_projects_own_has_the_columns_of_its_template(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "Account.csv").write_text("Name,Golden_ID__c\n", "utf-8")
    (tmp_path / "templates" / "Opportunity.csv").write_text("Name,Stage,Account.Golden_ID__c,Key\n", "utf-8")
    target = {"kind": "salesforce", "objects": {"Opportunity": "contact"}, "template": "templates"}
    place, _ = made(tmp_path, target, OPPORTUNITY)
    assert table_of(place / "Opportunity.csv")[:2] == [["Name", "Stage", "Account.Golden_ID__c", "Key"], ["Li", "", "G1", "C1"]]


def test_a_structure_with_several_rows_a_customer_takes_an_entity_of_its_own(tmp_path: Path) -> None:
    """As docs/targets.md says of company codes: their rows are what became of them."""
    table = SAP + "S_CUST_COMPANY,KUNNR,parent_golden_id,,\nS_CUST_COMPANY,BUKRS,code,,\nS_CUST_COMPANY,AKONT,,,1400\n"
    (tmp_path / "map.csv").write_text(table, "utf-8")
    entities = CONFIG["entities"] | {"company_code": {"parent": "customer", "fields": {"code": {"type": "code"}}}}
    target = {"kind": "sap_cockpit", "mapping": "map.csv", "objects": {"S_CUST_COMPANY": "company_code"}}
    config = Config.model_validate(CONFIG | {"entities": entities, "targets": {"t": target}})
    config._root = tmp_path
    found = {title: (mapped.entity, mapped.lead) for title, mapped in load_mapping(config, "t").items()}
    assert found == {
        "S_CUST_GEN": ("customer", True), "S_CUST_TAXNUMBERS": ("customer", False),
        "S_CUST_COMPANY": ("company_code", True),
    }  # fmt: skip


def test_a_template_without_a_mapped_structure_says_so(tmp_path: Path) -> None:
    template(tmp_path / "Customer.xml", {"S_CUST_GEN": GENERAL})
    with pytest.raises(ConfigError, match="unknown object 'S_CUST_TAXNUMBERS'"):
        made(tmp_path, {"kind": "sap_cockpit", "template": "Customer.xml"}, SAP)


def test_workbooks_at_their_limit_keep_a_customers_rows_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "whole").mkdir()
    whole = made(tmp_path / "whole", {"kind": "sap_cockpit"}, SAP + CONTACTS)[0] / "customer.xml"
    small = whole.stat().st_size // 100 - 1  # a hundred of them are less than the whole
    monkeypatch.setattr(load_files, "MEGABYTE", small)
    place, manifest = made(tmp_path, {"kind": "sap_cockpit"}, SAP + CONTACTS)
    files = sorted({line["file"] for line in manifest})
    assert len(files) > 1 and all((place / file).stat().st_size <= 100 * small for file in files)
    seen: list[str] = []
    for file in files:
        keys = {cells[1] for cells in data_rows(place / file, "S_CUST_GEN")}
        for sheet in ("S_CUST_TAXNUMBERS", "S_CUST_CONT"):
            assert {cells[1] for cells in data_rows(place / file, sheet)} <= keys
        seen += keys
    assert sorted(seen) == ["G1", "G2", "G3"]


def test_a_template_that_is_larger_than_a_file_may_be_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load_files, "MEGABYTE", 10)
    monkeypatch.setattr(load_files, "MOST_PARTS", 4)
    with pytest.raises(ConfigError, match="even with a few customers"):
        made(tmp_path, {"kind": "sap_cockpit"}, SAP)


def test_sap_csv_has_marked_headings(tmp_path: Path) -> None:
    place, _ = made(tmp_path, {"kind": "sap_cockpit", "format": "csv"}, SAP)
    data = (place / "S_CUST_GEN.csv").read_bytes()
    assert data.startswith(b'"KUNNR(k/*)";"BU_GROUP(*)";"COUNTRY(*)";"NAMORG1"\r\n')
    assert table_of(place / "S_CUST_GEN.csv", sep=";")[2] == ["G2", "BP01", "CN", "Beta; Ltd"]


def test_odoo_and_erpnext_files_are_read_by_others(tmp_path: Path) -> None:
    (tmp_path / "odoo").mkdir()
    place, manifest = made(tmp_path / "odoo", {"kind": "odoo"}, ODOO)
    assert [line["file"] for line in manifest] == ["res.partner.csv", "res.partner.contacts.csv"]
    assert table_of(place / "res.partner.csv")[:2] == [
        ["id", "name", "is_company", "vat"], ["G1", '华瑞 & Co "A"', "True", "T1"]
    ]  # fmt: skip
    with (place / "res.partner.contacts.csv").open(encoding="utf-8", newline="") as lines:
        assert list(csv.reader(lines)) == [["id", "name", "parent_id/id"], ["C1", "Li", "G1"], ["C2", "王", "G3"]]
    (tmp_path / "erpnext").mkdir()
    place, manifest = made(tmp_path / "erpnext", {"kind": "erpnext"}, ERPNEXT)
    assert [line["object"] for line in manifest] == ["Customer", "Address"]
    assert [row[-1] for row in table_of(place / "Address.csv")] == ["links.link_name", "G1", "G2", "G3"]


def test_zoho_files_are_zips_of_one_file(tmp_path: Path) -> None:
    place, manifest = made(tmp_path, {"kind": "zoho"}, ZOHO)
    assert [line["file"] for line in manifest] == ["Accounts.zip"]
    with zipfile.ZipFile(place / "Accounts.zip") as archive, archive.open("Accounts.csv") as source:
        assert pd.read_csv(source, dtype=str)["Golden_ID"].tolist() == ["G1", "G2", "G3"]


def test_u8_takes_a_workbook_or_gbk(tmp_path: Path) -> None:
    """All that is mandatory there is filled; the character that GBK lacks is refused, not written as another."""
    others = ("sort_code", "domain_code", "spec_operator", "super_dept", "credit_rank")
    lines = ["customer,code,golden_id,,", "customer,name,name,,", "customer,seed_date,,,2026-01-01",
             "customer,head_corp_code,golden_id,,", *(f"customer,{name},,,01" for name in others)]  # fmt: skip
    table = "object,field,from,codes,default\n" + "\n".join(lines) + "\n"
    (tmp_path / "book").mkdir()
    place, manifest = made(tmp_path / "book", {"kind": "u8"}, table)
    assert pd.read_excel(place / manifest[0]["file"], dtype=str)["code"].tolist() == ["G1", "G2", "G3"]
    place, manifest = made(tmp_path, {"kind": "u8", "format": "csv"}, table.replace("name,name", "name,name || '䶮'", 1))
    assert manifest[0]["rows"] == "0"
    data = (place / manifest[0]["file"]).read_bytes()
    assert data.count(b"\r\n") == 1 and data.startswith(b'"code","name"')


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_plain_files_in_each_format(tmp_path: Path, form: str) -> None:
    place, _ = made(tmp_path, {"kind": "plain", "format": form, "mapping": None}, "")
    readers: dict[str, Any] = {"csv": pd.read_csv, "xlsx": pd.read_excel, "parquet": pd.read_parquet}
    found = readers[form](place / f"customer.{form}")
    assert found["golden_id"].tolist() == ["G1", "G2", "G3"] and found["name"][0] == '华瑞 & Co "A"'


def test_the_sheets_nobody_filled_stay(tmp_path: Path) -> None:
    template(tmp_path / "Customer.xml", {"S_CUST_GEN": GENERAL, "S_CUST_TAXNUMBERS": TAX, "S_ROLES": TAX})
    place, _ = made(tmp_path, {"kind": "sap_cockpit", "template": "Customer.xml"}, SAP)
    names = [at.get(f"{SS}Name") for at in ET.parse(place / "Customer.xml").getroot().findall(f"{SS}Worksheet")]
    assert names == ["Introduction", "S_CUST_GEN data", "S_CUST_TAXNUMBERS data", "S_ROLES data"]
