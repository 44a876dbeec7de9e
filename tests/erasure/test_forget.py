"""A person is erased everywhere: a marker planted in every place is in no byte of the project afterwards."""

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import workbench as wb
from tests import small
from workbench.backup import restore
from workbench.erasure import forget
from workbench.stages.archive import archives, check_archive, read_manifest

from .made import CONFIG, DAYS, ROWS, WHY, erase, golden_of, marked, places


def test_nothing_of_the_person_is_left_anywhere(project: wb.Project) -> None:
    before = marked(project.root)
    (backup,) = (project.root / "backups").glob("*.zip")
    for place in ("sources/2026-03-02/erp/customers.csv", "journal.sqlite",
                  "journal.sqlite.v5.backup", "state/readback/plain/customer.parquet", "state/work.duckdb",
                  "archive/2026-03-02/customer.parquet", "archive/2026-03-09/raw/erp/customer.parquet",
                  "archive/2026-03-02/records/customer.parquet", f"backups/{backup.name}/archive/2026-03-02/customer.parquet",
                  f"backups/{backup.name}/journal.sqlite",
                  f"backups/{backup.name}/sources/2026-03-02/erp/customers.csv",
                  f"backups/{backup.name}/state/readback/plain/customer.parquet",
                  f"state/published/{small.DAY}.1/match_customer_records.parquet"):  # fmt: skip
        assert place in before, place
    done = erase(project)
    assert marked(project.root) == set()
    assert done["sources/2026-03-02/erp/customers.csv"] == (1, "rows taken out")
    assert done["sources/2026-03-09/erp/items.csv"] == (2, "rows taken out")
    assert done["state/readback"] == (1, "rows taken out")
    assert done["corrections"] == (1, "files deleted: read the results again")
    assert [file.name for file in (project.root / "corrections").iterdir()] == ["plain_item.csv"]
    # of each date the customer and two items, and of the first one more: golden, as standardised, as they came
    assert done["archive"] == (3 * 4 + 3 * 3, "rows taken out")
    for folder in archives(project.root):
        assert check_archive(folder) == []
        sizes = {line["file"]: line["rows"] for line in read_manifest(folder)["files"]}
        assert sizes == {"customer.parquet": 1, "item.parquet": 1, "records/customer.parquet": 2, "records/item.parquet": 1,
                         "raw/erp/customer.parquet": 1, "raw/crm/customer.parquet": 1, "raw/erp/item.parquet": 1}  # fmt: skip
    assert done["the new system plain (test) customer T3: erase it there"][1] == "by hand"


def test_everything_else_stays_as_it_was(project: wb.Project, tmp_path: Path) -> None:
    root = project.root
    files = {day: (root / "sources" / day / "erp/customers.csv").read_text("utf-8") for day in DAYS}
    staying = {"dashboard.key": "who signed in stays so", "load-plain.lock": ""}
    for name, text in staying.items():
        (root / "state" / name).write_text(text, "utf-8")
    done = erase(project)
    for name, text in staying.items():
        assert f"state/{name}" not in done and (root / "state" / name).read_text("utf-8") == text
    for day, text in files.items():
        k03 = next(part for part in text.split("K")[1:] if part.startswith("03"))
        assert (root / "sources" / day / "erp/customers.csv").read_text("utf-8") == text.replace(f"K{k03}", "")
    assert project.journal.read("SELECT why FROM decisions WHERE kind = 'no_match'") == [("they differ",)]
    assert project.journal.read("SELECT count(*) FROM ledger") == [(1,)]
    back = pq.read_table(root / "state/readback/plain/customer.parquet")
    assert back["_target_id"].to_pylist() == ["T4"]
    hashed = hashlib.sha256((root / "state/readback/plain/customer.parquet").read_bytes()).hexdigest()
    assert project.journal.read("SELECT hash FROM readbacks ORDER BY id DESC LIMIT 1") == [(hashed,)]
    (backup,) = (root / "backups").glob("*.zip")
    restore(backup, tmp_path / "again")
    with closing(sqlite3.connect(tmp_path / "again" / "journal.sqlite")) as con:
        assert con.execute("SELECT entity, source, key FROM erased").fetchall() == [("customer", "erp", "K03")]


def test_later_extracts_of_the_person_are_left_out(project: wb.Project) -> None:
    erase(project)
    small.extract(project.root, small.THIRD, "erp/customers.csv", ROWS)
    for name in ("erp/items.csv", "crm/accounts.csv"):
        small.extract(project.root, small.THIRD, name, small.EXTRACTS[name])
    project.run()
    lines = project.sql("SELECT entity, key, reason FROM recon.rows WHERE outcome = 'excluded' ORDER BY ALL")
    today = project.journal.read("SELECT substr(at, 1, 10) FROM erased")[0][0]
    assert lines.to_numpy().tolist() == [
        ["customer", "K03", f"erased on demand: on {today}"],
        ["item", "900003|1", f"with its customer, erased on demand: on {today}"],
        ["item", "900016|1", f"with its customer, erased on demand: on {today}"],
    ]
    assert project.sql("SELECT count(*) AS n FROM gold.xref WHERE source = 'erp' AND key = 'K03'")["n"][0] == 0
    assert project.sql("SELECT count(*) AS n FROM recon.rows WHERE outcome = 'unexplained'")["n"][0] == 0


