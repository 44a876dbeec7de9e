"""The line as a whole: the contract of its tables, the command line, replayed dates and ids that stay."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import workbench as wb

from . import small
from .small import ACCOUNTS, CUSTOMERS, DAY, NEXT, THIRD, customer, ran, told, workbench
from .weeks import BAD, WEEKS, changed, ids, without

CONTRACT = {
    "raw.erp__customers": "_row no name tax_id phone email city credit",
    "raw.files": "source table as_of age_days sha256 rows rejects",
    "raw.rejects": "source table _row line text reason",
    "std.customer": "source _row key parent_key name name__key name__valid phone phone__valid credit credit__valid",
    "std.item": "source _row key parent_key document currency amount amount__valid",
    "std.changes": "entity source _row field before after rule",
    "profile.columns": "source table column rows missing distinct",
    "qa.results": "check_id entity source field dimension evaluated failed status",
    "qa.failures": "check_id entity source _row key field value severity reason status",
    "qa.scores": "dimension score",
    "match.customer_pairs": "source_l key_l source_r key_r weight probability verdict decided_by",
    "match.customer_clusters": "source key golden_id confidence",
    "match.item_clusters": "source key golden_id confidence",
    "gold.customer": "golden_id name tax_id phone email city credit",
    "gold.item": "golden_id parent_golden_id document currency amount",
    "gold.xref": "entity golden_id source key",
    "gold.provenance": "entity golden_id field value source key rule losing",
    "gold.redirects": "entity golden_id redirects_to",
    "target.plain__customer": "golden_id name tax_id phone email city credit",
    "target.problems": "target object entity golden_id field value reason",
    "target.unmapped": "target object field codes value rows",
    "wave.members": "entity golden_id wave reason",
    "recon.rows": "target entity source _row key golden_id outcome reason",
    "recon.amounts": "entity measure currency source outcome rows amount debit credit unreadable_rows",
    "recon.differences": "golden_id field source_value target_value reason",
    "meta.stage": "run_id stage",
}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A project, and its run from the command line, alone in a folder."""
    root = small.project(tmp_path_factory.mktemp("done") / "p")
    return root, workbench("run", root, "--json", TMPDIR=str(root.parent))


# the contract


def test_every_promised_table_has_its_columns(done: tuple[Path, Any]) -> None:
    project = wb.open_project(done[0])
    for table, columns in CONTRACT.items():
        assert not set(columns.split()) - set(project.table(table).columns), table


def test_raw_is_what_came(tmp_path: Path) -> None:
    came = [customer(1, "007", city="  北京 "), customer(2, "", phone="", name='"引号", 逗号')]
    project = wb.open_project(small.project(tmp_path / "p", {DAY: {"erp/customers.csv": came}}))
    project.run(until="ingest")
    raw = project.sql("SELECT * EXCLUDE (_row) FROM raw.erp__customers ORDER BY _row").astype(object)
    found = raw.where(raw.notna(), "").to_dict("records")
    assert found == came


def test_a_pair_is_written_once_with_the_smaller_record_first(done: tuple[Path, Any]) -> None:
    project = wb.open_project(done[0])
    pairs = project.table("match.customer_pairs")
    assert {(row.source_l, row.key_l, row.source_r, row.key_r) for row in pairs.itertuples()} == {
        ("crm", f"C0{n}", "erp", f"K0{n}") for n in range(1, 5)
    }
    assert set(pairs["verdict"]) == {"match"}
    clusters = project.table("match.customer_clusters")
    assert len(clusters) == len(CUSTOMERS) + len(ACCOUNTS)  # singletons too
    assert clusters["golden_id"].nunique() == len(CUSTOMERS) + 2


# the command line


def test_json_is_one_object_alone_on_stdout(done: tuple[Path, Any]) -> None:
    root, process = done
    told(process, 0)
    assert process.stdout.count("\n") == 1 and process.stderr == ""
    found = ran(process)
    assert list(found) == ["run_id", "as_of", "stages", "quality", "reconciliation", "gates", "files", "remarks"]
    assert found["run_id"] == f"{DAY}.1" and found["as_of"] == DAY
    names = "ingest profile standardise check match golden map plan reconcile publish".split()
    assert [stage["name"] for stage in found["stages"]] == names
    for stage in found["stages"]:
        assert list(stage) == ["name", "seconds", "rows_in", "rows_out"]
        assert isinstance(stage["rows_in"], int) and isinstance(stage["rows_out"], int) and stage["seconds"] >= 0
    assert found["quality"] == {"completeness": 1, "consistency": 1, "uniqueness": 1, "validity": 1}
    sums = found["reconciliation"]
    assert list(sums) == ["rows", "outcomes", "unexplained", "differences"]
    assert sums["rows"] == sum(sums["outcomes"].values()) == 34 and sums["unexplained"] == 0
    assert sums["outcomes"]["written"] == 30 and sums["outcomes"]["merged"] == 4
    assert sums["differences"] == {"CNY": "0.00", "JPY": "0.00", "USD": "0.00"}
    assert found["gates"] == [] and found["remarks"] == []
    assert found["files"] == [f"load/{DAY}/plain/all/customer.csv", f"load/{DAY}/plain/all/item.csv"]
    assert all((root / file).is_file() for file in found["files"])


