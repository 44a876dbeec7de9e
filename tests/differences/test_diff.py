"""Two tables of any kind: what is planted is found and nothing else, and the counts add up."""

from __future__ import annotations

import json
import sqlite3
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workbench as wb
from workbench.differences import Diff, diff
from workbench.errors import ConfigError, SourceError
from workbench.store import session

from ..saying import Say, say

__all__ = ["say"]

A = """id,name,amount,due,zip
1,华为技术有限公司,1000.50,2024-05-01,00100
2,Müller GmbH,20.00,2024-05-02,10000
3,ACME,30,2024-05-03,10001
4,甲,40.000,2024-05-04,10002
5,only a,50,2024-05-05,10003
7,dup,1,2024-05-05,1
7,dup,1,2024-05-05,1
"""
B = """id,Name,amount,due,zip
1,华为技术,1000.5,2024-01-05,100
2,MÃ¼ller GmbH,2000,2024-05-02,10000
3,acme,30.005,2024-05-04,10001
4,甲,40,2024-05-04,10002
6,only b,50,2024-05-05,10003
7,dup,1,2024-05-05,1
"""
FOUND = {
    ("1", "due", "day and month"), ("1", "name", "truncated"), ("1", "zip", "leading zeros"),
    ("2", "amount", "scaled"), ("2", "name", "encoding"), ("3", "due", "date shifted"), ("3", "name", "case"),
}  # fmt: skip
ROWS = {"equal": (1, 1), "different": (3, 3), "only in A": (1, 0), "only in B": (0, 1), "doubled key": (2, 1)}


def rows_of(found: Diff) -> dict[str, tuple[int, int]]:
    return {line["rows"]: (line["A"], line["B"]) for line in found.rows.to_dict("records")}


def cells_of(found: Diff) -> set[tuple[str, str, str]]:
    cells = found.cells()
    return set(zip(cells[found.key[0]], cells["column"], cells["reason"], strict=True))


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "a.csv").write_text(A, "utf-8")
    (tmp_path / "b.csv").write_text(B, "utf-8")
    return tmp_path / "a.csv", tmp_path / "b.csv"


def test_the_key_is_found_in_any_case_and_a_comma_among_numbers_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("cust_no,amount\n1,1200.50\n2,99\n3,5\n", "utf-8")
    (tmp_path / "b.csv").write_text('Cust_No,amount\n1,1200.5\n2,99\n3,"1,000,000"\n', "utf-8")
    found = wb.diff(tmp_path / "a.csv", tmp_path / "b.csv", "cust_no")
    assert {(key, column) for key, column, _ in cells_of(found)} == {("1", "amount"), ("3", "amount")}
    assert found.remarks == ("amount is compared as text: B has '1,000,000' among its numbers",)


def test_two_files_by_hand(files: tuple[Path, Path]) -> None:
    found = wb.diff(*files, "id", tolerance={"Amount": "0.01"})
    assert cells_of(found) == FOUND and rows_of(found) == ROWS and not found.equal
    assert found.remarks == (
        "zip is compared as text: A has '00100' among its numbers", "found in another case: name is Name in B",
    )  # fmt: skip
    assert "day and month" in str(found) and "<table" in found._repr_html_()
    assert len(found.examples(1)) == 7
    assert ("3", "amount", "unexplained") in cells_of(wb.diff(*files, "id")), "without tolerance it is a difference"


def test_files_databases_projects_and_frames_hold_the_same(files: tuple[Path, Path], tmp_path: Path) -> None:
    frame = pd.read_csv(files[1], dtype=str)
    frame.to_parquet(tmp_path / "b.parquet")
    frame.to_excel(tmp_path / "b.xlsx", index=False)
    frame.to_json(tmp_path / "b.jsonl", orient="records", lines=True)
    with sqlite3.connect(tmp_path / "b.db") as con:
        frame.to_sql("b", con, index=False)
    (tmp_path / "project" / "state").mkdir(parents=True)
    with session(tmp_path / "project/state/work.duckdb") as duck:
        duck.register("_frame", frame)
        duck.execute("CREATE SCHEMA std; CREATE TABLE std.b AS FROM _frame")
    url = f"sqlite:///{tmp_path / 'b.db'}"
    others = [tmp_path / "b.parquet", tmp_path / "b.xlsx", tmp_path / "b.jsonl", f"{url}::b", frame,
              f"{url}::SELECT * FROM b", f"{tmp_path / 'project'}::std.b"]  # fmt: skip
    for other in others:
        found = diff(files[0], other, "id", tolerance="0.01")
        assert (cells_of(found), rows_of(found)) == (FOUND, ROWS), other


