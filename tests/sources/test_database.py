"""Queries to real databases: SQLite, and a PostgreSQL cluster of the tests' own."""

import gc
import os
import shutil
import socket
import sqlite3
import subprocess
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
import sqlalchemy as sa

import workbench as wb
from workbench.config import load
from workbench.errors import ConfigError, SourceError
from workbench.sources import Extract, address, origin, password_of, read_query

from ..reading import drained
from ..small import CONFIG, DAY, project

SECRET = "p@ss/wörd:1"


# SQLite


def sqlite(file: Path, *statements: str) -> sa.URL:
    file.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(file) as con:
        for statement in statements:
            con.execute(statement)
    con.close()
    return sa.make_url("sqlite://").set(database=str(file))


def test_every_value_is_text_as_the_database_has_it(tmp_path: Path) -> None:
    url = sqlite(
        tmp_path / "客户 #1?%.db",
        "CREATE TABLE t (id, name, Name2 TEXT)",
        "INSERT INTO t VALUES (1001, '北京', ''), (1.50, NULL, '007'), (x'00ff', ' a ', '12345678901234567890')",
    )
    extract = read_query(url, "SELECT id, name, Name2 AS NAME, ':x 10:30 \\:y 5% %s' AS said FROM t ORDER BY rowid;")
    assert extract.columns == ["id", "name", "NAME_2", "said"]
    said = ":x 10:30 \\:y 5% %s"
    assert drained(extract) == (
        [
            (1, "1001", "北京", "", said),
            (2, "1.5", None, "007", said),
            (3, "00ff", " a ", "12345678901234567890", said),
        ],
        [],
    )
    assert extract.settings == {"database": "sqlite", "ordered": "yes"}


def test_text_in_no_encoding_is_a_reject(tmp_path: Path) -> None:
    url = sqlite(
        tmp_path / "t.db", "CREATE TABLE t (a, b)", "INSERT INTO t VALUES (cast(x'41ff' AS text), 2), ('x', 3)"
    )
    rows, rejects = drained(read_query(url, "SELECT * FROM t"))
    assert rows == [(2, "x", "3")]
    assert [(r.row, r.text, r.reason) for r in rejects] == [
        (1, "A\\xff\t2", "a byte that the encoding does not know: \\xff")
    ]


def test_nothing_is_written_and_the_file_must_be_there(tmp_path: Path) -> None:
    url = sqlite(tmp_path / "t.db", "CREATE TABLE t (a)")
    before = (tmp_path / "t.db").read_bytes()
    for query in ("DELETE FROM t", "SELECT 1; DELETE FROM t", "PRAGMA user_version = 3", "ATTACH 'x' AS y", ""):
        with pytest.raises(SourceError, match=r"may only read\. Give one SELECT"):
            read_query(url, query)
    assert drained(read_query(url, "WITH x AS (SELECT 1 AS n) SELECT n FROM x UNION SELECT 2")) == (
        [(1, "1"), (2, "2")],
        [],
    )
    with pytest.raises(SourceError, match=r"t\.db: the database says: no such column: nope$"):
        read_query(url, "SELECT nope FROM t")
    with pytest.raises(SourceError, match="is not SQL"):
        read_query(url, "SELECT (1")
    assert (tmp_path / "t.db").read_bytes() == before
    with pytest.raises(SourceError, match=r"none\.db: no such file"):
        read_query(url.set(database=str(tmp_path / "none.db")), "SELECT 1")
    assert not (tmp_path / "none.db").exists()


def test_a_driver_that_is_not_installed(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"mysql://h/x: the driver 'MySQLdb' is not installed\. Install") as error:
        read_query(sa.make_url("mysql://u:secret@h/x"), "SELECT 1")
    assert "secret" not in str(error.value)


# configuration

CRM = "    tables: {accounts: crm/accounts.csv}\n"


def configured(root: Path, url: str, query: str = "SELECT * FROM accounts ORDER BY no") -> Path:
    table = f"    tables: {{accounts: {{url: '{url}', query: \"{query}\"}}}}\n"
    assert CRM in CONFIG
    return project(root, config=CONFIG.replace(CRM, table))


def as_sqlite(root: Path) -> None:
    """The CRM's accounts of the small project as a database."""
    header, *lines = (root / f"sources/{DAY}/crm/accounts.csv").read_text("utf-8").splitlines()
    values = ", ".join("(" + ", ".join(f"'{cell}'" for cell in line.split(",")) + ")" for line in lines)
    sqlite(root / "sources/crm.db", f"CREATE TABLE accounts ({header})", f"INSERT INTO accounts VALUES {values}")


def ingested(root: Path) -> list[Any]:
    opened = wb.open_project(root)
    opened.run(DAY, until="ingest")
    return opened.sql(
        "SELECT path, age_days, sha256, bytes, rows, rejects, settings FROM raw.files WHERE source = 'crm'"
    ).values.tolist()


