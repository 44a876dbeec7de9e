"""What names a row, and what points to another table."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.draft.keys import find_key, find_references
from workbench.store import Connection

from .looking import looked_at


def lines(heading: str, rows: list[str]) -> str:
    return "\n".join([heading, *rows]) + "\n"


@pytest.mark.parametrize(
    ("text", "key", "evidence"),
    [
        ("Account ID,Name\nA1,x\nA2,x\n", ("Account ID",), "unique, never blank"),
        ("Name,客户编号\nx,K1\ny,K2\n", ("客户编号",), "unique, never blank; so would Name"),
        # a running number of the rows is no key where an id is
        ("index,id,n\n1,a7,x\n2,a9,x\n3,b1,y\n", ("id",), "unique, never blank"),
        ("product,price\nBolt Basic,5\nBolt Pro,7\n", ("product",), "unique, never blank"),
        # items: only together
        ("ORDER_ID,ITEM_NO,QTY\n1,10,1\n1,20,1\n2,10,5\n2,20,1\n", ("ORDER_ID", "ITEM_NO"), "together unique, never blank"),
        ("a,b\nx,y\nx,y\n", ("_row",), "nothing tells the rows apart: the row's number, which changes with each extract"),
    ],
)  # fmt: skip
def test_the_key_and_what_speaks_for_it(
    con: Connection, tmp_path: Path, text: str, key: tuple[str, ...], evidence: str
) -> None:
    found = find_key(con, looked_at(con, tmp_path, "t", text))
    assert (found.columns, found.evidence) == (key, evidence)


def test_an_id_that_hardly_repeats_is_the_key_and_its_repetitions_are_said(con: Connection, tmp_path: Path) -> None:
    rows = [f"K{n},x" for n in range(99)] + ["K5,x"]
    found = find_key(con, looked_at(con, tmp_path, "t", lines("customer_no,name", rows)))
    assert (found.columns, found.repeated) == (("customer_no",), 1)
    assert "1 of 100 rows are blank or repeated" in found.evidence


def test_amounts_and_dates_are_no_keys_however_different(con: Connection, tmp_path: Path) -> None:
    rows = [f"2026-01-{n:02},{n}.5{n},X{n % 2}" for n in range(1, 20)]
    found = find_key(con, looked_at(con, tmp_path, "t", lines("posted_date,amount,class", rows)))
    assert found.columns == ("_row",)


def test_references_by_heading_and_by_values(con: Connection, tmp_path: Path) -> None:
    customers = looked_at(con, tmp_path, "kna1", lines("KUNNR,ADRNR", [f"{n:010},{7000000 + n}" for n in range(100)]))
    addresses = looked_at(con, tmp_path, "adrc", lines("ADDRNUMBER,CITY1", [f"{7000000 + n},x" for n in range(100)]))
    orders = looked_at(con, tmp_path, "orders", lines("id,KUNNR,qty", [f"{n},{n % 3:010},{n}" for n in range(60)]))
    tables = [customers, addresses, orders]
    keys = {table.raw: find_key(con, table) for table in tables}
    found = {(r.table.place[1], r.column, r.to.place[1]): r.known for r in find_references(con, tables, keys)}
    assert found[("orders", "KUNNR", "kna1")] == 1  # by its heading, few values as it has
    assert found[("kna1", "ADRNR", "adrc")] == 1  # by its values, whatever the headings
    assert ("orders", "id", "kna1") not in found and ("orders", "qty", "kna1") not in found


def test_general_headings_point_nowhere(con: Connection, tmp_path: Path) -> None:
    customers = looked_at(con, tmp_path, "customers", lines("id,name", [f"{n},Firm {n}" for n in range(1, 40)]))
    orders = looked_at(con, tmp_path, "orders", lines("id,customer_id", [f"{n},{n % 5 + 1}" for n in range(1, 30)]))
    keys = {table.raw: find_key(con, table) for table in (customers, orders)}
    found = find_references(con, [customers, orders], keys)
    assert [(r.table.place[1], r.column, r.to.place[1]) for r in found] == [("orders", "customer_id", "customers")]
