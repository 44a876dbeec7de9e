"""What only people know is asked for in workbooks, filled in as people do, and read back."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from workbench import Project, open_project
from workbench.errors import ConfigError, SourceError

from .small import told, workbench

DAY, NEXT = "2026-03-02", "2026-03-09"
CONFIG = """\
project: Asking
entities:
  customer:
    fields:
      name: {type: company_name, required: true}
      phone: {type: phone, required: true}
      class: {type: code, codes: classes.csv, required: true}
      since: {type: date, required: true}
      note: {type: text}
  contact:
    parent: customer
    fields: {last_name: {type: person_name, required: true}, title: {type: text}}
sources:
  erp:
    trust: 2
    tables: {customers: customers.csv, contacts: contacts.csv}
    records:
      customer: {from: customers, key: no, fields: &all {name: name, phone: phone, class: class, since: since}}
      contact: {from: contacts, key: no, parent: customer, fields: {last_name: last, title: title}}
  crm: {tables: {customers: more.csv}, records: {customer: {from: customers, key: no, fields: *all}}}
match: {customer: {block: [[phone.key]]}}
stewards: {customer: Wang Li, customer.phone: sales/north}
"""
CUSTOMERS = """\
no,name,phone,class,since
1,北京华瑞科技有限公司,13801234567,A,2001-01-01
2,天明物流有限公司,,B,2002-02-02
3,东方贸易有限公司,13801234569,,
4,,,,
"""
MORE = "no,name,phone,class,since\nc1,南方有限公司,13901234567,A,2003-03-03\n"
CONTACTS = "no,customer,last,title\nP1,1,张伟,Dr\nP2,2,,Prof\n"


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("asking")
    write(root, DAY, CUSTOMERS)
    (root / "workbench.yml").write_text(CONFIG, "utf-8")
    (root / "classes.csv").write_text("class\nA\nB\n", "utf-8")
    open_project(root).run(until="golden")
    return root


def write(root: Path, day: str, customers: str) -> None:
    folder = root / "sources" / day
    folder.mkdir(parents=True)
    for name, text in {"customers": customers, "more": MORE, "contacts": CONTACTS}.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")


@pytest.fixture
def project(ready: Path, tmp_path: Path) -> Project:
    shutil.copytree(ready, tmp_path / "p")
    return open_project(tmp_path / "p")


def lines(file: Path, sheet: str) -> dict[str, dict[str, str]]:
    """The lines of a sheet by their founding record's key, cells by heading; blank ones left out."""
    found = list(openpyxl.load_workbook(file)[sheet].iter_rows(min_row=2, values_only=True))
    table = [dict(zip(found[0], line, strict=True)) for line in found[1:]]
    return {line["key"]: {name: cell for name, cell in line.items() if cell} for line in table}


def fill(file: Path, sheet: str, **cells: object) -> Path:
    """Write cells, each named like D3 or by key and heading as in `k2_phone`."""
    book = openpyxl.load_workbook(file)
    page = book[sheet]
    headings = {cell.value: cell.column for cell in page[2]}
    keys = {row[headings["key"] - 1].value: row[0].row for row in page.iter_rows(min_row=3)}
    for name, value in cells.items():
        key, _, heading = name.partition("_")
        page.cell(keys[key.removeprefix("k")], headings[heading]).value = value  # type: ignore[union-attr]
    book.save(file)
    return file


def golden(project: Project, key: str) -> dict[str, str]:
    found = project.sql(f"""SELECT g.* EXCLUDE (golden_id, parent_golden_id) FROM gold.customer AS g
        JOIN gold.xref AS x ON x.entity = 'customer' AND x.golden_id = g.golden_id WHERE x.key = '{key}'""")
    return {name: str(value)[:10] for name, value in found.iloc[0].items() if str(value) not in ("None", "NaT", "nan")}


