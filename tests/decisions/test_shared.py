"""What people note of persons stays in the journal and in the project's own tables: what is published has none of it."""


import pytest

import workbench as wb
from tests import small
from workbench.published import Published

from .made import ALL_FOR_REVIEW, golden_ids

NOTE = "Mr Zhao died in May"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> wb.Project:
    project = wb.open_project(small.project(tmp_path_factory.mktemp("shared") / "p", config=ALL_FOR_REVIEW))
    project.run(until="golden")
    project.decisions.exclude("erp K09", why=NOTE, user="li")
    project.decisions.override(golden_ids(project)["erp K10"], "city", "天津", why=NOTE, user="li")
    project.run()
    return project


@pytest.mark.parametrize("private", [True, False])
def test_published_tables_say_who_and_not_why(project: wb.Project, private: bool) -> None:
    run = Published(project.root, private=private)
    reasons = run.records("SELECT key, reason FROM published.recon_rows WHERE outcome = 'excluded' ORDER BY entity")
    assert [tuple(line.values()) for line in reasons] == [
        ("K09", "left out by li"), ("900009|1", "with its customer, left out by li")
    ]  # fmt: skip
    decided = run.records("SELECT * FROM published.match_decisions")
    assert [(line["kind"], line["status"]) for line in decided] == [("exclude", "stands"), ("override", "stands")]
    assert not {"value", "why"} & {*decided[0]}


def test_the_queue_has_no_amounts_to_share(project: wb.Project) -> None:
    plain, shared = (
        {line["place"]: line["amounts"] for line in Published(project.root, private=private).records(
            "SELECT place, amounts FROM published.match_customer_review")}
        for private in (True, False)
    )  # fmt: skip
    assert len(plain) == 4 and plain[1] == "200.26 CNY, 10000.00 JPY"
    assert shared.keys() == plain.keys() and not {*shared.values()} & {*plain.values()}


def test_a_masked_project_shows_no_note(project: wb.Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert NOTE in project.table("match.excluded")["why"].tolist()
    assert f"left out by li: {NOTE}" in project.table("recon.rows")["reason"].tolist()
    monkeypatch.setenv("WORKBENCH_MASKED", "1")
    masked = wb.open_project(project.root)
    for table in ("match.excluded", "recon.rows", "match.decisions"):
        assert NOTE not in masked.table(table).to_csv()
    assert "Zhao" not in masked.decisions.frame().to_csv()
    assert "Zhao" not in str(masked.trace("K09"))
