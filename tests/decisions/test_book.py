"""Decisions go out to people and into other journals as CSV and workbooks, and come back as they were."""

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import workbench as wb
from tests import small
from workbench.decisions.book import _cell, _text

from .made import ALL_FOR_REVIEW, WHY, copied, golden_ids, states

HOSTILE = ["=1+1", "+86", "-5", "@x", '"', '"=1"', " K1", "K1 ", "", "a\rb", "a\nb", "\x07", "K1", "大连", '""', "'"]


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in which the four pairs that ERP and CRM share are for review."""
    root = small.project(tmp_path_factory.mktemp("book") / "p", config=ALL_FOR_REVIEW)
    wb.open_project(root).run(until="golden")
    return root


@pytest.fixture
def project(first_run: Path, tmp_path: Path) -> wb.Project:
    return copied(first_run, tmp_path / "p")


def decide_all(project: wb.Project) -> list[list[Any]]:
    """Decide in every way there is; what is known of it then, but for the numbers of the acts."""
    made = project.decisions
    made.undo(made.exclude("erp K09", why="=1+1", user="li"), user="li")
    made.match("erp K01", "crm C01", why='she said "yes"\nand wrote it', user="wang")
    made.no_match("erp K01", "crm C01", why="另一家", user="li")
    golden_id = golden_ids(project)["erp K05"]
    made.confirm(made.override(golden_id, "credit", "-5", why=WHY, user="wang"), user="li")
    made.match("erp K05", "crm C21", why=WHY, user="wang")
    return known(project)


def known(project: wb.Project) -> list[list[Any]]:
    found: list[list[Any]] = project.decisions.frame().drop(columns=["act", "of"]).to_numpy().tolist()
    return found


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
def test_all_decisions_come_back_into_a_fresh_journal_as_they_were(
    project: wb.Project, tmp_path: Path, name: str
) -> None:
    before = decide_all(project)
    assert project.decisions.export(tmp_path / name) == len(before) == 7
    with pytest.raises(wb.SourceError, match="is there already"):
        project.decisions.export(tmp_path / name)
    fresh = wb.open_project(small.project(tmp_path / "fresh", config=ALL_FOR_REVIEW))
    fresh.journal.decide("chen", [("customer", "exclude", "erp", "K12", None, None, None, None, WHY, None)])
    assert fresh.decisions.read(tmp_path / name) == 7, "before any run, and numbered behind what is there"
    assert known(fresh)[1:] == before and fresh.decisions.frame()["of"].dropna().tolist() == [2, 6]
    assert fresh.decisions.read(tmp_path / name) == 0 == project.decisions.read(tmp_path / name)
    assert states(project) == states(fresh)[1:]


def test_an_undo_comes_after_what_it_undoes_however_the_lines_are_sorted(project: wb.Project, tmp_path: Path) -> None:
    before = decide_all(project)
    project.decisions.export(tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        head, *lines = csv.reader(file)
    with (tmp_path / "turned.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *reversed(lines)])
    fresh = wb.open_project(small.project(tmp_path / "fresh", config=ALL_FOR_REVIEW))
    assert fresh.decisions.read(tmp_path / "turned.csv") == 7 and known(fresh) == before


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_altered_or_becomes_a_formula(text: str) -> None:
    cell = _cell(text)
    assert _text(cell) == text and cell[0] not in "=+-@" and cell == cell.strip() != ""


def answer(book: Path, answers: dict[str, tuple[str, str]]) -> None:
    """Fill in decision and why of the lines of CRM customers."""
    edited = openpyxl.load_workbook(book)
    sheet = edited["review"]
    columns = {cell.value: cell.column for cell in sheet[2]}
    for line in range(3, sheet.max_row + 1):
        if given := answers.get(sheet.cell(line, columns["key_l"]).value):
            sheet.cell(line, columns["decision"]).value, sheet.cell(line, columns["why"]).value = given
    edited.save(book)


def test_a_review_list_is_answered_in_excel_and_read_once(project: wb.Project, tmp_path: Path) -> None:
    book = tmp_path / "review.xlsx"
    project.decisions.match("erp K04", "crm C04", why="before", user="li")
    assert project.decisions.export_review(book) == 3, "without what was decided since the run"
    sheet = openpyxl.load_workbook(book)["review"]
    assert sheet.data_validations.dataValidation[0].formula1 == '"match,no match"'
    shown = dict(zip((cell.value for cell in sheet[2]), (cell.value for cell in sheet[3]), strict=True))
    assert (shown["what"], shown["records"], shown["name: one"]) == ("pair", "2", shown["name: other"])
    answer(book, {"C01": ("match", WHY), "C02": ("No match", "other owner")})
    assert project.decisions.read(book, "wang") == 2
    found = project.decisions.frame()[["user", "kind", "key_l", "key_r", "why"]].to_numpy().tolist()
    assert found == [["li", "match", "C04", "K04", "before"], ["wang", "no_match", "C02", "K02", "other owner"],
                     ["wang", "match", "C01", "K01", WHY]]  # fmt: skip
    project.decisions.undo(2, user="li")
    assert project.decisions.read(book, "wang") == 0, "what was undone since stays so"
    assert project.decisions.export_review(tmp_path / "rest.csv") == 2


def test_a_pair_that_people_contradict_is_asked_again(project: wb.Project, tmp_path: Path) -> None:
    project.decisions.match("erp K04", "crm C04", why=WHY, user="li")
    assert project.decisions.export_review(tmp_path / "one.csv") == 3
    project.decisions.no_match("erp K04", "crm C04", why="no", user="wang")
    assert project.decisions.export_review(tmp_path / "both.csv") == 4


def test_a_list_that_says_two_things_of_a_pair_is_refused(project: wb.Project, tmp_path: Path) -> None:
    file = tmp_path / "review.csv"
    project.decisions.export_review(file)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        found = list(csv.DictReader(lines))
    found = [found[0] | {"decision": "match", "why": WHY}, found[0] | {"decision": "no match", "why": WHY}]
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(found[0]))
        writer.writeheader()
        writer.writerows(found)
    with pytest.raises(wb.SourceError, match="line 3: line 2 says otherwise of the same two records"):
        project.decisions.read(file, "wang")
    assert project.decisions.frame().empty


@pytest.mark.parametrize("name", ["none.xlsx", "none.csv"])
def test_a_list_of_nothing_has_its_headings(project: wb.Project, tmp_path: Path, name: str) -> None:
    for number in (1, 2, 3, 4):
        project.decisions.match(f"erp K0{number}", f"crm C0{number}", why=WHY)
    assert project.decisions.export_review(tmp_path / name) == 0
    assert project.decisions.read(tmp_path / name, "wang") == 0


def test_a_review_list_in_csv_is_read_too(project: wb.Project, tmp_path: Path) -> None:
    file = tmp_path / "review.csv"
    assert project.decisions.export_review(file) == 4
    with file.open(encoding="utf-8-sig", newline="") as lines:
        found = list(csv.DictReader(lines))
    found[2] |= {"decision": "match", "why": WHY}
    with file.open("w", encoding="gb18030", newline="") as out:
        writer = csv.DictWriter(out, list(found[0]))
        writer.writeheader()
        writer.writerows(found)
    assert project.decisions.read(file, "wang") == 1
    project.run(until="golden")
    assert len(project.sql("SELECT * FROM match.customer_pairs WHERE decided_by = 'wang' AND verdict = 'match'")) == 1


def test_everything_that_is_wrong_in_a_list_is_said_and_nothing_is_taken(project: wb.Project, tmp_path: Path) -> None:
    book = tmp_path / "review.xlsx"
    project.decisions.export_review(book)
    answer(book, {"C01": ("yes", WHY), "C02": ("match", ""), "C03": ("match", WHY)})
    edited = openpyxl.load_workbook(book)
    columns = {cell.value: cell.column for cell in edited["review"][2]}
    edited["review"].cell(5, columns["key_r"]).value = "K99"
    edited.save(book)
    with pytest.raises(wb.SourceError) as wrong:
        project.decisions.read(book)
    said = str(wrong.value)
    assert "nothing of it is taken" in said and "decision 'yes' is neither match nor no match" in said
    assert "why is blank" in said and "line 5: erp has no customer with the key 'K99' in the newest run" in said
    assert project.decisions.frame().empty


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kind": "same"}, "kind 'same' is none of match"),
        ({"why": ""}, "why is missing"),
        ({"at": "yesterday"}, "at 'yesterday' is no time"),
        ({"of": "9"}, "the act 9 that it is of is not in the file"),
        ({"entity": "custmer"}, "there is no entity 'custmer'"),
        ({"act": "one"}, "act 'one' is no number"),
        (
            {"source_l": "erp", "key_l": "K09"},
            "the two records must be different, the first by source and key on the left",
        ),
    ],
)
def test_a_line_that_is_no_decision_is_said(
    project: wb.Project, tmp_path: Path, changed: dict[str, str], said: str
) -> None:
    line = {"act": "1", "at": "2026-03-02T08:00:00+00:00", "user": "li", "entity": "customer", "kind": "match",
            "source_l": "crm", "key_l": "C01", "source_r": "erp", "key_r": "K01", "field": "", "value": "",
            "why": WHY, "of": ""}  # fmt: skip
    with (tmp_path / "in.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(line))
        writer.writeheader()
        writer.writerows([line, line | {"act": "2"} | changed])
    with pytest.raises(wb.SourceError, match=f"line 3: {said}"):
        project.decisions.read(tmp_path / "in.csv")
    assert project.decisions.frame().empty


LINE = {"act": "1", "at": "2026-03-02T08:00:00+00:00", "user": "li", "entity": "customer", "kind": "split",
        "source_l": "crm", "key_l": "C01", "source_r": "erp", "key_r": "K01", "field": "", "value": "",
        "why": WHY, "of": ""}  # fmt: skip


def written(file: Path, *lines: dict[str, str]) -> Path:
    """A file of decisions."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(LINE))
        writer.writeheader()
        writer.writerows(lines)
    return file


