"""What a report of a compacted run says of a person: its words, as people read them, not how it is drawn."""

import json
from html import escape
from pathlib import Path

import markupsafe
import openpyxl
import pytest

import workbench as wb
from tests import small
from workbench.erasure import forget
from workbench.erasure.said import Marks

STYLE = "<style>td { font-size: 12.5px; width: 12 }</style><script>const n = '12'</script>"


def page(folder: Path, body: str) -> Path:
    (folder / "page.html").write_text(f"<!doctype html>{STYLE}<svg><path d='M 12 0'/></svg>{body}", "utf-8")
    return folder / "page.html"


def book(folder: Path, *cells: object) -> Path:
    made = openpyxl.Workbook()
    made.worksheets[0].append(list(cells))
    made.save(folder / "book.xlsx")
    return folder / "book.xlsx"


@pytest.mark.parametrize(
    ("body", "stands"),
    [
        ("<td class='right'>12</td>", False),
        ("<p>12 of 40 values fail</p>", False),
        ("<p class='12' id='12'>none</p>", False),
        ("<td><code>12</code></td>", True),
        ("<td><code>120</code></td>", False),
        ("<p>golden record c-4711f, of two</p>", True),
        ("<p>golden record c-4711fa</p>", False),
        ("<a aria-label='c-4711f and another'>1</a>", True),
    ],
)
def test_a_page_is_searched_for_whole_values(tmp_path: Path, body: str, stands: bool) -> None:
    assert Marks(["12", "c-4711f"]).stand_in(page(tmp_path, body)) is stands


def test_a_workbook_is_searched_by_its_cells(tmp_path: Path) -> None:
    marks = Marks(["12", "c-4711f"])
    assert not marks.stand_in(book(tmp_path, 12, "12 of 40", 12.5, None))
    assert marks.stand_in(book(tmp_path, "12"))
    assert marks.stand_in(book(tmp_path, "joined as c-4711f."))


@pytest.mark.parametrize("name", ["O'Neil & Söhne <x>", 'The "Old" Firm'])
def test_signs_that_are_written_otherwise_are_found(tmp_path: Path, name: str) -> None:
    for written in (str(markupsafe.escape(name)), escape(name)):
        assert Marks([name]).stand_in(page(tmp_path, f"<td>{written}</td>")), written
    assert Marks([name]).stand_in(book(tmp_path, name))
    (tmp_path / "model.json").write_text(json.dumps({"fields": [name]}), "utf-8")
    assert Marks([name]).stand_in(tmp_path / "model.json")
    (tmp_path / "model.json").write_text('{"chance": 0.12}', "utf-8")
    assert not Marks(["12"]).stand_in(tmp_path / "model.json")


def test_only_reports_that_speak_of_a_person_go_and_it_is_said_that_they_do_not_come_back(tmp_path: Path) -> None:
    keys = {"K11": "11", "K12": "12"}
    customers = [row | {"no": keys.get(row["no"], row["no"])} | ({"phone": "12345"} if row["no"] == "K11" else {})
                 for row in small.CUSTOMERS]  # fmt: skip
    items = [row | {"customer": keys.get(row["customer"], row["customer"])} for row in small.ITEMS]
    extracts = {"erp/customers.csv": customers, "erp/items.csv": items}
    config = small.CONFIG.replace("warn: 10%", "warn: 5%") + "keep: {runs: 1 day}\n"
    root = small.project(tmp_path / "p", {small.DAY: extracts, small.NEXT: extracts}, config)
    project = wb.open_project(root)
    project.run(small.DAY)
    project.run()
    small.told(small.workbench("compact", root), 0, f"{small.DAY}.1")
    old = f"reports/{small.DAY}.1"
    assert {file.name for file in (root / old).iterdir()} == {"quality.html", "quality.xlsx"}

    def gone(key: str) -> dict[str, str]:
        found = forget(project.config, project.journal, ["customer", "erp", key], "asked", "li", dry_run=True)
        return {line["place"]: line["done"] for line in found.to_dict("records") if line["place"].startswith(old)}

    assert gone("12") == {}
    said = "deleted: it cannot be made again, as its run was compacted"
    assert gone("11") == {f"{old}/quality.html": said, f"{old}/quality.xlsx": said}  # its phone is an example