def test_all_differences_are_written(files: tuple[Path, Path], tmp_path: Path) -> None:
    found = diff(*files, "id", tolerance=0.01)
    for ending, read in ((".csv", pd.read_csv), (".parquet", pd.read_parquet)):
        assert found.write(tmp_path / f"out{ending}") == 11
        assert len(read(tmp_path / f"out{ending}")) == 11
    assert found.write(tmp_path / "out.xlsx") == 11
    written = pd.read_excel(tmp_path / "out.xlsx", header=1, dtype=str)
    assert set(written["what"]) == {"different", "only in A", "only in B", "doubled key in A", "doubled key in B"}
    with pytest.raises(SourceError, match="is there already"):
        found.write(tmp_path / "out.csv")
    with pytest.raises(SourceError, match=r"\.csv, \.xlsx or \.parquet"):
        found.write(tmp_path / "out.txt")


def test_numbers_are_exact_codes_stay_text_and_keys_may_be_called_differently() -> None:
    a = pd.DataFrame({"id": [1, 2], "n": ["12345678901234567.01", "1.10"], "zip": ["00100", "1"]})
    b = pd.DataFrame({"id": [1, 2], "n": ["12345678901234567.02", "1.1"], "zip": ["100", "1.0"]})
    a["d"], b["d"] = [Decimal("1.10"), None], ["1.1", None]
    found = {("1", "n", "unexplained"), ("1", "zip", "leading zeros"), ("2", "zip", "unexplained")}
    assert cells_of(diff(a, b, "id")) == found
    assert diff(a, a, "id").equal
    a, b = pd.DataFrame({"k": [1], "v": ["x"]}), pd.DataFrame({"id": [1], "k": ["another"], "v": ["x"]})
    found_by = diff(a, b, "k=id", ignore="k")
    assert rows_of(found_by)["equal"] == (1, 1), "a column of B that is called as A's key is none of the key"


def test_an_old_key_may_be_called_as_a_new_one() -> None:
    a, b = pd.DataFrame({"k": ["1", "2", "3", "3"], "v": ["x"] * 4}), pd.DataFrame({"k": ["2", "3"], "v": ["x"] * 2})
    found = diff(a, b, "k", xref=pd.DataFrame({"key": ["1"], "golden_id": ["2"]}))
    assert rows_of(found) == {"equal": (1, 1), "different": (0, 0), "only in A": (1, 0), "only in B": (0, 1),
                              "doubled key": (2, 0)}  # fmt: skip


def test_an_error_of_a_frame_names_its_column_and_no_value() -> None:
    with pytest.raises(SourceError, match="column v ") as told:
        diff(pd.DataFrame({"id": [1, 2], "v": [1, "张伟"]}), pd.DataFrame({"id": [1]}), "id")
    assert "张伟" not in str(told.value)


def test_a_sum_leaves_no_number_out_however_it_is_written() -> None:
    a = pd.DataFrame({"k": ["1", "2"], "open": [5.0, 0.00001]})
    b, xref = pd.DataFrame({"id": ["G1"], "open": [5.0]}), pd.DataFrame({"key": ["1", "2"], "golden_id": ["G1", "G1"]})
    assert {name for _, name, _ in cells_of(diff(a, b, "k=id", xref=xref, sums="open"))} == {"open"}


