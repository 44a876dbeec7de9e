"""The readiness gates: each met on clean data, each missed by the one thing that must not be."""

import shutil
from pathlib import Path

import pytest

import workbench as wb
from workbench.errors import ConfigError
from workbench.journal import Journal
from workbench.readiness import Gate, readiness_rows, sign_ready
from workbench.readiness.planned import measured_loads
from workbench.views.plan import MISSED, NOT_SET_UP, PASSED

from . import small
from .small import told, workbench
from .views.made import published

OWNED = "owner: Li Na, on: 2026-10-31"
CONFIG = small.CONFIG.replace("{name: all}", f"{{name: vip, where: name like '%x%', {OWNED}, checker: Wu}}\n"
                                             f"  - {{name: all, {OWNED}}}")  # fmt: skip
CLEAN = {
    "recon_rows": "SELECT 'plain' AS target, 'written' AS outcome",
    "recon_amounts": """SELECT 'plain' AS target, 'difference' AS outcome, 0 AS rows, 0 AS amount, 0 AS debit,
        0 AS credit""",
    "target_problems": "FROM (VALUES ('', '', '', '')) AS t(target, object, entity, golden_id) LIMIT 0",
    "target_unmapped": "SELECT 'other' AS target",
    "wave_members": """FROM (VALUES ('customer', 'A', 'vip'), ('customer', 'B', 'vip'), ('customer', 'C', 'all'))
        AS t(entity, golden_id, wave)""",
    "match_contradictions": "SELECT 1 AS n LIMIT 0",
    "match_customer_clusters": """FROM (VALUES ('erp', '1', 'A'), ('erp', '2', 'B'), ('erp', '3', 'C'))
        AS t(source, key, golden_id)""",
    "match_customer_pairs": """FROM (VALUES ('erp', '1', 'erp', '2', 'match'), ('erp', '2', 'erp', '3', 'no_match'))
        AS t(source_l, key_l, source_r, key_r, verdict)""",
}


def gates(root: Path, wave: str = "all", target: str | None = None, **tables: str) -> dict[str, Gate]:
    project = wb.open_project(small.project(root, {}, CONFIG))
    run = published(root, [(small.DAY, [], {})], **(CLEAN | tables))
    found = readiness_rows(run, project.config, project.journal, wave, target)
    assert {gate.wave for gate in found} == {wave} and all(gate.what for gate in found)
    assert all(bool(gate.next) == (gate.state != PASSED) for gate in found)  # what is passed asks for nothing
    return {gate.gate: gate for gate in found}


def missed(found: dict[str, Gate]) -> set[str]:
    """Those that are missed; the made run knows no configuration."""
    return {name for name, gate in found.items() if gate.state == MISSED} - {"configuration"}


def test_clean_is_ready(tmp_path: Path) -> None:
    found = gates(tmp_path)
    assert missed(found) == set() and len(found) == 9 and "checked one by one" not in found


@pytest.mark.parametrize(
    ("gate", "table", "query"),
    [
        ("explained", "recon_rows", "SELECT 'plain' AS target, 'unexplained' AS outcome"),
        ("explained", "recon_amounts", """SELECT 'plain' AS target, 'difference' AS outcome, 0 AS rows, 0 AS amount,
            0.01 AS debit, -0.01 AS credit"""),
        ("accepted", "target_problems",
         "SELECT 'plain' AS target, 'customer' AS object, 'customer' AS entity, 'C' AS golden_id"),
        ("codes", "target_unmapped", "SELECT 'plain' AS target"),
        ("decisions", "match_contradictions", "SELECT 1 AS n"),
        ("reviewed", "match_customer_pairs", """SELECT 'erp' AS source_l, '2' AS key_l, 'erp' AS source_r, '3' AS key_r,
            'review' AS verdict"""),
    ],
)  # fmt: skip
def test_each_gate_is_missed_by_the_one_thing(tmp_path: Path, gate: str, table: str, query: str) -> None:
    found = gates(tmp_path, **{table: query})
    assert missed(found) == {gate} and found[gate].what.endswith(": 1")


