"""Who may approve a mapping, what an approval is of, and what it does to load files."""

from __future__ import annotations

from pathlib import Path

import pytest

import workbench as wb
from workbench.approvals import approved
from workbench.config import load
from workbench.errors import ConfigError

from . import made

TABLE = "mappings/sf.csv"


def edit(project: wb.Project, name: str, before: str, after: str) -> None:
    file = project.root / name
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


def names(files: list[str]) -> set[str]:
    return {Path(file).name for file in files}


def test_load_files_are_drafts_until_a_second_person_approves(fresh: wb.Project) -> None:
    drafts = {"DRAFT_Account.csv", "DRAFT_Item__c.csv"}
    assert names(fresh.run().files) == drafts
    fresh.mapping().approve(user="Chen Jie")
    assert names(fresh.run().files) == {"Account.csv", "Item__c.csv"}
    edit(fresh, TABLE, "Account,Phone,phone", "Account,Phone,email")
    assert names(fresh.run().files) == drafts


def test_a_target_without_a_table_has_no_drafts(tmp_path: Path) -> None:
    config = made.CONFIG.replace("  sf: {kind", "  plain: {kind: plain}\n  sf: {kind")
    project = wb.open_project(made.project(tmp_path / "p", config=config))
    assert names(project.run().files) == {"customer.csv", "item.csv", "DRAFT_Account.csv", "DRAFT_Item__c.csv"}
    with pytest.raises(ConfigError, match="There is no mapping of a target 'plain'"):
        project.mapping("plain")


@pytest.mark.parametrize("user", ["Li Na", "LI NA", " li na "])
def test_an_author_does_not_approve(fresh: wb.Project, user: str) -> None:
    with pytest.raises(ConfigError, match="needs a second person: Li Na made it"):
        fresh.mapping().approve(user=user)
    assert fresh.mapping().approval() is None


@pytest.mark.parametrize("both", ["Chen Jie; Wu Min", "Chen Jie / Wu Min", "Chen Jie & Wu Min", "Wu Min and Chen Jie"])
def test_neither_does_one_of_several_authors_of_a_line(fresh: wb.Project, both: str) -> None:
    edit(fresh, TABLE, "Account,Phone,phone,,,,Li Na", f"Account,Phone,phone,,,,{both}")
    with pytest.raises(ConfigError, match="needs a second person"):
        fresh.mapping().approve(user="Wu Min")


@pytest.mark.parametrize("nobody", ["", "suggested"])
def test_somebody_answers_for_each_line(fresh: wb.Project, nobody: str) -> None:
    edit(fresh, TABLE, "phone,,,,Li Na", f"phone,,,,{nobody}")
    with pytest.raises(ConfigError, match=r"nobody answers for these lines of mappings/sf\.csv: 5\."):
        fresh.mapping().approve(user="Chen Jie")


def test_the_approver_has_the_role(tmp_path: Path) -> None:
    config = made.CONFIG + "roles: {approver: [Chen Jie], viewer: [Wu Min]}\n"
    project = wb.open_project(made.project(tmp_path / "p", config=config))
    with pytest.raises(ConfigError, match=r"needs the role approver, which Wu Min has not .* They are: Chen Jie"):
        project.mapping().approve(user="Wu Min")
    assert project.mapping().approve(user="Chen Jie").user == "Chen Jie"


def test_a_table_with_mistakes_is_not_approved(fresh: wb.Project) -> None:
    edit(fresh, TABLE, "Account,Name,name", "Account,Name,nmae")
    with pytest.raises(ConfigError, match="no golden field 'nmae'"):
        fresh.mapping().approve(user="Chen Jie")


def test_an_approval_is_of_what_the_table_says(fresh: wb.Project) -> None:
    fresh.mapping().approve(user="Chen Jie", note="as agreed on Monday")
    found = fresh.mapping().approval()
    assert found and (found.user, found.author, found.note) == ("Chen Jie", "Li Na", "as agreed on Monday")
    signed = fresh.mapping().lines().query("status == 'mapped'")["approved_by"]
    assert signed.tolist() == ["Chen Jie"] * 7
    edit(fresh, TABLE, "external id", "the id of ours")  # a note says nothing of values
    assert fresh.mapping().approval()
    for file, before, after in ((TABLE, "type.csv,Customer", "type.csv,Other"), ("mappings/type.csv", "Key", "Top")):
        edit(fresh, file, before, after)
        assert fresh.mapping().approval() is None
        assert fresh.mapping().status()["approval"].startswith("changed since Chen Jie approved it on ")
        edit(fresh, file, after, before)
        assert fresh.mapping().approval() == found


def test_lines_in_another_order_are_the_same_table(fresh: wb.Project) -> None:
    fresh.mapping().approve(user="Chen Jie")
    head, *lines = (fresh.root / TABLE).read_text("utf-8").splitlines()
    (fresh.root / TABLE).write_text("\n".join([head, *reversed(lines)]) + "\n", "utf-8")
    assert approved(load(fresh.root), "sf", fresh.journal)


def test_approving_again_leaves_who_approved_a_line_before(fresh: wb.Project) -> None:
    fresh.mapping().approve(user="Chen Jie")
    text = (fresh.root / TABLE).read_text("utf-8")
    fresh.mapping().approve(user="Wu Min")
    assert (fresh.root / TABLE).read_text("utf-8") == text
    found = fresh.mapping().approval()
    assert found and found.user == "Wu Min"