@pytest.mark.parametrize(("name", "other"), [
    ("user", "wang"), ("at", "2026-03-03T08:00:00+00:00"), ("kind", "no_match"), ("entity", "item"),
])  # fmt: skip
def test_an_act_is_of_one_person_at_once(project: wb.Project, tmp_path: Path, name: str, other: str) -> None:
    second = LINE | {"key_r": "K02"}
    file = written(tmp_path / "in.csv", LINE, second | {name: other}, second | {"key_r": "K03"})
    with pytest.raises(wb.SourceError) as wrong:
        project.decisions.read(file)
    assert str(wrong.value).splitlines()[1:] == [
        f"line 3: act 1 has the {name} {LINE[name]!r} in line 2, and an act has but one."
    ]
    assert project.decisions.frame().empty
    assert project.decisions.read(written(tmp_path / "good.csv", LINE, second)) == 1


def test_a_relation_keeps_its_direction_in_files(project: wb.Project, tmp_path: Path) -> None:
    project.decisions.relate("erp K05", "crm C21", "branch", why=WHY, user="wang")
    project.decisions.export(tmp_path / "out.csv")
    fresh = wb.open_project(small.project(tmp_path / "fresh", config=ALL_FOR_REVIEW))
    assert fresh.decisions.read(tmp_path / "out.csv") == 1
    assert known(fresh) == known(project) and fresh.decisions.frame()["key_l"].tolist() == ["K05"]
    assert fresh.decisions.read(tmp_path / "out.csv") == 0
    relation = LINE | {"kind": "relate", "field": "cousin"}
    with pytest.raises(wb.SourceError, match="line 2: field 'cousin' is no relation; accepted: branch, group, ship_to"):
        fresh.decisions.read(written(tmp_path / "in.csv", relation))
    with pytest.raises(wb.SourceError, match="line 2: the two records must be different"):
        fresh.decisions.read(
            written(tmp_path / "in.csv", relation | {"field": "group", "source_l": "erp", "key_l": "K01"})
        )


@pytest.mark.parametrize("name", ["out.txt", "out.parquet"])
def test_other_files_are_refused(project: wb.Project, tmp_path: Path, name: str) -> None:
    for refused in (project.decisions.export, project.decisions.export_review, project.decisions.read):
        with pytest.raises(wb.SourceError, match=r"\.csv or \.xlsx"):
            refused(tmp_path / name)