def test_a_golden_id_names_all_its_records(project: wb.Project) -> None:
    golden_id = golden_of(project, "K01")
    done = erase(project, golden_id)
    erased = {line[:3] for line in project.journal.erased()}
    assert erased == {("customer", "crm", "C01"), ("customer", "erp", "K01")}
    assert done["sources/2026-03-02/crm/accounts.csv"] == (1, "rows taken out")
    assert done["sources/2026-03-02/erp/items.csv"] == (2, "rows taken out")


def test_a_dry_run_lists_the_same_and_does_nothing(project: wb.Project) -> None:
    files = {name: hashlib.sha256(data).hexdigest() for name, data in places(project.root) if ".lock" not in name}
    said = erase(project, dry_run=True)
    after = {name: hashlib.sha256(data).hexdigest() for name, data in places(project.root) if ".lock" not in name}
    changed = {name for name in files if files[name] != after.get(name)}
    assert changed <= {"state/run.pid", "journal.sqlite-shm", "journal.sqlite-wal"}
    assert project.journal.erased() == []
    done = erase(project)
    own = {place: line for place, line in done.items() if not place.startswith("backups/")}
    assert {place: line for place, line in said.items() if not place.startswith("backups/")} == own


def test_a_legal_hold_blocks_it_and_says_which(project: wb.Project) -> None:
    before = marked(project.root)
    for hold, who in (("customer: credit > 1000", "customer"), ("item: amount > 0", "item")):
        (project.root / "workbench.yml").write_text(f"{CONFIG}legal_hold: {{{hold}}}\n", "utf-8")
        with pytest.raises(wb.ConfigError, match=rf"(?s)Nothing is erased. The legal hold of {who}.*holds for"):
            erase(wb.open_project(project.root))
    assert marked(project.root) == before
    (project.root / "workbench.yml").write_text(f"{CONFIG}legal_hold: {{item: amount < 0}}\n", "utf-8")
    erase(wb.open_project(project.root))
    assert marked(project.root) == set()


def test_who_may_not_and_who_is_not_there(project: wb.Project) -> None:
    (project.root / "workbench.yml").write_text(f"{CONFIG}roles: {{approver: [li], steward: [chen]}}\n", "utf-8")
    with pytest.raises(wb.ConfigError, match="needs the role approver, which chen has not"):
        erase(wb.open_project(project.root))
    with pytest.raises(wb.ConfigError, match="no customer with the key 'K77'"):
        erase(project, "customer", "erp", "K77")
    with pytest.raises(wb.ConfigError, match="no golden record 'nobody'"):
        erase(project, "nobody")
    with pytest.raises(wb.ConfigError, match="and why"):
        forget(project.config, project.journal, ["customer", "erp", "K03"], " ", "li")


def test_killed_before_the_end_it_is_made_again(project: wb.Project) -> None:
    script = """
import os, sys, workbench.erasure
sys.modules["workbench.erasure.forget"]._derived = lambda *given: os.kill(os.getpid(), 9)"""
    done = small.workbench("forget", project.root, "customer", "erp", "K03", "--why", WHY, script=script)
    assert done.returncode == -9
    assert "state/work.duckdb" in marked(project.root)
    small.told(small.workbench("forget", project.root, "customer", "erp", "K03", "--why", WHY), 0, "erase it there")
    assert marked(project.root) == set()
    assert len(wb.open_project(project.root).journal.erased()) == 1


def test_a_record_without_a_key_is_not_remembered(tmp_path: Path) -> None:
    rows = [row | ({"no": ""} if row["no"] == "K05" else {"no": "K01"} if row["no"] == "K02" else {})
            for row in small.CUSTOMERS]  # fmt: skip
    project = wb.open_project(small.project(tmp_path / "p", {small.DAY: {"erp/customers.csv": rows}}))
    project.run(until="golden")
    with pytest.raises(wb.ConfigError, match="#5 has no key of its own"):
        erase(project, "customer", "erp", "#5")
    done = erase(project, "customer", "erp", "K01#2")  # who repeats a key is who has it
    assert done["sources/2026-03-02/erp/customers.csv"] == (2, "rows taken out")
    assert [line[:3] for line in project.journal.erased()] == [("customer", "erp", "K01")]
    for name, content in (small.EXTRACTS | {"erp/customers.csv": rows}).items():  # an extract that has them again
        small.extract(project.root, small.NEXT, name, content)
    project.run(until="golden")
    assert project.sql("SELECT key FROM match.excluded WHERE entity = 'customer' ORDER BY key")["key"].tolist() == ["K01", "K01#2"]
    told, done_ = project.matching.blocking(), project.table("match.customer_blocks")
    assert told["records"].tolist() == done_["records"].tolist()


def test_what_is_no_csv_is_named_with_its_row(tmp_path: Path) -> None:
    root = small.project(tmp_path / "p", {small.DAY: {}}, small.CONFIG.replace("crm/accounts.csv", "crm/accounts.jsonl"))
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in small.ACCOUNTS)
    (root / "sources" / small.DAY / "crm" / "accounts.jsonl").write_text(lines, "utf-8")
    project = wb.open_project(root)
    project.run(until="golden")
    with pytest.raises(wb.SourceError, match=r"(?s)by hand.*accounts.jsonl: row 2"):
        erase(project, "customer", "crm", "C02")
    assert project.journal.erased() == []