@pytest.mark.parametrize(
    ("table", "query"),
    [
        ("target_problems", "SELECT 'plain' AS target, 'customer' AS object, 'customer' AS entity, 'A' AS golden_id"),
        ("target_problems", "SELECT 'odoo' AS target, 'customer' AS object, 'customer' AS entity, 'C' AS golden_id"),
        ("match_customer_pairs", """SELECT 'erp' AS source_l, '1' AS key_l, 'erp' AS source_r, '2' AS key_r,
            'review' AS verdict"""),
    ],
)  # fmt: skip
def test_what_another_wave_or_target_has_is_no_matter(tmp_path: Path, table: str, query: str) -> None:
    assert missed(gates(tmp_path, **{table: query})) == set()


def test_what_nobody_planned_is_not_set_up_and_says_what_to_write(tmp_path: Path) -> None:
    """Without `waves` and `targets` nothing is held against them; with waves, an owner that is not named is missed."""
    bare = small.CONFIG.partition("targets:")[0]
    root = small.project(tmp_path / "bare", {}, bare)
    run, project = published(root, [(small.DAY, [], {})], **CLEAN), wb.open_project(root)
    found = {gate.gate: gate for gate in readiness_rows(run, project.config, project.journal, "all")}
    assert {name for name, gate in found.items() if gate.state == NOT_SET_UP} == {"owner and day", "accepted", "codes"}
    assert "`waves`" in found["owner and day"].next and "`targets`" in found["accepted"].next and missed(found) == set()
    with run.session() as con, pytest.raises(ConfigError, match=r"owner and day: workbench\.yml has no waves"):
        sign_ready(run, con, project.config, project.journal, "all", "plain", "li")  # it takes a note to go all the same

    root = small.project(tmp_path / "waves", {}, small.CONFIG)
    run, project = published(root, [(small.DAY, [], {})], **CLEAN), wb.open_project(root)
    found = {gate.gate: gate for gate in readiness_rows(run, project.config, project.journal, "all")}
    assert missed(found) == {"owner and day"} and NOT_SET_UP not in {gate.state for gate in found.values()}


def test_what_the_table_of_codes_does_not_say_is_no_gate(tmp_path: Path) -> None:
    root = small.project(tmp_path, {}, CONFIG)
    run = published(root, [(small.DAY, [], {})], **{n: q for n, q in CLEAN.items() if n != "target_unmapped"})
    project = wb.open_project(root)
    assert "codes" not in {gate.gate for gate in readiness_rows(run, project.config, project.journal, "all")}


def test_a_mapping_is_approved_or_the_gate_is_missed(tmp_path: Path) -> None:
    """The gate is there for targets with a mapping table, and met by another person than who wrote it."""
    assert "mapping" not in gates(tmp_path)
    config = CONFIG.replace("plain: {kind: plain}", "plain: {kind: odoo, mapping: map.csv, objects: {company: customer}}")
    root = small.project(tmp_path, {}, config)
    (root / "map.csv").write_text(
        "object,field,from,author\ncompany,id,golden_id,li\ncompany,name,name,li\n", encoding="utf-8"
    )
    project, run = wb.open_project(root), published(root, [(small.DAY, [], {})], **CLEAN)

    def met() -> bool:
        rows = readiness_rows(run, project.config, project.journal, "all")
        return next(gate.state == PASSED for gate in rows if gate.gate == "mapping")

    assert not met()
    project.mapping("plain").approve(user="zhang")
    assert met()


def look(root: Path, golden_id: str, field: str, verdict: str) -> None:
    with Journal(root).write() as con:
        con.execute(
            "INSERT INTO sampled (at, user, target, entity, golden_id, field, stratum, verdict, note, readback) "
            "VALUES ('', 'wu', 'plain', 'customer', ?, ?, '', ?, '', '')", [golden_id, field, verdict])  # fmt: skip


def test_a_wave_with_a_checker_is_looked_at_record_by_record(tmp_path: Path) -> None:
    """A is right; B's name was right, then is wrong, then is right again; C is of another wave."""
    left = ["2", "2", "1", "1", "0"]
    steps = [None, ("C", "right"), ("A", "right"), ("B", "wrong"), ("B", "right")]
    for number, (step, expected) in enumerate(zip(steps, left, strict=True)):
        if step:
            look(tmp_path, step[0], "name", step[1])
        found = gates(tmp_path, "vip")
        assert found["checked one by one"].what.endswith(f": {expected}"), number
    assert missed(found) == set()
    look(tmp_path, "A", "phone", "wrong")
    assert missed(gates(tmp_path, "vip")) == {"checked one by one"}


