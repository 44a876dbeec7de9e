"""What runs publish is read by anyone, at any time; a trial changes nothing; what is masked shows no value."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import workbench as wb
from workbench.errors import ConfigError, StoreError
from workbench.published import Published
from workbench.store import session

from . import small
from .small import DAY, NEXT


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two dates, the first of them run twice, and a run that stopped early."""
    root = small.project(tmp_path_factory.mktemp("published") / "p", {DAY: {}, NEXT: {}})
    project = wb.open_project(root)
    project.run(DAY)
    project.run(NEXT)
    project.run(DAY, user="second")
    project.run(NEXT, until="check")
    return root


def test_the_latest_finished_run_of_a_date_counts(root: Path) -> None:
    found = Published(root)
    assert found.run_id == f"{NEXT}.1"
    runs = found.records('SELECT run_id, outcome, counts, "user" FROM published.runs ORDER BY run_id')
    assert [(run["run_id"], run["outcome"] == "partial", run["counts"]) for run in runs] == [
        (f"{DAY}.1", False, False), (f"{DAY}.2", False, True), (f"{NEXT}.1", False, True), (f"{NEXT}.2", True, False),
    ]  # fmt: skip
    assert runs[1]["user"] == "second"


def test_the_history_is_that_of_the_journal(root: Path) -> None:
    project, found = wb.open_project(root), Published(root)
    for name in ("stages", "inputs", "metrics"):
        (counted,) = found.records(f"SELECT count(*) AS n, count(DISTINCT run_id) AS runs FROM published.{name}")
        assert [tuple(counted.values())] == project.journal.read(f"SELECT count(*), count(DISTINCT run_id) FROM {name}")
    sums = found.records("SELECT round(sum(value), 6) AS total FROM published.metrics")
    assert sums[0]["total"] == project.journal.read("SELECT round(sum(value), 6) FROM metrics")[0][0]


def test_private_and_shared_have_the_same_tables_and_counts(root: Path) -> None:
    shared, private = Published(root), Published(root, private=True)
    assert shared.tables == private.tables
    for name in shared.tables:
        counted = f"SELECT count(*) AS n FROM published.{name}"
        assert shared.records(counted) == private.records(counted)


def test_a_writer_holding_the_database_does_not_matter(root: Path) -> None:
    with session(root / "state" / "work.duckdb") as con:
        con.execute("CREATE TEMP TABLE busy AS SELECT 1")
        assert Published(root).records("SELECT count(*) AS n FROM published.recon_rows")[0]["n"]


def test_nothing_else_can_be_read(root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n")
    found = Published(root)
    with pytest.raises(ConfigError, match="disabled by configuration"):
        found.frame(f"FROM read_csv('{tmp_path / 'secret.csv'}')")
    with pytest.raises(ConfigError, match="disabled by configuration"):
        found.frame(f"FROM read_parquet('{root / 'state' / 'work.duckdb'}')")


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(root, tmp_path / "copy"))


def test_a_table_cut_in_half_is_named_and_takes_nothing_with_it(copy: Path) -> None:
    file = copy / "reports" / f"{NEXT}.1" / "tables" / "qa_failures.parquet"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    found = Published(copy)
    assert found.records("SELECT count(*) AS n FROM published.qa_results")[0]["n"]
    with pytest.raises(StoreError, match=r"qa_failures\.parquet is damaged or gone"):
        found.records("SELECT count(*) FROM published.qa_failures")


