"""The same against a Tryton of PyPI's own: real refusals, real normalisation, and open items to the cent."""

import csv
import os
import random
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

import workbench as wb
from tools import tryton
from workbench.load import sending
from workbench.readbacks import attach_readback
from workbench.store import records, session

from .. import small
from ..small import command, told, workbench
from .conftest import MAPPING, config

pytestmark = [pytest.mark.apt, pytest.mark.timeout(600)]
MANY = 120
CUSTOMERS = [small.customer(number) for number in range(1, MANY + 1)]
CUSTOMERS[6]["phone"] += " ext. 602"
ITEMS = [small.item(number, f"K{number:02d}", f"{number}.{number % 100:02d}") for number in range(1, MANY + 1)] + [
    small.item(900, "K01", "-100.25"), small.item(901, "K02", "12345", "JPY"), small.item(902, "K03", "99.99", "USD"),
]  # fmt: skip

@pytest.fixture(scope="session")
def installed() -> Path:
    """Tryton, installed once; skipped where PyPI cannot be reached."""
    try:
        return tryton.prepared()
    except subprocess.CalledProcessError as error:
        pytest.skip(f"Tryton cannot be installed from PyPI: {error}")


@pytest.fixture(scope="session")
def ran_many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    extracts = {small.DAY: {"erp/customers.csv": CUSTOMERS, "erp/items.csv": ITEMS, "crm/accounts.csv": CUSTOMERS[:1]}}
    root = small.project(tmp_path_factory.mktemp("many") / "p", extracts, config(1), mappings__erp_csv=MAPPING)
    wb.open_project(root).run()
    return root


@contextmanager
def loading(ran: Path, folder: Path, postgres: str | None = None) -> Iterator[wb.Project]:
    """A copy of the project beside a fresh Tryton."""
    port = tryton.free_port()
    shutil.copytree(ran, folder / "p")
    (folder / "p" / "workbench.yml").write_text(config(port), "utf-8")
    with tryton.serving(folder / "tryton", port, postgres):
        yield wb.open_project(folder / "p")


