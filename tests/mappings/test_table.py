"""The mapping table as a file: columns old and new, what makes a field mandatory, and values without a new code."""

from __future__ import annotations

from pathlib import Path

import pytest

import workbench as wb
from tests import small
from workbench.config import load, load_mapping, table_hash
from workbench.errors import ConfigError

from . import made

TABLE = "mappings/sf.csv"


def mapped(root: Path, table: str) -> str:
    """What is wrong with a table; '' for nothing."""
    made.project(root, table)
    try:
        load_mapping(load(root), "sf")
    except ConfigError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("columns", ["object,field,from", "object,field,from,default", "object,field,from,author,date"])
def test_tables_with_fewer_columns_stay_valid(tmp_path: Path, columns: str) -> None:
    assert mapped(tmp_path / "p", f"{columns}\nAccount,Name,name\n\n") == ""


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("object,from,field\n", "sf.csv:1: the headings must begin with object, field, from; all are: object"),
        ("object,field,from,mandatry\n", "sf.csv:1: unknown column 'mandatry'; did you mean 'mandatory'?"),
        ("object,field,from,note,note\n", "sf.csv:1: the column 'note' is there twice"),
        ("object,field,from\nAccount,Name,concat(name, city)\n", "sf.csv:2: more cells than there are headings"),
        ("object,field,from,mandatory\nAccount,Name,name,maybe\n", "mandatory says 'maybe'; accepted: yes, no, or blank"),
        ("object,field,from,codes\nAccount,Name,name,../x.csv\n", "lies outside the project"),
        ("object,field,from\nAccount,Name,name\nAccount,Name,city\n", "sf.csv:3: Account.Name is mapped twice"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: Path, table: str, said: str) -> None:
    assert said in mapped(tmp_path / "p", table)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    said = mapped(tmp_path / "p", "object,field,from,codes\nAccount,Nmae,name,\nAccount,Phone,fone,\nAccount,Type,class,x\n")
    assert [line.split(": ")[0] for line in said.splitlines()] == [f"{TABLE}:{n}" for n in (2, 3, 4)] + [TABLE]


def test_the_status_refuses_what_a_run_refuses(tmp_path: Path) -> None:
    table = made.TABLE + "Opportunity,Name,name,,,,\nAccount,Fone,phone,,,,\n"
    said = mapped(tmp_path / "p", table)
    assert "sf.csv:9: unknown object 'Opportunity'; accepted: Account, Contact, Item__c. For one of your own say" in said
    mapping = wb.open_project(tmp_path / "p").mapping()
    with pytest.raises(ConfigError) as error:
        mapping.status()
    assert str(error.value) == said
    assert "Opportunity" in mapping._repr_html_()  # it can still be looked at
    small.told(small.workbench("mapping", "status", tmp_path / "p"), 2, "sf.csv:9", "sf.csv:10")


def test_what_is_not_mapped_yet_is_a_status(tmp_path: Path) -> None:
    assert "Account.Name is required" in mapped(tmp_path / "p", "object,field,from\nAccount,Phone,phone\n")
    assert wb.open_project(tmp_path / "p").mapping().status()["missing"] == ["Account.Name"]


def test_a_line_may_demand_more_than_the_target(tmp_path: Path) -> None:
    made.project(tmp_path / "p", "object,field,from,mandatory\nAccount,Name,name,no\nAccount,Phone,phone,yes\n")
    name, phone = load_mapping(load(tmp_path / "p"), "sf")["Account"].fields
    assert name.limits.required and phone.limits.required and phone.limits.length == 40


def test_a_field_made_mandatory_refuses_rows_without_it(tmp_path: Path) -> None:
    table = "object,field,from,mandatory\nAccount,Name,name,\nAccount,Phone,phone,yes\n"
    root = made.project(tmp_path / "p", table)
    lines = small.text([{**one, "class": "01"} | ({"phone": ""} if one["no"] == "K05" else {}) for one in small.CUSTOMERS],
                       [*small.HEADINGS["erp/customers.csv"], "class"])  # fmt: skip
    small.extract(root, small.DAY, "erp/customers.csv", lines)
    project = wb.open_project(root)
    project.run(until="map")
    found = project.sql("SELECT object, field, reason FROM target.problems WHERE field = 'Phone'")
    assert found.to_numpy().tolist() == [["Account", "Phone", "required"]]


def test_values_without_a_new_code_are_counted_and_are_a_gate(ran: wb.Project) -> None:
    found = ran.table("target.unmapped").to_numpy().tolist()
    assert found == [["sf", "Account", "Type", "mappings/type.csv", "07", 4]]  # the ERP's 2, 5, 8 and 11
    assert len(ran.sql("FROM target.problems WHERE reason = 'no new code for this value'")) == 4
    gate = "sf Account.Type: 1 value has no new code, in 4 rows; workbench mapping status lists them"
    assert ran.run(until="map").gates == [gate]
    (ran.root / "mappings" / "type.csv").write_text(made.TYPES + "07,Customer,\n", encoding="utf-8")
    assert ran.run(until="map").gates == []


def test_values_that_the_target_does_not_accept_are_unmapped_too(tmp_path: Path) -> None:
    config = made.CONFIG.replace("kind: salesforce", "kind: odoo").replace(", objects: {Item__c: item}", "")
    table = "object,field,from\ncompany,id,golden_id\ncompany,name,name\ncompany,type,class\n"
    project = wb.open_project(made.project(tmp_path / "p", table, config=config))
    gates = project.run(until="map").gates
    assert gates == ["sf company.type: 3 values have no new code, in 14 rows; workbench mapping status lists them"]


def test_seldom_values_are_masked_where_they_are_published(ran: wb.Project) -> None:
    masked = (ran.root / "reports").glob("*/tables/target_unmapped.parquet")
    with ran.published().session() as con:
        shown = con.execute("SELECT value FROM published.target_unmapped").fetchall()
        hidden = con.execute("SELECT value, rows FROM read_parquet(?)", [str(next(masked))]).fetchall()
    assert shown == [("07",)]
    assert len(hidden) == 1 and hidden[0][0] != "07" and hidden[0][1] == 4


def test_the_hash_is_of_what_the_table_says(tmp_path: Path) -> None:
    made.project(tmp_path / "p")
    config = load(tmp_path / "p")
    first = table_hash(config, TABLE)
    file = tmp_path / "p" / TABLE
    file.write_text(made.TABLE.replace("object,field,from,codes,default,note,author", "object,field,from,codes,default")
                    .replace(",external id,Li Na", "").replace(",,Li Na", ""), "utf-8")  # fmt: skip
    assert table_hash(config, TABLE) == first
    file.write_text(made.TABLE.replace("Account,Phone,phone", "Account,Phone,email"), "utf-8")
    assert table_hash(config, TABLE) != first
