"""A mapping as a workbook: what a colleague changes with a spreadsheet program, and what is wrong with it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest

import workbench as wb
from tests import small
from workbench.errors import ConfigError, SourceError
from workbench.workbook import HEADINGS

from . import made

TABLE, TYPES = "mappings/sf.csv", "mappings/type.csv"
Book = openpyxl.Workbook


def written(project: wb.Project, tmp_path: Path, *edits: Callable[[Book], None]) -> Path:
    """The project's mapping as a workbook that somebody edited."""
    file = tmp_path / "mapping.xlsx"
    project.mapping().export(file)
    book = openpyxl.load_workbook(file)
    for edit in edits:
        edit(book)
    book.save(file)
    return file


def put(sheet: str, key: str, column: str, value: object, by: int = 2) -> Callable[[Book], None]:
    """Put a value into the line whose cell in the place `by` is `key`; "" is the first line that is free."""
    def edit(book: Book) -> None:
        its = book[sheet]
        names = [cell.value for cell in its[HEADINGS]]
        lines = range(HEADINGS + 1, its.max_row + 1)
        line = next(n for n in lines if (its.cell(n, by).value or "") == key)
        its.cell(line, names.index(column) + 1).value = value  # type: ignore[union-attr]

    return edit


def lines(project: wb.Project) -> list[dict[str, str]]:
    with (project.root / TABLE).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def both(project: wb.Project) -> tuple[bytes, bytes]:
    return (project.root / TABLE).read_bytes(), (project.root / TYPES).read_bytes()


def test_what_goes_out(ran: wb.Project, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(ran, tmp_path))
    assert book.sheetnames == ["mapping", "1 type", "not covered", "about"]
    sheet, codes = book["mapping"], book["1 type"]
    headings = [cell.value for cell in sheet[HEADINGS]]
    first = dict(zip(headings, sheet[HEADINGS + 1], strict=True))
    assert (first["object"].value, first["field"].value, first["from"].value) == ("Account", "Golden_ID__c", "golden_id")
    assert first["field"].protection.locked and not first["from"].protection.locked and sheet.protection.sheet
    assert first["default"].number_format == "@"
    rules = sheet.data_validations.dataValidation
    lists = {next(iter(v.sqref.ranges)).min_col: (v.formula1, v.showErrorMessage) for v in rules}
    offered, refuses = lists[headings.index("from") + 1]
    assert "parent_golden_id" in offered and "tax_id" in offered and not refuses  # an expression may stand there
    assert lists[headings.index("mandatory") + 1] == ('"yes,no"', True)
    assert [[cell.value for cell in row] for row in codes.iter_rows(HEADINGS + 1, HEADINGS + 3)] == [
        ["01", "Key Account", "5"], ["02", "Customer", "5"], ["07", None, "4"]]  # fmt: skip
    found = [[cell.value for cell in row] for row in book["not covered"].iter_rows(HEADINGS + 1)]
    assert ["value without a new code", "Account.Type", "07", "4"] in found
    assert ["golden field that goes nowhere", "customer.city", None, "14"] in found


def test_a_long_list_of_golden_fields_is_offered_whole(tmp_path: Path) -> None:
    more = "".join(f"      field_number_{n}: {{type: text}}\n" for n in range(40))
    config = made.CONFIG.replace("      class: {type: code}\n", f"      class: {{type: code}}\n{more}")
    project = wb.open_project(made.project(tmp_path / "p", config=config))
    book = openpyxl.load_workbook(written(project, tmp_path))
    offered = {v.formula1 for v in book["mapping"].data_validations.dataValidation}
    (where,) = [one for one in offered if one.startswith("lists!")]
    assert book["lists"].sheet_state == "hidden"
    listed = [row[0].value for row in book["lists"][where.split("!")[1]]]
    assert (listed[0], listed[-1], len(listed)) == ("golden_id", "amount", 1 + 7 + 40 + 1 + 3)


def test_a_demanded_field_that_nothing_fills_is_coloured(fresh: wb.Project, tmp_path: Path) -> None:
    text = (fresh.root / TABLE).read_text("utf-8").replace("Account,Name,name,,,,Li Na\n", "")
    (fresh.root / TABLE).write_text(text, "utf-8")
    sheet = openpyxl.load_workbook(written(fresh, tmp_path))["mapping"]
    (name,) = [row for row in sheet.iter_rows(HEADINGS + 1) if row[0].value == "Account" and row[1].value == "Name"]
    assert {cell.fill.fgColor.rgb for cell in name} == {"00F8CBAD"}
    assert fresh.mapping().status()["missing"] == ["Account.Name"]


def test_an_untouched_workbook_changes_nothing(fresh: wb.Project, tmp_path: Path) -> None:
    before = both(fresh)
    assert fresh.mapping().read(written(fresh, tmp_path), take=True, user="Wu Min").empty
    assert both(fresh) == before


