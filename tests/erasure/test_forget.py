"""A person is erased everywhere: a marker planted in every place is in no byte of the project afterwards."""

import hashlib
import json
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import workbench as wb
from tests import small
from workbench.backup import back_up, restore
from workbench.erasure import forget
from workbench.erasure.published import pseudonyms
from workbench.published import Published
from workbench.readbacks import write_readback
from workbench.stages.archive import archives, check_archive, read_manifest
from workbench.types import TYPES

MARK = "zzmarkzz"
WHY = "asked by letter 17"
ROWS = [
    row | ({"name": f"{MARK}有限公司", "email": f"{MARK}@firm3.cn", "city": f"{MARK}市\n二行"} if row["no"] == "K03" else {})
    for row in small.CUSTOMERS
]  # its keys have no marker: keys stay
PAID = small.item(17, "K03", "17.00")  # the second extract has it no more
DAYS = {small.DAY: {"erp/customers.csv": ROWS, "erp/items.csv": [*small.ITEMS, PAID]}, small.NEXT: {"erp/customers.csv": ROWS}}
CONFIG = small.CONFIG.replace("{type: company_name, required: true}", "{type: company_name}").replace(
    "waves:\n", "waves:\n  - {name: gone, where: \"credit in (3000, 9000)\", archive: true}\n")