@pytest.fixture
def project(installed: Path, ran_many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[wb.Project]:
    monkeypatch.setenv("WORKBENCH_PASSWORD_ERP", tryton.PASSWORD)
    monkeypatch.setattr(sending, "SETTLED", 1.0)
    with loading(ran_many, tmp_path) as found:
        yield found


def arrived(project: wb.Project, name: str) -> list[dict[str, str]]:
    project.readback("erp")
    with session(None) as con:
        attach_readback(con, project.root, "erp")
        return records(con, f"FROM readback.{name}")


def demand_equal(project: wb.Project) -> None:
    """What Tryton has is what was to go over: customers once each, items to the cent, and nothing besides."""
    parties, items = project.table("target.erp__party"), project.table("target.erp__receivable")
    assert sorted(row["code"] for row in arrived(project, "party")) == sorted(parties.code)
    names = ("reference", "party", "document", "date", "due", "currency")
    found = {(*(row[name] for name in names), Decimal(row["amount"])) for row in arrived(project, "receivable")}
    assert found == {(*(row[name] for name in names), Decimal(row["amount"])) for row in items.to_dict("records")}
    assert len(arrived(project, "receivable")) == len(items) == len(ITEMS)


def test_customers_and_open_items_arrive_to_the_cent(project: wb.Project) -> None:
    done = project.load("erp")
    assert done.refused == 0 and done.counts["party"]["created"] == MANY
    demand_equal(project)
    phones = {row["code"]: row["phone"] for row in arrived(project, "party")}
    assert phones == dict(project.table("target.erp__party")[["code", "phone"]].itertuples(index=False))
    assert any(str(phone).endswith(" x602") for phone in phones.values())
    assert not project.reconcile("erp").open
    assert project.load("erp").counts == {"party": {"unchanged": MANY}, "receivable": {"unchanged": len(ITEMS)}}


def test_changes_are_written_into_what_is_there(project: wb.Project) -> None:
    project.load("erp")
    first = min(project.table("target.erp__party").code)
    with session(project.root / "state" / "work.duckdb") as con:
        con.execute("UPDATE target.erp__party SET name = '新名', city = NULL, phone = '+8613900000000' WHERE code = ?", [first])
        con.execute("UPDATE target.erp__receivable SET amount = '77.70' WHERE party = ?", [first])
    assert project.load("erp").counts["party"] == {"updated": 1, "unchanged": MANY - 1}
    (row,) = [row for row in arrived(project, "party") if row["code"] == first]
    assert (row["name"], row["city"], row["phone"]) == ("新名", None, "+8613900000000")
    assert {row["amount"] for row in arrived(project, "receivable") if row["party"] == first} == {"77.70"}


def test_fifteen_bad_rows_are_in_the_corrections_file_and_none_else(project: wb.Project) -> None:
    keys = sorted(project.table("target.erp__party").code)[::8][:15]
    spoilt = ["name = '  '", "country = 'XX1'", "code = 'COMPANY'"]
    with session(project.root / "state" / "work.duckdb") as con:
        con.execute("ALTER TABLE target.erp__party ADD COLUMN country VARCHAR")
        for place, key in enumerate(keys):
            con.execute(f"UPDATE target.erp__party SET {spoilt[place % 3]} WHERE _golden_id = ?", [key])
    file = project.root / "mappings" / "erp.csv"
    file.write_text(file.read_text("utf-8").replace("party,city,city,,,\n", "party,city,city,,,\nparty,country,,,,\n"), "utf-8")
    done = project.load("erp")
    assert done.counts["party"] == {"created": MANY - 15, "refused": 15}
    with done.corrections[0].open(encoding="utf-8-sig", newline="") as lines:
        found = {row["_golden_id"]: row["error_field"] for row in csv.DictReader(lines)}
    assert found == {key: ("name", "country", "code")[place % 3] for place, key in enumerate(keys)}


def test_killed_at_ten_random_moments_there_is_no_double_and_no_gap(project: wb.Project) -> None:
    chance = random.Random(11)
    script = """
import os, signal, threading
from workbench.load import sending
sending.BATCH, sending.SETTLED = 5, 3.0
from workbench.load.rpc import Rpc
posted, post = 0, Rpc._post
def dying(*given):
    global posted
    posted += 1
    if posted == {at}: threading.Timer({delay}, os.kill, (os.getpid(), signal.SIGKILL)).start()
    return post(*given)
Rpc._post = dying
"""
    killed = 0
    for _ in range(10):
        line = command("load", project.root, "--target", "erp",
                       script=script.format(at=chance.randint(10, 14), delay=chance.random() / 7))  # fmt: skip
        killed += subprocess.run(line, capture_output=True, timeout=120, env=dict(os.environ)).returncode == -signal.SIGKILL
    told(workbench("load", project.root, "--target", "erp"), 0)
    assert killed == 10
    demand_equal(project)


def test_undo_leaves_nothing_of_the_load(project: wb.Project) -> None:
    project.load("erp")
    done = project.undo_load("erp", 1)
    assert (done.rows, done.kept) == (MANY + len(ITEMS), [])
    assert arrived(project, "party") == arrived(project, "receivable") == []


def test_into_postgresql(installed: Path, ran_many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        pytest.skip("PostgreSQL is not installed")
    monkeypatch.setenv("WORKBENCH_PASSWORD_ERP", tryton.PASSWORD)
    port = tryton.free_port()
    with cluster(programs[-1], port), loading(ran_many, tmp_path, f"postgresql://erp@localhost:{port}/") as project:
        assert project.load("erp").refused == 0
        demand_equal(project)


@contextmanager
def cluster(programs: Path, port: int) -> Iterator[None]:
    """A PostgreSQL of the test's own, which does not run as root."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    user: dict[str, str] = {"user": "postgres"} if os.geteuid() == 0 else {}
    if user:
        shutil.chown(folder, "postgres")
    run = {"cwd": folder, "check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **user}
    subprocess.run([programs / "initdb", "-D", folder / "data", "-U", "erp", "-A", "trust", "-E", "UTF8"], **run)  # type: ignore[call-overload]
    start = f"-p {port} -k {folder} -c listen_addresses=localhost"
    subprocess.run([programs / "pg_ctl", "-D", folder / "data", "-w", "-o", start, "start"], **run)  # type: ignore[call-overload]
    try:
        subprocess.run([programs / "createdb", "-h", "localhost", "-p", str(port), "-U", "erp", tryton.DATABASE], **run)  # type: ignore[call-overload]
        yield
    finally:
        subprocess.run([programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop"], **run)  # type: ignore[call-overload]
        shutil.rmtree(folder, ignore_errors=True)