def test_changes_are_shown_and_then_taken(fresh: wb.Project, tmp_path: Path) -> None:
    fresh.mapping().approve(user="Chen Jie")
    before = both(fresh)
    file = written(
        fresh, tmp_path,
        put("mapping", "Phone", "from", "coalesce(phone, email)"), put("mapping", "Phone", "default", "007"),
        put("mapping", "Industry", "default", "Trade"), put("mapping", "Amount__c", "from", None),
        put("mapping", "", "field", "City__c"), put("mapping", "City__c", "object", "Account"),
        put("mapping", "City__c", "from", "city"), put("mapping", "Name", "note", "as registered"),
        put("1 type", "02", "new code", "Kunde", by=1), put("1 type", "", "code", "07", by=1),
        put("1 type", "07", "new code", "Customer", by=1),
    )  # fmt: skip
    told = [
        ["Account", "Name", "changed", "note", "", "as registered"],
        ["Account", "Phone", "changed", "from", "phone", "coalesce(phone, email)"],
        ["Account", "Phone", "changed", "default", "", "007"],
        ["Item__c", "Amount__c", "removed", "from", "amount", ""],
        ["Account", "Industry", "added", "default", "", "Trade"],
        ["Account", "City__c", "added", "from", "", "city"],
        [TYPES, "02", "changed", "new code", "Customer", "Kunde"],
        [TYPES, "07", "added", "new code", "", "Customer"],
    ]
    assert fresh.mapping().read(file).to_numpy().tolist() == told
    assert both(fresh) == before
    assert fresh.mapping().read(file, take=True, user="Wu Min").to_numpy().tolist() == told
    assert [(line["field"], line["author"], line["approved_by"]) for line in lines(fresh)] == [
        ("Golden_ID__c", "Li Na", "Chen Jie"), ("Name", "Li Na", "Chen Jie"), ("Type", "Wu Min", ""),
        ("Phone", "Wu Min", ""), ("Industry", "Wu Min", ""), ("City__c", "Wu Min", ""),
        ("Golden_ID__c", "Li Na", "Chen Jie"), ("Account__r.Golden_ID__c", "Li Na", "Chen Jie"),
    ]  # fmt: skip
    assert (fresh.root / TYPES).read_text("utf-8") == (
        "class,type,remark\n01,Key Account,the large ones\n02,Kunde,\n07,Customer\n")  # fmt: skip
    assert fresh.mapping().approval() is None
    with pytest.raises(ConfigError, match="second person"):
        fresh.mapping().approve(user="Wu Min")
    assert fresh.mapping().approve(user="Chen Jie").author == "Li Na; Wu Min"


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (put("mapping", "Phone", "default", 7), r"sheet 'mapping', cell H6: Excel made a number"),
        (put("mapping", "Phone", "default", True), r"cell H6: Excel made a number, a date or a truth value"),
        (put("mapping", "Phone", "default", date(2026, 1, 2)), r"cell H6: Excel made a number, a date"),
        (put("1 type", "01", "code", 1, by=1), r"sheet '1 type', cell A3: Excel made a number"),
        (put("1 type", "02", "new code", 2.5, by=1), r"sheet '1 type', cell B4"),
        (put("1 type", "02", "code", "01", by=1), r"sheet '1 type', line 4: the code '01' is there twice"),
        (put("1 type", "", "new code", "Lost", by=1), r"the new code 'Lost' stands beside no code"),
        (put("mapping", "Phone", "from", "fone"), r"line 6: no golden field 'fone'; did you mean 'phone'"),
        (put("mapping", "Phone", "from", "phone; drop table x"), r"line 6: not a SQL expression"),
        (put("mapping", "Phone", "field", "Fone"), r"line 6: Account has no field 'Fone'; did you mean 'Phone'"),
        (put("mapping", "Phone", "field", "Name"), r"line 6: Account.Name is mapped twice"),
        (put("mapping", "Phone", "object", None), r"line 6: object and field have to be named"),
        (put("mapping", "Phone", "codes", "mappings/none.csv"), r"mappings/none.csv: there is no such file"),
        (put("mapping", "Phone", "mandatory", "often"), r"mandatory says 'often'"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_taken(
    fresh: wb.Project, tmp_path: Path, edit: Callable[[Book], None], said: str
) -> None:
    before = both(fresh)
    with pytest.raises(SourceError, match=said):
        fresh.mapping().read(written(fresh, tmp_path, edit), take=True)
    assert both(fresh) == before


def test_all_that_is_wrong_is_named_at_once(fresh: wb.Project, tmp_path: Path) -> None:
    file = written(
        fresh, tmp_path, put("mapping", "Phone", "from", "fone"), put("mapping", "Name", "default", 1),
        put("1 type", "01", "code", 1, by=1),
    )  # fmt: skip
    with pytest.raises(SourceError) as error:
        fresh.mapping().read(file)
    *mistakes, last = str(error.value).splitlines()
    assert len(mistakes) == 3 and last.startswith("Nothing was taken")


@pytest.mark.parametrize("sheet", ["mapping", "1 type", "about"])
def test_a_sheet_that_is_gone(fresh: wb.Project, tmp_path: Path, sheet: str) -> None:
    with pytest.raises(SourceError, match=f"no sheet '{sheet}'"):
        fresh.mapping().read(written(fresh, tmp_path, lambda book: book.remove(book[sheet])))


def test_a_column_that_is_gone(fresh: wb.Project, tmp_path: Path) -> None:
    file = written(fresh, tmp_path, lambda book: book["mapping"].delete_cols(6))
    with pytest.raises(SourceError, match="there is no column from"):
        fresh.mapping().read(file)


def test_a_workbook_older_than_the_table_does_not_undo_others_work(fresh: wb.Project, tmp_path: Path) -> None:
    file = written(fresh, tmp_path, put("mapping", "Phone", "from", "email"))
    text = (fresh.root / TYPES).read_text("utf-8")
    (fresh.root / TYPES).write_text(text + "07,Blocked,\n", "utf-8")
    before = both(fresh)
    with pytest.raises(SourceError, match="was changed after this workbook was written"):
        fresh.mapping().read(file, take=True)
    assert both(fresh) == before


def test_no_workbook_of_ours(fresh: wb.Project, tmp_path: Path) -> None:
    other = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(other)
    with pytest.raises(SourceError, match="is no workbook of `workbench mapping export`"):
        fresh.mapping().read(other)
    with pytest.raises(SourceError, match="is there already"):
        fresh.mapping().export(other)


def test_roles_and_masks(fresh: wb.Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(fresh, tmp_path, put("mapping", "Phone", "from", "email"))
    yml = fresh.root / "workbench.yml"
    yml.write_text(yml.read_text("utf-8") + "roles: {analyst: [Li Na], viewer: [Wu Min]}\n", "utf-8")
    project = wb.open_project(fresh.root)
    with pytest.raises(ConfigError, match="needs the role analyst or steward, which Wu Min has not"):
        project.mapping().read(file, take=True, user="Wu Min")
    monkeypatch.setenv("WORKBENCH_MASKED", "1")
    masked = wb.open_project(fresh.root).mapping()
    for refused in (lambda: masked.read(file), lambda: masked.export(tmp_path / "x.xlsx"), masked.approve):
        with pytest.raises(ConfigError, match="Masked"):
            refused()


def test_a_code_list_saved_by_excel_keeps_its_mark(fresh: wb.Project, tmp_path: Path) -> None:
    text = (fresh.root / TYPES).read_text("utf-8")
    (fresh.root / TYPES).write_text("\ufeff" + text, "utf-8")
    file = written(fresh, tmp_path, put("1 type", "01", "new code", "Top", by=1))
    fresh.mapping().read(file, take=True, user="Wu Min")
    assert (fresh.root / TYPES).read_text("utf-8") == "\ufeff" + text.replace("Key Account", "Top")


def test_on_the_command_line(fresh: wb.Project, tmp_path: Path) -> None:
    said = small.told(small.workbench("mapping", "status", fresh.root), 1, "7 lines of mappings/sf.csv, not approved")
    assert "customer" in said
    small.told(small.workbench("mapping", "export", fresh.root, tmp_path / "mapping.xlsx"), 0, "lines written to")
    (tmp_path / "mapping.xlsx").unlink()
    file = written(fresh, tmp_path, put("mapping", "Phone", "from", "email"))
    shown = small.workbench("mapping", "import", fresh.root, file)
    small.told(shown, 1, "phone", "email", "1 change found; --take writes it to the table")
    small.told(small.workbench("mapping", "import", fresh.root, file, "--take", "--user", "Wu Min"), 0, "1 change taken")
    small.told(small.workbench("mapping", "approve", fresh.root, "--user", "Wu Min"), 2, "needs a second person")
    small.told(small.workbench("mapping", "approve", fresh.root, "--user", "Chen Jie"), 0, "is approved by Chen Jie")
    small.told(small.workbench("mapping", "status", fresh.root), 0, "approved by Chen Jie on")
    small.told(small.workbench("mapping", "status", fresh.root, "--target", "x"), 2, "There is no mapping of a target 'x'")


def test_who_changes_a_code_list_answers_for_the_lines_that_use_it(fresh: wb.Project, tmp_path: Path) -> None:
    file = written(fresh, tmp_path, put("1 type", "02", "new code", "Prospect", by=1))
    fresh.mapping().read(file, take=True, user="Wu Min")
    assert {line["field"]: line["author"] for line in lines(fresh)}["Type"] == "Wu Min"
    with pytest.raises(ConfigError, match="needs a second person: Wu Min made it"):
        fresh.mapping().approve(user="Wu Min")


def test_a_new_target_begins_with_the_headings_alone(tmp_path: Path) -> None:
    project = wb.open_project(made.project(tmp_path / "p", "object,field,from\n"))
    file = written(project, tmp_path, put("mapping", "Name", "from", "name"))
    assert project.mapping().read(file, take=True, user="Li Na").to_numpy().tolist() == [
        ["Account", "Name", "added", "from", "", "name"]]  # fmt: skip
    assert [(line["object"], line["field"], line["from"], line["author"]) for line in lines(project)] == [
        ("Account", "Name", "name", "Li Na")]  # fmt: skip