def test_exit_1_names_the_gate_and_still_publishes(tmp_path: Path) -> None:
    bad = [row | {"phone": "12"} for row in CUSTOMERS]
    root = small.project(tmp_path / "p", {DAY: {"erp/customers.csv": bad}})
    done = workbench("run", root, "--json")
    told(done, 1)
    assert ran(done)["gates"] == ["check valid:customer.phone on erp: 12 of 12 fail, more than 50%"]
    assert (root / "reports" / f"{DAY}.1" / "index.html").is_file()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "{root}", "--as-of", "soon"], ["--as-of soon", "YYYY-MM-DD"]),
        (["run", "{root}", "--as-of", "2020-01-01"], ["erp/customers.csv", "on or before 2020-01-01"]),
        (["run", "{root}", "--until", "chekc"], ["'chekc'", "standardise, check"]),
        (["run", "{root}/nowhere"], ["is not a project", "workbench.yml"]),
        (["run", "{root}", "--untill", "check"], ["--untill"]),
        (["fly", "{root}"], ["fly"]),
        (["table", "{root}", "gold.customer"], ["no results yet", "workbench run"]),
    ],
)
def test_exit_2_says_what_to_do(tmp_path: Path, arguments: list[str], words: list[str]) -> None:
    root = small.project(tmp_path / "p")
    told(workbench(*(argument.format(root=root) for argument in arguments)), 2, *words)


BROKEN = """
import workbench.pipeline as pipeline
def broken(con, run):
    raise {error}
pipeline.STAGES = tuple(s._replace(run=broken) if s.name == "golden" else s for s in pipeline.STAGES)
"""


def test_exit_3_is_a_fault_of_ours(tmp_path: Path) -> None:
    root = small.project(tmp_path / "p")
    script = BROKEN.format(error="RuntimeError('0 divided')")
    said = told(workbench("run", root, script=script, TMPDIR=str(tmp_path)), 3, "A fault of ours", "RuntimeError")
    assert "0 divided" not in said, "its words may be personal: they go into the file"
    assert "0 divided" in (tmp_path / "workbench-fault.txt").read_text("utf-8")
    assert [run["outcome"] for run in wb.open_project(root).status()["runs"]] == ["failed"]


def test_exit_130_when_interrupted(tmp_path: Path) -> None:
    script = BROKEN.format(error="KeyboardInterrupt")
    told(workbench("run", small.project(tmp_path / "p"), script=script), 130, "Interrupted", "run again")


def test_until_stops_there(tmp_path: Path) -> None:
    root = small.project(tmp_path / "p")
    done = workbench("run", root, "--until", "check", "--json")
    told(done, 0)
    found = ran(done)
    assert [stage["name"] for stage in found["stages"]] == ["ingest", "profile", "standardise", "check"]
    assert found["quality"]["validity"] == 1 and found["files"] == []
    assert not (root / "load").exists() and not (root / "reports").exists()
    status = wb.open_project(root).status()
    assert [run["outcome"] for run in status["runs"]] == ["partial"]
    assert [line["stage"] for line in status["stages"]] == ["ingest", "profile", "standardise", "check"]


def test_a_run_touches_nothing_outside_the_project(done: tuple[Path, Any], tmp_path: Path) -> None:
    root, before = done[0], small.project(tmp_path / "p")
    assert [path.name for path in root.parent.iterdir()] == ["p"]
    assert {path.name for path in root.iterdir()} - {"journal.sqlite-shm", "journal.sqlite-wal"} == {
        "workbench.yml", "sources", "journal.sqlite", "state", "load", "reports",
    }  # fmt: skip
    for file in before.rglob("*.*"):
        if file.is_file():
            assert (root / file.relative_to(before)).read_bytes() == file.read_bytes()


# as-of dates


def failures(project: wb.Project, as_of: str, until: str = "check") -> dict[str, set[str]]:
    """Keys of the records whose phone is not valid, by status, after a run of a date."""
    project.run(as_of=as_of, until=until)
    now = project.sql("SELECT key, status FROM qa.failures WHERE check_id = 'valid:customer.phone'")
    found = {status: set(now[now["status"] == status]["key"]) for status in ("new", "persisting")}
    gone = project.sql("SELECT key FROM qa.resolved WHERE check_id = 'valid:customer.phone'")
    return found | {"resolved": set(gone["key"])}