def test_each_steward_is_asked_for_what_is_theirs(project: Project, tmp_path: Path) -> None:
    found = project.collection(tmp_path / "out")
    assert found[["entity", "records", "gaps"]].to_numpy().tolist() == [
        ["customer", 2, 5], ["customer", 2, 2], ["contact", 1, 1]]  # fmt: skip
    files = sorted(file.stem for file in (tmp_path / "out").iterdir())
    assert files == ["Wang Li", "nobody", "sales_north"]
    assert set(lines(tmp_path / "out" / "Wang Li.xlsx", "customer")) == {"3", "4"}
    asked = lines(tmp_path / "out" / "sales_north.xlsx", "customer")
    assert set(asked) == {"2", "4"} and asked["2"]["name"] == "天明物流有限公司"
    assert lines(tmp_path / "out" / "nobody.xlsx", "contact")["P2"]["customer.name"] == "天明物流有限公司"


def test_only_gaps_are_open_and_codes_are_a_list(project: Project, tmp_path: Path) -> None:
    project.collection(tmp_path, "customer")
    page = openpyxl.load_workbook(tmp_path / "Wang Li.xlsx")["customer"]
    headings = [cell.value for cell in page[2]]
    shown = ["source", "key", "name", "phone", "class", "since"]
    assert headings == ["golden_id", *shown, *(f"{name} was" for name in shown)]
    unlocked = {(str(row[2].value), headings[c.column - 1]) for row in page.iter_rows(min_row=3) for c in row
                if not c.protection.locked}  # fmt: skip
    assert unlocked == {("3", "class"), ("3", "since"), ("4", "name"), ("4", "class"), ("4", "since")}
    assert page.data_validations.dataValidation[0].formula1 == '"A,B"'


def test_what_came_back_fills_the_next_run(project: Project, tmp_path: Path) -> None:
    project.collection(tmp_path)
    mine = fill(tmp_path / "Wang Li.xlsx", "customer", k3_class="B", k3_since="5.6.2007", k4_class="无")
    taken = project.collect(mine, user="wang")
    assert taken[["key", "field", "value"]].to_numpy().tolist() == [["3", "class", "B"], ["3", "since", "2007-06-05"]]
    assert project.collect(mine, user="wang").empty, "once is enough"
    project.run(until="golden")
    now = golden(project, "3")
    assert (now["name"], now["class"], now["since"]) == ("东方贸易有限公司", "B", "2007-06-05")
    origin = project.sql("SELECT field, source, key FROM gold.provenance WHERE rule = 'collected' ORDER BY 1")
    assert origin.to_numpy().tolist() == [["class", "collected", "wang"], ["since", "collected", "wang"]]
    found = project.table("gold.filled").set_index(["entity", "field"]).loc[("customer", "class")]
    assert found.tolist() == [5, 3, 0, 0, 1, 0, 1]


def test_the_later_answer_stands_and_a_source_is_never_beaten(project: Project, tmp_path: Path) -> None:
    project.collection(tmp_path)
    mine = tmp_path / "Wang Li.xlsx"
    project.collect(fill(mine, "customer", k3_class="B", k3_since="2007-06-05"))
    project.run(until="golden")
    assert len(project.collect(fill(mine, "customer", k3_class="A"))) == 1
    write(project.root, NEXT, CUSTOMERS.replace("13801234569,,", "13801234569,,2010-10-10"))
    project.run(until="golden")
    assert golden(project, "3")["class"] == "A" and golden(project, "3")["since"] == "2010-10-10"
    assert golden(project, "4") == {}


def test_what_a_source_learned_meanwhile_stands_and_is_said(project: Project, tmp_path: Path) -> None:
    """Since the workbook was written the source has learned when 3 came, and its other name."""
    project.collection(tmp_path)
    mine = fill(tmp_path / "Wang Li.xlsx", "customer", k3_class="B", k3_since="2007-06-05")
    learned = CUSTOMERS.replace("13801234569,,", "13801234569,,2010-10-10").replace("东方贸易", "东方国际贸易")
    write(project.root, NEXT, learned)
    project.run(until="golden")
    found = project.collect(mine)[["key", "field", "value", "known"]].astype(object)
    taken, late = ["3", "class", "B", None], ["3", "since", "2007-06-05", "2010-10-10"]
    assert found.where(found.notna(), None).to_numpy().tolist() == [taken, late]
    assert [line[6:] for line in project.journal.collected()] == [("class", "B")]
    told(workbench("collect", project.root, "--read", mine), 0, "Not taken", "2010-10-10", "0 new values taken")
    fill(mine, "customer", k3_name="东方国际贸易有限公司")
    with pytest.raises(SourceError, match=r"line 4: name was '东方贸易有限公司', and here '东方国际贸易"):
        project.collect(mine)