def test_a_table_comes_from_a_query(tmp_path: Path) -> None:
    root = configured(tmp_path / "p", "sqlite:///sources/crm.db")
    as_sqlite(root)
    ((path, age, fingerprint, size, rows, rejects, settings),) = ingested(root)
    assert (path, age, rows, rejects) == ("sqlite:///crm.db accounts", 0, 6, 0)
    assert size is None or size != size
    assert settings == "database sqlite, ordered yes"
    assert ingested(root)[0][2] == fingerprint
    with sqlite3.connect(root / "sources/crm.db") as con:
        con.execute("UPDATE accounts SET phone = '' WHERE no = 'C02'")
    con.close()
    assert ingested(root)[0][2] != fingerprint
    table = wb.open_project(root).sql("SELECT no, phone FROM raw.crm__accounts WHERE _row = 2")
    assert table.values.tolist() == [["C02", ""]]


@pytest.mark.parametrize(
    "url", ["postgresql://u:secret@h/x", "postgresql://u:se/cr@et@h/x", "mysql://h/x?user=u&Password=secret"]
)
def test_a_password_in_the_file_is_refused_and_not_repeated(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError, match="WORKBENCH_PASSWORD_<SOURCE>") as error:
        load(configured(tmp_path / "p", url))
    assert "secret" not in str(error.value) and "se/cr" not in str(error.value)


def test_variables_and_paths_of_a_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = configured(tmp_path / "p", "postgresql://u:${R2_PASSWORD}@${R2_HOST}:5433/crm")
    config = load(root)
    url = config.sources["crm"].tables["accounts"].url or ""
    monkeypatch.setenv("R2_PASSWORD", "secret")
    with pytest.raises(ConfigError, match="variable R2_HOST is not set") as error:
        address(config, url)
    assert "secret" not in str(error.value)
    monkeypatch.setenv("R2_HOST", "db.example")
    assert address(config, url).password == "secret"
    assert (
        origin(address(config, url), "SELECT * FROM crm.kunde k") == "postgresql://db.example:5433/crm crm.kunde AS k"
    )
    monkeypatch.setenv("R2_DATA", str(tmp_path))
    assert address(config, "sqlite:///${R2_DATA}/x.db").database == str(tmp_path / "x.db")
    with pytest.raises(ConfigError, match="lies outside the project"):
        address(config, f"sqlite:///{tmp_path}/x.db")
    with pytest.raises(ConfigError, match="no URL of a database"):
        address(config, "crm")


def test_the_password_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    assert password_of("erp") is None
    monkeypatch.setenv("WORKBENCH_PASSWORD_ERP", SECRET)
    assert password_of("erp") == SECRET


# PostgreSQL


