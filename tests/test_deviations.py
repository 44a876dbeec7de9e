"""Golden records of a whole project: consequences, deviations and relations published, masked, seen and handed out."""

from __future__ import annotations

from pathlib import Path

import pytest

import workbench as wb
from workbench.errors import ConfigError, StoreError
from workbench.views.consequences import consequences, consequences_data
from workbench.views.ownership import ownership, ownership_data
from workbench.views.relations import relations, relations_data, tree_data
from workbench.workbook import read_sheet, sheet_names

from . import small
from .saying import Say, say
from .small import DAY, customer
from .views.made import sound

__all__ = ["say"]

RULES = """golden:
  customer:
    owners: {phone: {small: crm, big: erp}, email: [erp], credit: [erp]}
    stages: {big: credit > 2000, small: 'true'}
    consequences: {credit: sum, city: review}
"""
HEAD = customer(5)["name"]
CUSTOMERS = [
    *(customer(number) for number in range(1, 5)),
    customer(1, "K91", credit="500.00", city="=别处"),  # the ERP has customer 1 twice, with a limit each
    customer(5),
    customer(6, name=f"{HEAD}上海分公司"),
]
ACCOUNTS = [
    customer(1, "C01", credit="9.00"),
    customer(2, "C02", email="other@firm2.cn"),
    customer(3, "C03", phone="13764920185"),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> wb.Project:
    files = {"erp/customers.csv": CUSTOMERS, "crm/accounts.csv": ACCOUNTS, "erp/items.csv": small.ITEMS[:3]}
    root = small.project(tmp_path_factory.mktemp("golden"), {DAY: files}, small.CONFIG + RULES)
    found = wb.open_project(root)
    found.run()
    return found


def test_consequences_are_counted_listed_and_masked(project: wb.Project) -> None:
    run = project.published()
    with run.session() as con:
        summed, (review, decided) = consequences_data(con, "customer")
    assert [(line["field"], line["rule"], line["status"], line["golden_records"]) for line in summed] == [
        ("city", "review", "review", 1), ("credit", "sum", "decided", 1)]  # fmt: skip
    assert [(one["key"], one["value"]) for one in review["values"]] == [
        ("C01", "第1市"),
        ("K01", "第1市"),
        ("K91", "=别处"),
    ]
    assert [one["key"] for one in decided["values"]] == ["K01", "K91"] and decided["chosen"] == "1500.000000"
    assert "第1市" in sound(consequences(run))
    run.private = False
    assert "Values are pseudonyms" in sound(consequences(run))


def test_credit_limits_add_up_by_rule(project: wb.Project) -> None:
    """Every limit that a source states is in one line, and every golden limit too; a sum keeps what it adds."""
    found = project.sql("SELECT rule, golden_records, stated, kept FROM recon.survival ORDER BY rule")
    lines = {rule: tuple(line) for rule, *line in found.to_numpy().tolist()}
    assert lines == {
        "agreed": (5, 2 * 2000 + 2 * 3000 + 4000 + 5000 + 6000, 2000 + 3000 + 4000 + 5000 + 6000),
        "sum": (1, 1000 + 500 + 9, 1000 + 500),
    }
    stated = project.sql("SELECT sum(credit) AS s FROM std.customer").s.item()
    kept = project.sql("SELECT sum(credit) AS s FROM gold.customer").s.item()
    assert (found.stated.sum(), found.kept.sum()) == (stated, kept)
    differences = project.sql("SELECT key, reason FROM recon.differences WHERE field = 'credit'").to_numpy().tolist()
    assert differences == [["C01", "survivorship: sum"]]
    reviewed = project.sql("SELECT reason FROM recon.differences WHERE field = 'city'").reason
    assert reviewed.str.endswith("; for review").all() and len(reviewed)


def test_the_matrix_and_its_deviations(project: wb.Project) -> None:
    run = project.published()
    with run.session() as con:
        stages, matrix, deviations = ownership_data(con, "customer")
        _, of_crm, _ = ownership_data(con, "customer", "crm")
        with pytest.raises(ConfigError, match="no owner of fields of 'item'"):
            ownership_data(con, "item")
    assert set(stages) == {"any", "small", "big"} and list(matrix) == ["email", "credit", "phone"]
    assert (matrix["phone"]["big"].compared, matrix["phone"]["big"].agreeing) == (1, 0)
    assert matrix["phone"]["small"].owners == "crm" and of_crm["phone"]["big"].owners == "erp"
    assert [(line["field"], line["key"], line["owner_key"]) for line in deviations] == [
        ("credit", "C01", "K01"), ("email", "C02", "K02"), ("phone", "C03", "K03")]  # fmt: skip
    assert "0% of 1 agree" in sound(ownership(run, "customer"))


def test_who_corrects_gets_a_workbook(project: wb.Project, tmp_path: Path) -> None:
    file = tmp_path / "corrections.xlsx"
    assert project.export_corrections(file) == 3
    with pytest.raises(ConfigError, match="no source 'cmr'; did you mean 'crm'"):
        project.export_corrections(tmp_path / "a.xlsx", "cmr")
    with pytest.raises(ConfigError, match="nothing to correct"):
        project.export_corrections(tmp_path / "a.xlsx", "erp")
    assert sheet_names(file) == ["crm"]
    found = read_sheet(file, "crm", ["key", "field", "it has", "should be", "owner"])
    assert found.iloc[1, 1:].tolist() == ["C02", "email", "other@firm2.cn", "office2@firm2.cn", "erp"]


def test_corrections_are_for_those_who_may_see_values_and_after_a_run(
    project: wb.Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = wb.open_project(small.project(tmp_path / "new"))
    new.run(until="ingest")
    with pytest.raises(StoreError, match=r"no table gold\.deviations"):
        new.export_corrections(tmp_path / "a.xlsx")
    monkeypatch.setenv("WORKBENCH_MASKED", "1")
    with pytest.raises(ConfigError, match="Masked, a project is only looked at"):
        wb.open_project(project.root).export_corrections(tmp_path / "a.xlsx")
    assert not (tmp_path / "a.xlsx").exists()


def test_corrections_on_the_command_line(project: wb.Project, say: Say, tmp_path: Path) -> None:
    file = tmp_path / "out.xlsx"
    say("corrections", project.root, file, "--source", "crm", code=0, words=("3 values to correct written to",))
    assert sheet_names(file) == ["crm"]
    say("corrections", project.root, file, words=("is there already",))
    say("corrections", project.root, tmp_path / "b.xlsx", "--source", "erp", words=("nothing to correct",))


def test_a_branch_stands_below_its_head_office(project: wb.Project) -> None:
    run = project.published()
    with run.session() as con:
        _, found = relations_data(con, "customer")
        (line,) = (line for line in found if line["kind"] == "branch")
        (tree,) = tree_data(con, "customer", line["golden_id"])
        with pytest.raises(ConfigError, match="nobody has no relations in this run"):
            tree_data(con, "customer", "nobody")
    assert (line["related_name"], line["name"], line["status"]) == (HEAD, f"{HEAD}上海分公司", "found")
    assert tree.name == HEAD and [(node.kind, node.golden_id) for node in tree.below] == [("branch", line["golden_id"])]
    assert "分公司" in sound(relations(run, "customer")) and "<ul>" in sound(
        relations(run, "customer", line["golden_id"])
    )


def test_what_is_shared_and_what_is_shown_masked_has_no_values(
    project: wb.Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow.parquet as pq

    for name in ("gold_consequences", "gold_deviations", "gold_relations", "recon_survival"):
        (file,) = (project.root / "reports").glob(f"*/tables/{name}.parquet")
        text = str(pq.read_table(file).to_pylist())
        assert not any(value in text for value in ("第1市", "other@firm2.cn", HEAD, "office2@"))
    monkeypatch.setenv("WORKBENCH_MASKED", "1")
    masked = wb.open_project(project.root)
    for name in ("gold.consequences", "gold.deviations", "gold.provenance"):
        text = masked.table(name).to_csv()
        assert not any(value in text for value in ("第1市", "other@firm2.cn", HEAD))
    assert masked.sql("""SELECT count(*) AS n FROM gold.consequences WHERE len("values") > 1""").n.item() == 2