def places(root: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a project, the masked reports too, and what Parquet files and archives hold unpacked."""
    for file in sorted(root.rglob("*")):
        if file.is_file():
            yield from unpacked(file.relative_to(root).as_posix(), file.read_bytes())


def unpacked(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, data
    if data[:4] == b"PK\3\4":
        with zipfile.ZipFile(BytesIO(data)) as packed:
            for member in packed.namelist():
                yield from unpacked(f"{name}/{member}", packed.read(member))
    if data[:4] == b"PAR1":
        yield name, str(pq.read_table(BytesIO(data)).to_pylist()).encode()


def marked(root: Path) -> set[str]:
    return {name for name, data in places(root) if MARK.encode() in data}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of two dates whose customer K03 (and its items) has the marker in every place there is."""
    root = small.project(tmp_path_factory.mktemp("forget") / "project", DAYS, CONFIG)
    project = wb.open_project(root)
    project.run(small.DAY)
    project.run()
    golden_id = golden_of(project, "K03")
    project.decisions.override(golden_id, "city", f"{MARK}城", why=f"{MARK} says so", user="wang")
    act = project.decisions.no_match("erp K03", "erp K04", why=f"{MARK} is another", user="wang")
    project.decisions.undo(act, why=f"{MARK} is not", user="li")
    project.decisions.no_match("erp K01", "erp K02", why="they differ", user="wang")
    project.journal.collect("wang", [("customer", golden_id, "erp", "K03", "city", f"{MARK}城")])
    failing = ("valid(customer.phone)", "customer", "erp", "K03", "phone")
    project.journal.say("wang", [(f"{small.DAY}.1", *failing, "remark", f"{MARK} on leave")])
    with project.journal.write() as con:
        con.execute(
            "INSERT INTO sampled (at, user, target, entity, golden_id, field, stratum, readback, verdict, note) "
            "VALUES ('2026-01-01', 'li', 'plain', 'customer', ?, 'city', 'all', 'r1', 'wrong', ?)", [golden_id, MARK],
        )  # fmt: skip
        con.execute(
            "INSERT INTO ledger (at, target, environment, object, golden_id, event, target_id) "
            "VALUES ('2026-01-01', 'plain', 'test', 'customer', ?, 'created', 'T3')", [golden_id],
        )  # fmt: skip
    back = pa.table({"_golden_id": [golden_id, golden_of(project, "K04")], "_target_id": ["T3", "T4"],
                     "name": [MARK, "other"]})  # fmt: skip
    write_readback(root, project.journal, "plain", "test", "customer", [back], "li")
    (root / "corrections").mkdir()
    for name, who, what in (("plain_customer", golden_id, MARK), ("plain_item", "another", "stays")):
        (root / "corrections" / f"{name}.csv").write_text(f"_golden_id,name,error\n{who},{what},too long\n", "utf-8")
    back_up(root, "li")
    shutil.copyfile(root / "journal.sqlite", root / "journal.sqlite.v5.backup")
    return root


def golden_of(project: wb.Project, key: str) -> str:
    query = f"SELECT golden_id FROM gold.xref WHERE entity = 'customer' AND source = 'erp' AND key = '{key}'"
    return str(project.sql(query)["golden_id"][0])


@pytest.fixture
def project(planted: Path, tmp_path: Path) -> wb.Project:
    shutil.copytree(planted, tmp_path / "project")
    return wb.open_project(tmp_path / "project")


def erase(project: wb.Project, *what: str, dry_run: bool = False) -> dict[str, tuple[object, str]]:
    found = forget(project.config, project.journal, what or ("customer", "erp", "K03"), WHY, "chen", dry_run=dry_run)
    return {line["place"]: (line["rows"] if line["rows"] >= 0 else None, line["done"]) for line in found.to_dict("records")}


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


def said(root: Path) -> Iterator[tuple[str, str]]:
    """What the files of reports/ and state/ say, packed ones unpacked, but for the database's own pages."""
    for folder in ("reports", "state"):
        for name, data in places(root / folder):
            if data[:4] not in (b"PAR1", b"PK\3\4"):
                yield f"{folder}/{name}", data.decode("utf-8", "replace")


def test_what_was_published_of_every_run_loses_them_too(project: wb.Project) -> None:
    golden_id, key = golden_of(project, "K03"), project.journal.mask_key()
    children = [*project.sql("SELECT golden_id FROM gold.xref WHERE entity = 'item' AND key LIKE '900003%'")["golden_id"]]
    theirs = {MARK, golden_id, *children, "K03", "900003|1", "900016|1"}
    for field, kind in (("name", "company_name"), ("email", "email"), ("city", "text"), ("tax_id", "tax_id"), ("phone", "phone")):
        values = project.sql(f"SELECT {field} AS v FROM std.customer WHERE source = 'erp' AND key = 'K03'")["v"]
        theirs |= {TYPES[kind].mask(value, key) for value in values if value}
    before = {one for one in theirs if any(one in text for _, text in said(project.root))}
    assert before >= {golden_id, "K03", "900003|1"} and len(before) > 6
    others = project.published().records("SELECT count(*) AS n FROM published.recon_rows WHERE key <> 'K03'")[0]["n"]
    done = erase(project)
    found = {(one, name) for name, text in said(project.root) for one in theirs if one in text}
    assert found == set()
    for run in (f"{small.DAY}.1", f"{small.NEXT}.1"):
        assert done[f"reports/{run}"][1] == "rows and pseudonyms taken out, pages made again"
        files = {file.name for file in (project.root / "reports" / run).iterdir()}
        assert {"index.html", "checks.html", "quality.html", "quality.xlsx", "tables"} <= files
        assert not [name for name in files if name.startswith(("profiler", "."))]
    run = Published(project.root)
    assert run.records("SELECT count(*) AS n FROM published.recon_rows")[0]["n"] == others - 3  # two items, and the CRM's record by the golden id
    assert "Cannot be shown" not in (project.root / "reports" / run.run_id / "quality.html").read_text("utf-8")
    assert len(run.records("FROM published.runs")) == 2


def test_after_a_killed_compaction_it_goes_on(project: wb.Project) -> None:
    (project.root / "workbench.yml").write_text(f"{CONFIG}keep: {{runs: 1 day}}\n", "utf-8")
    kill = """
import os, shutil
rmtree = shutil.rmtree
def kill(path, *given, **how):
    if path.name == "tables.going":
        os.kill(os.getpid(), 9)
    rmtree(path, *given, **how)
shutil.rmtree = kill"""
    assert small.workbench("compact", project.root, script=kill).returncode == -9
    left = project.root / "reports" / f"{small.DAY}.1" / "tables.going"
    assert [*left.glob("*.parquet")]
    place = left.relative_to(project.root).as_posix()
    assert place in erase(project, dry_run=True) and left.exists()
    assert erase(project)[place][1] == "deleted: a killed compaction left it"
    assert not left.exists() and marked(project.root) == set()


def test_a_damaged_table_of_an_old_run_goes_and_the_rest_is_erased(project: wb.Project) -> None:
    old, new = f"reports/{small.DAY}.1", f"reports/{small.NEXT}.1"
    for name in (f"{old}/tables/qa_failures.parquet", f"state/published/{small.DAY}.1/recon_rows.parquet",
                 f"state/published/{small.NEXT}.1/tables.duckdb"):  # fmt: skip
        file = project.root / name
        os.truncate(file, file.stat().st_size // 2)
    place = f"{old}/tables/qa_failures.parquet"
    assert erase(project, dry_run=True)[place][1].startswith("deleted: it is damaged") and (project.root / place).exists()
    assert "erase damaged" not in set(project.audit()["action"])
    done = erase(project)
    assert done[place][1].startswith("deleted: it is damaged") and not (project.root / place).exists()
    lines = project.audit().query("action == 'erase damaged'")
    assert lines[["user", "what"]].to_numpy().tolist() == [["chen", place]]
    assert marked(project.root) == set() and len(project.journal.erased()) == 1
    assert not [name for name, text in said(project.root) if name.startswith(old) and "K03" in text]
    files = {run: {file.name for file in (project.root / run).iterdir()} for run in (old, new)}
    kept = {"quality.html", "quality.xlsx", "model_customer.json", "tables"}  # the other pages need what is gone
    assert files == {old: kept, new: kept | {"index.html", "reconciliation.html", "checks.html", "profile.html", "notebooks"}}
    assert len([*(project.root / old / "tables").glob("*.parquet")]) > 20


def test_pages_in_folders_of_runs_without_tables_are_looked_at(project: wb.Project) -> None:
    golden_id = golden_of(project, "K03")
    run = project.root / "reports" / f"{small.DAY}.1"
    shutil.rmtree(run / "tables")
    names = ("reports/notebooks/2025-01-06.1/tour.html", f"reports/{run.name}/notebooks/tour.html", "reports/notebooks/other.html")
    for name, who in zip(names, (golden_id, golden_id, "another"), strict=True):
        (project.root / name).parent.mkdir(parents=True, exist_ok=True)
        (project.root / name).write_text(f"<p>found <code>{who}</code></p>", "utf-8")
    done = erase(project)
    assert [done.get(name, (None, ""))[1][:7] for name in names] == ["deleted", "deleted", ""]
    assert [(project.root / name).exists() for name in names] == [False, False, True]


def test_values_that_others_share_stay_with_them(project: wb.Project) -> None:
    found = pseudonyms({"ab", "abc"}, b"k" * 32)
    assert "abc" in found and "ab" not in found
    assert TYPES["text"].mask("abc", b"k" * 32) in found