class Cluster:
    """A private PostgreSQL server with password login."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.folder = Path(mkdtemp(prefix="workbench-pg-"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (self.folder / "password").write_text(SECRET, "utf-8")
        if os.geteuid() == 0:  # the server refuses to be root
            for path in (self.folder, self.folder / "password"):
                shutil.chown(path, "postgres", "postgres")
        login = ["--username=owner", f"--pwfile={self.folder}/password", "--auth=scram-sha-256"]
        self._do("initdb", "-D", f"{self.folder}/data", "--encoding=UTF8", "--locale=C", "--no-sync", *login)
        self.start()

    def _do(self, program: str, *arguments: str) -> None:
        user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        done = subprocess.run(
            [*user, self.programs / program, *arguments], cwd=self.folder, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        self._do("pg_ctl", "-D", f"{self.folder}/data", "-o", options, "-l", f"{self.folder}/log", "-w", "start")

    def stop(self, mode: str) -> None:
        self._do("pg_ctl", "-D", f"{self.folder}/data", "-m", mode, "-w", "stop")

    @property
    def url(self) -> str:
        """Without a password."""
        return f"postgresql://owner@127.0.0.1:{self.port}/postgres"

    def do(self, *statements: str) -> None:
        url = sa.make_url(self.url).set(drivername="postgresql+pg8000", password=SECRET)
        engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as con:
            for statement in statements:
                con.exec_driver_sql(statement)
        engine.dispose()

    def read(self, query: str, password: str = SECRET) -> Extract:
        return read_query(sa.make_url(self.url), query, password)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    made = Cluster(found[-1].parent)
    made.do("CREATE TABLE 客户 (编号 int, 名称 text)", "INSERT INTO 客户 VALUES (1, '北京华瑞（集团）'), (2, '𠮷野家')")
    yield made
    made.stop("fast")
    shutil.rmtree(made.folder)


@pytest.mark.apt
def test_postgresql_values(cluster: Cluster) -> None:
    assert drained(cluster.read("SELECT * FROM 客户 ORDER BY 1")) == (
        [(1, "1", "北京华瑞（集团）"), (2, "2", "𠮷野家")],
        [],
    )
    values = {
        "12345678901234567890.1200::numeric": "12345678901234567890.1200",
        "1e-30::numeric": "0.000000000000000000000000000001",
        "0.1::float8": "0.1",
        "true": "true",
        "NULL::int": None,
        "''": "",
        "'0010 '::char(6)": "0010  ",
        "date '2024-01-31'": "2024-01-31",
        "date 'infinity'": "infinity",
        "timestamp '2024-01-31 10:30'": "2024-01-31 10:30:00",
        "timestamptz '2024-01-31 10:30+00'": "2024-01-31 10:30:00+00:00",
        "time '10:30'": "10:30:00",
        "'\\x00ff'::bytea": "00ff",
        "'{\"a\": 1.10}'::json": '{"a": 1.10}',
        "ARRAY['a','北']": '["a", "北"]',
        "'5% :x %s'": "5% :x %s",
    }
    found = cluster.read("SELECT " + ", ".join(f"{value} AS c{n}" for n, value in enumerate(values)))
    assert drained(found) == ([(1, *values.values())], [])


@pytest.mark.apt
def test_postgresql_refuses_to_write_and_a_wrong_login(cluster: Cluster) -> None:
    cluster.do(
        "CREATE OR REPLACE FUNCTION sneak() RETURNS int LANGUAGE sql AS 'DELETE FROM 客户 RETURNING 1'",
    )
    with pytest.raises(SourceError, match="may only read"):
        cluster.read("WITH gone AS (DELETE FROM 客户 RETURNING 1) SELECT * FROM gone")
    with pytest.raises(SourceError, match="cannot execute DELETE in a read-only transaction"):
        drained(cluster.read("SELECT sneak()"))
    assert len(drained(cluster.read("SELECT * FROM 客户"))[0]) == 2
    with pytest.raises(SourceError, match='password authentication failed for user "owner"') as error:
        cluster.read("SELECT 1", password="wrong-guess")
    assert "wrong-guess" not in str(error.value)
    with pytest.raises(SourceError, match=r'the database says: relation "nope" does not exist$'):
        cluster.read("SELECT * FROM nope")
    with pytest.raises(SourceError, match=r"invalid input syntax for type integer: \.\.\.$"):
        drained(cluster.read("SELECT 名称::int FROM 客户"))


@pytest.mark.apt
def test_a_server_killed_in_the_middle(cluster: Cluster) -> None:
    batches = cluster.read("SELECT n, repeat('x', 500) FROM generate_series(1, 200000) AS n").batches
    assert next(batches).rows.num_rows == 20_000
    cluster.stop("immediate")
    try:
        with pytest.raises(SourceError, match=f"^postgresql://127.0.0.1:{cluster.port}/postgres: ") as error:
            list(batches)
        assert SECRET not in str(error.value)
        with pytest.raises(SourceError, match="Can't create a connection to host"):
            cluster.read("SELECT 1")
    finally:
        cluster.start()


@pytest.mark.apt
def test_a_connection_lost_in_a_run_leaves_what_stood(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WORKBENCH_PASSWORD_CRM", SECRET)
    names = "'C' || n AS no, '北京' AS name, '' AS tax_id, '' AS phone, '' AS email, '' AS city, '' AS credit"
    lines = "FROM generate_series(1, 50000) AS n ORDER BY n"
    root = configured(tmp_path / "p", cluster.url, f"SELECT {names} {lines}")
    ((path, _, _, _, rows, _, _),) = ingested(root)
    assert rows == 50_000 and "owner" not in path
    ends = "CASE WHEN n = 30000 THEN pg_terminate_backend(pg_backend_pid())::text END AS city"
    config = root / "workbench.yml"
    config.write_text(config.read_text("utf-8").replace("'' AS city", ends), "utf-8")
    with pytest.raises(SourceError, match=r"crm\.accounts: postgresql://127"):
        ingested(root)
    opened = wb.open_project(root)
    assert opened.sql("SELECT count(*) FROM raw.crm__accounts").values.tolist() == [[50_000]]
    for file in root.rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes(), file
    assert "".join(capfd.readouterr()) == ""


@pytest.mark.apt
def test_postgresql_memory_stays_flat(cluster: Cluster) -> None:
    """200,000 rows of 1 kB come through in the memory of a batch or two."""
    extract = cluster.read("SELECT n, repeat('华', 330) FROM generate_series(1, 200000) AS n")
    tracemalloc.start()
    count = sum(batch.rows.num_rows for batch in extract.batches)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 200_000
    assert peak < 120_000_000


def test_no_connection_stays_open(tmp_path: Path) -> None:
    url = sqlite(tmp_path / "t.db", "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)")
    gc.disable()
    try:
        drained(read_query(url, "SELECT * FROM t"))
        links = [file for file in Path("/proc/self/fd").glob("*") if file.exists()]
        assert str(tmp_path / "t.db") not in {str(file.resolve()) for file in links}
    finally:
        gc.enable()


def test_a_variable_may_be_a_password_of_any_signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("R5_PASSWORD", SECRET)
    url = address(
        load(configured(tmp_path / "p", "postgresql://u:${R5_PASSWORD}@h/x")), "postgresql://u:${R5_PASSWORD}@h/x"
    )
    assert (url.password, url.host, origin(url, "SELECT 1")) == (SECRET, "h", "postgresql://h/x SELECT 1")