def test_all_mistakes_are_told_at_once_and_nothing_is_taken(project: Project, tmp_path: Path) -> None:
    project.collection(tmp_path)
    file = fill(tmp_path / "Wang Li.xlsx", "customer", k3_class="Z", k3_since="13.13.2001", k4_phone="13801234560",
                k3_phone="13801234561", k4_class="A")  # fmt: skip
    book = openpyxl.load_workbook(file)
    page = book["customer"]
    twice = [cell.value for cell in page[4]]
    twice[5] = "B"
    page.append(twice)
    page.append(["nothing", "erp", "9"])
    page["C4"] = "44"
    book.create_sheet("notes")
    book.save(file)
    with pytest.raises(SourceError) as error:
        project.collect(file)
    said = str(error.value).replace(f"{file}, sheet 'customer', ", "").replace(f"{file}: ", "").splitlines()
    back = "Put it back: only yellow cells are taken."
    assert said == [
        "line 4: class 'Z': not in its code list.",
        f"line 4: key was '3', and here '44'. {back}",
        f"line 4: phone was '+8613801234569', and here '13801234561'. {back}",
        "line 4: since '13.13.2001': no such day.",
        f"line 5: class 'B': another line has another one for {twice[0]}. Keep one of them.",
        f"line 5: phone was '+8613801234569', and here '13801234561'. {back}",
        "line 5: since '13.13.2001': no such day.",
        "line 6: no customer has the golden id 'nothing'. Leave the ids as they were.",
        "sheet 'notes' is none of ours. Give it back its name (customer, contact) or take it out.",
        "Nothing was taken. Mend these and read the workbook again.",
    ]
    assert project.journal.collected() == []


def test_a_column_that_is_gone_and_a_workbook_that_is_there(project: Project, tmp_path: Path) -> None:
    project.collection(tmp_path)
    with pytest.raises(SourceError, match="is there already, and may be filled in"):
        project.collection(tmp_path)
    book = openpyxl.load_workbook(tmp_path / "Wang Li.xlsx")
    book["customer"].delete_cols(6)
    book.save(tmp_path / "Wang Li.xlsx")
    with pytest.raises(SourceError, match="there is no column class"):
        project.collect(tmp_path / "Wang Li.xlsx")
    with pytest.raises(ConfigError, match="There is no entity 'custmer'; did you mean 'customer'"):
        project.collection(tmp_path, "custmer")


def test_what_only_a_target_demands_is_asked_for_too(project: Project, tmp_path: Path) -> None:
    root = project.root
    text = CONFIG.replace(", required: true", "") + "targets: {sf: {kind: salesforce, mapping: sf.csv}}\n"
    (root / "workbench.yml").write_text(text, "utf-8")
    (root / "sf.csv").write_text("object,field,from,codes,default,note\nAccount,Name,name,,,\n", "utf-8")
    found = open_project(root).collection(tmp_path)
    assert found[["entity", "records", "gaps"]].to_numpy().tolist() == [["customer", 1, 1]]


def test_on_the_command_line(project: Project, tmp_path: Path) -> None:
    told(workbench("collect", project.root, "--to", tmp_path / "out"), 0, "Wang Li.xlsx", "customer")
    file = fill(tmp_path / "out" / "Wang Li.xlsx", "customer", k3_class="B")
    told(workbench("collect", project.root, "--read", file, "--user", "wang"), 0, "1 new value taken")
    fill(file, "customer", k3_class="Q")
    told(workbench("collect", project.root, "--read", file), 2, "line 4: class 'Q': not in its code list")