def test_a_wave_or_target_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no wave 'dormant' that goes now; accepted: vip, all"):
        gates(tmp_path, "dormant")
    with pytest.raises(ConfigError, match="no target 'plane'; did you mean 'plain'"):
        gates(tmp_path, target="plane")


@pytest.fixture(scope="module")
def run_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = small.project(tmp_path_factory.mktemp("ready"), config=CONFIG)
    wb.open_project(root).run()
    return root


def test_a_real_run_is_ready_until_its_configuration_changes(run_once: Path, tmp_path: Path) -> None:
    project = wb.open_project(Path(shutil.copytree(run_once, tmp_path / "copy")))
    before = {gate.gate: gate.state == PASSED for gate in readiness_rows(project.published(), project.config, project.journal, "all")}
    assert all(before.values()), before
    with (project.root / "workbench.yml").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    after = {gate.gate: gate.state == PASSED for gate in readiness_rows(project.published(), project.config, project.journal, "all")}
    assert [name for name, met in after.items() if not met] == ["configuration"]


def test_an_issue_of_high_priority_holds_a_wave_up(run_once: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(run_once, tmp_path / "copy"))
    broken = [small.customer(n, phone="1" if n > 3 else "") for n in range(1, 13)]
    small.extract(root, small.NEXT, "erp/customers.csv", broken)
    project = wb.open_project(root)
    project.run(small.NEXT)
    found = {gate.gate: gate for gate in readiness_rows(project.published(), project.config, project.journal, "all")}
    assert found["issues"].state == found["gates of the run"].state == MISSED


def test_the_verb_writes_a_page_that_is_masked(run_once: Path) -> None:
    said = told(workbench("plan", run_once), 0, "Waves", "dormant", "plan.html")
    page = (run_once / "reports" / "plan.html").read_text("utf-8")
    assert "Who goes over" in page and "Li Na" in page and "gates of the run" in page
    assert not [c["name"] for c in small.CUSTOMERS if c["name"] in page + said]
    assert [p.name for p in (run_once / "reports").glob(".*")] == []
    told(workbench("plan", run_once.parent), 2, "workbench.yml")


def test_the_plan_is_shown_in_a_notebook(run_once: Path) -> None:
    plan = wb.open_project(run_once).plan()
    assert [wave["wave"] for wave in plan.waves] == ["dormant", "vip", "all"]
    assert {gate["wave"] for gate in plan.gates} == {"vip", "all"} and "<h2>" in plan._repr_html_()


def test_the_longest_finished_load_of_a_wave_is_planned_with(tmp_path: Path) -> None:
    """The second load of `all` was resumed and had less to do; the third goes on; the end of the fourth was noted by
    the next one; another target is no matter."""
    at = "2026-10-31T08:{}:00+00:00".format
    ends = [("plain", "all", at("05"), "done"), ("plain", "all", at("01"), "rows refused"), ("plain", "all", None, None),
            ("plain", "all", at("59"), "interrupted"), ("other", "vip", at("59"), "done")]  # fmt: skip
    with Journal(tmp_path).write() as con:
        for target, wave, end, outcome in ends:
            con.execute(
                "INSERT INTO loads (run_id, target, environment, wave, user, process, backup, started_at, finished_at, "
                "outcome) VALUES ('r', ?, 'test', ?, 'li', '1', 'b', ?, ?, ?)", [target, wave, at("00"), end, outcome])  # fmt: skip
    assert measured_loads(Journal(tmp_path), "plain") == {"all": 300.0}


def test_a_run_that_the_journal_has_lost_is_a_gate(tmp_path: Path) -> None:
    root = small.project(tmp_path, {}, CONFIG)
    run = published(root, [(small.DAY, [], {})], **CLEAN)
    with Journal(root).write() as con:
        con.execute("DELETE FROM runs")
    project = wb.open_project(root)
    found = {gate.gate: gate for gate in readiness_rows(run, project.config, project.journal, "all")}
    assert found["gates of the run"].state == found["configuration"].state == MISSED
