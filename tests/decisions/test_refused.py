"""What cannot be decided is said, and nothing is written."""

from collections.abc import Callable
from pathlib import Path

import pytest

import workbench as wb
from tests import small

from .made import CONFIG, WHY, golden_ids

Decide = Callable[[wb.Project], object]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> wb.Project:
    project = wb.open_project(small.project(tmp_path_factory.mktemp("refused") / "p", config=CONFIG))
    project.run(until="golden")
    return project


def first(project: wb.Project) -> str:
    return golden_ids(project)["erp K01"]


@pytest.mark.parametrize(
    ("decide", "said"),
    [
        (lambda p: p.decisions.match("erp K01", "crm C99", why=WHY), "crm has no customer with the key 'C99'"),
        (lambda p: p.decisions.match("erp K01", "crn C01", why=WHY), "no source 'crn' of customer; did you mean 'crm'"),
        (lambda p: p.decisions.match("erp K01", ("erp", "K01"), why=WHY), "given twice"),
        (lambda p: p.decisions.match("erp K01", "crm C01", why=" "), "Say why"),
        (lambda p: p.decisions.match("erp a", "erp b", why=WHY, entity="item"), "item are not matched.*customer"),
        (lambda p: p.decisions.match("erp a", "erp b", why=WHY, entity="custmer"), "did you mean 'customer'"),
        (lambda p: p.decisions.exclude("erp K99", why=WHY), "erp has no customer with the key 'K99'"),
        (lambda p: p.decisions.override("nobody", "city", "x", why=WHY), "no golden record 'nobody'"),
        (lambda p: p.decisions.override(first(p), "citty", "x", why=WHY), "no field 'citty'; did you mean 'city'"),
        (lambda p: p.decisions.override(first(p), "credit", "much", why=WHY), "customer.credit: the value is refused"),
        (lambda p: p.decisions.override(first(p), "tax_id", "91110000", why=WHY), "customer.tax_id: the value is refused"),
        (lambda p: p.decisions.override(first(p), "city", "n/a", why=WHY), "it says that there is none"),
        (lambda p: p.decisions.split(first(p), [["erp K01", "crm C01"]], why=WHY), "all|All records .* in one group"),
        (lambda p: p.decisions.split(first(p), [["erp K01"], ["erp K02"]], why=WHY), "erp K02 is not in .*erp K01, crm C01"),
        (lambda p: p.decisions.split(first(p), [["erp K01"], ["erp K01"]], why=WHY), "in several groups"),
        (lambda p: p.decisions.relate("erp K01", "crm C02", "brnch", why=WHY),
         "no relation 'brnch'; did you mean 'branch'.* group, ship_to, shared_tax_id, household"),
        (lambda p: p.decisions.unrelate("erp K01", "crm C02", " ", why=WHY), "no relation ' '; accepted: branch"),
        (lambda p: p.decisions.undo(1), "There is no act 1"),
        (lambda p: p.decisions.confirm(1), "There is no act 1"),
    ],
)  # fmt: skip
def test_it_says_what_is_wrong(project: wb.Project, decide: Decide, said: str) -> None:
    with pytest.raises(wb.ConfigError, match=said) as refused:
        decide(project)
    assert not [row["name"] for row in small.CUSTOMERS if row["name"] in str(refused.value)]
    assert project.decisions.frame().empty


def test_relations_are_those_of_the_configuration(tmp_path: Path) -> None:
    config = CONFIG.replace("{sensitive: [credit]}", "{partners: {bill_to: city}}")
    project = wb.open_project(small.project(tmp_path / "p", config=config))
    project.run(until="golden")
    with pytest.raises(wb.ConfigError, match=r"no relation 'payer'; accepted: .*household, bill_to"):
        project.decisions.relate("erp K01", "crm C02", "payer", why=WHY)
    assert project.decisions.relate("erp K01", "crm C02", "bill_to", why=WHY) == 1


def test_a_former_golden_id_leads_to_the_one_it_became(tmp_path: Path) -> None:
    project = wb.open_project(small.project(tmp_path / "p", config=CONFIG))
    project.run(until="golden")
    first = golden_ids(project)
    project.decisions.match("erp K01", "erp K05", why=WHY)
    project.run(until="golden")
    one = golden_ids(project)["erp K01"]
    former = ({first["erp K01"], first["erp K05"]} - {one}).pop()
    founder = next(record for record, golden_id in first.items() if golden_id == one and record.startswith("erp"))
    project.decisions.override(former, "city", "大连", why=WHY)
    assert f"erp {project.decisions.frame()['key_l'].tolist()[-1]}" == founder
    with pytest.raises(wb.ConfigError, match="undo, stands, so there is nothing to undo"):
        project.decisions.undo(project.decisions.undo(1))
    with pytest.raises(wb.ConfigError, match="match, undone, so there is nothing to undo"):
        project.decisions.undo(1)


def test_before_a_run_there_is_nobody_to_decide_of(tmp_path: Path) -> None:
    project = wb.open_project(small.project(tmp_path / "p"))
    with pytest.raises(wb.StoreError, match="Run it first"):
        project.decisions.match("erp K01", "crm C01", why=WHY)
    assert project.decisions.frame().empty


def test_a_masked_project_refuses_and_shows_pseudonyms(
    project: wb.Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    act = project.decisions.override(first(project), "city", "大连", why="asked Mr Zhao")
    monkeypatch.setenv("WORKBENCH_MASKED", "1")
    masked = wb.open_project(project.root)
    line = masked.decisions.frame().iloc[0]
    assert "大连" not in line["value"] and "Zhao" not in line["why"] and len(line["why"]) == len("asked Mr Zhao")
    for refused in (
        lambda: masked.decisions.match("erp K01", "crm C01", why=WHY),
        lambda: masked.decisions.split(first(project), [["erp K01"]], why=WHY),
        lambda: masked.decisions.override(first(project), "city", "x", why=WHY),
        lambda: masked.decisions.exclude("erp K01", why=WHY),
        lambda: masked.decisions.confirm(act),
        lambda: masked.decisions.undo(act),
        lambda: masked.decisions.export(tmp_path / "out.csv"),
        lambda: masked.decisions.export_review(tmp_path / "out.csv"),
        lambda: masked.decisions.read(tmp_path / "in.csv"),
    ):
        with pytest.raises(wb.ConfigError, match="without WORKBENCH_MASKED=1"):
            refused()
    monkeypatch.delenv("WORKBENCH_MASKED")
    assert len(project.decisions.frame()) == 1 and not (tmp_path / "out.csv").exists()


def test_a_sensitive_field_must_be_there(tmp_path: Path) -> None:
    config = CONFIG.replace("sensitive: [credit]", "sensitive: [credits]")
    with pytest.raises(wb.ConfigError, match=r"golden.customer.sensitive.*did you mean 'credit'"):
        wb.open_project(small.project(tmp_path / "p", config=config))