def test_a_table_damaged_while_it_is_looked_at_is_named(copy: Path) -> None:
    found = Published(copy)
    assert found.records("SELECT max(reason) AS said FROM published.qa_failures")
    file = copy / "reports" / found.run_id / "tables" / "qa_failures.parquet"
    file.write_bytes(bytes(file.stat().st_size // 2))
    with pytest.raises(StoreError, match=r"qa_failures\.parquet is damaged or gone"):
        found.records("SELECT max(value) AS said FROM published.qa_failures")
    with pytest.raises(ConfigError, match="no_such"):
        found.records("SELECT no_such FROM published.qa_results")


def test_a_run_whose_folder_is_gone_is_passed_over(copy: Path) -> None:
    shutil.rmtree(copy / "reports" / f"{NEXT}.1")
    assert Published(copy).run_id == f"{DAY}.2"
    with pytest.raises(StoreError, match=rf"no published run {NEXT}\.1"):
        Published(copy, f"{NEXT}.1")


def test_no_run_yet(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="has nothing published in reports/"):
        Published(small.project(tmp_path))


def test_a_history_cut_in_half(copy: Path) -> None:
    file = copy / "reports" / "history.parquet"
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(StoreError, match=r"history\.parquet is damaged or gone"):
        Published(copy)
    wb.open_project(copy).run(NEXT)
    assert Published(copy).run_id == f"{NEXT}.3"


def test_a_history_of_another_version(copy: Path) -> None:
    history = copy / "reports" / "history.parquet"
    pq.write_table(pq.read_table(history).drop_columns("counts"), history)
    with pytest.raises(StoreError, match=r"history\.parquet is of another version"):
        Published(copy)
    wb.open_project(copy).run(DAY)
    assert Published(copy).run_id


def test_a_failed_run_is_in_the_history(copy: Path) -> None:
    (copy / "sources" / DAY / "crm" / "accounts.csv").unlink()
    with pytest.raises(wb.WorkbenchError):
        wb.open_project(copy).run(DAY)
    (last,) = Published(copy).records(f"SELECT outcome, counts FROM published.runs WHERE run_id = '{DAY}.3'")
    assert last == {"outcome": "failed", "counts": False}


def test_the_one_who_opened_keeps_reading_while_runs_publish(copy: Path) -> None:
    found = Published(copy)
    before = found.records("SELECT count(*) AS n FROM published.runs")
    wb.open_project(copy).run(NEXT)
    assert found.records("SELECT count(*) AS n FROM published.runs") == before
    assert found.records("SELECT count(*) AS n FROM published.qa_results")
    assert Published(copy).run_id == f"{NEXT}.3"


def test_a_trial_tries_and_changes_nothing(root: Path) -> None:
    project = wb.open_project(root)
    before = {file: file.read_bytes() for file in sorted(root.rglob("*")) if file.is_file() and file.suffix != ".lock"}
    copy = project.trial({"waves.1.later": True, "checks.+": {"check": "required", "field": "customer.city"}})
    later = "SELECT count(*) AS n FROM wave.members WHERE later"
    assert project.sql(later)["n"][0] == 0
    assert copy.sql(later)["n"][0] > 0
    assert len(copy.table("qa.results")) > len(project.table("qa.results"))
    assert copy.published().as_of.isoformat() == NEXT
    folder = copy.root
    assert folder.exists()
    del copy
    assert not folder.exists()
    after = {file: file.read_bytes() for file in before}
    assert [str(file) for file in before if before[file] != after[file] and "journal" not in file.name] == []


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"match.customer.review": [2, "x"]}, "review"), ({"waves.9.later": True}, "there is no such place"),
     ({"nonsense": 1}, "nonsense")],
)  # fmt: skip
def test_a_wrong_trial_is_refused(root: Path, settings: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        wb.open_project(root).trial(settings)


@pytest.fixture
def masked(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[wb.Project]:
    monkeypatch.setenv("WORKBENCH_MASKED", "1")
    yield wb.open_project(root)


def test_what_is_masked_shows_no_value_in_any_table(root: Path, masked: wb.Project) -> None:
    plain = wb.open_project(root)
    plain.masked = False
    values = {
        str(value)
        for name in ("name", "tax_id", "phone", "email")
        for value in plain.sql(f"SELECT DISTINCT {name} FROM std.customer WHERE {name} IS NOT NULL")[name]
    }
    assert len(values) > 20
    tables = plain.sql("SELECT schema_name || '.' || table_name AS n FROM duckdb_tables() ORDER BY 1")["n"]
    for name in tables:
        frame = masked.table(name)
        assert len(frame) == len(plain.table(name))
        text = frame.to_json(force_ascii=False, default_handler=str)
        assert [value for value in values if value in text] == [], name
    trace = json.dumps(masked.trace("K01", "erp").as_dict(), ensure_ascii=False, default=str)
    assert [value for value in values if value in trace] == []
    assert not masked.published().private


def test_the_samples_of_a_file_are_masked(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = root / "sources" / DAY / "erp" / "customers.csv"
    plain = wb.inspect(file).columns["samples"].iloc[1]
    monkeypatch.setenv("WORKBENCH_MASKED", "1")
    masked = wb.inspect(file).columns["samples"].iloc[1]
    assert plain != masked and len(plain) == len(masked)
    assert [name for name in plain.split(" | ") if name in masked] == []


def test_the_values_that_lost_are_masked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts = [row | {"email": f"lost{place}@other.cn"} for place, row in enumerate(small.ACCOUNTS)]
    root = small.project(tmp_path / "p", {DAY: {"crm/accounts.csv": accounts}})
    wb.open_project(root).run(DAY)
    monkeypatch.setenv("WORKBENCH_MASKED", "1")
    project = wb.open_project(root)
    losing = project.sql("SELECT unnest(losing).value AS v FROM gold.provenance WHERE field = 'email'")["v"]
    assert len(losing) == 4 and not losing.str.startswith("lost").any()
    trace = json.dumps(project.trace("C01", "crm").as_dict(), default=str)
    assert "lost: " in trace and "lost0@" not in trace


def test_own_columns_are_masked_whatever_they_are_called_or_hold(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tmp_path / "p"
    shutil.copytree(root, made)
    with session(made / "state" / "work.duckdb") as con:
        con.execute("""CREATE SCHEMA IF NOT EXISTS own; CREATE TABLE own.t AS SELECT 1 AS _row, 'Anna Smith' AS _vip,
            ['Anna'] AS names, {'first': 'Anna'} AS parts, MAP {'Anna': 1} AS counts, ['Anna'] AS losing""")
        con.execute("ALTER TABLE raw.erp__customers ADD COLUMN _vip VARCHAR DEFAULT 'Anna Smith'")
    monkeypatch.setenv("WORKBENCH_MASKED", "1")
    project = wb.open_project(made)
    found = project.table("own.t").iloc[0]
    assert found["_row"] == 1 and len(found["_vip"]) == 10 and found["_vip"] != "Anna Smith"
    assert found.iloc[2:].isna().all()
    raw = project.table("raw.erp__customers")
    assert raw["_row"].tolist() == list(range(1, 13)) and "Anna Smith" not in raw["_vip"].tolist()


def test_what_is_masked_can_be_counted_and_joined(root: Path, masked: wb.Project) -> None:
    plain = wb.open_project(root)
    plain.masked = False
    query = "SELECT count(*) AS n, count(DISTINCT name) AS names, sum(credit) IS NULL AS none FROM gold.customer"
    assert masked.sql(query).to_dict() == plain.sql(query).to_dict()
    changed = "SELECT field, rule, count(*) AS n FROM std.changes GROUP BY ALL ORDER BY ALL"
    assert masked.sql(changed).equals(plain.sql(changed))
