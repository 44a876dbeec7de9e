"""`workbench init` and `workbench inspect`: what is laid out, that it runs as it is, and what is refused."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import workbench as wb
from workbench.errors import ConfigError, SourceError

from .. import small
from ..saying import Say, say

__all__ = ["say"]


@pytest.fixture
def extracts(tmp_path: Path) -> Path:
    """The extracts of the small project, in folders erp and crm."""
    small.project(tmp_path / "made")
    return tmp_path / "made" / "sources" / small.DAY


def test_a_draft_has_all_of_a_project_and_runs_untouched(extracts: Path, tmp_path: Path, say: Say) -> None:
    root = tmp_path / "p"
    text = say("init", root, "--source", f"erp={extracts / 'erp'}", "--source", f"crm={extracts / 'crm'}",
               "--as-of", small.DAY, code=0, words=("12", "16", "6", "workbench run"))  # fmt: skip
    assert "items" in text
    assert sorted(path.name for path in root.iterdir()) == [
        ".gitignore", "README.md", "notebooks", "sources", "workbench.yml",
    ]  # fmt: skip
    assert (root / "sources" / small.DAY / "erp" / "items.csv").read_bytes() == (
        extracts / "erp/items.csv"
    ).read_bytes()
    config = wb.open_project(root).config
    assert config.entities["items" if "items" in config.entities else "item"].parent == "customer"
    assert all(check.fail is None for check in config.checks)
    assert list(config.targets) == ["plain"]
    say("run", root, code=0)
    outcomes = wb.open_project(root).sql("SELECT outcome, count(*) AS n FROM recon.rows GROUP BY ALL")
    assert "unexplained" not in set(outcomes.outcome)


def test_an_existing_project_is_left_alone(extracts: Path, tmp_path: Path) -> None:
    root = tmp_path / "p"
    root.mkdir()
    (root / "workbench.yml").write_text("mine")
    with pytest.raises(ConfigError, match="is a project already"):
        wb.init_project(root, {"erp": extracts / "erp"})
    assert (root / "workbench.yml").read_text() == "mine"
    assert [path.name for path in root.iterdir()] == ["workbench.yml"]


def test_a_repeated_name_and_two_files_of_one_name(extracts: Path, tmp_path: Path) -> None:
    again = tmp_path / "other" / "customers.csv"
    again.parent.mkdir()
    again.write_bytes((extracts / "erp" / "customers.csv").read_bytes())
    draft = wb.init_project(tmp_path / "p", {"erp": [extracts / "erp" / "customers.csv", again]}, as_of=small.DAY)
    assert [table.place[1] for table in draft.tables] == ["customers", "customers_2"]
    wb.open_project(tmp_path / "p").run()


def test_what_cannot_be_read_of_a_folder_is_said_and_a_file_given_stops(extracts: Path, tmp_path: Path) -> None:
    (extracts / "erp" / "scan.pdf").write_bytes(b"%PDF-1.4")
    draft = wb.init_project(tmp_path / "p", {"erp": extracts / "erp"})
    assert [text.split(":")[0] for text in draft.left_out] == ["scan.pdf"]
    assert "left out: scan.pdf" in (tmp_path / "p" / "workbench.yml").read_text(encoding="utf-8")
    with pytest.raises(SourceError, match=r"scan\.pdf"):
        wb.init_project(tmp_path / "q", {"erp": extracts / "erp" / "scan.pdf"})
    assert not (tmp_path / "q").exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("erp", ("--source erp", "NAME=FILE")),
        ("=x.csv", ("NAME=FILE",)),
        ("Old ERP=x.csv", ("--source Old ERP", "small letters")),
        ("erp=none.csv", ("none.csv", "no such file")),
    ],
)
def test_a_wrong_source_is_said_before_anything_is_written(
    given: str, words: tuple[str, ...], tmp_path: Path, say: Say
) -> None:
    say("init", tmp_path / "p", "--source", given, words=words)
    assert not (tmp_path / "p").exists()


def test_headings_alone_make_a_project_that_runs(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("客户编号,客户名称,电话\n", encoding="utf-8")
    wb.init_project(tmp_path / "p", {"erp": tmp_path / "t.csv"})
    assert wb.open_project(tmp_path / "p").run().outcomes["written"] == 0


HOSTILE = st.sampled_from(
    ["select", "order", "from", "key", "source", "id", "null", "yes", "1e5", "a: b", "# x", "- y", '"q"', "it's", "{a}",
     "[b]", "&c", "*d", "!e", "%f", "@g", "`h", "|", ">", "a,b", "公司\n名称", "é", "<script>", "=1+1", "..", "_row", " "]
)  # fmt: skip


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(HOSTILE | st.text(max_size=8), min_size=1, max_size=6),
    st.lists(st.lists(HOSTILE, min_size=6, max_size=6), max_size=6),
)
def test_whatever_the_headings_and_values_the_draft_runs(
    tmp_path_factory: pytest.TempPathFactory, headings: list[str], rows: list[list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("t")
    with (folder / "t.csv").open("w", newline="", encoding="utf-8", errors="replace") as out:
        writer = csv.writer(out)
        writer.writerow(["id", *headings])
        writer.writerows([[n, *row[: len(headings)]] for n, row in enumerate(rows)])
    try:
        draft = wb.init_project(folder / "p", {"erp": folder / "t.csv"})
    except SourceError:
        return  # headings that cannot be found are a reader's matter
    result = wb.open_project(folder / "p").run(until="reconcile")
    assert result.outcomes["unexplained"] == 0
    assert sum(result.outcomes.values()) == sum(table.rows + table.rejects for table in draft.tables)


def test_inspect_shows_and_writes_nothing(
    extracts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, say: Say
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    found = wb.inspect(extracts / "erp" / "items.csv")
    assert list(found.extracts.file) == ["items.csv"]
    assert "document" in set(found.columns.column)
    assert "<table" in found._repr_html_()
    assert list(here.iterdir()) == []
    say("inspect", here / "none.csv", words=("no such file",))


def test_sample_values_are_escaped_in_a_notebook(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,<b>name\n1,<script>alert(1)</script>\n", encoding="utf-8")
    draft = wb.init_project(tmp_path / "p", {"erp": tmp_path / "t.csv"})
    for page in (wb.inspect(tmp_path / "t.csv")._repr_html_(), draft._repr_html_()):
        assert "<script>" not in page and "<b>name" not in page and "&lt;script&gt;" in page


def test_a_folder_is_inspected_file_by_file_and_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,name\n1,Acme\n", encoding="utf-8")
    (tmp_path / "b.csv").write_bytes(b"%PDF-1.4 \0")
    found = wb.inspect(tmp_path)
    assert list(found.extracts.file) == ["a.csv"]
    assert [line.split(":")[1] for line in found.remarks] == [" b.csv"]


def test_a_key_that_says_who_it_is_is_marked(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("account,city\nAcme Ltd,Reno\nBeta GmbH,Bonn\n", encoding="utf-8")
    wb.init_project(tmp_path / "p", {"crm": tmp_path / "t.csv"})
    text = (tmp_path / "p" / "workbench.yml").read_text(encoding="utf-8")
    assert "# check: unique, never blank; so would city; keys are shown in reports" in text
