"""The notebooks that `init` lays, on a project that has nothing but its draft: no money, no targets, no waves."""

import ast
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

import workbench as wb
from workbench import views
from workbench.bundled import bundled

from .. import small

ERP = {"no": "客户编号", "name": "客户名称", "tax_id": "税号", "phone": "电话"}
CRM = {"no": "Account No", "name": "Company", "phone": "Phone", "email": "Email"}


def headed(rows: list[small.Row], headings: dict[str, str]) -> str:
    """These values of the rows as CSV, under other headings."""
    renamed = [{heading: row[name] for name, heading in headings.items()} for row in rows]
    return small.text(renamed, list(headings.values()))


def shown(file: Path) -> list[str]:
    """What the code cells of a notebook end in, run here: seven kernels would take a minute more."""
    names: dict[str, Any] = {}
    found = []
    for cell in nbformat.read(file, as_version=4).cells:
        if cell.cell_type == "code":
            *before, last = ast.parse(cell.source).body
            exec(compile(ast.Module(before, []), cell.id, "exec"), names)
            if isinstance(last, ast.Expr):
                value = eval(compile(ast.Expression(last.value), cell.id, "eval"), names)
                found.append(value._repr_html_() if hasattr(value, "_repr_html_") else repr(value))
            else:
                exec(compile(ast.Module([last], []), cell.id, "exec"), names)
    return found


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project drafted from two files, after its run."""
    folder = tmp_path_factory.mktemp("drafted")
    (folder / "erp.csv").write_text(headed(small.CUSTOMERS, ERP), "utf-8")
    (folder / "crm.csv").write_text(headed(small.ACCOUNTS, CRM), "utf-8")
    root = folder / "p"
    wb.init_project(root, {name: folder / f"{name}.csv" for name in ("erp", "crm")}, as_of=small.DAY)
    wb.open_project(root).run()
    return root


def test_a_draft_of_two_plain_files_has_no_money_targets_or_waves(drafted: Path) -> None:
    config = (drafted / "workbench.yml").read_text("utf-8")
    assert [word for word in ("money", "\ntargets:", "\nwaves:") if word in config] == []


@pytest.mark.parametrize("name", [file.name for file in sorted(bundled("notebooks").glob("*.ipynb"))])
def test_each_runs_and_shows_no_empty_table(drafted: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(drafted / "notebooks")
    monkeypatch.setenv("WORKBENCH_MASKED", "1")
    assert [html for html in shown(Path(name)) if re.search(r"<tbody>\s*</tbody>", html)] == []


def test_fields_are_shown_with_what_extracts_call_them(drafted: Path) -> None:
    shown = views.quality_matrix(wb.open_project(drafted).published())._repr_html_()
    assert "客户名称" in shown and "税号" in shown


def test_where_nothing_is_matched_there_is_no_notebook_about_it(tmp_path: Path) -> None:
    (tmp_path / "parts.csv").write_text("part,colour\n1,red\n2,red\n3,blue\n", "utf-8")
    wb.init_project(tmp_path / "p", {"shop": tmp_path / "parts.csv"}, entity="part", as_of=small.DAY)
    laid = [file.stem for file in sorted((tmp_path / "p" / "notebooks").iterdir())]
    assert laid == [file.stem for file in sorted(bundled("notebooks").glob("*.ipynb")) if file.stem != "03_matching"]
