"""Queries to real databases: SQLite, and a PostgreSQL cluster of the tests' own."""

import gc
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

import workbench as wb
from workbench.config import load
from workbench.errors import ConfigError, SourceError
from workbench.sources import address, origin, password_of, read_query

from ..reading import drained
from ..small import DAY
from .queried import SECRET, configured, ingested

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


def as_sqlite(root: Path) -> None:
    """The CRM's accounts of the small project as a database."""
    header, *lines = (root / f"sources/{DAY}/crm/accounts.csv").read_text("utf-8").splitlines()
    values = ", ".join("(" + ", ".join(f"'{cell}'" for cell in line.split(",")) + ")" for line in lines)
    sqlite(root / "sources/crm.db", f"CREATE TABLE accounts ({header})", f"INSERT INTO accounts VALUES {values}")


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
