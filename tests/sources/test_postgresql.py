"""Tables read from a real PostgreSQL server, which also dies."""

import os
import shutil
import socket
import subprocess
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest
import sqlalchemy as sa

import workbench as wb
from workbench.errors import SourceError
from workbench.sources import Extract, read_query

from ..reading import drained
from .queried import SECRET, configured, ingested


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
