"""Rows that were refused go to a file, are mended there, and are loaded again."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from workbench.errors import SourceError
from workbench.store import session

from .conftest import Target
from .rows import codes, customers, items, references, spoil


def mended(file: Path, to: Path, **values: str) -> Path:
    """The file with the same values in some fields of every row."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        found = list(csv.DictReader(lines))
    with to.open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.DictWriter(lines, list(found[0]))
        writer.writeheader()
        writer.writerows(row | values for row in found)
    return to


def test_bad_rows_are_in_the_corrections_file_and_none_else(target: Target) -> None:
    bad = customers(target)[::4]
    spoil(target, *bad)
    done = target.project.load("erp")
    assert done.counts["party"] == {"created": 14 - len(bad), "refused": len(bad)}
    (file,) = done.corrections
    with file.open(encoding="utf-8-sig", newline="") as lines:
        found = list(csv.DictReader(lines))
    assert [row["_golden_id"] for row in found] == bad
    assert {(row["error_field"], row["error"]) for row in found} == {("phone", 'The phone number "…" for party "…" is not valid.')}
    waiting = target.project.table("target.erp__receivable").query("party in @bad")
    assert done.counts["receivable"] == {"created": 16 - len(waiting), "wait": len(waiting)}
    reasons = target.project.journal.read("SELECT DISTINCT reason FROM ledger WHERE object = 'receivable' AND event = 'refused'")
    assert reasons == [("its party was refused",)]

    right = target.project.load("erp", corrections=mended(file, target.root / "mended.csv", name="对了"))
    assert right.counts["party"] == {"created": len(bad), "unchanged": 14 - len(bad)} and right.refused == 0
    assert codes(target) == customers(target) and references(target) == items(target)
    assert Counter(row["name"] for row in target.rows())["对了"] == len(bad)
    assert target.project.load("erp").counts["party"] == {"unchanged": 14}


def test_mistakes_in_a_corrections_file_are_told_all_at_once(target: Target) -> None:
    bad = customers(target)[:2]
    spoil(target, *bad)
    (file,) = target.project.load("erp").corrections
    text = file.read_text("utf-8-sig").splitlines()
    file.write_text("\n".join([*text, text[1], text[1].replace(bad[0], "K99")]), "utf-8")
    with pytest.raises(SourceError) as error:
        target.project.load("erp", corrections=mended(file, target.root / "m.csv", tax_code="9.11101E+17"))
    said = str(error.value)
    assert f"{bad[0]} is there 2 times" in said and "record 4: its _golden_id is no row that was refused" in said
    assert f"{bad[1]}: tax_code was turned into a number" in said
    (target.root / "m.csv").write_text("object,_golden_id,name\nparty,x,y\n")
    with pytest.raises(SourceError, match="no column code, tax_code"):
        target.project.load("erp", corrections=target.root / "m.csv")
    assert len(target.rows()) == 12


def test_a_corrections_file_that_cannot_be_taken_whole_is_not_taken(target: Target) -> None:
    bad = customers(target)[:2]
    spoil(target, *bad)
    (file,) = target.project.load("erp").corrections
    lines = file.read_text("utf-8-sig").splitlines()
    file.write_text("\n".join([lines[0], lines[1], f"{lines[2]},too,many"]), "utf-8")
    with pytest.raises(SourceError, match="line 3 cannot be read"):
        target.project.load("erp", corrections=file)
    file.write_text("\n".join([lines[0], lines[1].replace(bad[0], "王小明"), lines[2]]), "utf-8")
    with pytest.raises(SourceError, match="record 1: its _golden_id is no row that was refused") as error:
        target.project.load("erp", corrections=file)
    assert "王小明" not in str(error.value), "a cell that slipped may hold anything"
    file.write_text("\n".join(lines), "utf-8")
    with session(target.root / "state" / "work.duckdb") as con:
        con.execute("UPDATE wave.members SET wave = 'first' WHERE golden_id = ?", [bad[0]])
    with pytest.raises(SourceError, match=f"{bad[0]}: is in the wave first"):
        target.project.load("erp", corrections=file)


def test_a_sign_that_excel_took_from_a_number_is_told(target: Target) -> None:
    bad = customers(target)[:1]
    spoil(target, *bad)
    (file,) = target.project.load("erp").corrections
    phone = str(target.project.table("target.erp__party").set_index("code").phone[bad[0]])
    assert phone.startswith("+86")
    with pytest.raises(SourceError, match=f"{bad[0]}: city was turned into a number"):
        target.project.load("erp", corrections=mended(file, target.root / "m.csv", city="-1.5E+17"))
    with session(target.root / "state" / "work.duckdb") as con:
        con.execute("UPDATE target.erp__party SET city = '+861012345678' WHERE code = ?", bad)
    with pytest.raises(SourceError, match=f"{bad[0]}: city lost the sign or the zeros in front"):
        target.project.load("erp", corrections=mended(file, target.root / "m.csv", city="861012345678"))