def known(project: wb.Project) -> list[list[str]]:
    """The phones that the journal holds open on each of the three dates."""
    after = [date(2026, 3, 3), date(2026, 3, 10), date(2026, 3, 17)]
    found = [project.journal.open_failures(before=day) for day in after]
    return [sorted(key for check, _, _, key, _ in failing if check == "valid:customer.phone") for failing in found]


def test_failures_are_new_persisting_or_resolved(tmp_path: Path) -> None:
    project = wb.open_project(small.project(tmp_path / "p", WEEKS))
    assert failures(project, DAY) == {"new": {"K05", "K06"}, "persisting": set(), "resolved": set()}
    assert failures(project, NEXT) == {"new": {"K07"}, "persisting": {"K05"}, "resolved": {"K06"}}
    assert failures(project, THIRD) == {"new": {"K08"}, "persisting": set(), "resolved": {"K05", "K07"}}
    assert known(project) == [["K05", "K06"], ["K05", "K07"], ["K08"]]
    # the same date again is judged against the date before, not against itself
    assert failures(project, NEXT) == {"new": {"K07"}, "persisting": {"K05"}, "resolved": {"K06"}}


def test_an_older_date_again_leaves_later_ones_as_they_are(tmp_path: Path) -> None:
    root = small.project(tmp_path / "p", WEEKS)
    project = wb.open_project(root)
    before = {day: ids(project, day) for day in WEEKS}
    assert known(project) == [["K05", "K06"], ["K05", "K07"], ["K08"]]
    assert ids(project, DAY) == before[DAY]
    assert known(project) == [["K05", "K06"], ["K05", "K07"], ["K08"]]
    # even with another extract for it
    small.extract(root, DAY, "erp/customers.csv", changed(without("K12"), K09=BAD))
    assert failures(project, DAY, until="golden") == {"new": {"K09"}, "persisting": set(), "resolved": set()}
    assert known(project) == [["K09"], ["K05", "K07"], ["K08"]]
    assert ids(project, NEXT) == before[NEXT]
    assert failures(project, THIRD, until="golden") == {"new": {"K08"}, "persisting": set(), "resolved": {"K05", "K07"}}
    assert ids(project) == before[THIRD]


def test_the_latest_run_of_a_date_counts(tmp_path: Path) -> None:
    root = small.project(tmp_path / "p", WEEKS)
    project = wb.open_project(root)
    later = project.run(as_of=NEXT).quality
    first = project.run(as_of=DAY)
    small.extract(root, DAY, "erp/customers.csv", CUSTOMERS)
    second = project.run(as_of=DAY)
    assert (first.run_id, second.run_id) == (f"{DAY}.1", f"{DAY}.2")
    assert second.quality["validity"] == 1 > first.quality["validity"]
    trend = project.status()["trend"]
    assert trend[DAY]["validity"] == 1 and trend[NEXT] == later
    published = {folder.name for folder in (root / "reports").iterdir() if folder.is_dir()}
    assert published == {f"{NEXT}.1", first.run_id, second.run_id}


def test_a_missing_extract_is_taken_from_the_newest_older_date(tmp_path: Path) -> None:
    days = {DAY: {}, NEXT: {"crm/accounts.csv": None}, THIRD: {"crm/accounts.csv": None, "erp/items.csv": None}}
    project = wb.open_project(small.project(tmp_path / "p", days))
    found = {}
    for day in days:
        project.run(as_of=day, until="ingest")
        files = project.sql('SELECT source, "table", as_of::VARCHAR AS as_of, age_days FROM raw.files')
        found[day] = {f"{row.source}.{row.table}": (row.as_of, row.age_days) for row in files.itertuples()}
    assert found[DAY] == {"erp.customers": (DAY, 0), "erp.items": (DAY, 0), "crm.accounts": (DAY, 0)}
    assert found[NEXT] == {"erp.customers": (NEXT, 0), "erp.items": (NEXT, 0), "crm.accounts": (DAY, 7)}
    assert found[THIRD] == {"erp.customers": (THIRD, 0), "erp.items": (NEXT, 7), "crm.accounts": (DAY, 14)}


# golden ids


def test_json_of_status_is_one_object(tmp_path: Path) -> None:
    root = small.project(tmp_path / "p")
    told(workbench("run", root, "--until", "ingest", "--user", "Wang"), 0)
    done = workbench("status", root, "--json")
    told(done, 0)
    assert done.stdout.count("\n") == 1
    assert [run["user"] for run in json.loads(done.stdout)["runs"]] == ["Wang"]