def test_records_that_became_one_are_no_difference_but_a_lost_value_is() -> None:
    a = pd.DataFrame({
        "k": ["1", "2", "3", "4", "5", "6", "6"], "name": ["甲", "甲公司", "乙", "丙", "丁", "x", "x"],
        "phone": [None, "123", "9", "8", "7", None, None], "open": ["10.10", "0.20", "5", "7", "1", "1", "1"],
    })  # fmt: skip
    b = pd.DataFrame({
        "id": ["G1", "G2", "G3", "G9"], "name": ["甲公司", "乙方", "丙", "new"], "phone": [None, "9", "8", None],
        "open": ["10.3", "5.00", "7.01", "0"],
    })  # fmt: skip
    xref = pd.DataFrame({"golden_id": ["G1", "G1", "G2", "G3", "G4"], "key": ["1", "2", "3", "4", "6"]})
    found = diff(a, b, "k=id", xref=xref, sums="open")
    assert cells_of(found) == {("G1", "phone", "blank"), ("G2", "name", "unexplained"), ("G3", "open", "unexplained")}
    counted = {"equal": (0, 0), "different": (4, 3), "only in A": (1, 0), "only in B": (0, 1), "doubled key": (2, 0)}
    assert rows_of(found) == counted
    assert found.remarks[-1].startswith("1 records of A have a key that xref does not know")
    clean = b.iloc[:3].assign(name=["甲", "乙", "丙"], phone=["123", "9", "8"], open=["10.30", "5", "7"])
    found = diff(a.iloc[:4], clean, "k=id", xref=xref, sums=["open"])
    assert found.equal and rows_of(found)["equal"] == (4, 3)
    with pytest.raises(ConfigError, match="lead to several new keys"):
        diff(a, b, "k=id", xref=pd.DataFrame({"key": ["1", "1"], "golden_id": ["G1", "G2"]}))


def test_bad_input_is_told_in_words(files: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"A has no column 'idd'; did you mean 'id'.*B has no column 'idd'"):
        diff(*files, "idd")
    with pytest.raises(ConfigError, match="name the columns that tell records apart"):
        diff(*files, "")
    with pytest.raises(ConfigError, match="neither A nor B has a column nmae"):
        diff(*files, "id", ignore=["nmae"])
    with pytest.raises(ConfigError, match=r"is no column that is compared.*name has values on one side that are no num"):
        diff(*files, "id", tolerance={"amuont": 1, "name": 1})
    for wrong in ("ten", "-1", "nan"):
        with pytest.raises(ConfigError, match="is no number of zero or more"):
            diff(*files, "id", tolerance=wrong)
    with pytest.raises(ConfigError, match="give an xref too"):
        diff(*files, "id", sums="amount")
    with pytest.raises(SourceError, match="no such file"):
        diff(files[0], tmp_path / "c.csv", "id")
    with pytest.raises(SourceError, match="no project that has run"):
        diff(files[0], f"{tmp_path}::std.x", "id")
    (tmp_path / "c.csv").touch()
    with pytest.raises(SourceError, match="the file is empty"):
        diff(files[0], tmp_path / "c.csv", "id")
    with pytest.raises(ConfigError, match="cannot be called column"):
        diff(pd.DataFrame({"column": [1]}), pd.DataFrame({"column": [1]}), "column")
    with pytest.raises(ConfigError, match="B has no column 'id'"):
        diff(files[0], pd.DataFrame({"other": [1]}), "id")


