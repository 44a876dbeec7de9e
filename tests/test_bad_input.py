"""What users get wrong in files: each time clear words (what, where, what to do), exit code 2, nothing lost."""

import re
import shutil
import sqlite3
from pathlib import Path

import openpyxl
import pytest

import workbench as wb

from . import small
from .saying import Say, changed, say
from .small import ACCOUNTS, CONFIG, CUSTOMERS, DAY, ITEMS

__all__ = ["say"]


# extracts


def test_a_missing_file(tmp_path: Path, say: Say) -> None:
    root = small.project(tmp_path / "p", {DAY: {"crm/accounts.csv": None}})
    say("run", root, words=("crm.accounts", "no crm/accounts.csv", f"on or before {DAY}", "Put the extract there"))


def test_no_extract_at_all(tmp_path: Path, say: Say) -> None:
    root = small.project(tmp_path / "p")
    shutil.rmtree(root / "sources")
    say("run", root, words=("erp/customers.csv", "Put the extract there"))


def test_a_missing_sheet(tmp_path: Path, say: Say) -> None:
    config = changed("{accounts: crm/accounts.csv}", '{accounts: {file: "crm/accounts.xlsx", sheet: 客户}}')
    root = small.project(tmp_path / "p", config=config)
    book = openpyxl.Workbook()
    book["Sheet"].append(["no"])
    book.save(root / "sources" / DAY / "crm" / "accounts.xlsx")
    say("run", root, words=("crm.accounts", "accounts.xlsx", "no sheet '客户'", "Give one of: Sheet"))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "fields: &customer {name: name,",
            "fields: &customer {name: nmae,",
            ("customer.fields.name", "'nmae'", "'name'"),
        ),
        (
            "        key: no\n",
            "        key: [no, line]\n",
            ("sources.erp.records.customer.key", "'line'", "accepted: no,"),
        ),
        ("        parent: customer\n", "        parent: owner\n", ("sources.erp.records.item.parent", "'owner'")),
        ("        key: no\n", "        key: no\n        updated: changed\n", ("records.customer", "'changed'")),
    ],
)
def test_a_missing_column(tmp_path: Path, say: Say, old: str, new: str, words: tuple[str, ...]) -> None:
    say("run", small.project(tmp_path / "p", config=changed(old, new)), words=("no column", *words))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("erp/customers.csv", "", ("erp.customers", "customers.csv", "is empty")),
        ("erp/customers.csv", '"no,name\n', ("erp.customers", "line 1", "quote")),
    ],
)
def test_an_extract_that_is_none(tmp_path: Path, say: Say, name: str, content: str, words: tuple[str, ...]) -> None:
    say("run", small.project(tmp_path / "p", {DAY: {name: content}}), words=words)


def test_a_workbook_that_is_none(tmp_path: Path, say: Say) -> None:
    root = small.project(
        tmp_path / "p", config=changed("{accounts: crm/accounts.csv}", "{accounts: crm/accounts.xlsx}")
    )
    (root / "sources" / DAY / "crm" / "accounts.xlsx").write_bytes(b"PK\3\4 half a download")
    say("run", root, words=("crm.accounts", "accounts.xlsx", "no readable workbook"))


# bad data is data


def test_duplicate_and_blank_keys_are_failures_not_errors(tmp_path: Path, say: Say) -> None:
    keys = ["K1", "K1", "", "  ", "K1", "K1#2", "#9", "K1|"]
    rows = [row | {"no": key} for row, key in zip(CUSTOMERS, keys, strict=False)]
    root = small.project(tmp_path / "p", {DAY: {"erp/customers.csv": rows}})
    say("run", root, "--until", "reconcile", code=0)
    project = wb.open_project(root)
    found = project.sql("SELECT key FROM std.customer WHERE source = 'erp' ORDER BY _row")["key"].tolist()
    assert len(set(found)) == 8
    assert found[0] == "K1" and found[3:5] == ["#4", "K1#3"] and found[5:] == ["K1#2", "#9", "K1|"]
    failing = project.sql("SELECT _row, reason FROM qa.failures WHERE check_id = 'key:customer' ORDER BY _row")
    assert failing["_row"].tolist() == [2, 3, 4, 5]
    assert failing["reason"].tolist() == ["repeated key", "blank key", "blank key", "repeated key"]


