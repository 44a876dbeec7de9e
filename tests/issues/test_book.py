"""Issues go out as a workbook, people fill it in, and it comes back: what they changed is taken, and nothing else."""

import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import workbench as wb
from workbench import Project
from workbench.errors import ConfigError, SourceError, StoreError
from workbench.issues import export_issues, list_issues
from workbench.journal import Journal
from workbench.published import Published
from workbench.store import session
from workbench.workbook import MOST, read_sheet

from .made import CONFIG, NAME, PHONE, config, ran

FIRST, SECOND = "2026-03-02", "2026-03-09"
GOOD = "13801234567"
WRONG = ["1234567890123456789", "ext. 50991726", "9876543210987654321"]
ERP = {" 1": WRONG[0], "2": WRONG[1], "3": GOOD, "4": GOOD}
LINES = {FIRST: ERP, SECOND: ERP | {"2": GOOD}}


def source(root: Path, day: str, erp: dict[str, str]) -> None:
    folder = root / "sources" / day
    folder.mkdir(parents=True)
    names = {"4": ""}
    rows = [f"{key},{names.get(key, f'Firm {key}')},{phone}" for key, phone in erp.items()]
    (folder / "erp.csv").write_text("\n".join(["no,name,phone", *rows, ""]), "utf-8")
    (folder / "crm.csv").write_text(f"no,name,phone\n9,Firm 9,{WRONG[2]}\n10,Firm 10,{GOOD}\n", "utf-8")


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project after its first run: two phones of the ERP, one of the CRM and a name of the ERP fail."""
    root = tmp_path_factory.mktemp("issues")
    (root / "workbench.yml").write_text(CONFIG, "utf-8")
    for day, erp in LINES.items():
        source(root, day, erp)
    wb.open_project(root).run(FIRST)
    return root


@pytest.fixture
def project(first_run: Path, tmp_path: Path) -> Project:
    """A copy of it."""
    shutil.copytree(first_run, tmp_path / "p")
    return wb.open_project(tmp_path / "p")


@pytest.fixture
def book(project: Project, tmp_path: Path) -> Path:
    project.export_issues(tmp_path / "out.xlsx")
    return tmp_path / "out.xlsx"


def fill(book: Path, sheet: str, line: int, **cells: Any) -> None:
    """Write into cells of a line, by heading."""
    edited = openpyxl.load_workbook(book)
    columns = {cell.value: cell.column for cell in edited[sheet][2]}
    for name, value in cells.items():
        edited[sheet].cell(line, columns[name]).value = value
    edited.save(book)


def events(project: Project) -> list[tuple[Any, ...]]:
    return project.journal.read("SELECT check_id, source, key, kind, value, user FROM issue_events ORDER BY id")


def issue(project: Project, number: int = 1) -> dict[str, Any]:
    found = project.issues()
    return {str(key): value for key, value in found[found["number"] == number].iloc[0].items()}


def test_it_holds_the_open_issues_and_their_rows(project: Project, book: Path, tmp_path: Path) -> None:
    issues = read_sheet(book, "issues", ["issue", "check", "owner", "priority", "due", "failing", "comment"])
    by_check = {line[1]: line[2:] for line in issues.iloc[:, 1:].to_numpy().tolist()}
    assert by_check == {PHONE: ["Li", "normal", None, "3", None], NAME: ["Chen", "normal", None, "1", None]}
    rows = read_sheet(book, "rows", ["source", "key", "field", "value", "answer", "remark", "run"])
    assert rows.iloc[:, 1:].to_numpy().tolist() == [
        ["erp", "4", "name", None, None, None, f"{FIRST}.1"],
        ["crm", "9", "phone", WRONG[2], None, None, f"{FIRST}.1"],
        ["erp", "1", "phone", WRONG[0], None, None, f"{FIRST}.1"],
        ["erp", "2", "phone", WRONG[1], None, None, f"{FIRST}.1"],
    ]
    sheets = openpyxl.load_workbook(book)
    lists = [sheets[name].data_validations.dataValidation[0].formula1 for name in ("issues", "rows")]
    assert lists == ['"high,normal,low"', '"fixed,not wrong,cannot fix"']
    assert project.export_issues(tmp_path / "erp.xlsx", owner="Li", source="erp") == 2
    assert read_sheet(tmp_path / "erp.xlsx", "rows", ["key"])["key"].tolist() == ["1", "2"]
    for what in ("owner", "source"):
        with pytest.raises(ConfigError, match=f"There is no {what} 'Lee'"):
            project.export_issues(tmp_path / "none.xlsx", **{what: "Lee"})
    assert not (tmp_path / "none.xlsx").exists()


def test_only_what_people_changed_is_taken_and_only_once(project: Project, book: Path) -> None:
    number = issue(project, 2)["number"]
    fill(book, "issues", 4, owner="Wang", due=pd.Timestamp("2026-03-05").to_pydatetime())
    fill(book, "rows", 5, answer="fixed")
    fill(book, "rows", 6, answer="cannot fix", remark="nobody answers there")
    project.assign(number, priority="high", user="Chen")  # meanwhile, by somebody else
    other = issue(project, 1)
    before = len(events(project))
    assert project.read_issues(book, "Wang") == 5
    assert events(project)[before:] == [
        (PHONE, None, None, "owner", "Wang", "Wang"),
        (PHONE, None, None, "due", "2026-03-05", "Wang"),
        (PHONE, "erp", " 1", "answer", "fixed", "Wang"),
        (PHONE, "erp", "2", "answer", "cannot fix", "Wang"),
        (PHONE, "erp", "2", "remark", "nobody answers there", "Wang"),
    ]
    found = {line["check"]: line for line in project.issues().to_dict("records")}
    assert (found[PHONE]["owner"], found[PHONE]["priority"], str(found[PHONE]["due"])) == ("Wang", "high", "2026-03-05")
    assert (found[PHONE]["answered"], found[PHONE]["still_failing"], found[PHONE]["state"]) == (2, 0, "open")
    assert found[other["check"]] == other, "what nobody touched in the workbook stays"
    assert project.read_issues(book, "Wang") == 0 and len(events(project)) == before + 5


def test_who_may_not_changes_nothing(project: Project, book: Path) -> None:
    fill(book, "issues", 3, owner="Wang")
    with (project.root / "workbench.yml").open("a", encoding="utf-8") as settings:
        settings.write("roles: {viewer: vi, steward: li}\n")
    project = wb.open_project(project.root)
    for act in (lambda: project.read_issues(book, user="vi"), lambda: project.assign(1, owner="Wang", user="vi")):
        with pytest.raises(wb.ConfigError, match="needs the role analyst or steward, which vi has not"):
            act()
    assert events(project) == []
    assert project.read_issues(book, user="li") == 1


def test_an_old_workbook_undoes_no_newer_word(project: Project, book: Path) -> None:
    number = next(line["number"] for line in project.issues().to_dict("records") if line["check"] == PHONE)
    fill(book, "issues", 4, owner="Xavier")
    assert project.read_issues(book) == 1 and issue(project, number)["owner"] == "Xavier"
    project.assign(number, owner="Yvonne")
    assert project.read_issues(book) == 0 and issue(project, number)["owner"] == "Yvonne"
    project.assign(number, owner="Xavier")
    assert issue(project, number)["owner"] == "Xavier", "a person may say again what was said before"


def test_what_was_said_to_be_fixed_is_told_when_a_later_run_finds_it(
    project: Project, book: Path, tmp_path: Path
) -> None:
    fill(book, "rows", 5, answer="fixed")
    fill(book, "rows", 6, answer="fixed")
    fill(book, "rows", 4, answer="not wrong", remark="a short number")
    project.read_issues(book, "Wang")
    project.run(SECOND)
    found = {line["check"]: line for line in project.issues().to_dict("records")}[PHONE]
    assert (found["failing"], found["answered"], found["still_failing"], found["state"]) == (2, 2, 1, "open")
    again = tmp_path / "again.xlsx"
    assert project.export_issues(again, owner="Li") == 2
    rows = read_sheet(again, "rows", ["source", "key", "said before", "answer", "remark"]).iloc[:, 1:]
    today = project.journal.read("SELECT substr(max(at), 1, 10) FROM issue_events")[0][0]
    assert rows.to_numpy().tolist() == [
        ["crm", "9", None, "not wrong", "a short number"],
        ["erp", "1", f"fixed (Wang, {today}), still failing", None, None],
    ]
    assert project.read_issues(again, "Wang") == 0
    fill(again, "rows", 4, answer="fixed")
    assert (project.read_issues(again, "Wang"), project.read_issues(again, "Wang")) == (1, 0)
    assert {line["check"]: line for line in project.issues().to_dict("records")}[PHONE]["still_failing"] == 0
    assert project.read_issues(book, "Wang") == 0, "the old workbook says nothing new"
    fill(book, "rows", 6, remark="moved")  # of a row that is mended meanwhile
    assert project.read_issues(book, "Wang") == 1


def test_all_mistakes_are_told_by_line_and_nothing_is_taken(project: Project, book: Path) -> None:
    fill(book, "issues", 3, issue="77", owner="Wang")
    fill(book, "issues", 4, priority="urgent", due="soon", comment="good")
    fill(book, "rows", 3, answer="done")
    fill(book, "rows", 4, key="12345", answer="fixed")
    fill(book, "rows", 5, answer="fixed")
    fill(book, "rows", 6, key="1", answer="not wrong")
    with pytest.raises(SourceError) as error:
        project.read_issues(book)
    assert str(error.value).splitlines() == [
        f"{book} has mistakes, so nothing of it is taken:",
        "sheet 'issues', line 3: there is no issue '77'.",
        "sheet 'issues', line 4: priority 'urgent' is none of high, normal, low.",
        "sheet 'issues', line 4: due 'soon' is no date: write it YYYY-MM-DD.",
        "sheet 'rows', line 3: answer 'done' is none of fixed, not wrong, cannot fix.",
        "sheet 'rows', line 4: no run ever found a row with the key '12345' of 'crm' to fail in issue 2.",
        "sheet 'rows', line 6: the answer that line 5 gives is given again.",
    ]
    assert events(project) == []


def test_an_emptied_cell_takes_back_what_was_said(project: Project, tmp_path: Path) -> None:
    project.assign(1, owner="Wang", comment="asked")
    project.export_issues(tmp_path / "out.xlsx", owner="Wang")
    fill(tmp_path / "out.xlsx", "issues", 3, owner=None, comment=None)
    assert project.read_issues(tmp_path / "out.xlsx") == 2
    assert issue(project)["owner"] in ("Li", "Chen") and issue(project)["comment"] == ""


def test_rows_of_another_run_are_not_given_out(project: Project, tmp_path: Path) -> None:
    project.run(SECOND, until="check")
    with pytest.raises(StoreError, match=rf"not those of the newest finished run, {FIRST}\.1"):
        project.export_issues(tmp_path / "out.xlsx")


def test_what_is_said_is_published_at_once_without_comments(project: Project) -> None:
    shown = Published(project.root).records("FROM published.issues ORDER BY number")
    assert [line["owner"] for line in shown] == [issue(project, n)["owner"] for n in (1, 2)]
    project.assign(1, owner="Wang", comment="speaks of Firm 4")
    shown = Published(project.root).records("FROM published.issues ORDER BY number")
    assert shown[0]["owner"] == "Wang" and "comment" not in shown[0]
    assert b"Firm 4" not in (project.root / "reports" / "issues.parquet").read_bytes()


def test_masked_nothing_is_written_and_comments_are_pseudonyms(
    project: Project, book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.assign(1, comment="speaks of Firm 4")
    fill(book, "rows", 5, remark="Firm 1 has moved")
    before = events(project)
    monkeypatch.setenv("WORKBENCH_MASKED", "1")
    masked = wb.open_project(project.root)
    assert "Firm" not in str(masked.issues()["comment"].tolist())
    with pytest.raises(ConfigError, match="without WORKBENCH_MASKED=1"):
        masked.export_issues(tmp_path / "masked.xlsx")
    with pytest.raises(ConfigError, match="without WORKBENCH_MASKED=1"):
        masked.read_issues(book)
    with pytest.raises(ConfigError, match="without WORKBENCH_MASKED=1"):
        masked.assign(1, owner="Wang")
    assert not (tmp_path / "masked.xlsx").exists() and events(project) == before


def test_more_rows_than_people_work_through_are_not_written(tmp_path: Path) -> None:
    journal, settings = Journal(tmp_path), config(tmp_path)
    run_id = ran(journal, FIRST, {PHONE: {"erp": ["1"]}})
    with session(None) as con:
        con.execute(f"""CREATE SCHEMA meta; CREATE TABLE meta.stage AS SELECT '{run_id}' AS run_id, 'check' AS stage;
            CREATE SCHEMA qa; CREATE TABLE qa.failures AS SELECT '{PHONE}' AS check_id, 'erp' AS source FROM range({MOST + 1})""")
        with pytest.raises(
            ConfigError, match=r"100,001 rows are more than people work through.*of one owner or source"
        ):
            export_issues(con, journal, list_issues(journal, settings), tmp_path / "out.xlsx")
    assert not (tmp_path / "out.xlsx").exists()