def test_a_password_is_not_told(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.db") as con:
        con.execute("CREATE TABLE t (id, v)")
    with pytest.raises(SourceError) as told:
        diff("postgresql://me:Geheim1@localhost:1/x::t", f"sqlite:///{tmp_path / 'a.db'}::t", "id")
    assert "Geheim1" not in str(told.value)


def test_what_is_not_compared_keeps_tables_from_being_equal(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,v\n1,x\n2,y,z\n", "utf-8")
    frame = pd.DataFrame({"id": ["1"], "v": ["x"]})
    found = diff(tmp_path / "a.csv", frame, "id")
    assert not found.equal and "1 records of a could not be read (line 3)" in found.remarks[0]
    found = diff(frame, frame.assign(w=1), "id")
    assert not found.equal and "only B has the columns w" in found.remarks[0]
    assert diff(frame, frame.assign(w=1), "id", ignore="w").equal


def test_tables_without_rows_and_the_same_table_twice(files: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "none.csv").write_text("id,name\n", "utf-8")
    empty = pd.DataFrame({"id": pd.Series(dtype=str), "name": pd.Series(dtype=str)})
    assert diff(tmp_path / "none.csv", empty, "id").equal
    found = diff(files[0], files[0], "id")
    assert found.remarks == (f"A and B are the same: {files[0]}",) and rows_of(found)["equal"] == (5, 5)
    assert diff(empty, pd.DataFrame({"id": ["1"]}), "id").rows.set_index("rows")["B"]["only in B"] == 1


def test_the_command_line_has_exit_codes_and_json(files: tuple[Path, Path], tmp_path: Path, say: Say) -> None:
    a, b = files
    words = ("day and month", "only in A", "MÃ¼ller GmbH", "A and B differ.", "11 differences written")
    say("diff", a, b, "--key", "id", "--tolerance", "amount=0.01", "--to", tmp_path / "d.csv", code=1, words=words)
    (tmp_path / "same.csv").write_text(A.replace("1000.50", "1000.5").replace("7,dup,1,2024-05-05,1\n", ""), "utf-8")
    (tmp_path / "as.csv").write_text(A.replace("7,dup,1,2024-05-05,1\n", ""), "utf-8")
    say("diff", tmp_path / "same.csv", tmp_path / "as.csv", "--key", "id", code=0, words=("A and B are equal.",))
    told = json.loads(say("diff", a, b, "--key", "id", "--tolerance", "0.01", "--json", code=1))
    assert told["rows"][1] == {"rows": "different", "A": 3, "B": 3} and told["equal"] is False
    say("diff", a, b, "--key", "nothing", code=2, words=("A has no column 'nothing'",))
    mixed = ("--tolerance", "0.01", "--tolerance", "amount=1")
    say("diff", a, b, "--key", "id", *mixed, code=2, words=("COLUMN=NUMBER",))


VALUES = st.one_of(st.none(), st.text(alphabet="ab客户 é0", max_size=4))
TABLE = st.dictionaries(st.integers(0, 30), st.tuples(VALUES, VALUES, st.integers(-99, 99)), min_size=1, max_size=20)
HOW = ["x", "y", "n", "lost", "new"]


@settings(max_examples=25, deadline=None)
@given(table=TABLE, planted=st.dictionaries(st.integers(0, 30), st.sampled_from(HOW), max_size=8))
def test_what_is_planted_is_found_and_nothing_else(
    table: dict[int, tuple[str | None, str | None, int]], planted: dict[int, str]
) -> None:
    """A frame against itself with planted differences."""
    lines = {key: {"id": key, "x": x, "y": y, "n": n} for key, (x, y, n) in table.items()}
    other, cells, lost, new = {key: dict(line) for key, line in lines.items()}, set(), set(), set()
    for key, how in planted.items():
        if how == "new" and key not in lines:
            other[key] = {"id": key, "x": "p", "y": "q", "n": 0}
            new.add(str(key))
        elif how == "lost" and key in lines:
            del other[key]
            lost.add(str(key))
        elif how in ("x", "y", "n") and key in lines:
            other[key][how] = 1000 if how == "n" else "planted"
            cells.add((str(key), how))
    types = {"id": "int64", "x": "string", "y": "string", "n": "int64"}
    a = pd.DataFrame(lines.values(), columns=list(types)).astype(types)
    b = pd.DataFrame(other.values(), columns=list(types)).astype(types)
    found = diff(a, b, "id")
    assert {(key, column) for key, column, _ in cells_of(found)} == cells
    counted = rows_of(found)
    assert (counted["only in A"], counted["only in B"]) == ((len(lost), 0), (0, len(new)))
    assert found.rows["A"].sum() == len(a) and found.rows["B"].sum() == len(b)
    assert found.equal == (not cells and not lost and not new)
    assert diff(a, a, "id").equal