@pytest.mark.parametrize("field", ["no", "name", "phone"])
def test_all_values_of_a_field_empty(tmp_path: Path, say: Say, field: str) -> None:
    empty = [[row | {field: ""} for row in rows] for rows in (CUSTOMERS, ACCOUNTS)]
    root = small.project(tmp_path / "p", {DAY: {"erp/customers.csv": empty[0], "crm/accounts.csv": empty[1]}})
    say("run", root, "--until", "reconcile", code=0)
    sums = wb.open_project(root).sql("SELECT count(*) AS n FROM recon.rows WHERE outcome <> 'unexplained'")
    assert sums["n"].tolist() == [34]


def test_no_records_at_all(tmp_path: Path, say: Say) -> None:
    """Headings and nothing below: a run over nothing publishes nothing's report."""
    nothing = {"erp/customers.csv": [], "erp/items.csv": [], "crm/accounts.csv": []}
    root = small.project(tmp_path / "p", {DAY: nothing})
    say("run", root, code=0)
    assert (root / "reports" / f"{DAY}.1" / "index.html").is_file()


# workbench.yml


def test_all_mistakes_at_once_each_with_its_line(tmp_path: Path, say: Say) -> None:
    config = changed("region: CN", "region: china\nreigon: CN")
    config = changed("      phone: {type: phone}", "      phone: {type: fone}", config)
    config = changed("    trust: 2", "    trust: much", config)
    config = changed("valid, field", "vaild, field", config)
    config = changed("later: true", "later: perhaps", config)
    text = say("run", small.project(tmp_path / "p", config=config))
    lines = {int(number): words for number, words in re.findall(r"workbench\.yml:(\d+): (.*)", text)}
    place = {number: line for number, line in enumerate(config.split("\n"), start=1)}
    assert len(lines) == 6, text
    for number, words in lines.items():
        named = words.split(":")[0].split(".")[-1]
        assert named in place[number] or named.isdecimal(), f"line {number}: {words}"
    said = "\n".join(lines.values())
    assert "unknown key; did you mean 'region'?" in said and "accepted: business, checks, cutover" in said
    assert "found 'fone'; accepted: " in said and "'phone'" in said
    assert "found 'much'" in said and "found 'vaild'" in said and "found 'perhaps'" in said and "found 'china'" in said


def test_all_names_that_point_nowhere_at_once(tmp_path: Path, say: Say) -> None:
    config = changed("    parent: customer\n    fields:", "    parent: custmer\n    fields:")
    config = changed("[name.key]]", "[nmae.key]]", config)
    config = changed("field: customer.phone", "field: customer.fone", config)
    config = changed("key: [document, line]\n", "key: [document, line]\n        lead: itmes\n", config)
    config = changed("  plain: {kind: plain}", "  sf: {kind: salesforce, mapping: mappings/none.csv}", config)
    text = say("run", small.project(tmp_path / "p", config=config))
    for words in ("'custmer'; did you mean", "'nmae.key'; did you mean 'name.key'", "'fone'; did you mean 'phone'",
                  "'itmes'; did you mean 'items'", "no such file"):  # fmt: skip
        assert words in text, f"{words}\n{text}"
    lines = [int(number) for number in re.findall(r"workbench\.yml:(\d+):", text)]
    assert lines == sorted(lines) and len(lines) >= 5


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"project: [", ("workbench.yml:", "not YAML", "indentation")),
        (b"project: Small\n\tregion: CN\n", ("workbench.yml:2", "not YAML")),
        (b"project: A\nproject: B\n", ("workbench.yml:2", "not YAML")),
        (CONFIG.replace("Small", "客户").encode("gb18030"), ("not UTF-8", "Save it as UTF-8")),
        (b"", ("is empty",)),
        (b"- project\n", ("keys and values",)),
        (b"project: Small\n", ("'entities' is missing", "'sources' is missing")),
    ],
)
def test_a_file_that_is_no_configuration(tmp_path: Path, say: Say, content: bytes, words: tuple[str, ...]) -> None:
    root = small.project(tmp_path / "p")
    (root / "workbench.yml").write_bytes(content)
    say("run", root, words=words)
    say("status", root, words=words)


