"""What changed between two runs: new, changed and gone records, and which lie in a new system already."""

from pathlib import Path

import pytest

import workbench as wb
from tests import small

FREEZE = """cutover: {freeze: 2026-03-05 18:00, start: 2026-03-06 18:00, end: 2026-03-08 06:00, fallback: go back}
"""


def changed_extracts() -> dict[str, list[small.Row]]:
    """K03 has another phone and city, K05 is gone, K99 is new, K07 is written otherwise; an item went to K02."""
    customers = [dict(row) for row in small.CUSTOMERS if row["no"] != "K05"]
    customers[2] |= {"phone": "13911112222", "city": "新市"}
    customers[5] |= {"phone": f"+86 {customers[5]['phone']}"}
    items = [dict(row) for row in small.ITEMS]
    items[0]["customer"] = "K02"
    return {"erp/customers.csv": [*customers, small.customer(15, "K99")], "erp/items.csv": items}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> wb.Project:
    root = small.project(
        tmp_path_factory.mktemp("changes") / "p", {small.DAY: {}, small.NEXT: changed_extracts()}, small.CONFIG + FREEZE
    )
    project = wb.open_project(root)
    project.run(small.DAY)
    project.run()
    ids = project.sql("SELECT key, golden_id FROM gold.xref WHERE source = 'erp' AND entity = 'customer'")
    by_key = dict(zip(ids["key"], ids["golden_id"], strict=True))
    events = [("K03", "sent"), ("K03", "created"), ("K07", "created"), ("K99", "created"), ("K99", "undone")]
    with project.journal.write() as con:
        for key, event in [*events, ("K03", "refused")]:
            con.execute(
                "INSERT INTO ledger (at, target, environment, object, golden_id, event) VALUES ('t', ?, ?, ?, ?, ?)",
                ["s4", "test", "customer", by_key[key], event],
            )
    return project


def test_each_change_is_found_with_its_fields(project: wb.Project) -> None:
    found = project.changes()
    assert found.drop(columns="golden_id").to_numpy().tolist() == [
        ["customer", "erp", "K03", "changed", "phone, city", "s4 test"],
        ["customer", "erp", "K05", "gone", "", ""],
        ["customer", "erp", "K99", "new", "", ""],
        ["item", "erp", "900001|1", "changed", "parent", ""],
    ]
    assert found["golden_id"].notna().all()
    assert found.attrs == {"since": "2026-03-02.1", "until": "2026-03-09.1", "configuration": True}


def test_a_run_or_a_date_may_be_named(project: wb.Project) -> None:
    for since in ("2026-03-02.1", "2026-03-02", "2026-03-08"):
        assert len(project.changes(since)) == 4, since
    for since, said in (
        ("2026-03-01", "No run of 2026-03-01 or before"),
        ("2026-03-09", "Since 2026-03-09.1 nothing was run"),
        ("2026-03-02.7", "no run '2026-03-02.7'.*did you mean"),
    ):
        with pytest.raises(wb.ConfigError, match=said):
            project.changes(since)


def test_the_command_lists_them_and_writes_them_down(project: wb.Project, tmp_path: Path) -> None:
    done = small.workbench("changes", project.root, "--to", tmp_path / "changes.csv")
    said = small.told(done, 1, "4 records differ", "4 lines written")
    assert "13911112222" not in said
    text = (tmp_path / "changes.csv").read_text("utf-8-sig")
    assert text.splitlines()[2].startswith("customer,erp,K05,gone,,")
    assert "13911112222" not in text and "新市" not in text


def test_without_a_freeze_or_hashes_it_says_what_to_do(tmp_path: Path) -> None:
    project = wb.open_project(small.project(tmp_path / "p", {small.DAY: {}, small.NEXT: {}}))
    with pytest.raises(wb.StoreError, match="no finished run yet"):
        project.changes()
    project.run(small.DAY, until="ingest")
    run = project.run(small.NEXT)
    with pytest.raises(wb.ConfigError, match="Since when"):
        project.changes()
    with pytest.raises(wb.StoreError, match=r"Run its date again: workbench run --as-of 2026-03-02"):
        project.changes("2026-03-02.1")
    (project.root / "workbench.yml").write_text(small.CONFIG + "# other\n", "utf-8")
    project.run(small.DAY)
    found = project.changes(small.DAY)
    assert len(found) == 0 and found.attrs["configuration"] is False and run.run_id == found.attrs["until"]
    small.told(small.workbench("changes", project.root, "--since", small.DAY), 0, "is another one than then")