def test_a_path_outside_the_project(tmp_path: Path, say: Say) -> None:
    (tmp_path / "elsewhere.csv").write_text("no,name\n1,x\n", "utf-8")
    (tmp_path / "it.sql").write_text("select * from raw.erp__customers", "utf-8")
    words = ("lies outside the project", "Copy it into the project")
    config = changed("customers: erp/customers.csv", "customers: ../../../elsewhere.csv")
    say("run", small.project(tmp_path / "p", config=config), words=words)
    config = changed("        from: customers\n", "        from: ../it.sql\n        lead: customers\n")
    say("run", small.project(tmp_path / "q", config=config), words=words)
    config = changed("  plain: {kind: plain}", "  sf: {kind: salesforce, mapping: ../elsewhere.csv}")
    say("run", small.project(tmp_path / "r", config=config), words=words)


def test_a_variable_that_is_not_set(tmp_path: Path, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    config = changed("customers: erp/customers.csv", 'customers: "${OLD_SYSTEM}/customers.csv"')
    root = small.project(tmp_path / "p", config=config)
    monkeypatch.delenv("OLD_SYSTEM", raising=False)
    say("run", root, words=("${OLD_SYSTEM}/customers.csv", "is not set", "Set it to the folder"))
    monkeypatch.setenv("OLD_SYSTEM", str(tmp_path))
    say("run", root, words=("erp.customers", f"no file {tmp_path}/customers.csv"))
    monkeypatch.setenv("OLD_SYSTEM", str(root / "sources" / DAY / "erp"))
    say("run", root, "--until", "ingest", code=0)


# the databases


def test_a_newer_journal_is_not_touched(tmp_path: Path, say: Say) -> None:
    root = small.project(tmp_path / "p")
    say("run", root, "--until", "ingest", code=0)
    con = sqlite3.connect(root / "journal.sqlite")
    con.execute("PRAGMA user_version = 99")
    con.commit()
    con.close()
    before = (root / "journal.sqlite").read_bytes()
    for verb in ("run", "status"):
        say(verb, root, words=("written by a newer workbench", "schema 99", "Install the newer version"))
    assert (root / "journal.sqlite").read_bytes() == before


def test_a_damaged_journal(tmp_path: Path, say: Say) -> None:
    root = small.project(tmp_path / "p")
    (root / "journal.sqlite").write_bytes(b"not a database " * 1000)
    say("run", root, words=("journal.sqlite", "restore it from a backup"))
    assert (root / "journal.sqlite").read_bytes().startswith(b"not a database")


@pytest.mark.parametrize("damage", ["garbage", "cut", "holes"])
def test_a_damaged_database(tmp_path: Path, say: Say, damage: str) -> None:
    root = small.project(tmp_path / "p")
    say("run", root, "--until", "standardise", code=0)
    before = wb.open_project(root).table("std.customer").sort_values(["source", "key"], ignore_index=True)
    file = root / "state" / "work.duckdb"
    content = file.read_bytes()
    if damage == "garbage":
        file.write_bytes(b"not a database " * 1000)
    elif damage == "cut":
        file.write_bytes(content[:10_000])
    else:
        file.write_bytes(content[:12_288] + b"\xff" * (len(content) - 12_288))
    say("run", root, "--until", "standardise", words=("work.duckdb", "delete the folder and run again"))
    shutil.rmtree(root / "state")  # as it said
    say("run", root, "--until", "standardise", code=0)
    after = wb.open_project(root).table("std.customer")
    assert after.sort_values(["source", "key"], ignore_index=True).equals(before)


# the last good result stands


def test_after_a_mistake_the_last_good_result_stands(tmp_path: Path, say: Say) -> None:
    root = small.project(tmp_path / "p")
    say("run", root, code=0)
    project = wb.open_project(root)
    good = project.table("recon.rows")
    files = {file: file.read_bytes() for file in (root / "load").rglob("*.csv")}
    extract = root / "sources" / DAY / "erp" / "items.csv"
    extract.rename(extract.with_suffix(".away"))
    say("run", root, words=("erp.items",))
    assert wb.open_project(root).table("recon.rows").equals(good)
    assert {file: file.read_bytes() for file in (root / "load").rglob("*.csv")} == files
    assert [run["outcome"] for run in project.status()["runs"]] == ["passed", "failed"]
    extract.with_suffix(".away").rename(extract)
    say("run", root, "--until", "reconcile", code=0)
    assert wb.open_project(root).table("recon.rows").equals(good)
    assert len(project.table("raw.erp__items")) == len(ITEMS)
